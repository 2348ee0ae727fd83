"""Shops that break other tools: every number of the ladder is a number, or says why there is none."""

from __future__ import annotations

from datetime import date, timedelta
from math import isfinite
from typing import Any

import pytest

from tests.worlds.ladder_shop import LADDER, TODAY, bought, column, ladder_shop, measures
from tests.worlds.made_shop import every, order

DAY = timedelta(days=1)


def one_by_one(number: int) -> list[dict[str, Any]]:
    return [order(f"c{place}", TODAY - (place % 300) * DAY) for place in range(number)]


HARD = {
    "nobody": [],
    "one customer": bought("anna", 50),
    "one customer twice": bought("anna", 50, 20),
    "all one-timers": one_by_one(200),
    "a single day": [order(f"c{place}", TODAY - 10 * DAY) for place in range(100)],
    "the day itself": [order(f"c{place}", TODAY) for place in range(100)],
    "all refunds": [order(f"c{place}", TODAY - place * DAY, -10) for place in range(100)],
    "bought and given back": [
        row
        for place in range(60)
        for row in (
            order(f"c{place}", TODAY - 90 * DAY, 10, order_id=f"{place}"),
            order(f"c{place}", TODAY - 80 * DAY, -10, order_id=f"r{place}", refund_of=f"{place}"),
        )
    ],
    "nothing paid": [order(f"c{place}", TODAY - place * DAY, 0) for place in range(100)],
    "ten thousand purchases of one": every("anna", "1997-01-01", 1, 10_000),
    "everybody at once": [row for place in range(50) for row in bought(f"c{place}", 90, 60, 30, 20, 10)],
    "all to come": [order(f"c{place}", TODAY + DAY) for place in range(50)],
}


@pytest.mark.parametrize(
    ("name", "complete"),
    [*((name, True) for name in HARD), ("one customer", False), ("ten thousand purchases of one", False)],
)
def test_every_number_is_a_number_or_a_reason(name: str, complete: bool) -> None:
    with ladder_shop(orders=HARD[name], rules={"history_complete": complete}) as db:
        for table in LADDER:
            found = db.execute(f"from {table}")
            for row in found.fetchall():
                assert all(isfinite(cell) for cell in row if isinstance(cell, float)), (table, row)
        told = measures(db)
    assert {f"ladder.step{step}.within_90d" for step in (1, 2, 3, 4)} <= set(told)
    for measure in told.values():
        assert measure["available"] == (measure["value"] is not None)
        assert measure["available"] or measure["reason"], measure
        if measure["unit"] == "share" and measure["available"] and measure["name"] != "ladder.new_change":
            assert -1 <= measure["value"] <= 1
            assert measure["low"] is None or measure["low"] <= measure["value"] <= measure["high"]


def test_the_names_of_the_numbers_do_not_depend_on_the_shop() -> None:
    changing = ("ladder.cause.", "ladder.channel.", "ladder.cohort.", "ladder.conversion.")

    def names(rows: list[dict[str, Any]]) -> set[str]:
        with ladder_shop(orders=rows) as db:
            return {name for name in measures(db) if not name.startswith(changing)}

    assert names([]) == names(one_by_one(200)) == names(HARD["everybody at once"])


def test_a_share_under_twenty_at_risk_is_not_told() -> None:
    def shop(waiting: int) -> dict[str, Any]:
        rows = [row for place in range(waiting) for row in bought(f"w{place}", 95)]
        rows += [row for place in range(30) for row in bought(f"c{place}", 95, 60)]
        with ladder_shop(orders=rows) as db:
            return measures(db)

    assert shop(20)["ladder.step1.within_90d"]["value"] == pytest.approx(0.6)
    assert shop(19)["ladder.step1.within_90d"]["reason"] == "few_at_risk"
    assert shop(19)["ladder.step1.matured_90d"]["value"] == pytest.approx(30 / 49)


def test_the_days_before_the_shop_knew_names_are_not_first_purchases() -> None:
    start = date(2024, 1, 1)
    rows = [row for place in range(30) for row in every(f"old{place}", str(start + place % 10 * DAY), 10, 60)]
    rows += [order(f"new{place}", start + 400 * DAY) for place in range(25)]
    with ladder_shop(orders=rows, rules={"history_complete": False}) as db:
        assert column(db, "select count(*) from steps.ladder_people") == [25]
    with ladder_shop(orders=rows, rules={"history_complete": True}) as db:
        assert column(db, "select count(*) from steps.ladder_people") == [55]
