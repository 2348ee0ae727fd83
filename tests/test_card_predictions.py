"""What a report expects is written down once, graded later by what happened, and never touched again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from clientela.warehouse.building.build import build
from clientela.warehouse.predictions.foretold import hash_of, stored_set
from clientela.warehouse.predictions.report_card.kept_grades import keep_report_card
from tests.worlds.lively_shop import lively
from tests.worlds.made_shop import Row, batch, every, insert, order, raw_shop, settings

TARGETS = (
    "marts.card_measures",
    "marts.report_card_bins",
    "marts.report_card_misses",
    "steps.call_scores",
    "steps.states",
)
MADE_AT = datetime(2024, 1, 2)
THEN, NOW = date(2023, 12, 31), date(2024, 3, 31)
ROWS = lively(700)


def keep(db: duckdb.DuckDBPyConnection, day: date, **rules: Any) -> Any:
    """Make the report of a month end, as far as predictions go."""
    given = settings(**rules)
    build(db, given, day, targets=TARGETS)
    found = keep_report_card(db, given, day, made_at=MADE_AT)
    build(db, given, day, targets=TARGETS)
    return found


@pytest.fixture(scope="module")
def two_reports() -> Iterator[duckdb.DuckDBPyConnection]:
    """A shop with a report at the end of 2023 and one three months later, the rows coming in between."""
    with raw_shop(orders=[row for row in ROWS if row["order_date"] <= str(THEN)]) as db:
        batch(db, 1, "orders", date(2022, 1, 1))
        keep(db, THEN)
        insert(db, "orders", [row for row in ROWS if row["order_date"] > str(THEN)])
        batch(db, 2, "orders", date(2024, 1, 1))
        keep(db, NOW)
        yield db


def bought_between(first: date, last: date) -> set[str]:
    return {row["customer_id"] for row in ROWS if str(first) < row["order_date"] <= str(last)}


def test_the_hash_is_that_of_the_date_and_a_line_for_each_customer(
    two_reports: duckdb.DuckDBPyConnection,
) -> None:
    rows = two_reports.execute(
        "select customer_id, p_silent, expected_purchases, expected_sales from history.predictions "
        "where as_of = ?",
        [THEN],
    ).fetchall()
    lines = [",".join(map(str, row)) for row in sorted(rows, key=lambda row: str(row[0]).encode())]
    text = "\n".join([f"as_of={THEN}", *lines])
    found = stored_set(two_reports, THEN)
    assert found is not None
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest() == hash_of(two_reports, THEN)
    assert (
        found.people
        == len(rows)
        == len({row["customer_id"] for row in ROWS if row["order_date"] <= str(THEN)})
    )


def test_what_was_written_is_graded_by_what_each_customer_did(
    two_reports: duckdb.DuckDBPyConnection,
) -> None:
    buyers = bought_between(THEN, THEN + timedelta(days=90))
    said = two_reports.execute(
        "select customer_id, cast(p_silent as double) from history.predictions where as_of = ?", [THEN]
    ).fetchall()
    brier = sum((p - (who not in buyers)) ** 2 for who, p in said) / len(said)
    sure = [who for who, p in said if p <= 0.2]
    row = two_reports.execute(
        "select way, is_in_time, people, brier, sure, sure - sure_silent, silent from marts.report_card "
        "where predicted_on = ?",
        [THEN],
    ).fetchall()
    assert row == [
        (
            "written",
            True,
            len(said),
            pytest.approx(brier, abs=1e-9),
            len(sure),
            sum(who in buyers for who in sure),
            len(said) - len(buyers & {who for who, _ in said}),
        )
    ]


def test_everybody_does_as_before_is_the_rival(two_reports: duckdb.DuckDBPyConnection) -> None:
    known = {row["customer_id"] for row in ROWS if row["order_date"] <= str(THEN)}
    before = bought_between(THEN - timedelta(days=90), THEN)
    after = bought_between(THEN, THEN + timedelta(days=90))
    wrong = sum((who in before) != (who in after) for who in known)
    found = two_reports.execute(
        "select same_brier from marts.report_card where predicted_on = ?", [THEN]
    ).fetchall()
    assert found == [(pytest.approx(wrong / len(known)),)]


def test_months_without_a_report_are_predicted_again_and_say_so(
    two_reports: duckdb.DuckDBPyConnection,
) -> None:
    ways = dict(two_reports.execute("select predicted_on, way from marts.report_card").fetchall())
    assert len(ways) > 6
    assert {way for day, way in ways.items() if day != THEN} <= {"model", "mixed", "table"}


def test_the_misses_are_people_of_whom_we_were_sure(two_reports: duckdb.DuckDBPyConnection) -> None:
    rows = two_reports.execute(
        "select customer_id, p_silent, was_silent, predicted_on, ended_on from marts.report_card_misses"
    ).fetchall()
    assert 1 <= len(rows) <= 3
    for customer, p, was_silent, on, ended in rows:
        assert (customer not in bought_between(on, ended)) == was_silent
        assert p < 0.2 if was_silent else p > 0.8


def test_a_later_report_of_the_month_changes_nothing() -> None:
    rows = [row for row in ROWS if row["order_date"] <= "2023-06-30"]
    with raw_shop(orders=rows) as db:
        batch(db, 1, "orders", date(2022, 1, 1))
        first = keep(db, date(2023, 6, 30))
        tables = ("predictions", "prediction_sets", "graded_origins", "graded_ways")
        before = [db.execute(f"from history.{table}").fetchall() for table in tables]
        insert(db, "orders", [order("newcomer", "2023-06-30", 500)])
        batch(db, 2, "orders", date(2023, 6, 30))
        assert keep(db, date(2023, 6, 30)) == first
        after = [db.execute(f"from history.{table}").fetchall() for table in tables]
    assert before == after, "the row is younger than every horizon graded"


def test_a_late_row_of_a_graded_time_grades_it_again() -> None:
    with raw_shop(orders=lively(300)) as db:
        batch(db, 1, "orders", date(2022, 1, 1))
        keep(db, NOW)
        (silent,) = db.execute(
            "select customer_id from history.predictions where as_of = ? order by p_silent desc limit 1",
            [NOW],
        ).fetchall()[0]
        graded = "select silent from history.graded_origins where as_of = date '2023-11-30'"
        before = db.execute(graded).fetchall()[0][0]
        insert(db, "orders", [order(silent, "2023-12-24", 30)])
        batch(db, 2, "orders", date(2023, 12, 24))
        keep(db, NOW)
        assert db.execute(graded).fetchall()[0][0] == before - 1


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        ([], 0),
        ([order("a", "2024-03-01")], 1),
        (every("a", "2024-01-01", 1, 90), 1),
        ([order("a", "2024-03-01", order_id="1"), order("a", "2024-03-02", -10, refund_of="1")], 0),
        ([order(f"c{n}", "2024-02-02", 0.5 * n) for n in range(60)], 59),
    ],
    ids=["nobody", "one", "one who comes every day", "all given back", "a single day"],
)
def test_a_shop_without_a_past_is_too_early_to_grade(rows: list[Row], people: int) -> None:
    with raw_shop(orders=rows) as db:
        batch(db, 1, "orders", date(2024, 1, 1))
        found = keep(db, NOW)
        assert (found.people if found else 0) == people
        assert found is None or found.tier == "rule"
        said = {
            row[0]: row[1:]
            for row in db.execute("select name, value, available, reason from marts.card_measures").fetchall()
        }
    assert said["card.score"] == (None, False, "too_early")
    assert all(value is None or abs(value) < 1e12 for value, _, _ in said.values())
    assert all((reason is None) == available for _, available, reason in said.values())
