"""The rules of value, fence and wallet on rows small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import Any

import duckdb
import pytest

from tests.worlds.made_shop import Row, batch, every, order, raw_shop
from tests.worlds.told import tell_todays
from tests.worlds.worth_world import measures, worth_shop


def expected(db: duckdb.DuckDBPyConnection, customer: str) -> tuple[Any, ...]:
    """One person's expectation."""
    return db.execute(
        """
        select expected.p_alive, expected.purchases_a_year, expected.value_per_purchase, expected.expected_12m
        from marts.expected_value as expected
        join marts.customer_value as bought on bought.person_no = expected.person_no
        where bought.customer_id = ?
        """,
        [customer],
    ).fetchall()[0]


def test_what_the_next_year_brings_is_chance_times_pace_times_value() -> None:
    # Anna: every 10 days to the date; Bea: every 10 days, then silent for 30; Carla: every 10 days, gone.
    rows = [
        *every("anna", "2025-01-01", 10, 10, 20),
        *every("bea", "2025-01-11", 10, 6, 10),
        *every("carla", "2024-06-01", 10, 4, 30),
    ]
    with worth_shop("2025-04-01", orders=rows) as db:
        mean_gap, late_cut = 10.0, 0.20
        shop_mean = (200 + 60 + 120) / 20
        alpha = 2 * mean_gap
        anna = 365 * (9 + 2) / (90 + 2 * mean_gap)
        assert expected(db, "anna")[:2] == (1.0, pytest.approx(anna))
        means = {
            "anna": (200 + 3 * shop_mean) / 13,
            "bea": (60 + 3 * shop_mean) / 9,
            "carla": (120 + 3 * shop_mean) / 7,
        }
        ranked = sorted(means.values())
        cap = ranked[1] + (ranked[2] - ranked[1]) * 0.98
        assert means["carla"] > cap, "the 99th of a hundred cuts the highest mean"
        assert expected(db, "anna")[2:] == (
            pytest.approx(means["anna"]),
            pytest.approx(anna * means["anna"]),
        )
        chance = ((alpha + 50) / (alpha + 50 + 30)) ** (2 + 5)
        bea = 365 * (5 + 2) / (80 + 2 * mean_gap)
        assert 0.05 < chance < late_cut
        assert expected(db, "bea")[0] == pytest.approx(chance / late_cut)
        assert expected(db, "bea")[3] == pytest.approx(chance / late_cut * bea * means["bea"])
        assert expected(db, "carla")[0] == 0
        assert expected(db, "carla")[2] == pytest.approx(cap)
        assert expected(db, "carla")[3] == 0


def test_sales_come_from_second_purchases_and_from_who_was_there_before() -> None:
    rows = [
        order("anna", "2025-01-10", 100),
        order("anna", "2025-01-20", 50),
        order("anna", "2025-02-05", 30, order_id="A3"),
        order("bea", "2025-02-10", 40),
        order("bea", "2025-02-11", 10),
        order(None, "2025-02-12", 500),
        order("anna", "2025-02-20", -10, refund_of="A3"),
    ]
    with worth_shop("2025-02-28", orders=rows) as db:
        found = db.execute(
            "select month, revenue, recurring, existing from marts.recurring_share order by month"
        ).fetchall()
        told = measures(db)
    assert found == [(date(2025, 1, 1), 150, 50, 0), (date(2025, 2, 1), 70, 30, 20)]
    assert told["recurring_share.month"]["value"] == pytest.approx(30 / 70)
    assert told["recurring_share.12m"]["value"] == pytest.approx(80 / 220)
    assert told["existing_share.month"]["value"] == pytest.approx(20 / 70)
    assert told["identification.receipts_share"]["value"] == pytest.approx(6 / 7)


def test_margins_need_the_cost_of_four_fifths_of_the_sales() -> None:
    rows = [
        order("anna", "2025-01-10", 100, cost_amount=60),
        order("anna", "2025-02-10", 100, cost_amount=50),
        order("bea", "2025-02-10", 50, order_id="B1"),
    ]
    lines = [
        {"order_id": "B1", "line_no": 1, "net_amount": 30, "cost": 20},
        {"order_id": "B1", "line_no": 2, "net_amount": 20, "cost": 10},
    ]
    unknown = {"order_id": "B1", "line_no": 2, "net_amount": 20}
    with worth_shop("2025-02-28", orders=rows, order_lines=lines) as db:
        found = dict(db.execute("select customer_id, margin_total from marts.customer_value").fetchall())
        assert found == {"anna": 90, "bea": 20}
        assert measures(db)["existing_margin_share.12m"]["value"] == pytest.approx(50 / 110)
    with worth_shop("2025-02-28", orders=rows, order_lines=[lines[0], unknown]) as db:
        found = dict(db.execute("select customer_id, margin_total from marts.customer_value").fetchall())
        assert {who: float(margin) for who, margin in found.items()} == {"anna": 90, "bea": 50 * 0.45}, (
            "the margin of those with a cost"
        )
    with worth_shop("2025-02-28", orders=rows[1:]) as db:
        assert measures(db)["value.margin.mean"]["reason"] == "no_costs", "known for two thirds only"


