"""The owner's password of the server's pages."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext


@click.command(cls=TranslatedCommand)
@click.option("--stdin", "from_stdin", is_flag=True, help=N_("Read it from standard input, one line."))
@options.shop
def command(from_stdin: bool, shop: Path | None) -> None:
    """Set the password of your own page on the server; whoever is logged in there is logged out.

    It is asked for twice and not shown. Works while the server runs.

    Example:
        clientela referral password
        clientela referral password --stdin < password.txt
    """
    settings = options.settings(shop)
    chosen = _from_stdin() if from_stdin else _asked()

    from clientela.exchange import issued
    from clientela.referral_server.accounts import password

    password.check_new(chosen)
    stored = password.hashed(chosen)
    store = issued.open_here(settings, create=True)
    try:
        ended = store.write(lambda db: password.store(db, stored))
    finally:
        store.close()
    say(_("The password is set."))
    if ended:
        say(ngettext("{count} session ended.", "{count} sessions ended.", ended).format(count=ended))


def _from_stdin() -> str:
    """Read one line; its end belongs to the terminal, every other sign to the password."""
    return sys.stdin.readline().rstrip("\r\n")


def _has_terminal() -> bool:
    return sys.stdin.isatty()


def _asked() -> str:
    """Ask twice without showing what is typed.

    Raises:
        ClientelaError: if there is no terminal to ask, or the two differ.
    """
    if not _has_terminal():
        raise ClientelaError(
            _("There is no terminal to ask for the password."),
            _("Give it on standard input: clientela referral password --stdin"),
        )
    first = click.prompt(_("New password"), hide_input=True, err=True)
    if click.prompt(_("Once more"), hide_input=True, err=True) != first:
        raise ClientelaError(_("The two are not the same."), _("Run the command again."))
    return str(first)
