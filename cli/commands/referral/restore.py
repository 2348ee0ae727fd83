"""The way back from a copy of the referral store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.settings.shop_settings import Settings


@click.command(cls=TranslatedCommand)
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar=N_("[FILE]"))
@click.option("--empty", is_flag=True, help=N_("No copy: begin anew; links given away before lead nowhere."))
@options.shop
def command(file: Path | None, empty: bool, shop: Path | None) -> None:
    """Put a copy in the place of the referral database; the earlier one is kept beside it.

    Stop the server first. Whoever was logged in has to log in again, and keys closed since the copy are open
    again: list them. What happened since the copy stays in the earlier file. With --empty instead of FILE an
    empty database takes the place of one that is lost and has no copy.

    Example:
        clientela referral restore backups/referral-2026-11-22T083000.sqlite
        clientela referral restore --empty
    """
    from clientela.referral_server.running import backup

    settings = options.settings(shop)
    if empty and file is None:
        _begin(settings)
        return
    if empty or file is None:
        raise ClientelaError(
            _("Name the copy, or say --empty, one of the two."),
            _("Copies are in: {folder}").format(folder=settings.folder / "backups"),
        )
    # A copy named in the shop folder, as the refusals name it, is found from anywhere.
    inside = settings.folder / file
    chosen = inside if not file.exists() and inside.exists() else file
    former = backup.restore(settings.referral_store, chosen, f"{datetime.now():%Y-%m-%dT%H%M%S}")
    say(_("The copy is in place."))
    if former is not None:
        say(_("The earlier database is {file}.").format(file=former.name))


def _begin(settings: Settings) -> None:
    """Make an empty store though the sales know of another one.

    Raises:
        ClientelaError: if there is a store.
        LostStoreError: while a file of the former one lies there.
    """
    from clientela.loyalty.store import former
    from clientela.loyalty.store.opening import open_or_begin

    store = settings.referral_store
    if not former.is_missing(store):
        raise ClientelaError(
            _("There is a referral database here: {file}.").format(file=store.name),
            _("Nothing was changed: --empty is for a database that is lost."),
        )
    open_or_begin(store, settings.folder / former.BACKUPS).close()
    say(_("An empty database is in place: links given away before lead nowhere."))
    say(_("Invite your fans first: clientela referral invite"))
