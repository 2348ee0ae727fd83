"""What anybody may ask of the shop: to be forgotten."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options, referral
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext

if TYPE_CHECKING:
    from clientela.exchange.forgetting import Forgot
    from clientela.settings import Settings


@click.command(cls=TranslatedCommand)
@click.argument("person", metavar=N_("PERSON"))
@options.output_format
@options.shop
def command(person: str, output_format: str, shop: Path | None) -> None:
    """Forget somebody who asks for it, by phone, e-mail or customer number: a friend, a fan, any customer.

    Name, contacts, address and notes go from the sales and from the referral store; days and amounts stay,
    for the books and for every count. Discounts and rewards not yet used end, consents are taken back. A
    file or an older copy that brings the person again brings the sales alone. Prints the copies and reports
    that still hold the person, each with its last day. It works while the server runs; with the server on
    another machine, exchange afterwards.

    Example:
        clientela referral forget "347 555 0199"
        clientela referral forget C0061
    """
    from clientela.exchange import forgetting

    settings = options.settings(shop)
    today = options.today(settings)
    now = referral.instant(settings) or int(time.time() * 1000)
    done = forgetting.forget(settings, person, today=today, now=now)
    _say(done, settings)
    _print_exceptions(settings, today, output_format)


def _say(done: Forgot, settings: Settings) -> None:
    """Say what was done."""
    say(_("Forgotten: name and contact are gone, sums and rewards stay."))
    if done.in_files:
        say(
            _("The sales count on without a name. Delete the person in your till and in your own files, too.")
        )
    for contact in sorted(done.shared):
        say(_("{contact} is also somebody else's and stays theirs.").format(contact=contact))
    for contact in sorted(done.alike):
        text = _("{contact} may be the same, written otherwise, and stays; forget it with this command, too.")
        say(text.format(contact=contact))
    if done.has_traces:
        say(_("Somebody is reading the store: its log is emptied with the server's next write."))
    if settings.referral.server_url:
        say(_("Tell the server with: {command}").format(command="clientela referral sync"))


def _print_exceptions(settings: Settings, today: date, output_format: str) -> None:
    """Print what may still hold the person, and until when; what is past its day goes now."""
    from clientela.referral_server import kept_copies
    from clientela.reports import written
    from clientela.templates.filters import day

    kept_copies.expire(settings, today)
    written.expire(settings, today)
    copies = kept_copies.of_shop(settings)
    kept = [(each.path, each.last_on) for each in copies]
    kept += [(each.path, each.last_on) for each in written.of_shop(settings)]
    rows: list[dict[str, Any]] = [
        {"file": _shown(settings, path), "until": last_on} for path, last_on in kept
    ]
    if not rows:
        if output_format not in ("table", "md"):
            write([Column("file", "file"), Column("until", "until")], [], output_format, {"kept": []})
        return
    text = ngettext(
        "{count} copy or report of before may still name the person:",
        "{count} copies and reports of before may still name the person:",
        len(rows),
    )
    say(text.format(count=len(rows)))
    is_screen = output_format in ("table", "md")
    shown = [row | {"until": day(row["until"])} for row in rows] if is_screen else rows
    columns = [Column("file", _("file")), Column("until", _("last day"))]
    write(columns, shown, output_format, {"kept": rows})
    if not all(each.is_ours for each in copies):
        say(_("Copies outside the shop folder are yours to delete by that day."))


def _shown(settings: Settings, path: Path) -> str:
    """Return a file as the owner finds it: from the shop folder where it lies in it."""
    try:
        return str(path.resolve().relative_to(settings.folder.resolve()))
    except ValueError:
        return str(path)
