"""The way back from a copy of the referral store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_


@click.command(cls=TranslatedCommand)
@click.argument("file", type=click.Path(path_type=Path), metavar=N_("FILE"))
@options.shop
def command(file: Path, shop: Path | None) -> None:
    """Put a copy in the place of the referral store; the former one is kept beside it.

    Stop the server first. Whoever was logged in has to log in again, and keys closed since the copy are open
    again: list them. What happened since the copy stays in the former file.

    Example:
        clientela referral restore backups/referral-2026-11-22T083000.sqlite
    """
    from clientela.referral_server import backup

    settings = options.settings(shop)
    # A copy named in the shop folder, as the refusals name it, is found from anywhere.
    inside = settings.folder / file
    chosen = inside if not file.exists() and inside.exists() else file
    former = backup.restore(settings.referral_store, chosen, f"{datetime.now():%Y-%m-%dT%H%M%S}")
    say(_("The copy is in place."))
    if former is not None:
        say(_("The former store is {file}.").format(file=former.name))
