"""The server's side of an exchange by files."""

from __future__ import annotations

from pathlib import Path

import click

from clientela.cli import options, referral
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import ngettext


@click.command(cls=TranslatedCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@options.shop
def command(folder: Path, shop: Path | None) -> None:
    """Take in what the shop's computer left in a folder, and leave there what has happened.

    For two computers without a network between them; run it on the server's. Repeating it changes nothing.

    Example:
        clientela referral carry /media/usb/referral
    """
    from clientela.exchange import issued
    from clientela.exchange.carry import carry
    from clientela.exchange.other_side_store import open_store_side

    settings = options.settings(shop)
    issued.require(settings)
    with open_store_side(settings, create=True, now=referral.instant(settings)) as side:
        done = carry(folder, side)
    say(
        ngettext(
            "{count} member brought up to date.", "{count} members brought up to date.", done.members
        ).format(count=done.members)
    )
    say(
        ngettext(
            "Purchases of {count} friend changed.",
            "Purchases of {count} friends changed.",
            done.outcomes.changed,
        ).format(count=done.outcomes.changed)
    )
    say(
        ngettext(
            "{count} update waits in {file}: take it back.",
            "{count} updates wait in {file}: take them back.",
            done.events,
        ).format(count=done.events, file=done.path.name)
    )
