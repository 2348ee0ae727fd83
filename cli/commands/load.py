"""Load sales files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clientela.cli import options
from clientela.cli.inbox import InboxLoad
from clientela.cli.load_answer import write_load
from clientela.cli.narration import progress, say
from clientela.cli.stopped import if_stopped, loaded_of, stopped_load
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError, WarehouseError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.settings.shop_settings import Settings
from clientela.terms import ExitCode
from clientela.warehouse.loading.opening.names import shown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.loading.mapping.mapping import Mapping
    from clientela.warehouse.loading.whole_file import LoadedFile


@click.command(cls=TranslatedCommand)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    metavar="M.toml",
    type=click.Path(path_type=Path),
    help=N_("A mapping file: which column is which field."),
)
@click.option(
    "--table", metavar="T", help=N_("The table that the files hold, where their headers fit several.")
)
@click.option(
    "--source", metavar="S", help=N_("Where the files come from; rows of one source share their ids.")
)
@click.option(
    "--fixed",
    metavar="X.xlsx",
    type=click.Path(path_type=Path),
    help=N_("A spreadsheet of rows to correct that you have corrected: take back just those."),
)
@click.option("--preview", is_flag=True, help=N_("Say what would happen and change nothing."))
@click.option(
    "--yes", is_flag=True, help=N_("Ask nothing: take what is sure, and let wait what only you can say.")
)
@options.output_format
@options.shop
def command(
    files: tuple[Path, ...],
    mapping: Path | None,
    table: str | None,
    source: str | None,
    fixed: Path | None,
    preview: bool,
    yes: bool,
    output_format: str,
    shop: Path | None,
) -> int:
    """Load sales files: text, spreadsheets, invoices, JSON, Parquet, and archives of them.

    What a file is and how it is written is found out from the file. What it leaves open is asked once, with
    what follows from each answer; the answers are kept in the shop folder under mappings, and next month asks
    nothing. Every row ends in one of five places: new, unchanged, corrected, set aside or to correct, and the
    sums agree in rows and in money. Loading a file again changes nothing. Without a file, everything new in
    the folder inbox of the shop is loaded; what lies there stays there.

    Example:
        clientela load sales-2025.csv
        clientela load sales-2025.csv --preview
        clientela load
        clientela load cdnow_master.txt --mapping docs/examples/cdnow.toml
    """
    import duckdb

    from clientela.warehouse import blocks
    from clientela.warehouse.building.kept_builds import last_batch
    from clientela.warehouse.connection import explain, open_shop
    from clientela.warehouse.interrupts import interruptible
    from clientela.warehouse.loading.mapping.reader import read_mapping
    from clientela.warehouse.preview import open_to_preview

    settings = options.settings(shop)
    if fixed:
        from clientela.cli.fixed import load_fixed

        return load_fixed(settings, fixed, output_format)
    inbox = None if files else InboxLoad(settings, options.today(settings))
    files = inbox.files if inbox else files
    rules = read_mapping(mapping) if mapping else None
    load_one = partial(load_into, rules=rules, table=table, source=source, preview=preview, yes=yes)
    names = [shown(path.name) for path in files]
    loaded: list[LoadedFile] = []
    refusal: ClientelaError | None
    if_stopped(_("Stopped; nothing was loaded."))
    with (
        open_to_preview(settings.database, engine=settings.engine)
        if preview
        else open_shop(settings.database, engine=settings.engine, create=True, coming=blocks.bytes_of(files))
    ) as db:
        before = last_batch(db)
        try:
            with interruptible():
                refusal = _load_all(db, settings, files, loaded, load_one, None if preview else inbox)
                if any(not result.is_waiting for file in loaded for result in file.results) and not preview:
                    # Also where no row is new: an earlier load may have been stopped before this.
                    _rebuild(db, settings)
                # All is in the file; it is yet to be closed and, where it has grown, to be written anew.
                if_stopped("" if preview or refusal else loaded_of(names, len(names)))
        except duckdb.Error as error:
            refusal = explain(settings.database, error)
        except KeyboardInterrupt:
            if_stopped(_("Stopped; load the files again: what is loaded is not loaded twice."))
            refusal = stopped_load(db, settings, names, loaded, before)
    write_load(loaded, output_format, preview=preview)
    if inbox:
        inbox.say_end(has_loaded=bool(loaded))
    if refusal:
        raise refusal
    if not preview and any(file.is_waiting for file in loaded):
        return ExitCode.REFUSED
    return ExitCode.FINDINGS if any(file.has_findings for file in loaded) else ExitCode.DONE


def _load_all(
    db: DuckDBPyConnection,
    settings: Settings,
    files: tuple[Path, ...],
    loaded: list[LoadedFile],
    load_one: Callable[..., None],
    inbox: InboxLoad | None,
) -> ClientelaError | None:
    """Load the files in their order, up to the first that is refused; return why it is.

    A file of the inbox holds up no other: each refusal is said, the last one returned.
    """
    from clientela.warehouse.loading.whole_file import LoadedFile

    last: ClientelaError | None = None
    for path in files:
        if inbox and inbox.is_known(db, path):
            continue
        loaded.append(LoadedFile())
        refusal: ClientelaError | None = None
        try:
            load_one(db, settings, path, loaded[-1])
        except ClientelaError as error:
            refusal = error
        if loaded[-1].refusals:
            refusal = loaded[-1].refusals[0]
        if inbox is None and refusal:
            return refusal
        if inbox and refusal:
            if last:
                say("\n".join(filter(None, (last.message, last.hint))))
            last = refusal
        elif inbox:
            inbox.remember(db, path, loaded[-1])
    return last


def load_into(
    db: DuckDBPyConnection,
    settings: Settings,
    path: Path,
    loaded: LoadedFile,
    *,
    rules: Mapping | None = None,
    table: str | None = None,
    source: str | None = None,
    preview: bool = False,
    yes: bool = False,
) -> None:
    """Load one file with all that is inside it into an open shop, and tell on a terminal how far it has come.

    Raises:
        WarehouseError: if the file is refused, or the disk or another program is in the way.
    """
    from clientela.cli import asking
    from clientela.warehouse.connection import known_fault
    from clientela.warehouse.loading.mapping.saved import folder_of
    from clientela.warehouse.loading.staging.shop_rules import shop_rules
    from clientela.warehouse.loading.whole_file import load_whole_file

    asks = asking.somebody_is_there() and not (preview or yes)
    try:
        with progress(shown(path.name), stages=True) as tell:
            load_whole_file(
                db,
                path,
                loaded,
                today=options.today(settings),
                timezone=settings.categories.timezone,
                vat_numbers=settings.shop.vat_numbers,
                mapping=rules,
                table=table,
                source=source,
                rules=shop_rules(settings),
                preview=preview,
                progress=tell,
                mappings=folder_of(settings.folder),
                ask=partial(asking.ask, shown(path.name)) if asks else None,
                yes=yes,
            )
    except WarehouseError as error:
        raise known_fault(settings.database, error.__cause__) or error from error.__cause__


def _rebuild(db: DuckDBPyConnection, settings: Settings) -> None:
    """Bring the marts to the latest closed month."""
    from clientela.warehouse.building.latest_month import bring_to_latest_month

    with progress(_("Computing")) as tell:
        bring_to_latest_month(db, settings, options.today(settings), progress=tell)
