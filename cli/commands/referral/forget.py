"""What a friend may ask of the shop: to be forgotten."""

from __future__ import annotations

import time
from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_


@click.command(cls=TranslatedCommand)
@click.argument("contact", metavar=N_("CONTACT"))
@options.shop
def command(contact: str, shop: Path | None) -> None:
    """Forget a friend who asks for it, by the phone or e-mail that they left; sums and rewards stay.

    Run it on the server's machine; it works while the server runs. Discounts not yet used end with it, and a
    consent that stood is taken back. A fan is forgotten from your own files instead, at the next exchange.

    Example:
        clientela referral forget "347 555 0199"
    """
    from clientela.loyalty import contacts
    from clientela.loyalty.erasure import erase_friend
    from clientela.loyalty.store import open_store

    settings = options.settings(shop)
    found = contacts.normalise(contact)
    if found is None:
        raise ClientelaError(
            _("This is neither a phone number nor an e-mail address."),
            _("Write it as the friend left it."),
        )
    store = open_store(settings.referral_store)
    try:
        claims = store.write(lambda db: erase_friend(db, found, int(time.time() * 1000)))
    finally:
        store.close()
    if not claims:
        raise ClientelaError(
            _("No friend left this contact."), _("Try the other one they may have left, phone or e-mail.")
        )
    say(_("Forgotten: name and contact are gone, sums and rewards stay."))
