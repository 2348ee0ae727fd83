"""What a customer is worth: the owner's four questions, each with its doubt or with what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import lazy
from clientela.reports.deeds import Deed
from clientela.reports.pages.customer_worth import pictures, say
from clientela.reports.pages.customer_worth.answers import Answer, Number, answers, numbers
from clientela.reports.pages.customer_worth.figures import (
    Cohort,
    Meter,
    ValueRow,
    YearCurve,
    read_asleep,
    read_cohorts,
    read_curves,
    read_meters,
    read_span,
    read_values,
)
from clientela.reports.section import Edition, Figure, Section
from clientela.terms import word_for
from clientela.warehouse.measures.readings import read_measures

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
    values: list[tuple[str, ValueRow]]
    """Each with the name of its group."""

    numbers: list[Number]
    meters: list[tuple[str, Meter, str]]
    """The question, whether it can be answered, and from when."""

    how_known: str
    deeds: list[Deed]


def read(db: DuckDBPyConnection, edition: Edition) -> CustomerWorth:
    """Read the page."""
    currency = edition.shop.currency
    told = read_measures(db)
    meters = {meter.answer: meter for meter in read_meters(db)}
    cohorts, years = read_cohorts(db), read_curves(db)
    curves = say.curves(years, currency)
    return CustomerWorth(
        heading=say.heading(told, currency),
        context=say.context(*read_span(db)),
        answers=answers(told, meters, currency),
        triangle=say.triangle(cohorts),
        cohorts=cohorts,
        quarters=_quarters(cohorts),
        curves=curves,
        chart=pictures.curves(years, curves, currency),
        curve_figures=_curve_figures(years),
        values=[(say.member(row.dimension, row.member), row) for row in read_values(db)],
        numbers=numbers(told, currency),
        meters=[(word_for(say.ANSWER, meter.answer), meter, say.when(meter)) for meter in meters.values()],
        how_known=say.how_known(told),
        deeds=say.deeds(told, *read_asleep(db)),
    )


def _quarters(cohorts: list[Cohort]) -> list[str]:
    """Return the headings of the triangle's columns: months of life."""
    most = max((len(row.cells) for row in cohorts), default=0)
    return [f"{3 * place + 1}–{3 * place + 3}" for place in range(most)]


def _curve_figures(years: list[YearCurve]) -> list[Figure]:
    return [
        Figure(f"value_by_year.{year.year}.12", Decimal(str(round(year.values[11], 2))), "eur", year.people)
        for year in years
        if len(year.values) >= 12
    ]


section = Section(title=lazy("What a customer is worth"), position=50, read=read)
