"""The register of losses, who came back by its reason, who speaks ill of the shop, and who stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import sqrt
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from tests.worlds.care_world import ago, built, care, care_shop, said, told, wilson
from tests.worlds.made_shop import Row, every, insert, order, raw_shop


def record(who: str, note: str) -> Row:
    return {"customer_id": who, "status_note": note}


@pytest.fixture(scope="module")
def register() -> Iterator[DuckDBPyConnection]:
    """
    anna   bought from 2023-10 to 2024-12, lost in March; back on 10 May and 1 June, lost again in November
    bruno  bought until 2025-03, lost in June for the price; called in July
    carla  bought until 2025-09, moved away: her loss is this month's
    dora   lost on the last day of 2024, a year and a day ago
    """
    orders = [
        order("anna", "2023-10-01", 900),
        order("anna", "2024-02-01", 70),
        order("anna", "2024-12-01", 30, order_id="last"),
        order("anna", "2025-01-10", -5, refund_of="last"),
        order("anna", "2025-05-10", 40),
        order("anna", "2025-06-01", 20),
        *every("bruno", "2025-01-01", 30, 3, 10),
        *every("carla", "2025-08-01", 30, 2, 25),
        *every("dora", "2024-01-01", 30, 3, 10),
    ]
    with raw_shop(orders=orders, customers=[record("bruno", "Price"), record("carla", "moved")]) as db:
        told(db, "2024-12-31", "lost", "dora")
        told(db, "2025-03-31", "lost", "anna")
        told(db, "2025-06-30", "lost", "bruno")
        told(db, "2025-06-30", "customer", "anna")
        told(db, "2025-11-30", "lost", "anna")
        told(db, "2025-11-30", "lost", "bruno", lost_on=date(2025, 6, 30))
        told(db, "2025-11-30", "lost", "dora", lost_on=date(2024, 12, 31))
        told(db, "2025-11-30", "customer", "carla")
        for month, outcome, euros in (("2025-06-30", "no_answer", None), ("2025-07-31", "bought", 12.5)):
            db.execute(
                "insert into history.call_outcomes values (?, 'bruno', ?, ?, now())", [month, outcome, euros]
            )
        built(db)
        yield db


def row(db: DuckDBPyConnection, who: str, lost_on: str, *columns: str) -> tuple[Any, ...]:
    found = db.execute(
        f"select {', '.join(columns)} from marts.losses_register where customer_id = ? and lost_on = ?",
        [who, lost_on],
    ).fetchall()
    assert len(found) == 1, (who, found)
    return tuple(found[0])


def test_the_register_has_a_line_for_every_loss_of_twelve_months(register: DuckDBPyConnection) -> None:
    lines = register.execute(
        "select customer_id, cast(lost_on as varchar), reason, is_recoverable from marts.losses_register "
        "order by lost_on, customer_id"
    ).fetchall()
    assert lines == [
        ("anna", "2025-03-31", "unknown", True),
        ("bruno", "2025-06-30", "price", True),
        ("anna", "2025-11-30", "unknown", True),
        ("carla", "2025-12-31", "moved", False),
    ]


def test_what_is_lost_is_the_year_up_to_the_last_purchase(register: DuckDBPyConnection) -> None:
    asked = ("value_lost", "last_purchase_on", "came_back_on", "sales_since")
    assert row(register, "anna", "2025-03-31", *asked) == (95, date(2024, 12, 1), date(2025, 5, 10), 60)
    assert row(register, "anna", "2025-11-30", *asked) == (85, date(2025, 6, 1), None, None)
    assert row(register, "carla", "2025-12-31", "value_lost") == (50,)
    found = care(register)
    assert (found["losses.people"]["value"], found["losses.eur"]["value"]) == (4, 95 + 30 + 85 + 50)
    assert found["losses.recoverable_eur"]["value"] == 30 + 85
    assert found["losses.reason.price"]["value"] == 1
    assert found["losses.reason.unknown"]["value"] == 2
    assert found["losses.reason.neglect"]["value"] == 0


def test_a_call_stands_beside_the_loss_that_it_followed(register: DuckDBPyConnection) -> None:
    outcome, euros = row(register, "bruno", "2025-06-30", "call_outcome", "call_euros")
    assert (outcome, float(euros)) == ("bought", 12.5)
    assert row(register, "carla", "2025-12-31", "call_outcome", "call_euros") == (None, None)


def test_without_former_reports_the_day_itself_stands_in_the_register() -> None:
    """Ten purchases ten days apart and a silence over 34 days: lost on 6 October and, for ida, in 2023."""
    rows = [*every("gina", "2025-06-03", 10, 10), *every("ida", "2023-06-03", 10, 10)]
    with care_shop(orders=rows) as db:
        lines = db.execute("select customer_id, lost_on, came_back_on from marts.losses_register").fetchall()
        assert lines == [("gina", date(2025, 10, 6), None)]
        assert care(db)["win_back.reason.unknown"]["reason"] == "no_reports"


def test_who_came_back_is_told_by_the_reason_they_had_left_for() -> None:
    """Ninety days after the end of March are over on 29 June."""
    people = [f"P{n:02}" for n in range(20)]
    orders = [row for who in people for row in every(who, "2024-06-01", 10, 10)]
    orders += [order(who, "2025-06-29") for who in people[:5]] + [order(people[5], "2025-06-30")]
    orders += [row for who in ("moved", "late") for row in every(who, "2024-06-01", 10, 10)]
    notes = [record(who, "price") for who in people] + [record("moved", "moved"), record("late", "price")]
    with raw_shop(orders=orders, customers=notes) as db:
        told(db, "2025-03-31", "lost", *people, "moved")
        told(db, "2025-10-31", "lost", "late")
        built(db)
        found = care(db)
    price = found["win_back.reason.price"]
    assert (price["value"], price["n"]) == (5 / 20, 20)
    assert (price["low"], price["high"]) == pytest.approx(wilson(0.25, 20), abs=1e-6)
    assert found["win_back.reason.unknown"]["n"] == 0
    assert "win_back.reason.moved" not in found


UNHAPPY: dict[str, tuple[list[Row], str | None]] = {
    "gave a six": ([said("", ago(89), score_0_10=6)], "detractor"),
    "gave a six long ago": ([said("", ago(90), score_0_10=6)], None),
    "gave a seven": ([said("", ago(10), score_0_10=7)], None),
    "was won over": ([said("", ago(50), score_0_10=2), said("", ago(10), score_0_10=9)], None),
    "was let down": ([said("", ago(50), score_0_10=9), said("", ago(10), score_0_10=0)], "detractor"),
    "complained": ([said("", ago(89), type="complaint")], "complaint"),
    "complained long ago": ([said("", ago(90), type="complaint")], None),
    "praised": ([said("", ago(5), type="praise")], None),
    "did both": ([said("", ago(9), score_0_10=3), said("", ago(8), type="complaint")], "detractor|complaint"),
}


def test_who_may_speak_ill_is_watched_before_it_spreads() -> None:
    orders = [order(who, ago(20), 10) for who in UNHAPPY]
    orders += [*every("left for our fault", "2024-06-01", 10, 10), order("still here", ago(5), 10)]
    logs = [{**line, "customer_id": who} for who, (lines, _) in UNHAPPY.items() for line in lines]
    with care_shop(
        orders=orders,
        surveys=[line for line in logs if "type" not in line],
        interactions=[line for line in logs if "type" in line],
        customers=[record("left for our fault", "own_error"), record("still here", "own error")],
    ) as db:
        signs = dict(db.execute("select customer_id, signs from marts.bad_word_watch").fetchall())
        found = care(db)
    expected = {who: sign for who, (_, sign) in UNHAPPY.items() if sign} | {"left for our fault": "own_error"}
    assert signs == expected
    assert found["bad_word.people"]["value"] == 5
    assert found["bad_word.revenue_12m"]["value"] == 4 * 10


def test_who_buys_only_here_leaves_less() -> None:
    """A year ago twenty said that they buy only here and twenty that they do not: two and ten have left."""
    only, others = [f"O{n:02}" for n in range(20)], [f"X{n:02}" for n in range(20)]
    gone = [*only[:2], *others[:10]]
    orders = [row for who in [*only, *others] for row in every(who, "2024-10-01", 10, 9)]
    orders += [row for who in [*only, *others] if who not in gone for row in every(who, "2025-01-05", 10, 36)]
    answers = [said(who, "2024-11-01", share_of_10=9) for who in only]
    answers += [said(who, "2024-11-01", share_of_10=10) for who in others[:5]]
    answers += [said(who, "2024-12-01", share_of_10=8) for who in others]
    answers += [said(who, "2025-06-01", share_of_10=10) for who in others]
    with raw_shop(orders=orders, surveys=answers) as db:
        told(db, "2024-12-31", "customer", *only, *others)
        built(db)
        found = care(db)
        insert(db, "customers", [record(gone[0], "moved")])
        built(db)
        assert care(db)["left.exclusive"]["n"] == 19, "who moved away did not leave the shop"
    mine, theirs = found["left.exclusive"], found["left.others"]
    assert (mine["value"], theirs["value"]) == (2 / 20, 10 / 20)
    (low_1, high_1), (low_2, high_2) = wilson(0.1, 20), wilson(0.5, 20)
    difference = found["left.difference"]
    assert difference["value"] == pytest.approx(-0.4)
    assert difference["low"] == pytest.approx(-0.4 - sqrt((0.1 - low_1) ** 2 + (high_2 - 0.5) ** 2), abs=1e-6)
    assert difference["high"] == pytest.approx(
        -0.4 + sqrt((high_1 - 0.1) ** 2 + (0.5 - low_2) ** 2), abs=1e-6
    )


def test_new_customers_by_word_of_mouth_and_who_sends_them() -> None:
    people = [f"N{n:02}" for n in range(20)]
    orders = [order(who, ago(40)) for who in people] + [order("old", ago(366))]
    orders += every("sends", ago(300).isoformat(), 10, 30)
    known: list[Row] = [{"customer_id": who, "acquisition_source": "Passaparola"} for who in people[:3]]
    known += [{"customer_id": people[3], "referred_by": "sends", "created_at": str(ago(45))}]
    known += [{"customer_id": "old", "acquisition_source": "passaparola"}]
    with care_shop(orders=orders, customers=known) as db:
        found = care(db)
    word = found["word_of_mouth.12m"]
    assert (word["value"], word["n"]) == (4 / 21, 21)
    assert found["word_of_mouth.month"]["reason"] == "too_few"
    assert (
        found["participation.customer.brought_share"]["n"],
        found["participation.customer.brought_share"]["reason"],
    ) == (1, "too_few")
    with care_shop(orders=orders) as db:
        assert care(db)["word_of_mouth.12m"]["reason"] == "no_referrals"
