"""What the first page says besides its findings: the month in one sentence, and what to do this week."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.reports.deeds import Deed, deed
from clientela.reports.pages.one_minute.figures import Facts
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
    late = ngettext(
        "Call the person who is late, today or tomorrow.",
        "Call those who are late, from the top of the list: twenty calls are an afternoon.",
        facts.late,
    )
    left = _("Ask those you have just lost why, then give them one reason to return.")
    expiring = _("Give buyers whose time is running out a reason to come back.")
    near_fans = _("Look after those who are one step from being fans.")
    waiting = _("Welcome those whom a friend sent, in the friend's name.")
    possible = [
        deed(
            "action.call_late", late, facts.late, facts.late_at_stake, (_("Call tomorrow"), "call-tomorrow")
        ),
        deed("action.ask_why", left, facts.gone_lately, facts.gone_at_stake, _list("lost")),
        deed("action.second_purchase", expiring, facts.expiring, facts.expiring_revenue, _list("buyer")),
        deed("action.near_fans", near_fans, facts.near_fans, facts.near_fan_revenue, _list("customer")),
        deed("action.welcome", waiting, facts.waiting, Decimal(0), _list("referral")),
    ]
    due = [each for each in possible if each.people.value]
    return sorted(due, key=lambda each: (-Decimal(each.worth.value or 0), each.people.metric))[:MOST_DEEDS]


def _list(code: str) -> tuple[str, str]:
    """Return the name and the anchor of a category's list."""
    return category_name(code), code
