"""Shops for the tests of the purchase ladder: waits turned into receipts, and a second way to count them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from math import exp, log, sqrt
from typing import Any

import duckdb

from clientela.warehouse.measures.definitions import measure_of
from tests.worlds.made_shop import Row, built_shop, order

LADDER = (
    "steps.ladder_people",
    "steps.ladder_orders",
    "steps.first_purchase_cause",
    "steps.ladder_waits",
    "steps.second_purchase_coupons",
    "marts.ladder_survival",
    "marts.purchase_ladder",
    "marts.ladder_curve",
    "marts.ladder_groups",
    "marts.days_to_next",
    "marts.ladder_leak",
    "marts.ladder_year",
    "marts.in_window",
    "steps.coupons_open",
    "marts.coupons_due",
    "marts.channel_conversion",
    "marts.ladder_measures",
)
TODAY = date(2025, 12, 31)

Wait = tuple[int, bool]
"""Days waited, and whether the next purchase came."""


@contextmanager
def ladder_shop(
    as_of: date = TODAY,
    rules: dict[str, Any] | None = None,
    **tables: list[Row],
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A shop that stands at a date."""
    with built_shop(as_of, rules, **tables) as shop:
        yield shop


def people_who_wait(name: str, waits: Sequence[Wait], first: date) -> list[Row]:
    """Receipts of new people: who came back bought first on a day, who waits bought so many days ago."""
    rows = []
    for place, (days, came) in enumerate(waits):
        start = first if came else TODAY - timedelta(days=days)
        rows.append(order(f"{name}{place}", start))
        if came:
            rows.append(order(f"{name}{place}", start + timedelta(days=days)))
    return rows


def kaplan_meier(waits: Iterable[Wait], until: float) -> tuple[float, float]:
    """Count by hand: S at a day and Greenwood's sum, walking over the waits one by one."""
    left = sorted(waits)
    survival, spread = 1.0, 0.0
    for day in sorted({days for days, came in left if came and days <= until}):
        at_risk = sum(days >= day for days, _came in left)
        came_back = sum(days == day and came for days, came in left)
        survival *= 1 - came_back / at_risk
        if came_back < at_risk:
            spread += came_back / (at_risk * (at_risk - came_back))
    return survival, spread


def log_log_interval(survival: float, spread: float) -> tuple[float, float]:
    """Return the interval of 1 - S, by the transform of Kalbfleisch & Prentice."""
    theta = 1.959964 * sqrt(spread) / log(survival)
    return 1 - survival ** exp(theta), 1 - survival ** exp(-theta)


def log_rank(one: Sequence[Wait], other: Sequence[Wait]) -> float:
    """Return chi-squared of two groups, each death a table of its own."""
    both = [*one, *other]
    excess = variance = 0.0
    for day in sorted({days for days, came in both if came}):
        n, n1 = (sum(days >= day for days, _came in group) for group in (both, one))
        d, d1 = (sum(days == day and came for days, came in group) for group in (both, one))
        excess += d1 - d * n1 / n
        if n > 1:
            variance += d * n1 * (n - n1) * (n - d) / (n * n * (n - 1))
    return excess * excess / variance


def measures(db: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Every measure of the ladder by name, with the unit of its definition."""
    found = db.execute("select * from marts.ladder_measures")
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {row["name"]: {**row, "unit": known.unit} for row in rows if (known := measure_of(row["name"]))}


def column(db: Any, query: str) -> list[Any]:
    """Read the first column of a query."""
    return [row[0] for row in db.execute(query).fetchall()]


def bought(customer: str, *days_ago: int, amount: float = 10, **more: Any) -> list[Row]:
    """Receipts of one person, so many days before the date."""
    return [order(customer, TODAY - timedelta(days=days), amount, **more) for days in days_ago]
