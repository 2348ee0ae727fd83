"""A copy of the referral store."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext


@click.command(cls=TranslatedCommand)
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar=N_("[FILE]"))
@options.shop
def command(file: Path | None, shop: Path | None) -> None:
    """Copy links, friends and rewards to a file, also while the server runs, and check the copy.

    The copy is one file that only you can read; it holds names and details, so keep it as safe as the
    database. Without FILE it goes to “backups” in the shop folder, named after the instant. Copies there
    older than backups_days (settings, [retention]) are taken away, and reports older than reports_days where
    somebody was forgotten since. Prints where it is.

    Example:
        clientela referral backup
        clientela referral backup /media/stick/referral.sqlite
    """
    from clientela.exchange import issued
    from clientela.referral_server.running import backup, kept_copies
    from clientela.reports import written

    settings = options.settings(shop)
    # Looks for what is missing before a folder for copies is made.
    issued.open_here(settings).close()
    name = f"referral-{datetime.now():%Y-%m-%dT%H%M%S}.sqlite"
    target = file or settings.folder / "backups" / name
    if file is None:
        target.parent.mkdir(mode=0o700, exist_ok=True)
    elif file.is_dir():
        target = file / name
    backup.backup(settings.referral_store, target)
    if target.parent.resolve() != (settings.folder / "backups").resolve():
        kept_copies.note(settings.referral_store, target, int(time.time() * 1000))
    click.echo(target)
    say(_("The copy is whole."))
    today = options.today(settings)
    if gone := kept_copies.expire(settings, today):
        text = ngettext("{count} old copy was taken away.", "{count} old copies were taken away.", len(gone))
        say(text.format(count=len(gone)))
    if gone := written.expire(settings, today):
        text = ngettext(
            "{count} old report or list was taken away.",
            "{count} old reports and lists were taken away.",
            len(gone),
        )
        say(text.format(count=len(gone)))
