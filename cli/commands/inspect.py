"""Look at a file as a load would, and change nothing."""

from __future__ import annotations

from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.inspection import write_inspection
from clientela.cli.narration import progress
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.settings.shop_settings import FILE_NAME, Settings
from clientela.terms import ExitCode


@click.command(cls=TranslatedCommand)
@click.argument("file", type=click.Path(path_type=Path))
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
    "--format",
    "output_format",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help=N_("How rows are written to standard output."),
)
@click.option(
    "--records",
    metavar="OUT.csv",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Write the records of a text file as they are read, the header first; nothing else is done."),
)
@options.shop
def command(
    file: Path,
    mapping: Path | None,
    table: str | None,
    source: str | None,
    output_format: str,
    records: Path | None,
    shop: Path | None,
) -> int:
    """Say what a file is, how it is read, what is wrong in it, and what a load would ask and do.

    Nothing is changed, and no shop is needed. The counts are those of a load with --yes.

    Example:
        clientela inspect sales-2025.csv
        clientela inspect sales-2025.csv --format json
        clientela inspect sales-2025.csv --records as-read.csv
    """
    if records:
        return _write_records(file, records, mapping)
    from clientela.warehouse.loading.mapping.reader import read_mapping
    from clientela.warehouse.loading.mapping.saved import folder_of
    from clientela.warehouse.loading.opening.names import shown
    from clientela.warehouse.loading.staging.shop_rules import shop_rules
    from clientela.warehouse.loading.whole_file import LoadedFile, load_whole_file
    from clientela.warehouse.preview import open_to_preview

    settings = _settings(shop)
    given = read_mapping(mapping) if mapping else None
    loaded = LoadedFile()
    with (
        open_to_preview(settings.database, engine=settings.engine) as db,
        progress(shown(file.name), stages=True) as tell,
    ):
        load_whole_file(
            db,
            file,
            loaded,
            today=options.today(settings),
            timezone=settings.categories.timezone,
            vat_numbers=settings.shop.vat_numbers,
            mapping=given,
            rules=shop_rules(settings),
            table=table,
            source=source,
            preview=True,
            progress=tell,
            mappings=folder_of(settings.folder),
            yes=True,
            closely=True,
        )
    write_inspection(loaded, shown(file.name), output_format)
    if loaded.refusals and not loaded.results:
        raise loaded.refusals[0]
    return ExitCode.FINDINGS if loaded.has_findings or loaded.refusals else ExitCode.DONE


def _write_records(file: Path, out: Path, mapping: Path | None) -> int:
    """Write the records as they are read, and say how many.

    Raises:
        UnreadableFileError: if the file cannot be read, or is the one to be written.
        WarehouseError: if the other cannot be written.
    """
    from clientela.warehouse.loading.as_read import records_as_read
    from clientela.warehouse.loading.failures import in_words
    from clientela.warehouse.loading.mapping.reader import read_mapping

    wanted = read_mapping(mapping).format if mapping else None
    with in_words():
        count = records_as_read(file, out, wanted)
    click.echo(_("{count} records written to {file}.").format(count=count, file=out), err=True)
    return ExitCode.DONE


def _settings(shop: Path | None) -> Settings:
    """Return the shop's settings, or those of a new one where there is no shop."""
    where = options.folder(shop)
    if shop is None and not (where / FILE_NAME).exists():
        return Settings(folder=where)
    return options.settings(shop)
