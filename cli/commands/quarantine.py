"""What waits to be corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import open_to_read
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext


class QuarantineCommands(TranslatedCommand, click.Group):
    """The group; alone it lists."""


@click.group(cls=QuarantineCommands, invoke_without_command=True)
@options.output_format
@options.shop
@click.pass_context
def command(context: click.Context, output_format: str, shop: Path | None) -> None:
    """List what could not be used and waits for you, by reason and file.

    Example:
        clientela quarantine
        clientela quarantine export fix.xlsx
        clientela load --fixed fix.xlsx
    """
    context.meta["clientela.quarantine.shop"] = shop
    if context.invoked_subcommand is None:
        _list(shop, output_format)


def _list(shop: Path | None, output_format: str) -> None:
    from clientela.warehouse.loading.staging.advice import advice
    from clientela.warehouse.quarantine.open_records import waiting_reasons

    with open_to_read(options.settings(shop)) as db:
        reasons = waiting_reasons(db)
    rows: list[dict[str, Any]] = [
        {
            "code": each.code,
            "file": each.file_name,
            "records": each.records,
            "money": each.money,
            "line": each.first_line,
            "advice": advice(each.code),
        }
        for each in reasons
    ]
    columns = [
        Column("code", _("why")),
        Column("file", _("file")),
        Column("records", _("rows"), "count"),
        Column("money", _("money"), "money"),
        Column("line", _("first on line"), "count"),
        Column("advice", _("what to do"), "sentence"),
    ]
    write(columns, rows, output_format, {"records": sum(each.records for each in reasons), "reasons": rows})
    waiting = sum(each.records for each in reasons)
    if not waiting:
        say(_("Nothing waits to be corrected."))
        return
    say(
        ngettext(
            "{rows} row waits. To correct it in a spreadsheet: clientela quarantine export fix.xlsx",
            "{rows} rows wait. To correct them in a spreadsheet: clientela quarantine export fix.xlsx",
            waiting,
        ).format(rows=waiting)
    )


@command.command(cls=TranslatedCommand)
@click.argument("workbook", metavar="OUT.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help=N_("Write over a file that is there."))
@click.pass_context
def export(context: click.Context, workbook: Path, force: bool) -> None:
    """Write what waits into a spreadsheet: your own columns, with the reason and what to do.

    A sheet for each kind of file. Correct the cells and save; clientela load --fixed takes back what
    you have changed, and nothing else.

    Example:
        clientela quarantine export fix.xlsx
    """
    from clientela.errors import UnreadableFileError
    from clientela.warehouse.quarantine.open_records import waiting_sheets
    from clientela.warehouse.quarantine.workbook import said, write_workbook

    if workbook.exists() and not force:
        raise UnreadableFileError(
            _("{file} is there already: what you have corrected in it would be lost.").format(file=workbook),
            _("Choose another name, or write over it with --force."),
        )
    with open_to_read(options.settings(context.meta.get("clientela.quarantine.shop"))) as db:
        sheets = waiting_sheets(db)
    if not sheets:
        say(_("Nothing waits to be corrected."))
        return
    write_workbook(sheets, workbook)
    for sentence in said(sheets, workbook):
        say(sentence)
