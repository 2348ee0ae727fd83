"""Load sales files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.cli.output import Column, currency, write, write_json
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError, WarehouseError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.settings import Settings
from clientela.terms import ExitCode

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.loading.mapping import Mapping
    from clientela.warehouse.loading.result import LoadResult


@click.command(cls=TranslatedCommand)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
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
@click.option("--preview", is_flag=True, help=N_("Say what would happen and change nothing."))
@options.output_format
@options.shop
def command(
    files: tuple[Path, ...],
    mapping: Path | None,
    table: str | None,
    source: str | None,
    preview: bool,
    output_format: str,
    shop: Path | None,
) -> int:
    """Load sales files: text (also .gz), Parquet, or the first sheet of a workbook.

    Every record ends in one of five places: new, unchanged, corrected, set aside or quarantined, and the
    sums agree in rows and in money. Loading a file again changes nothing. A file whose headers are our field
    names needs no mapping.

    Example:
        clientela load sales-2025.csv
        clientela load cdnow_master.txt --mapping docs/examples/cdnow.toml
    """
    import duckdb

    from clientela.warehouse.connection import explain, open_shop
    from clientela.warehouse.loading.mapping import read_mapping
    from clientela.warehouse.preview import open_to_preview

    settings = options.settings(shop)
    rules = read_mapping(mapping) if mapping else None
    results: list[LoadResult] = []
    refusal: ClientelaError | None = None
    with (
        open_to_preview(settings.database, engine=settings.engine)
        if preview
        else open_shop(settings.database, engine=settings.engine, create=True)
    ) as db:
        for path in files:
            try:
                results.append(_load(db, settings, path, rules, table, source, preview=preview))
            except ClientelaError as error:
                refusal = error
                break
        if not preview and any(result.records.written for result in results):
            try:
                _rebuild(db, settings)
            except duckdb.Error as error:
                refusal = explain(settings.database, error)
    if results:
        _print(results, output_format, preview=preview)
    if refusal:
        raise refusal
    refused = any(result.records.quarantined for result in results)
    return ExitCode.FINDINGS if refused else ExitCode.DONE


def _load(
    db: DuckDBPyConnection,
    settings: Settings,
    path: Path,
    rules: Mapping | None,
    table: str | None,
    source: str | None,
    *,
    preview: bool,
) -> LoadResult:
    from clientela.warehouse.connection import known_fault
    from clientela.warehouse.loading.pipeline import load_file

    try:
        with progress(path.name, stages=True) as tell:
            return load_file(
                db,
                path,
                today=options.today(settings),
                timezone=settings.categories.timezone,
                mapping=rules,
                table=table,
                source=source,
                preview=preview,
                progress=tell,
            )
    except WarehouseError as error:
        raise known_fault(settings.database, error.__cause__) or error from error.__cause__


def _rebuild(db: DuckDBPyConnection, settings: Settings) -> None:
    """Bring the marts to the latest closed month."""
    from clientela.warehouse.latest_month import bring_to_latest_month

    with progress(_("Computing")) as tell:
        bring_to_latest_month(db, settings, options.today(settings), progress=tell)


def _print(results: list[LoadResult], output_format: str, *, preview: bool) -> None:
    """Print the reconciliation, and in words why records stayed out."""
    if output_format == "json":
        objects = [result.as_json() for result in results]
        write_json(objects[0] if len(objects) == 1 else {"files": objects})
    else:
        _write_accounts(results, output_format)
    for result in results:
        _say_reasons(result)
    _say_end(results, preview=preview)


def _write_accounts(results: list[LoadResult], output_format: str) -> None:
    """Print two rows a file: its records and its money."""
    from clientela.templates.filters import count

    numbers = {
        "in": _("in"),
        "merged": _("new"),
        "unchanged": _("unchanged"),
        "corrected": _("corrected"),
        "set_aside": _("set aside"),
        "quarantined": _("quarantined"),
    }
    is_screen = output_format in ("table", "md")
    columns = [Column("file", _("file")), *([] if is_screen else [Column("table", _("which table"))])]
    columns += [Column("what", ""), *(Column(key, title, "cell") for key, title in numbers.items())]
    rows = []
    for result in results:
        name = {"file": result.file_name, "table": result.table}
        records = {
            key: count(value) if is_screen else str(value) for key, value in result.records.as_dict().items()
        }
        rows.append({**name, "what": _("rows"), **records})
        if is_screen:
            name = {"file": f"→ {result.table}"}
        if any(result.money.as_dict().values()):
            rows.append(
                {**name, "what": result.currency or currency(), **_amounts(result, is_screen=is_screen)}
            )
        elif is_screen:
            rows.append(name)
    write(columns, rows, output_format)


def _amounts(result: LoadResult, *, is_screen: bool) -> dict[str, str]:
    """Return the money row: with the reader's separators on a screen, plain elsewhere."""
    from clientela.money import money_text
    from clientela.templates.filters import exact_amount

    write_amount = exact_amount if is_screen else money_text
    return {key: write_amount(value) for key, value in result.money.as_dict().items()}


def _say_reasons(result: LoadResult) -> None:
    """Say in words why records stayed out, and what the owner can do."""
    for reason in result.reasons:
        records = _records(reason.records, reason.disposition)
        say(
            _("{file}, line {line}: {records} ({code}). {advice}").format(
                file=result.file_name,
                line=reason.example_line,
                records=records,
                code=reason.code,
                advice=reason.advice,
            )
        )
    if result.unreadable_amounts:
        say(
            ngettext(
                "{count} amount could not be read and counts as 0.",
                "{count} amounts could not be read and count as 0.",
                result.unreadable_amounts,
            ).format(count=result.unreadable_amounts)
        )
    if result.already_loaded:
        say(_("{file} had been loaded before: nothing changed.").format(file=result.file_name))


def _records(count: int, disposition: str) -> str:
    if disposition == "set_aside":
        text = ngettext("{count} record set aside", "{count} records set aside", count)
    else:
        text = ngettext("{count} record quarantined", "{count} records quarantined", count)
    return text.format(count=count)


def _say_end(results: list[LoadResult], *, preview: bool) -> None:
    """Say in the last line what came of it."""
    if preview:
        say(_("This was a preview: nothing was written."))
        return
    told = _written(results)
    if told:
        say(" ".join([*told, _("Next: {next}").format(next="clientela segments")]))
    elif not any(result.already_loaded for result in results):
        say(_("No row is new: nothing changed."))


def _written(results: list[LoadResult]) -> list[str]:
    """Return a sentence each for the new rows and for those that were corrected."""
    from clientela.templates.filters import count

    new = sum(result.records.merged for result in results)
    corrected = sum(result.records.corrected for result in results)
    told = []
    if new:
        text = ngettext("{count} row is new.", "{count} rows are new.", new)
        told.append(text.format(count=count(new)))
    if corrected:
        text = ngettext(
            "{count} row is corrected, and what it said before is kept.",
            "{count} rows are corrected, and what they said before is kept.",
            corrected,
        )
        told.append(text.format(count=count(corrected)))
    return told
