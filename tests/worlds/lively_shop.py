"""A shop with customers enough for a model, drawn with a fixed seed, and its marts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np

from tests.worlds.made_shop import Row, built_shop, order


@contextmanager
def shop(as_of: str, orders: list[Row], **rules: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    with built_shop(as_of, rules, orders=orders) as found:
        yield found


def lively(customers: int, seed: int = 1, days: int = 900, start: str = "2022-01-01") -> list[Row]:
    """A shop whose customers come at random, at rates of their own, and leave one after the other."""
    dice = np.random.default_rng(seed)
    first = date.fromisoformat(start)
    rows = []
    for number in range(customers):
        day, gap = float(dice.uniform(0, days)), float(1 / dice.gamma(1.2, 1 / 30))
        while day <= days:
            amount = round(float(dice.gamma(4, 5)) + 1, 2)
            rows.append(order(f"c{number}", first + timedelta(days=int(day)), amount))
            if dice.random() < 0.2:
                break
            day += float(dice.exponential(gap)) + 1
    return rows
