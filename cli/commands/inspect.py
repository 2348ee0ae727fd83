"""Look at a file as a load would, and change nothing."""

from __future__ import annotations

from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.inspection import write_inspection
from clientela.cli.narration import progress
from clientela.cli.translation import TranslatedCommand
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
@options.shop
def command(
    file: Path,
    mapping: Path | None,
    table: str | None,
    source: str | None,
    output_format: str,
    shop: Path | None,
) -> int:
    """Say what a file is, how it is read, what is wrong in it, and what a load would ask and do.

    Nothing is changed, and no shop is needed. The counts are those of a load with --yes.

    Example:
        clientela inspect sales-2025.csv
        clientela inspect sales-2025.csv --format json
    """
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


def _settings(shop: Path | None) -> Settings:
    """Return the shop's settings, or those of a new one where there is no shop."""
    where = options.folder(shop)
    if shop is None and not (where / FILE_NAME).exists():
        return Settings(folder=where)
    return options.settings(shop)
