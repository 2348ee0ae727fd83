"""What the first page says besides its findings: the month in one sentence, and what to do this week."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.reports.deeds import Deed
from clientela.reports.pages.one_minute.facts import Facts
from clientela.reports.section import Figure
from clientela.templates.filters import count, month_name
from clientela.terms import category_name

MOST_DEEDS: Final = 3


def headline(facts: Facts) -> str:
    """Return the month's finding, the heading of the first page."""
    if not facts.people:
        return _("Nobody here yet: load your sales and this page fills itself")
    active = ngettext("{n} active customer", "{n} active customers", facts.active).format(
        n=count(facts.active)
    )
    if facts.previous is None:
        return _("{active}: the first picture of your shop").format(active=active)
    return f"{active}, {_difference(facts)}"


def _difference(facts: Facts) -> str:
    """Say how many active customers there are more or fewer than a month ago."""
    assert facts.previous is not None
    before = month_name(facts.previous, with_year=False)
    change = facts.active - facts.active_before
    if change == 0:
        return _("as many as in {month}").format(month=before)
    if change > 0:
        return ngettext("{n} more than in {month}", "{n} more than in {month}", change).format(
            n=count(change), month=before
        )
    return ngettext("{n} fewer than in {month}", "{n} fewer than in {month}", -change).format(
        n=count(-change), month=before
    )


def months(code: str, values: list[int]) -> str:
    """Say how a category went, for those who do not see the line."""
    return _(
        "{category} at the last {n} month ends: from {first} to {last}, lowest {low}, highest {high}"
    ).format(
        category=category_name(code),
        n=len(values),
        first=count(values[0]),
        last=count(values[-1]),
        low=count(min(values)),
        high=count(max(values)),
    )


def deeds(facts: Facts) -> list[Deed]:
    """Return what to do this week, the most money first, at most three."""
    call_page, call_anchor = _("Call tomorrow"), "call-tomorrow"
    possible = [
        Deed(
            ngettext(
                "Call the person who is late, today or tomorrow.",
                "Call those who are late, from the top of the list: twenty calls are an afternoon.",
                facts.late,
            ),
            Figure("action.call_late.people", facts.late, "people"),
            Figure("action.call_late.eur", facts.late_at_stake, "eur"),
            call_page,
            call_anchor,
        ),
        Deed(
            _("Ask those who have just left why, then give them one reason to return."),
            Figure("action.ask_why.people", facts.gone_lately, "people"),
            Figure("action.ask_why.eur", facts.gone_at_stake, "eur"),
            category_name("lost"),
            "lost",
        ),
        Deed(
            _("Give first-timers whose time is running out a reason to come back."),
            Figure("action.second_purchase.people", facts.expiring, "people"),
            Figure("action.second_purchase.eur", facts.expiring_revenue, "eur"),
            category_name("buyer"),
            "buyer",
        ),
        Deed(
            _("Look after those who are one step from being fans."),
            Figure("action.near_fans.people", facts.near_fans, "people"),
            Figure("action.near_fans.eur", facts.near_fan_revenue, "eur"),
            category_name("customer"),
            "customer",
        ),
        Deed(
            _("Welcome those whom a friend sent, in the friend's name."),
            Figure("action.welcome.people", facts.waiting, "people"),
            Figure("action.welcome.eur", Decimal(0), "eur"),
            category_name("referral"),
            "referral",
        ),
    ]
    due = [deed for deed in possible if deed.people.value]
    return sorted(due, key=lambda deed: (-Decimal(deed.worth.value or 0), deed.people.metric))[:MOST_DEEDS]
