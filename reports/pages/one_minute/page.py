"""In one minute: how the shop stands with its customers, and what to do this week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import lazy
from clientela.reports.charts.sparkline import sparkline
from clientela.reports.deeds import Deed
from clientela.reports.pages.customer_worth.answers import Answer, answers
from clientela.reports.pages.customer_worth.figures import read_meters
from clientela.reports.pages.one_minute import say
from clientela.reports.pages.one_minute.figures import read_facts
from clientela.reports.pages.one_minute.findings import Finding, findings
from clientela.reports.pages.were_we_right.grade import letter
from clientela.reports.section import Edition, Figure, Section, figure_of
from clientela.warehouse.measures.readings import Readings, read_measures

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Strip:
    """One category's row."""

    category: str
    people: Figure
    month: Figure
    """Change in people since the month end before."""

    year: Figure
    revenue: Figure
    share: Figure
    sparkline: Markup | None


@dataclass(frozen=True)
class Freshness:
    """How far the data reach."""

    as_of: date
    last_order_on: date | None
    records: Figure
    refused: Figure
    stale_since: date | None


@dataclass(frozen=True)
class Grade:
    """How right the report's predictions have been."""

    letter: str
    score: Figure


@dataclass(frozen=True)
class OneMinute:
    """The page."""

    heading: str
    freshness: Freshness
    people: Figure
    purchasers: Figure
    revenue: Figure
    named_share: Figure
    tax_included: bool
    strips: list[Strip]
    findings: list[Finding]
    deeds: list[Deed]
    answers: list[Answer]
    """The four questions; none where nobody has bought yet."""

    grade: Grade | None


def read(db: DuckDBPyConnection, edition: Edition) -> OneMinute:
    """Read the page."""
    facts, measures = read_facts(db, edition.shop.currency), read_measures(db)
    [row] = db.execute(
        """
        select last_order_on, people, purchasers, revenue_12m, identified_revenue_share, tax_included
        from marts.report_date
        """
    ).fetchall()
    last, people, purchasers, revenue, named, tax_included = row
    [(records, refused)] = db.execute(
        "select coalesce(sum(records_in), 0), coalesce(sum(quarantined), 0) from marts.batches"
    ).fetchall()
    return OneMinute(
        heading=say.headline(facts),
        freshness=Freshness(
            facts.as_of,
            last,
            Figure("data.records_in", int(records), "count"),
            Figure("data.quarantined", int(refused), "count"),
            edition.stale_since,
        ),
        people=Figure("people.total", people, "people"),
        purchasers=Figure("people.purchasers", purchasers, "people"),
        revenue=Figure("revenue_12m.total", revenue, "eur"),
        named_share=Figure("revenue_12m.named_share", named, "share"),
        tax_included=bool(tax_included),
        strips=_strips(db),
        findings=findings(facts),
        deeds=say.deeds(facts),
        answers=_answers(db, measures, edition.shop.currency),
        grade=_grade(measures),
    )


def _answers(db: DuckDBPyConnection, measures: Readings, currency: str) -> list[Answer]:
    found = answers(measures, {meter.answer: meter for meter in read_meters(db)}, currency)
    return found if measures["value.mean"].value is not None else []


def _grade(measures: Readings) -> Grade | None:
    given = letter(measures)
    return Grade(given, figure_of(measures["card.score"])) if given else None


def _strips(db: DuckDBPyConnection) -> list[Strip]:
    """Read the seven rows."""
    past: dict[str, list[int]] = {}
    for code, number in db.execute(
        "select category, people from marts.category_history order by as_of"
    ).fetchall():
        past.setdefault(code, []).append(number)
    rows = db.execute(
        """
        select category, people, people - people_month_before, people - people_year_before, revenue_12m,
            revenue_share
        from marts.category_totals order by position
        """
    ).fetchall()
    return [
        Strip(
            category=code,
            people=Figure(f"people.{code}", number, "people"),
            month=Figure(f"change_month.{code}", month, "people"),
            year=Figure(f"change_year.{code}", year, "people"),
            revenue=Figure(f"revenue_12m.{code}", revenue, "eur"),
            share=Figure(f"revenue_share.{code}", part, "share"),
            sparkline=_line(code, past.get(code, [])),
        )
        for code, number, month, year, revenue, part in rows
    ]


def _line(code: str, values: list[int]) -> Markup | None:
    """Draw a category's months; nothing where there is but one."""
    if len(values) < 2:
        return None
    return sparkline(values, code, say.months(code, values))


section = Section(title=lazy("In one minute"), position=10, read=read)
