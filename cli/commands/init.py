"""Make a shop folder."""

from __future__ import annotations

from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.errors import SettingsError, pasted
from clientela.i18n import gettext as _
from clientela.i18n import language
from clientela.i18n import lazy as N_
from clientela.settings.shop_settings import FILE_NAME
from clientela.terms import TRADES


@click.command(cls=TranslatedCommand)
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--name", metavar="N", default="", help=N_("The shop's name on the report."))
@click.option(
    "--trade",
    metavar="T",
    type=click.Choice(tuple(TRADES)),
    default="shop",
    show_default=True,
    help=N_(
        "What the shop does: bar, food, restaurant, beauty, clothing, ecommerce, shop, artisan, professional "
        "or durable."
    ),
)
def command(directory: Path | None, name: str, trade: str) -> None:
    """Make a shop folder: its settings and an empty database.

    Every parameter stands in clientela.toml with its default and a line that says what it does. What you put
    into the folder inbox is loaded by clientela load.

    Example:
        clientela init my-shop --name "Bottega Rossi" --trade food
    """
    from clientela.settings.writing import write_settings
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.inbox import FOLDER as INBOX

    folder = directory or options.folder(None)
    path = folder / FILE_NAME
    if path.exists():
        raise SettingsError(
            _("{folder} is a shop folder already.").format(folder=folder),
            _("Nothing was changed. Its settings are in {file}.").format(file=path),
        )
    (folder / INBOX).mkdir(parents=True, exist_ok=True)
    settings = write_settings(folder, name=name or folder.resolve().name, trade=trade, language=language())
    with open_shop(settings.database, engine=settings.engine, create=True):
        pass
    say(
        _("Shop folder {folder} made. Next: clientela --shop {quoted} load FILE").format(
            folder=folder, quoted=pasted(folder)
        )
    )
