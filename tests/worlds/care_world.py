"""Tiny shops for the tests of care: what was said at past month ends, and the intervals worked out apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from typing import Any

import duckdb

from clientela.settings.shop_settings import Margins
from tests.worlds.made_shop import Row, Shop, raw_shop, settings
from tests.worlds.told import tell

AS_OF = date(2025, 12, 31)
Z = 1.959964

Declared = Margins | float
"""What the owner declares: margins, or what an hour costs."""


def ago(days: int) -> date:
    """The day that lies so many days before the report's."""
    return AS_OF - timedelta(days=days)


def touch(who: str, on: date | str, channel: str = "email", **more: Any) -> Row:
    """A message of the shop that arrived."""
    row = {"customer_id": who, "ts": f"{on} 10:00:00", "direction": "out", "channel": channel}
    return {**row, "status": "delivered", **more}


def said(who: str, on: date | str, **answer: Any) -> Row:
    """A survey answer, or a line of the service log where it has a type."""
    return {"customer_id": who, "ts": f"{on} 10:00:00", **answer}


def told(
    db: duckdb.DuckDBPyConnection, as_of: date | str, category: str, *people: str, lost_on: date | None = None
) -> None:
    """Write down what the report of a month end said of some people; those it calls lost it lost that day."""
    day = date.fromisoformat(str(as_of))
    if category == "lost":
        tell(db, day, category, *people, lost_kind="rhythm", lost_on=lost_on or day, revenue=100)
    else:
        tell(db, day, category, *people, revenue=100)


def built(db: Shop, declared: Declared = 0.0, **rules: Any) -> None:
    """Let the shop stand at the report's date, with what the owner declares."""
    given = settings(**rules)
    if isinstance(declared, Margins):
        given = replace(given, margins=declared)
    else:
        given = replace(given, shop=replace(given.shop, hourly_cost=declared))
    db.at(AS_OF, given)


@contextmanager
def care_shop(declared: Declared = 0.0, /, **tables: list[Row]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A shop without former reports, with its measures of care."""
    with raw_shop(**tables) as db:
        built(db, declared)
        yield db


def care(db: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Every measure of care by its name."""
    found = db.execute("from steps.care_measures")
    names = [column[0] for column in found.description or []]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's interval (1927), as measures §10 writes it."""
    middle = share + Z * Z / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return (middle - reach) / (1 + Z * Z / n), (middle + reach) / (1 + Z * Z / n)
