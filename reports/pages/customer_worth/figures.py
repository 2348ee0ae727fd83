"""What a customer is worth, read from the marts: figures by their stable names, the triangle, the curves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.reports.section import FEW, Figure, read_rows
from clientela.templates.filters import short_month

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

YEARS = 4
"""Years of first purchase drawn, the newest ones."""

SHADES = (0.10, 0.20, 0.30, 0.40)
"""Shares from which a cell of the triangle is darker."""

POSITION = {"buyer": 1, "customer": 2, "fan": 3, "lost": 4}

SILENT_FROM, SILENT_TO = 91, 182
"""Days of silence after which a word still brings some back."""


@dataclass(frozen=True)
class Cell:
    """One quarter of life of those who came in one quarter of the year."""

    figure: Figure
    shade: int
    """0 to 4, darker the more came back."""

    is_partial: bool
    """Not everybody has been through it yet."""


@dataclass(frozen=True)
class Cohort:
    """Those who first bought in one quarter of the year."""

    name: str
    """``gen–mar 2024``."""

    people: Figure
    cells: list[Cell | None]
    """One a quarter of life; None where nobody has been through it."""


@dataclass(frozen=True)
class YearCurve:
    """What those who came in one year have brought, month of age by month of age."""

    year: int
    people: int
    values: list[float]


@dataclass(frozen=True)
class ValueRow:
    """What one group of customers has brought."""

    dimension: str
    """``category`` or ``origin``."""

    member: str
    people: Figure
    mean: Figure
    low: float | None
    high: float | None
    median: Figure
    expected: Figure
    life: Figure


@dataclass(frozen=True)
class Meter:
    """Whether one question can be answered."""

    answer: str
    """Code of the question."""

    available: bool
    reason: str | None
    available_on: date | None
    missing: str
    n: int


def read_cohorts(db: DuckDBPyConnection) -> list[Cohort]:
    """Read the triangle, oldest quarter of the year first."""
    found: dict[date, Cohort] = {}
    for started_on, quarter, people, watched, share, is_partial in db.execute(
        """
        select started_on, quarter, people, watched, returned_share, is_partial
        from marts.cohort_triangle order by started_on, quarter
        """
    ).fetchall():
        name = f"cohort.{started_on.year}-Q{(started_on.month + 2) // 3}"
        row = found.setdefault(
            started_on, Cohort(_quarter(started_on), Figure(f"{name}.people", people, "people"), [])
        )
        if watched:
            shade = sum(share >= limit for limit in SHADES) if watched >= FEW else 0
            row.cells.append(Cell(Figure(f"{name}.{quarter}", share, "share", watched), shade, is_partial))
    return list(found.values())


def _quarter(starts_on: date) -> str:
    """Write a quarter of the year by its months: ``gen–mar 2024``."""
    last = starts_on.replace(month=starts_on.month + 2)
    return f"{short_month(starts_on)}–{short_month(last)} {starts_on.year}"


def read_curves(db: DuckDBPyConnection) -> list[YearCurve]:
    """Read the newest years of first purchase, oldest of them first."""
    found: dict[int, YearCurve] = {}
    for year, people, value in db.execute(
        "select year, year_people, value from marts.value_by_year order by year, months"
    ).fetchall():
        found.setdefault(year, YearCurve(year, people, [])).values.append(value)
    return list(found.values())[-YEARS:]


def read_values(db: DuckDBPyConnection) -> list[ValueRow]:
    """Read what each category and each origin has brought, the categories first."""
    rows = db.execute(
        """
        select dimension, member, people, mean, low, high, median, expected_mean, life_mean
        from marts.value_groups where dimension in ('category', 'origin')
        """
    ).fetchall()
    rows.sort(
        key=lambda row: (row[0], POSITION.get(row[1], 0), row[1] in ("other", "unknown"), -row[2], row[1])
    )
    return [_value_row(*row) for row in rows]


def _value_row(
    dimension: str,
    code: str,
    people: int,
    mean: float,
    low: float | None,
    high: float | None,
    median: float,
    expected: float | None,
    life: float | None,
) -> ValueRow:
    name = f"value_groups.{dimension}.{code}"

    def euro(what: str, value: float | None) -> Figure:
        shown = Decimal(str(round(value, 2))) if value is not None and people >= FEW else None
        return Figure(f"{name}.{what}", shown, "eur", people, None if shown is not None else "too_few")

    return ValueRow(
        dimension,
        code,
        Figure(f"{name}.people", people, "people"),
        euro("mean", mean),
        low,
        high,
        euro("median", median),
        euro("expected_mean", expected),
        euro("life_mean", life),
    )


def read_meters(db: DuckDBPyConnection) -> list[Meter]:
    """Read which questions can be answered, in the order of the page."""
    return read_rows(
        db,
        """
        select answer, available, reason, available_on, coalesce(missing, ''), coalesce(n, 0)
        from marts.maturity where answer <> 'level' order by position
        """,
        Meter,
    )


def read_asleep(db: DuckDBPyConnection) -> tuple[int, Decimal]:
    """Count those who left and whom a word may still bring back, and what they spent in 12 months."""
    [(people, spent)] = db.execute(
        """
        select count(*), coalesce(sum(revenue_12m), 0) from marts.customers
        where category = 'lost' and is_listed and silent_days between ? and ?
        """,
        [SILENT_FROM, SILENT_TO],
    ).fetchall()
    return people, round(spent, 2)


def read_span(db: DuckDBPyConnection) -> tuple[date, date | None, int]:
    """Read the day of the report, the first sale's, if there is one, and how many have bought."""
    [(as_of, start, people)] = db.execute(
        "select as_of, history_start, purchasers from marts.report_date"
    ).fetchall()
    return as_of, start, people
