"""What the customers of each year have brought, drawn."""

from __future__ import annotations

from math import floor, log10
from typing import Final

from markupsafe import Markup

from clientela.i18n import ngettext
from clientela.reports.charts.small_multiples import Panel, Scale, small_multiples
from clientela.reports.pages.customer_worth.figures import YearCurve
from clientela.templates.filters import money

MONTHS_DRAWN: Final = 36


def curves(years: list[YearCurve], title: str, currency: str) -> Markup | None:
    """Draw what the customers of each year have brought, month by month of their age."""
    if not years:
        return None
    highest = max(max(year.values) for year in years)
    if highest <= 0:
        return None
    steps = min(max(max(len(year.values) for year in years), 12), MONTHS_DRAWN)
    panels = [
        Panel(
            str(year.year),
            year.values[:steps],
            money(round(year.values[:steps][-1]), currency),
            ngettext("{n} person", "{n} people", year.people).format(n=year.people),
        )
        for year in years
    ]
    tick = _round_number(highest / 2)
    ticks = tuple((tick * place, money(tick * place, currency)) for place in range(int(highest // tick) + 1))
    marks = tuple((at, str(at)) for at in range(12, steps + 1, 12))
    return small_multiples(panels, Scale(steps, highest, ticks, marks), title)


def _round_number(value: float) -> float:
    """Return the largest 1, 2 or 5 with zeros that is no more than the value."""
    power = 10.0 ** floor(log10(value))
    return max(step * power for step in (1, 2, 5) if step * power <= value)
