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
from clientela.cli.unfinished import saying_what_is_so
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext

if TYPE_CHECKING:
    from clientela.exchange.forgetting import Forgot
    from clientela.settings.shop_settings import Settings


@click.command(cls=TranslatedCommand)
@click.argument("person", metavar=N_("PERSON"))
@options.output_format
@options.shop
def command(person: str, output_format: str, shop: Path | None) -> None:
    """Forget somebody who asks for it, by phone, e-mail or customer number: a friend, a fan, any customer.

    Name, details, address and notes go from the sales and from the referral database; days and amounts stay,
    for the books and for every count. Discounts and rewards not yet used end, consents as well. A
    file or an older copy that brings the person again brings the sales alone. Prints the files that may
    still name the person: copies and reports with their last day, others as yours to delete. It works while
    the server runs; with the server on another computer, exchange afterwards.

    Example:
        clientela referral forget "347 555 0199"
        clientela referral forget C0061
    """
    from clientela.exchange import forgetting

    settings = options.settings(shop)
    today = options.today(settings)
    now = referral.instant(settings) or int(time.time() * 1000)
    with saying_what_is_so(settings):
        done = forgetting.forget(settings, person, today=today, now=now)
    _say(done, settings)
    _print_exceptions(settings, today, output_format)


def _say(done: Forgot, settings: Settings) -> None:
    """Say what was done."""
    say(_("Forgotten: name and details are gone, sums and rewards stay."))
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
        say(_("Somebody is reading the database: its log is emptied with the server's next write."))
    if settings.referral.server_url:
        say(_("Tell the server with: {command}").format(command="clientela referral sync"))


def _print_exceptions(settings: Settings, today: date, output_format: str) -> None:
    """Print what may still name the person, and until when; what is past its day goes now."""
    from clientela.cli import demo_pages, kept_files
    from clientela.referral_server.running import kept_copies
    from clientela.reports import written
    from clientela.templates.filters import day

    demo_pages.forget(settings)
    kept_copies.expire(settings, today)
    written.expire(settings, today)
    rows: list[dict[str, Any]] = [
        {"file": _shown(settings, each.path), "until": each.until} for each in kept_files.of_shop(settings)
    ]
    if not rows:
        if output_format not in ("table", "md"):
            write([Column("file", "file"), Column("until", "until")], [], output_format, {"kept": []})
        return
    text = ngettext(
        "{count} file of before may still name the person:",
        "{count} files of before may still name the person:",
        len(rows),
    )
    say(text.format(count=len(rows)))
    is_screen = output_format in ("table", "md")
    yours = _("yours to delete")
    shown = [row | {"until": day(row["until"]) if row["until"] else yours} for row in rows]
    columns = [Column("file", _("file")), Column("until", _("last day"))]
    write(columns, shown if is_screen else rows, output_format, {"kept": rows})
    _say_who_deletes(rows)


def _say_who_deletes(rows: list[dict[str, Any]]) -> None:
    """Say what takes a file away, for nothing does so by itself."""
    if any(row["until"] for row in rows):
        say(
            _(
                "After that day a report goes with the next “report”, “referral backup” or “referral "
                "forget”; a copy with the latter two or while the server runs, the newest "
                "once there is a younger one."
            )
        )
    if not all(row["until"] for row in rows):
        say(_("Files without a day are yours: see whether the person is in them, and delete them."))


def _shown(settings: Settings, path: Path) -> str:
    """Return a file as the owner finds it: from the shop folder where it lies in it."""
    try:
        return str(path.resolve().relative_to(settings.folder.resolve()))
    except ValueError:
        return str(path)
