"""The fictional shop, from nothing to its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clientela.cli import options, referral
from clientela.cli.commands.load import _load, _rebuild
from clientela.cli.commands.report import write_report
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import LANGUAGES, ngettext
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.settings import FILE_NAME, Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@click.command(cls=TranslatedCommand)
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    default=Path("demo"),
    show_default=True,
    help=N_("The folder to make."),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=N_("The report's language. [default: the shop's]"))
def command(to: Path, lang: str | None) -> None:
    """Make a shop folder from the fictional shop, load its files, invite its fans and write its report.

    Example:
        clientela demo --to demo
    """
    from clientela.sample_data.folder import make_shop_folder
    from clientela.warehouse.connection import open_shop

    if to.exists() and any(to.iterdir()) and not (to / FILE_NAME).exists():
        raise ClientelaError(
            _("{folder} holds other files.").format(folder=to), _("Name an empty or a new folder with --to.")
        )
    settings, files = make_shop_folder(to)
    with open_shop(settings.database, create=True) as db:
        for path in files:
            result = _load(db, settings, path, None, None, None, preview=False)
            say(_("{file}: {count} rows.").format(file=path.name, count=result.records.in_))
        _rebuild(db, settings)
        links = _invite_fans(db, settings)
    if links:
        text = ngettext("{count} link for a fan.", "{count} links for fans.", links)
        say(text.format(count=links))
    written = write_report(settings, None, lang or settings.shop.language, None, with_pdf=True)
    click.echo(written["html"])
    if written["pdf"]:
        click.echo(written["pdf"])


def _invite_fans(db: DuckDBPyConnection, settings: Settings) -> int:
    """Give every fan a link, unless the owner has taken the pages' address out; return how many have one.

    The links are fetched at once, so that the report knows them.
    """
    from clientela.exchange import invite
    from clientela.exchange.peer import Push
    from clientela.exchange.sync import Synced, pull

    if not settings.referral.base_url:
        return 0
    found = invite.candidates(db, settings.categories.timezone, categories=("fan",))
    with referral.open_peer(settings, create=True) as peer:
        invited = peer.push_members(Push([each.member for each in found if each.refusal is None]))
        pull(db, settings, peer, Synced(), options.today(settings))
        return len(invited)


__all__ = ["command", "options"]