def fence_rows() -> dict[str, list[Row]]:
    return {
        "orders": [
            *every("anna", "2025-01-01", 10, 10),
            *every("bea", "2025-01-01", 10, 7),
            *every("carla", "2024-01-01", 10, 5),
        ],
        "customers": [
            {"customer_id": "anna", "phone": "+39 333 1", "email": "anna@example.org"},
            {"customer_id": "bea", "phone": "+39 333 2"},
            {"customer_id": "carla", "phone": "+39 333 3", "do_not_contact": True},
            {"customer_id": "dina", "card_number": "9", "email": "dina@example.org"},
            {"customer_id": "elsa", "email": "elsa@example.org"},
        ],
        "consents": [
            {
                "customer_id": who,
                "purpose": "marketing",
                "channel": "any",
                "action": "grant",
                "ts": "2024-01-01",
            }
            for who in ("anna", "bea", "carla")
        ],
        "loyalty_events": [{"customer_id": "dina", "type": "enrol", "ts": "2025-01-01"}],
    }


def test_the_flock_is_counted_by_who_is_in_silent_or_gone() -> None:
    with worth_shop("2025-04-01", None, **fence_rows()) as db:
        found = dict(db.execute("select member, people from marts.fence").fetchall())
        worth = measures(db)["fence.value_12m"]["value"]
        anna = expected(db, "anna")[3]
        late = db.execute("select customer_id, is_late from marts.euros_at_risk where is_late").fetchall()
    assert found == {
        "enrolled": 4,
        "active": 1,
        "silent": 1,
        "left": 1,
        "never_bought": 1,
        "with_contact": 3,
        "by_phone": 2,
        "by_email": 1,
    }
    assert worth is None, "three purchasers are too few to expect anything"
    assert anna > 0
    assert late == [("bea", True)]


def test_who_left_comes_back_less_the_longer_the_silence() -> None:
    first = date(2023, 1, 1)
    rows: list[Row] = []
    for n in range(30):
        start = first + timedelta(days=n)
        rows += every(f"Z{n}", str(start), 10, 10)
        if n < 12:
            rows.append(order(f"Z{n}", start + timedelta(days=90 + (60 if n < 3 else 120))))
    with worth_shop("2025-12-31", orders=rows) as db:
        found = db.execute(
            "select people, came_back, low, high from marts.win_back order by silent_from_days"
        ).fetchall()
        told = measures(db)["win_back.91_182_days"]
    # Each of the twelve who came back left once more, and stayed away for good.
    assert [row[:2] for row in found] == [(42, 3), (39, 9), (30, 0), (30, 0)]
    z, x, n = 1.959964, 9, 39
    middle, half = (x + z * z / 2) / (n + z * z), z * sqrt(x * (n - x) / n + z * z / 4) / (n + z * z)
    assert found[1][2:] == (pytest.approx(middle - half, abs=1e-6), pytest.approx(middle + half, abs=1e-6))
    assert (told["value"], told["low"]) == (9 / 39, found[1][2])


@pytest.mark.parametrize(
    ("hits", "people", "low", "high"),
    [(0, 20, 0.0, 0.161), (1, 10, 0.018, 0.404), (12, 400, 0.017, 0.052), (45, 100, 0.356, 0.548)],
)
def test_the_interval_of_a_share_is_wilsons(hits: int, people: int, low: float, high: float) -> None:
    # The form that the measures are written in, on the vectors of the specification.
    with duckdb.connect() as db:
        found = db.execute(
            """
            select
                (hits + 1.920729
                    + sign * 1.959964 * sqrt(hits * (n - hits) / cast(n as double) + 0.960365))
                / (n + 3.841459)
            from (select ? as hits, ? as n) cross join (values (-1), (1)) as signs (sign) order by sign
            """,
            [hits, people],
        ).fetchall()
    assert [row[0] for row in found] == [pytest.approx(low, abs=6e-4), pytest.approx(high, abs=6e-4)]


def test_the_months_balance_of_the_past_is_that_of_its_reports() -> None:
    rows = [
        *every("anna", "2025-01-01", 7, 20),
        *every("bea", "2025-01-30", 7, 4),
        order("carla", "2025-03-10"),
    ]
    rows += [order("bea", "2025-05-05"), *every("dina", "2025-04-01", 7, 9)]
    with raw_shop(orders=rows) as db:
        batch(db, 1, "orders", None)
        for month_end in (date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)):
            db.at(month_end)
            tell_todays(db, month_end)
        db.at(date(2025, 5, 31))
        found = db.execute(
            """
            select month_end, first_purchases, won_back, lost, ratio from marts.gains_and_losses order by 1
            """
        ).fetchall()
    assert found == [
        (date(2025, 3, 31), 1, 0, 1, 1.0),
        (date(2025, 4, 30), 1, 0, 0, None),
        (date(2025, 5, 31), 0, 1, 0, None),
    ]
