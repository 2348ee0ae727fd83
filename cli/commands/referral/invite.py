"""Give fans and customers their links."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from clientela.cli import options, referral
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.stopped import if_stopped, step_by_step
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.settings.shop_settings import Settings
from clientela.terms import ExitCode

if TYPE_CHECKING:
    from clientela.exchange.invite import Candidate

REASONS: Final = {
    "gone": N_("no longer here"),
    "do_not_contact": N_("asked not to be contacted"),
    "detractor": N_("would not recommend you"),
    "veto": N_("you marked them with −1"),
    "overdue": N_("has an unpaid invoice"),
    "toxic": N_("costs more than they bring"),
}
"""Why somebody is not invited."""


@click.command(cls=TranslatedCommand)
@referral.customer_option
@click.option("--fans", is_flag=True, help=N_("Only fans and those who bring customers."))
@click.option(
    "--renew", is_flag=True, help=N_("Make a new address for each one's own page; the earlier one ends.")
)
@click.option("--dry-run", is_flag=True, help=N_("Say who would be invited and make nothing."))
@referral.folder_option
@options.output_format
@options.shop
def command(
    customers: tuple[str, ...],
    fans: bool,
    renew: bool,
    dry_run: bool,
    folder: Path | None,
    output_format: str,
    shop: Path | None,
) -> int:
    """Give every fan and customer a link, a code to say aloud and a page of their own.

    Left out are those who asked not to be contacted, who would not recommend you, whom you marked with −1
    or who owe you money. Whoever has a link keeps it. The address of a fan's page is a secret between you
    two: it is shown this once.

    Example:
        clientela referral invite --fans
        clientela referral invite --customer C0061 --renew
    """
    from clientela.exchange import invite, issued
    from clientela.loyalty.rewards.programme import require_address

    settings = options.settings(shop)
    require_address(settings)
    timezone = settings.categories.timezone
    with shop_at(settings, None, invite.TABLES) as (db, _day):
        issued.require_store(db, settings, folder)
        if customers:
            found = invite.named(db, timezone, customers)
        else:
            found = invite.candidates(db, timezone, categories=("fan",) if fans else invite.CATEGORIES)
    chosen = [each for each in found if each.refusal is None]
    refused = [each for each in found if each.refusal is not None]
    rows = [_planned(each) for each in chosen] if dry_run else _invite(settings, folder, chosen, renew=renew)
    _print(rows, refused, output_format)
    _say_refused(refused, named=bool(customers))
    _say_end(len(chosen), rows, dry_run=dry_run, folder=folder)
    return ExitCode.FINDINGS if customers and refused else ExitCode.DONE


def _planned(candidate: Candidate) -> dict[str, Any]:
    member = candidate.member
    nothing = dict.fromkeys(("code", "short_code", "spoken", "url", "page"))
    return {"customer_id": member.customer_id, "name": member.name, **nothing}


def _invite(
    settings: Settings, folder: Path | None, chosen: list[Candidate], *, renew: bool
) -> list[dict[str, Any]]:
    from clientela.exchange.other_side import Push
    from clientela.loyalty.rewards.programme import Programme

    if not chosen:
        return []
    if_stopped(step_by_step())
    with referral.open_other_side(settings, folder, create=True) as side:
        invited = side.push_members(Push([each.member for each in chosen], renew=renew))
    programme = Programme.of(settings)
    names = {each.member.customer_id: each.member.name for each in chosen}
    return [referral.invitation(programme, row, names.get(row.customer_id, "")) for row in invited]


def _print(rows: list[dict[str, Any]], refused: list[Candidate], output_format: str) -> None:
    columns = [
        Column("customer_id", _("customer")),
        Column("name", _("name")),
        Column("spoken", _("code")),
        Column("url", _("link")),
        Column("page", _("own page")),
    ]
    if output_format in ("csv", "xlsx"):
        keys = ("customer_id", "name", "code", "short_code", "spoken", "url", "page")
        columns = [Column(key, key) for key in keys]
    reasons = [{"customer_id": each.member.customer_id, "reason": each.refusal} for each in refused]
    write(columns, rows, output_format, {"invited": rows, "refused": reasons})


def _say_refused(refused: list[Candidate], *, named: bool) -> None:
    """Say who was left out: by name where they were asked for, else how many for what reason."""
    if named:
        for each in refused:
            say(
                _("{customer} is not invited: {reason}.").format(
                    customer=each.member.customer_id, reason=_(REASONS[str(each.refusal)])
                )
            )
        return
    for reason, count in Counter(str(each.refusal) for each in refused).most_common():
        text = ngettext("{count} person left out: {reason}.", "{count} people left out: {reason}.", count)
        say(text.format(count=count, reason=_(REASONS[reason])))


def _say_end(chosen: int, rows: list[dict[str, Any]], *, dry_run: bool, folder: Path | None) -> None:
    if dry_run:
        text = ngettext("{count} person would be invited.", "{count} people would be invited.", chosen)
        say(text.format(count=chosen))
        return
    new = sum(1 for row in rows if row["page"])
    text = ngettext(
        "{count} person has a link, {new} new.", "{count} people have a link, {new} new.", len(rows)
    )
    say(text.format(count=len(rows), new=new))
    missing = chosen - len(rows)
    if folder:
        referral.say_waiting(missing, folder)
    elif missing > 0:
        text = ngettext(
            "{count} person's link is closed, by you or by themselves: it stays so.",
            "{count} people's links are closed, by you or by themselves: they stay so.",
            missing,
        )
        say(text.format(count=missing))
