"""What a customer is worth: the owner's four questions, each with its doubt or with what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.charts.small_multiples import Panel, Scale, small_multiples
from clientela.reports.deeds import Deed
from clientela.reports.pages.customer_worth import say
from clientela.reports.pages.customer_worth.answers import Answer, Known, answers
from clientela.reports.pages.customer_worth.figures import (
    Cohort,
    Meter,
    ValueRow,
    YearCurve,
    read_cohorts,
    read_curves,
    read_meters,
    read_told,
    read_values,
)
from clientela.reports.pages.customer_worth.lists import Number, deeds, numbers
from clientela.reports.pages.customer_worth.words import not_yet
from clientela.reports.section import Edition, Figure, Section
from clientela.templates.filters import count, day, money

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MONTHS_DRAWN = 36


@dataclass(frozen=True)
class CustomerWorth:
    """The page."""

    heading: str
    context: str
    answers: list[Answer]
    triangle: str
    cohorts: list[Cohort]
    quarters: list[str]
    curves: str
    chart: Markup | None
    curve_figures: list[Figure]
    values: list[ValueRow]
    numbers: list[Number]
    meters: list[tuple[Meter, str]]
    how_known: str
    deeds: list[Deed]


def read(db: DuckDBPyConnection, edition: Edition) -> CustomerWorth:
    """Read the page."""
    currency = edition.shop.currency
    told = Known(read_told(db))
    meters = {meter.answer: meter for meter in read_meters(db)}
    cohorts, years = read_cohorts(db), read_curves(db)
    curves = say.curves(years, currency)
    return CustomerWorth(
        heading=say.heading(told, currency),
        context=_context(db),
        answers=answers(told, meters, currency),
        triangle=say.triangle(cohorts),
        cohorts=cohorts,
        quarters=_quarters(cohorts),
        curves=curves,
        chart=_chart(years, curves, currency),
        curve_figures=_curve_figures(years),
        values=read_values(db),
        numbers=numbers(told, currency),
        meters=[(meter, _when(meter)) for meter in meters.values()],
        how_known=say.how_known(told),
        deeds=deeds(db, told),
    )


def _context(db: DuckDBPyConnection) -> str:
    [(as_of, start, people)] = db.execute(
        "select as_of, history_start, purchasers from marts.report_date"
    ).fetchall()
    if start is None:
        return day(as_of)
    return ngettext(
        "Sales from {start} to {end}, less refunds: {n} person.",
        "Sales from {start} to {end}, less refunds: {n} people.",
        people,
    ).format(start=day(start), end=day(as_of), n=count(people))


def _quarters(cohorts: list[Cohort]) -> list[str]:
    """Return the headings of the triangle's columns: months of life."""
    most = max((len(row.cells) for row in cohorts), default=0)
    return [f"{3 * place + 1}–{3 * place + 3}" for place in range(most)]


def _chart(years: list[YearCurve], title: str, currency: str) -> Markup | None:
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


def _curve_figures(years: list[YearCurve]) -> list[Figure]:
    return [
        Figure(f"value_by_year.{year.year}.12", Decimal(str(round(year.values[11], 2))), "eur", year.people)
        for year in years
        if len(year.values) >= 12
    ]


def _when(meter: Meter) -> str:
    """Say from when a question can be answered, or what is missing for it."""
    if meter.available:
        return _("now")
    told = not_yet(meter.reason, meter.available_on)
    return f"{told} ({meter.missing})" if meter.missing else told


section = Section(title=lazy("What a customer is worth"), position=50, read=read)
