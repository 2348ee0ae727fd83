"""The numbers of the report card, worked out by hand from a few graded month ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from math import sqrt
from typing import Any

import duckdb
import pytest

from clientela.month import Month
from tests.worlds.made_shop import Row, order, raw_shop

AS_OF = date(2025, 6, 30)
MADE_AT = datetime(2025, 7, 1)


def month_ends(count: int) -> list[date]:
    """The newest month ends that have ninety days behind them, oldest first."""
    return [Month(2025, 3).plus(-back).last_day for back in reversed(range(count))]


def grade(
    db: duckdb.DuckDBPyConnection, on: date, takings: tuple[float, float], briers: dict[str, float]
) -> None:
    """Keep a month end of 100 people, 60 of them silent: 20 given up, 30 counted on."""
    said, came = takings
    db.execute(
        "insert into history.graded_origins values (?, 90, ?, '', 1, 100, 70, 60, 20, 18, 50, 40)",
        [on, MADE_AT],
    )
    db.execute("insert into history.graded_takings values (?, ?, '', 1, ?, ?)", [on, MADE_AT, said, came])
    db.execute("insert into history.report_cards values (?, ?)", [AS_OF, on])
    for way, brier in briers.items():
        db.execute(
            "insert into history.graded_ways values (?, 90, ?, 100, ?, ?, ?, 0.8, 0.4, 30, 6)",
            [on, way, brier, brier - 0.02, brier + 0.02],
        )


@contextmanager
def card(rows: list[Row], *, tier: str = "model") -> Iterator[duckdb.DuckDBPyConnection]:
    with raw_shop(orders=rows) as db:
        db.execute(
            "insert into history.prediction_sets values "
            "(?, 90, ?, ?, ?, 100, 55.5, 61.2, 1234.5, 500, '', 1, 'abc', 450, 550)",
            [AS_OF, MADE_AT, AS_OF, tier],
        )
        yield db


def measured(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    db.at(AS_OF)
    rows = db.execute("select name, value, low, high, reason from marts.card_measures").fetchall()
    return {row[0]: row[1:] for row in rows}


WAYS = {"model": 0.12, "table": 0.15, "as_before": 0.2, "base_rate": 0.24, "days_since_last": 0.16}


def test_the_score_is_the_mean_of_the_errors_saved() -> None:
    """Takings come at 80 where 100 are expected, at the last month end at 60."""
    with card([order("a", "2024-01-01")]) as db:
        for on in month_ends(6):
            grade(db, on, (100.0, 60.0 if on == date(2025, 3, 31) else 80.0), WAYS)
        found = measured(db)
        months = db.execute("select expected, actual, same from marts.report_card_takings").fetchall()
        purchases = db.execute("select expected_purchases from marts.report_card").fetchall()
    assert months == [(100, 80, None)] * 2 + [(80, 80, 80)] * 3 + [(80, 60, 80)], (
        "corrected by 0.8 once two are known"
    )
    assert purchases == [(50,)] * 4 + [(40,)] * 2, "corrected by 40 / 50 once two are settled"
    assert found["card.people_skill"][:3] == pytest.approx((1 - 0.12 / 0.2, 1 - 0.14 / 0.2, 1 - 0.10 / 0.2))
    assert found["card.takings_error"][0] == pytest.approx(20 / 300)
    assert found["card.takings_error_same"][0] == pytest.approx(20 / 300)
    assert found["card.takings_skill"][0] == pytest.approx(0)
    assert found["card.score"][0] == pytest.approx(0.2)
    assert found["card.predictions"][0] == 600
    assert found["card.purchases_error"][0] == pytest.approx(280 / 240 - 1)
    assert found["card.lost_precision"][0] == pytest.approx(0.9)
    assert found["card.lost_recall"][0] == pytest.approx(0.3)
    assert found["card.sure_precision"][0] == pytest.approx(0.8)


def test_a_month_that_was_odd_does_not_bend_the_next_forecasts() -> None:
    """The median of 0.8, 3 and 0.8 is 0.8; a mean would have said 1.5."""
    with card([order("a", "2024-01-01")]) as db:
        for on, came in zip(month_ends(4), (80.0, 300.0, 80.0, 90.0), strict=True):
            grade(db, on, (100.0, came), WAYS)
        measured(db)
        months = db.execute("select expected from marts.report_card_takings").fetchall()
    assert months == [(100,), (100,), (190,), (80,)]


def test_what_a_report_had_said_stands_as_it_was_said() -> None:
    with card([order("a", "2024-01-01")]) as db:
        for on in month_ends(3):
            grade(db, on, (100.0, 80.0), WAYS)
        said, later = month_ends(3)[1:]
        for on, made_at in ((said, MADE_AT), (later, datetime(2026, 1, 1))):
            db.execute(
                "insert into history.prediction_sets values "
                "(?, 90, ?, ?, 'rule', 100, 55, 61, 1234, 77, '', 1, 'abc', null, null)",
                [on, made_at, on],
            )
        measured(db)
        months = db.execute("select is_written, expected from marts.report_card_takings").fetchall()
    assert months == [(False, 100), (True, 77), (False, 80)], "the last one was made after this report"


def test_the_way_that_won_is_graded_and_the_table_where_it_did_not_exist() -> None:
    with card([order("a", "2024-01-01")], tier="mixed") as db:
        first, second = month_ends(2)
        grade(db, first, (1, 1), WAYS)
        grade(db, second, (1, 1), WAYS | {"mixed": 0.1})
        measured(db)
        rows = db.execute("select way, brier from marts.report_card").fetchall()
    assert rows == [("table", 0.15), ("mixed", 0.1)]


def test_a_month_end_whose_ninety_days_are_not_over_is_left_out() -> None:
    with card([order("a", "2024-01-01")]) as db:
        grade(db, date(2025, 4, 30), (1, 1), WAYS)
        found = measured(db)
    assert found["card.month_ends"][0] == 0
    assert found["card.score"] == (None, None, None, "too_early")


def test_the_dots_doubt_overlapping_windows() -> None:
    """300 people over three month ends are 100 cases: Wilson's interval of 20 in 100."""
    with card([order("a", "2024-01-01")]) as db:
        for on in month_ends(3):
            grade(db, on, (1, 1), WAYS)
            db.execute("insert into history.graded_bins values (?, 90, 'model', 2, 100, 0.25, 0.2)", [on])
        measured(db)
        rows = db.execute("from marts.report_card_bins").fetchall()
    z, share, n = 1.959964, 0.2, 100
    half = z * sqrt(share * (1 - share) / n + z * z / 4 / n / n) / (1 + z * z / n)
    middle = (share + z * z / 2 / n) / (1 + z * z / n)
    assert rows == [
        (
            2,
            300,
            pytest.approx(0.25),
            pytest.approx(0.2),
            pytest.approx(middle - half),
            pytest.approx(middle + half),
        )
    ]


