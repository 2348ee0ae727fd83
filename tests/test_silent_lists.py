"""When the next purchase is due, who is nearly a fan, and who brings customers, two levels deep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from tests.worlds.made_shop import Row, Shop, every, order, raw_shop

AS_OF = date(2025, 6, 30)


def built(db: Shop, **rules: Any) -> Shop:
    return db.at(AS_OF, **rules)


@pytest.fixture(scope="module")
def rhythms() -> Iterator[DuckDBPyConnection]:
    """Five gaps of thirty days each: m0 = 30 and alpha = 60; Zeno comes every Christmas; one bought once."""
    orders = [
        *every("anna", "2025-01-10", 30, 6),
        *every("berta", "2025-01-12", 30, 6),
        order("uno", "2025-06-20"),
        order("gone", "2020-01-10"),
    ]
    with raw_shop(orders=orders) as db:
        yield built(db, trade="shop")


def due(db: DuckDBPyConnection, who: str) -> tuple[Any, ...] | None:
    return db.execute(
        "select basis, from_on, expected_on, until_on, is_past from marts.next_purchase "
        "where customer_id = ?",
        [who],
    ).fetchone()


def wait(alpha: float, t_x: float, x: int, chance: float) -> int:
    """s*(c) of the rhythm, in whole days."""
    return round((alpha + t_x) * (chance ** (-1 / (2 + x)) - 1))


def test_the_next_purchase_is_due_at_even_odds_with_six_of_ten_inside_the_range(
    rhythms: DuckDBPyConnection,
) -> None:
    """t_x = 150, x = 5: s*(c) = 210 (c^(-1/7) - 1) days after 9 June: 6.8, 21.9 and 54.3."""
    last = date(2025, 6, 9)
    days = [wait(60, 150, 5, chance) for chance in (0.8, 0.5, 0.2)]
    assert days == [7, 22, 54]
    assert due(rhythms, "anna") == ("own", *(last + timedelta(each) for each in days), False)


def test_one_purchase_is_followed_by_the_shops_rhythm(rhythms: DuckDBPyConnection) -> None:
    """x = 0 and t_x = 0: 60 (0.5^(-1/2) - 1) = 24.9 days after the 20th of June."""
    found = due(rhythms, "uno")
    assert found is not None
    assert found[0] == "first"
    assert found[2] == date(2025, 6, 20) + timedelta(25)


def test_nothing_is_expected_of_who_has_left(rhythms: DuckDBPyConnection) -> None:
    assert due(rhythms, "gone") is None


def test_closed_days_are_no_waiting() -> None:
    """Closed from the 20th to the 29th of June: the expected day moves ten days on, and none falls inside."""
    closed = (("2025-06-20", "2025-06-29"),)
    closures = tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in closed)
    with raw_shop(orders=[*every("anna", "2025-01-10", 30, 6), *every("berta", "2025-01-12", 30, 6)]) as db:
        found = due(built(db, closures=closures), "anna")
    assert found is not None
    last = date(2025, 6, 9)
    assert found[1:4] == (last + timedelta(7), last + timedelta(32), last + timedelta(64))


def test_a_yearly_buyer_is_due_a_year_later() -> None:
    orders = [order("zeno", day) for day in ("2022-12-20", "2023-12-20", "2024-12-20")]
    with raw_shop(orders=[*orders, *every("anna", "2025-01-10", 30, 6)]) as db:
        found = due(built(db), "zeno")
    assert found is not None
    assert found[0] == "season"
    assert found[2] == date(2024, 12, 20) + timedelta(366), "the mean of 365 and 366 days, rounded to even"


def near_fans(**more: list[Row]) -> list[tuple[Any, ...]]:
    """Of ten who come every week, two are fans (0.18 of ten) and one is nearly one; c0 spends most."""
    orders = [row for n in range(10) for row in every(f"c{n}", "2025-01-03", 7, 26, amount=100 - n)]
    with raw_shop(orders=orders, **more) as db:
        found = built(db).execute(
            "select customer_id, missing, missing_kind, part, latest_answer, earlier_answer "
            "from marts.near_fans"
        )
        return found.fetchall()


def test_a_near_fan_who_passes_every_gate_is_told_the_weakest_part() -> None:
    """All come equally often, so that spending decides: c2 is third; frequency is (5.5 - .5) / 10."""
    assert near_fans() == [("c2", "frequency", "part", 0.5, None, None)]


def test_a_near_fan_who_fails_a_gate_is_told_that_gate_and_whether_they_were_happier() -> None:
    answers = [
        {"customer_id": "c0", "ts": f"{on} 10:00:00", "score_0_10": score}
        for on, score in (("2025-02-01", 10), ("2025-03-01", 9), ("2025-05-01", 8))
    ]
    veto = [{"customer_id": "c0", "owner_rating": -1}]
    assert near_fans(surveys=answers, customers=veto) == [("c0", "veto", "gate", None, 8, 9.5)]


def referral(referrer: str, friend: str, on: str = "2025-01-02") -> Row:
    return {
        "referrer_id": referrer,
        "arrived_customer_id": friend,
        "arrived_at": f"{on} 09:00:00",
        "method": "word",
    }


@pytest.fixture(scope="module")
def friends() -> Iterator[DuckDBPyConnection]:
    """
    Maria spends 5 and sent Aldo and Bice (100 each); Bice sent Ciro (300), and Ciro sent Dora (1000).
    Nora spends 5 and sent Elsa, who has not bought. The others spend more than Maria.
    """
    orders = [
        *every("maria", "2024-12-01", 30, 5, amount=1),
        *every("nora", "2024-12-01", 30, 5, amount=1),
        *every("aldo", "2025-01-10", 20, 5, amount=20),
        *every("bice", "2025-01-10", 20, 5, amount=20),
        *every("ciro", "2025-02-10", 20, 5, amount=60),
        *every("dora", "2025-03-10", 20, 5, amount=200),
        *(row for n in range(6) for row in every(f"x{n}", "2025-01-10", 20, 8, amount=50)),
    ]
    claims = [
        referral("maria", "aldo"),
        referral("maria", "bice"),
        referral("bice", "ciro", "2025-02-01"),
        referral("ciro", "dora", "2025-03-01"),
        referral("nora", "elsa"),
    ]
    with raw_shop(orders=orders, referrals=claims) as db:
        yield built(db)


def test_who_brings_customers_is_seen_two_levels_deep(friends: DuckDBPyConnection) -> None:
    found = friends.execute(
        "select customer_id, brought_people, brought_buyers, brought_revenue, second_people, second_revenue, "
        "brought_value from marts.connectors order by position"
    ).fetchall()
    maria = next(row for row in found if row[0] == "maria")
    assert maria[1:] == (2, 2, 200, 1, 300, 500)


def test_who_brought_nobody_who_buys_brings_no_customers(friends: DuckDBPyConnection) -> None:
    rows = friends.execute("select customer_id, overlays from marts.customers").fetchall()
    marked = {who for who, overlays in rows if "connector" in overlays.split("|")}
    assert "maria" in marked
    assert "nora" not in marked
    assert "dora" not in marked
