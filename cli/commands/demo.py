"""The fictional shop, from nothing to its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clientela.cli import demo_pages, options, referral
from clientela.cli.commands.load import load_into
from clientela.cli.commands.report import keep_month_ends, write_report
from clientela.cli.narration import say
from clientela.cli.stopped import if_stopped, step_by_step
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import language, ngettext
from clientela.i18n import lazy as N_
from clientela.settings.shop_settings import FILE_NAME, Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.loyalty.people.person import Invited


@click.command(cls=TranslatedCommand)
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    default=Path("demo"),
    show_default=True,
    help=N_("The folder to make."),
)
def command(to: Path) -> None:
    """Make a shop folder from the fictional shop, load its files, invite its fans and write its report.

    The shop speaks the language of --lang, else yours.

    Example:
        clientela demo --to demo
    """
    from clientela.sample_data.folder import make_shop_folder
    from clientela.warehouse import blocks
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.loading.whole_file import LoadedFile

    if to.exists() and any(to.iterdir()) and not (to / FILE_NAME).exists():
        raise ClientelaError(
            _("{folder} holds other files.").format(folder=to), _("Name an empty or a new folder with --to.")
        )
    if_stopped(step_by_step())
    settings, files = make_shop_folder(to, language())
    coming = blocks.bytes_of(files)
    with open_shop(settings.database, engine=settings.engine, create=True, coming=coming) as db:
        for path in files:
            loaded = LoadedFile()
            load_into(db, settings, path, loaded)
            count = sum(result.records.in_ for result in loaded.results)
            say(_("{file}: {count} rows.").format(file=path.name, count=count))
        _keep_month_ends(db, settings)
        invited, names, former = _invite_fans(db, settings)
    if invited:
        text = ngettext("{count} link for a fan.", "{count} links for fans.", len(invited))
        say(text.format(count=len(invited)))
    speech = options.asked_language() or settings.shop.language
    written = write_report(settings, None, speech, None, with_pdf=True)
    click.echo(written["html"])
    if written["pdf"]:
        click.echo(written["pdf"])
    if invited:
        path, page = demo_pages.write(settings, invited, names, former)
        click.echo(str(path))
        say(demo_pages.how_to_open(settings, page))


def _keep_month_ends(db: DuckDBPyConnection, settings: Settings) -> None:
    """Keep every month end, then build what the invitations are made of; the report builds the rest, once."""
    from clientela.exchange import invite
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.history.carrying import TARGETS

    as_of = bring_to_latest_month(db, settings, options.today(settings), targets=TARGETS)
    keep_month_ends(db, settings, as_of, as_of)
    bring_to_latest_month(db, settings, options.today(settings), targets=invite.TABLES)


def _invite_fans(
    db: DuckDBPyConnection, settings: Settings
) -> tuple[list[Invited], dict[str, str], dict[str, str]]:
    """Give every fan a link, unless the owner has taken the pages' address out.

    The links are fetched at once, so that the report knows them.

    Returns:
        Who has a link, each one's name, and the pages that an earlier demo wrote down; a fan whose page is
        neither new nor written down gets a new address for it.
    """
    from clientela.exchange import invite, issued
    from clientela.exchange.other_side import Push
    from clientela.exchange.sync import Synced, pull

    if not settings.referral.base_url:
        return [], {}, {}
    found = invite.candidates(db, settings.categories.timezone, categories=("fan",))
    fans = {each.member.customer_id: each.member for each in found if each.refusal is None}
    former = demo_pages.former(settings)
    issued.require_store(db, settings)
    with referral.open_other_side(settings, create=True) as side:
        invited = {row.customer_id: row for row in side.push_members(Push(list(fans.values())))}
        lost = [fans[who] for who, row in invited.items() if not row.portal_token and who not in former]
        if lost:
            invited |= {row.customer_id: row for row in side.push_members(Push(lost, renew=True))}
        pull(db, settings, side, Synced(), options.today(settings))
    return list(invited.values()), {who: member.name for who, member in fans.items()}, former


__all__ = ["command", "options"]
