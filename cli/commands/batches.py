"""The loads, and the way back from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.cli.output import Column, write
from clientela.cli.session import open_to_read
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import ngettext

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


NAMES: Final = (
    *("batch", "loaded_on", "file", "table", "source", "records", "merged", "unchanged", "corrected"),
    *("set_aside", "quarantined", "disappeared", "kind"),
)
"""What is listed of a load."""


class BatchCommands(TranslatedCommand, click.Group):
    """A group whose help speaks the reader's language."""


@click.group(cls=BatchCommands, invoke_without_command=True)
@options.output_format
@options.shop
@click.pass_context
def command(context: click.Context, output_format: str, shop: Path | None) -> None:
    """List what was loaded, file by file, with its number.

    Example:
        clientela batches
        clientela batches undo 12
    """
    if context.invoked_subcommand:
        return
    settings = options.settings(shop)
    with open_to_read(settings) as db:
        rows = _loads(db)
    columns = [
        Column("batch", _("No."), "number"),
        Column("loaded_on", _("loaded on")),
        Column("file", _("file")),
        Column("table", _("which table")),
        Column("source", _("source")),
        Column("records", _("rows"), "number"),
        Column("merged", _("new"), "number"),
        Column("unchanged", _("unchanged"), "number"),
        Column("corrected", _("corrected"), "number"),
        Column("set_aside", _("set aside"), "number"),
        Column("quarantined", _("to correct"), "number"),
        Column("disappeared", _("no longer there"), "number"),
    ]
    write(columns, rows, output_format, {"batches": rows})


def _loads(db: DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the register, the first load first."""
    found = db.execute(
        """
        select b.batch_id, cast(b.loaded_at as date), b.file_name, b.table_name, b.source, b.records_in,
            b.records_merged, b.records_unchanged, b.records_corrected, b.records_set_aside,
            b.records_quarantined, coalesce(d.rows, 0), b.kind
        from meta.batches b
        left join (select batch_id, count(*) as rows from meta.disappeared_rows group by batch_id) d
            on d.batch_id = b.batch_id
        order by b.batch_id
        """
    ).fetchall()
    return [dict(zip(NAMES, row, strict=True)) for row in found]


@command.command("undo", cls=TranslatedCommand)
@click.argument("batch", metavar="ID", type=int)
@options.shop
def undo_batch(batch: int, shop: Path | None) -> None:
    """Take a load back: what stands then is what the other loads say.

    What it alone brought goes, what it had corrected says again what it said before; what a later load
    corrected stays. Months that change are told anew by the next report, in the open.

    Example:
        clientela batches undo 12
    """
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.interrupts import interruptible
    from clientela.warehouse.loading.merging.undo import undo

    settings = options.settings(shop)
    with open_shop(settings.database, engine=settings.engine) as db, interruptible():
        done = undo(db, batch, options.today(settings))
        with progress(_("Computing")) as tell:
            bring_to_latest_month(db, settings, options.today(settings), progress=tell)
    told = [
        _("Load {number} ({file}) is undone.").format(number=done.batch_id, file=done.file_name),
        ngettext("{count} row is gone.", "{count} rows are gone.", done.removed).format(count=done.removed),
    ]
    if done.changed:
        told.append(
            ngettext(
                "{count} row says again what it said before.",
                "{count} rows say again what they said before.",
                done.changed,
            ).format(count=done.changed)
        )
    say(" ".join(told))
