"""The keys of the API and of the tills."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from clientela.cli import options, output
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Store


class KeyCommands(TranslatedCommand, click.Group):
    """The group of the three commands."""


@click.group(cls=KeyCommands, no_args_is_help=True)
def command() -> None:
    """Make, list and close the keys of tills and of your other computer.

    Example:
        clientela referral key new --scope till --label "counter"
        clientela referral key list
    """


@contextmanager
def _store(shop: Path | None, *, create: bool = False) -> Iterator[Store]:
    from clientela.exchange import issued

    store = issued.open_here(options.settings(shop), create=create)
    try:
        yield store
    finally:
        store.close()


def _now() -> int:
    return int(time.time() * 1000)


@command.command("new", cls=TranslatedCommand)
@click.option(
    "--scope",
    type=click.Choice(["sync", "till"]),
    required=True,
    help=N_("till enrols one device at the till; sync opens the API for your other computer."),
)
@click.option("--label", default="", metavar="TEXT", help=N_("What you call it, such as “counter”."))
@options.shop
def new(scope: Literal["sync", "till"], label: str, shop: Path | None) -> None:
    """Make a key and print it, this once: only its hash is kept.

    Example:
        clientela referral key new --scope till --label "counter"
    """
    from clientela.referral_server.accounts import keys

    text = " ".join("".join(sign if sign.isprintable() else " " for sign in label).split())[:60]
    with _store(shop, create=True) as store:
        made = store.write(lambda db: keys.new(db, scope, text, _now()))
    click.echo(made)
    say(_("Keep it safe: it is not shown again."))


@command.command("list", cls=TranslatedCommand)
@options.output_format
@options.shop
def list_keys(output_format: str, shop: Path | None) -> None:
    """List the keys: what for, made when, last used when, closed when. Never the keys themselves.

    Example:
        clientela referral key list
        clientela referral key list --format json
    """
    from clientela.referral_server.accounts import keys

    with _store(shop) as store, store.read() as db:
        found = keys.listing(db)
    columns = [
        output.Column("key_id", _("Key")),
        output.Column("scope", _("For")),
        output.Column("label", _("Name")),
        output.Column("made_at", _("Made"), "date"),
        output.Column("used_at", _("Last used"), "date"),
        output.Column("revoked_at", _("Closed"), "date"),
    ]
    rows = [
        {
            "key_id": key.key_id,
            "scope": key.scope,
            "label": key.label,
            "made_at": _instant(key.made_at),
            "used_at": _instant(key.used_at),
            "revoked_at": _instant(key.revoked_at),
        }
        for key in found
    ]
    output.write(columns, rows, output_format, {"keys": rows})


def _instant(at: int | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at // 1000, UTC)


@command.command("revoke", cls=TranslatedCommand)
@click.argument("key_id", metavar=N_("KEY"))
@options.shop
def revoke(key_id: str, shop: Path | None) -> None:
    """Close a key at once; a till that it enrolled is out with its next step.

    Example:
        clientela referral key revoke k3v9m2xa
    """
    from clientela.referral_server.accounts import keys

    # Whoever pastes the whole key means the part that names it.
    found = keys.FORM.fullmatch(key_id)
    bare = found.group(1) if found else key_id
    with _store(shop) as store:
        closed = store.write(lambda db: keys.revoke(db, bare, _now()))
    if closed is None:
        raise ClientelaError(
            _("There is no key “{key}”.").format(key=bare),
            _("List them with: clientela referral key list"),
        )
    say(_("Key {key} is closed.").format(key=closed.key_id))