def test_what_a_call_brings_is_the_difference_with_its_interval() -> None:
    """Twenty were called and spent 10 or 30, twenty left alone 0 or 20; day 1 counts, day 91 does not."""
    people = [(f"called{n}", "call", 10.0 + 20 * (n % 2)) for n in range(20)]
    people += [(f"alone{n}", "hold_out", 20.0 * (n % 2)) for n in range(20)]
    rows = [order(who, "2024-01-01", 5) for who, _, _ in people]
    rows += [order(who, "2025-02-01", spent) for who, _, spent in people if spent]
    rows += [order(who, "2025-05-02", 1000) for who, _, _ in people]
    with card(rows) as db:
        for who, arm, _ in people:
            db.execute("insert into history.call_trials values (date '2025-01-31', ?, ?, 'late')", [who, arm])
        found = measured(db)
    half = 1.959964 * sqrt(2 * (100 * 20 / 19) / 20)
    assert found["card.called_sales"][0] == pytest.approx(20)
    assert found["card.left_alone_sales"][0] == pytest.approx(10)
    assert found["card.call_gain"] == pytest.approx((10, 10 - half, 10 + half, None))


def test_a_comparison_of_few_says_nothing() -> None:
    rows = [order("a", "2024-01-01"), order("b", "2024-01-01")]
    with card(rows) as db:
        for who, arm in (("a", "call"), ("b", "hold_out")):
            db.execute("insert into history.call_trials values (date '2025-01-31', ?, ?, 'late')", [who, arm])
        found = measured(db)
    assert found["card.call_gain"] == (None, None, None, "too_few")


def test_the_newest_note_of_a_call_counts() -> None:
    with card([order("a", "2024-01-01")]) as db:
        for minute, outcome, euros in ((1, "no_answer", None), (2, "bought", 45)):
            db.execute(
                "insert into history.call_outcomes values (?, 'a', ?, ?, ?)",
                [AS_OF, outcome, euros, datetime(2025, 7, 2, 9, minute)],
            )
        found = measured(db)
    assert found["card.calls_noted"][0] == 1
    assert found["card.calls_bought"][0] == 1
    assert found["card.calls_euros"][0] == 45
