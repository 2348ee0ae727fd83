"""The three drawings of the page of fans and friends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.reports.charts.lorenz import Axis, Point, lorenz
from clientela.reports.charts.ranges import Range, ranges
from clientela.reports.charts.step_bars import Step, step_bars
from clientela.reports.pages.fans_and_friends.fans import HIDDEN, Month
from clientela.reports.section import FEW, Figure
from clientela.templates.filters import count, share, short_month, signed

MONTHS: Final = 12
"""Months with answers that are drawn."""

PALE: Final = 30
"""Answers below which a month is drawn pale."""


def _step_name(step: str) -> str:
    return {
        "links": _("hold a link"),
        "opened": _("links opened"),
        "arrived": _("friends arrived"),
        "bought": _("have bought"),
        "customers": _("have come back"),
    }[step]


COLOUR: Final = {
    "links": "fan",
    "opened": "potential",
    "arrived": "referral",
    "bought": "buyer",
    "customers": "customer",
}


def steps(found: Mapping[str, Figure]) -> Markup | None:
    """Draw the steps that a file tells of; nothing where nobody has arrived and no link is held."""
    known = {step: int(figure.value) for step, figure in found.items() if figure.value is not None}
    if not known.get("arrived") and not known.get("links"):
        return None
    bars = [
        Step(_step_name(step), number, count(number), COLOUR[step], _reached(step, known))
        for step, number in known.items()
    ]
    title = _("From a link to a customer: {rows}").format(
        rows=", ".join(f"{bar.name} {bar.text}" for bar in bars)
    )
    return step_bars(bars, title)


def _reached(step: str, known: Mapping[str, int]) -> str:
    """Say which part of the friends went on; openings and arrivals are no part of what stands above them."""
    above = {"bought": "arrived", "customers": "bought"}.get(step)
    if above is None or known[above] < FEW:
        return ""
    return f"↓ {share(known[step] / known[above])}"


def concentration(curve: Sequence[tuple[float, float]], people: float, sales: float, title: str) -> Markup:
    """Draw the part of the sales that the best customers bring."""
    axis = Axis(
        _("share of customers, best first"),
        _("share of sales"),
        _("if all spent the same"),
        ((0, share(0)), (0.5, share(0.5)), (1, share(1))),
    )
    text = _("{people} → {sales}").format(people=share(round(people, 2)), sales=share(round(sales, 2)))
    return lorenz([Point(*point) for point in curve], Point(people, sales), text, axis, title)


def answers(months: Sequence[Month], title: str) -> Markup:
    """Draw the answers month by month, with the doubt that so few answers leave."""
    drawn = [
        Range(
            f"{short_month(month.month)} {month.month:%y}",
            f"n = {count(month.answers)}",
            month.nps if month.answers >= HIDDEN else None,
            month.low,
            month.high,
            signed(month.nps) if round(month.nps) else "0",
            month.answers >= PALE,
        )
        for month in months
    ]
    low = -100 if any(month.low < 0 for month in months if month.answers >= HIDDEN) else 0
    scale = (-100, -50, 0, 50, 100) if low else (0, 50, 100)
    ticks = [(float(value), signed(value) if value else "0") for value in scale]
    spoken = ", ".join(
        f"{each.name} {each.text if each.value is not None else '–'} ({each.note})" for each in drawn
    )
    return ranges(drawn, ticks, f"{title}: {spoken}")
