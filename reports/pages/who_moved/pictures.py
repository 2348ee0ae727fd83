"""The way from last month's active customers to this month's, drawn, and the room that it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Final

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.reports.charts.waterfall import Fall, waterfall
from clientela.reports.pages.who_moved.figures import Restated, Step
from clientela.reports.pages.who_moved.say import STEP
from clientela.templates.filters import count, money, month_name, signed

MOVERS: Final = 9
"""So many names fit below a balance without corrections."""

COLOUR: Final = {"first_purchase": "buyer", "won_back": "customer", "lost": "lost", "end": "ink"}


def room_for_movers(steps: Sequence[Step], restated: Sequence[Restated]) -> int:
    """Return how many names still fit: every correction and every note takes the place of some."""
    corrections = sum(step.is_shown and step.is_correction for step in steps)
    return max(0, MOVERS - ceil(1.2 * corrections) - len(restated))


def draw_steps(steps: Sequence[Step], previous: date, as_of: date, currency: str) -> Markup:
    """Draw the way from last month's active customers to this month's."""
    shown = [step for step in steps if step.is_shown]
    falls = [_fall(step, previous, as_of, currency) for step in shown]
    title = _("Active customers from {before} to {after}: {changes}").format(
        before=falls[0].text,
        after=falls[-1].text,
        changes=", ".join(f"{fall.name} {fall.text}" for fall in falls[1:-1]),
    )
    return waterfall(falls, title)


def _fall(step: Step, previous: date, as_of: date, currency: str) -> Fall:
    """Return one row of the drawing."""
    people, revenue = int(step.people.value or 0), Decimal(step.revenue.value or 0)
    if step.name in ("start", "end"):
        name = _("Active at the end of {month}").format(
            month=month_name(previous if step.name == "start" else as_of, with_year=False)
        )
        return Fall(name, people, count(people), COLOUR.get(step.name, "muted"), money(revenue, currency))
    return Fall(
        _(STEP[step.name]),
        people,
        "" if step.name == "stayed" else signed(people),
        COLOUR.get(step.name, "muted"),
        _signed_money(revenue, currency),
    )


def _signed_money(amount: Decimal, currency: str) -> str:
    """Write a change of money with its sign, so that the column adds up."""
    whole = round(amount)
    return ("+" if whole > 0 else "\u2212" if whole < 0 else "") + money(abs(whole), currency)
