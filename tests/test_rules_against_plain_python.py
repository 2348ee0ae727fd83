"""The SQL against the same rules written a second time, on shops that nobody chose."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from clientela.warehouse.building.build import build
from tests.worlds.made_shop import built_shop, insert, raw_shop
from tests.worlds.made_shop import settings as rules
from tests.yardsticks import plain_rules

AS_OF = date(2025, 6, 30)
TARGETS = ("marts.categories",)


def shop_of(seed: int, people: int) -> list[dict[str, Any]]:
    """A shop whose people buy at their own gap until they stop, with some refunds."""
    dice = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for place in range(people):
        gap, day = dice.choice((7, 20, 45, 120, 365)), date(2022, 1, 1) + timedelta(dice.randrange(1300))
        for _time in range(dice.choice((1, 1, 1, 2, 3, 6, 15))):
            row = {
                "who": f"p{place:03d}",
                "on": day,
                "amount": dice.randrange(100, 9000) / 100,
                "id": f"o{len(rows)}",
            }
            rows.append(row)
            if dice.random() < 0.08:
                part = dice.choice((1, 1, 0.5))
                back = {**row, "id": f"r{len(rows)}", "amount": -round(row["amount"] * part, 2)}
                back |= {"on": day + timedelta(dice.randrange(0, 40))}
                rows.append(back | ({"refund_of": row["id"]} if dice.random() < 0.6 else {}))
            day += timedelta(max(0, round(dice.expovariate(1 / gap))))
    return rows


def as_orders(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": row["who"],
            "order_id": row["id"],
            "order_date": str(row["on"]),
            "net_amount": row["amount"],
            "refund_of": row.get("refund_of"),
        }
        for row in rows
    ]


def found_at(rows: list[dict[str, Any]], as_of: date) -> dict[str, str]:
    with raw_shop(orders=as_orders(rows)) as db:
        build(db, rules(), as_of, targets=TARGETS)
        return dict(
            db.execute(
                "select customer_id, category from marts.categories join marts.people using (person_no)"
            ).fetchall()
        )


@pytest.mark.parametrize("seed", range(8))
def test_sql_and_plain_python_agree_on_everybody(seed: int) -> None:
    rows = shop_of(seed, 160)
    assert found_at(rows, AS_OF) == plain_rules.categories(rows, AS_OF)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    strategies.lists(
        strategies.tuples(
            strategies.integers(0, 5),
            strategies.integers(0, 900),
            strategies.sampled_from((-20.0, -5.0, 0.0, 0.01, 0.02, 5.0, 20.0, 400.0)),
            strategies.integers(0, 12),
        ),
        max_size=40,
    ),
    strategies.integers(0, 900),
)
def test_sql_and_plain_python_agree_on_shops_made_to_annoy(
    drawn: list[tuple[int, int, float, int]], at: int
) -> None:
    rows = [
        {
            "who": f"p{who}",
            "on": date(2023, 1, 1) + timedelta(days),
            "amount": amount,
            "id": f"o{place}",
            **({"refund_of": f"o{names}"} if amount < 0 and names % 2 else {}),
        }
        for place, (who, days, amount, names) in enumerate(drawn)
    ]
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        # A refund may not come before its order, nor go to another person than the buyer.
        named = by_id.get(row.get("refund_of", ""))
        if named and (named["who"] != row["who"] or named["on"] > row["on"]):
            del row["refund_of"]
    as_of = date(2023, 1, 1) + timedelta(at)
    assert found_at(rows, as_of) == plain_rules.categories(rows, as_of)


@pytest.mark.parametrize("seed", range(3))
def test_no_later_row_is_used(seed: int) -> None:
    rows = shop_of(seed, 80)
    past = date(2024, 9, 30)
    known = [row for row in rows if row["on"] <= past]
    assert found_at(rows, past) == found_at(known, past)


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = shop_of(5, 80)
    mixed = rows[:]
    random.Random(1).shuffle(mixed)
    assert found_at(rows, AS_OF) == found_at(mixed, AS_OF)


def test_everybody_is_in_one_category_and_the_money_adds_up() -> None:
    rows = shop_of(3, 120)
    known = {row["who"] for row in rows if row["on"] <= AS_OF}
    with built_shop(str(AS_OF), orders=as_orders(rows)) as db:
        assert sorted(db.execute("select customer_id from marts.customers").fetchall()) == [
            (who,) for who in sorted(known)
        ]
        (money,) = db.execute("select sum(revenue_total) from marts.customers").fetchall()[0]
        assert float(money) == pytest.approx(sum(row["amount"] for row in rows if row["on"] <= AS_OF))


def test_a_purchase_after_a_merge_of_records_counts_once() -> None:
    rows = [
        {"customer_id": "A", "email": "anna@example.com", "order_date": "2025-01-01", "net_amount": 5},
        {"email": "anna@example.com", "order_date": "2025-01-01", "net_amount": 5},
        {"email": "anna@example.com", "phone": "+393330000001", "order_date": "2025-02-01", "net_amount": 5},
        {"phone": "+393330000001", "order_date": "2025-03-01", "net_amount": 5},
    ]
    with raw_shop() as db:
        insert(db, "orders", rows)
        build(db, rules(), date(2025, 3, 31), targets=TARGETS)
        assert db.execute(
            "select customer_id, purchases from marts.people join marts.activity using (person_no)"
        ).fetchall() == [("A", 3)]
        build(db, rules(), date(2025, 1, 31), targets=TARGETS)
        assert db.execute("select count(*) from marts.people").fetchall() == [(1,)]
