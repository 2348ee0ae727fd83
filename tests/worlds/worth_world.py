"""Shops for the tests of what a customer is worth: by hand, and drawn with a truth that is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from tests.worlds.made_shop import Row, built_shop, order

LONG = 4000
"""Days after which everybody drawn has left."""


@contextmanager
def worth_shop(
    as_of: str | date, /, rules: dict[str, Any] | None = None, **tables: list[Row]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A shop that stands at a date."""
    with built_shop(as_of, rules, **tables) as shop:
        yield shop


def measures(db: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Every measure by its name."""
    found = db.execute("from marts.measures")
    names = [column[0] for column in found.description or []]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def assert_honest(db: duckdb.DuckDBPyConnection) -> None:
    """Every measure is a finite number, or a reason."""
    for name, one in measures(db).items():
        numbers = [one["value"], one["low"], one["high"]]
        assert all(number is None or isfinite(number) for number in numbers), one
        assert (one["value"] is not None) == one["available"], one
        assert one["available"] == (one["reason"] in (None, "trade_default")), one
        is_part = one["unit"] == "share" and "change" not in name and "difference" not in name
        if is_part and one["available"]:
            assert 0 <= one["value"] <= 1, name
        if one["low"] is not None and one["high"] is not None and one["available"]:
            assert one["low"] <= one["value"] <= one["high"], one


@dataclass(frozen=True)
class Drawn:
    """A shop drawn by chance, with everybody's whole life."""

    orders: list[Row]
    as_of: date
    starts: NDArray[np.int64]
    """Day of the first purchase, counted from the shop's first day; shape (people,)."""

    lives: list[NDArray[np.int64]]
    """Days of all purchases, future ones too, counted from one's own first; 0 is the first."""

    history: int
    """Days from the shop's first day to the date."""


def draw(people: int, *, life: float, gap: float, history: int, seed: int) -> Drawn:
    """Draw a shop: arrivals even over the history, gaps and lives exponential.

    Args:
        people: how many arrive.
        life: mean days until somebody stops buying.
        gap: mean days between two purchases.
        history: days that the shop has been open.
        seed: of the generator.
    """
    chance = np.random.default_rng(seed)
    first = date(2021, 1, 1)
    starts = np.sort(chance.integers(0, history, people))
    lives = []
    orders = []
    for number, start in enumerate(starts):
        ends = min(chance.exponential(life), LONG)
        later = chance.uniform(0, ends, chance.poisson(ends / gap))
        days = np.unique(np.append(np.floor(later).astype(np.int64), 0))
        lives.append(days)
        orders += [
            order(f"C{number}", first + timedelta(days=int(start + day)), 10)
            for day in days
            if start + day <= history
        ]
    return Drawn(orders, first + timedelta(days=history), starts, lives, history)


def restricted_mean(days: NDArray[Any], ended: NDArray[Any], horizon: int) -> tuple[float, float | None]:
    """Kaplan-Meier by its definition, day by day: area to the horizon, first day with S <= 1/2."""
    staying, area, median = 1.0, 0.0, None
    for day in range(horizon):
        at_risk = int((days >= day).sum())
        left = int(((days == day) & ended).sum())
        if at_risk and left:
            staying *= 1 - left / at_risk
        if median is None and staying <= 0.5:
            median = float(day)
        area += staying
    return area, median
