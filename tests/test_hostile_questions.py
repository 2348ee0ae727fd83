"""Shops that nobody expects: every question gets a figure, or the true reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_card_page import CARD, page, plain

from clientela.reports.pages.were_we_right.grade import letter
from clientela.warehouse.building.build import build
from clientela.warehouse.measures.definitions import named
from clientela.warehouse.measures.readings import Readings
from clientela.warehouse.predictions.foretold import stored_set
from clientela.warehouse.predictions.report_card.kept_grades import keep_report_card
from tests.worlds.lively_shop import lively
from tests.worlds.made_shop import Row, batch, built_shop, insert, order, raw_shop, settings
from tests.worlds.program import Run
from tests.worlds.worth_world import measures

AS_OF = date(2023, 12, 31)


@contextmanager
def built(orders: list[Row], as_of: date = AS_OF, **rules: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    with built_shop(as_of, rules, orders=orders) as db:
        yield db


@pytest.fixture(scope="module")
def no_costs() -> Iterator[duckdb.DuckDBPyConnection]:
    """Three hundred customers, and no word of what the goods cost."""
    with built(lively(300, days=729)) as db:
        yield db


def test_without_costs_a_margin_is_unknown_and_never_nothing(no_costs: duckdb.DuckDBPyConnection) -> None:
    found = measures(no_costs)
    for name in ("at_risk.margin", "at_risk.late_margin", "at_risk.best_ten_margin", "fence.margin_12m"):
        assert (found[name]["value"], found[name]["reason"]) == (None, "no_costs"), name
    assert found["at_risk.eur"]["value"] > 0


def test_without_costs_the_silent_best_stand_by_their_sales(no_costs: duckdb.DuckDBPyConnection) -> None:
    rows = no_costs.execute("select at_risk, expected_12m, is_margin from marts.silent_best").fetchall()
    assert rows, "the shop has silent best customers"
    assert all(row[1] > 0 and not row[2] for row in rows)
    assert rows == sorted(rows, key=lambda row: -row[0])


def test_a_pace_that_nobody_has_shown_is_not_foretold() -> None:
    once = [order(f"c{n}", date(2022, 1, 1 + n % 28).replace(month=1 + n % 12), 20) for n in range(60)]
    with built(once, history_complete=True) as db:
        found = measures(db)
        rows = db.execute(
            "select count(mean), count(expected_mean), count(life_mean) from marts.value_groups"
        )
        mean, expected, life = rows.fetchall()[0]
    assert found["value.expected_12m"]["reason"] == "few_returns"
    assert mean > 0
    assert (expected, life) == (0, 0)


def test_nobody_buys_less_often_than_they_are_likely_to_buy() -> None:
    """Sixty who bought once: the expected purchases are at least the expected buyers."""
    once = [order(f"c{n}", date(2023, 1 + n % 12, 1 + n % 28), 20) for n in range(60)]
    given = settings(history_complete=True)
    with raw_shop(orders=once) as db:
        batch(db, 1, "orders", date(2022, 1, 1))
        build(db, given, AS_OF, targets=("marts.card_measures", "steps.states"))
        found = keep_report_card(db, given, AS_OF, made_at=datetime(2024, 1, 2))
        rows = db.execute(
            "select count(*) from history.predictions where expected_purchases < 1 - p_silent - 0.000001"
        )
        assert rows.fetchall() == [(0,)]
    assert found is not None
    assert found.expected_purchases >= found.people - found.expected_silent - 0.001


def test_the_range_of_a_forecast_stays_as_it_was_written() -> None:
    rows, given = lively(700), settings()
    targets = ("marts.card_measures", "marts.report_card_takings", "steps.states")
    with raw_shop(orders=[row for row in rows if row["order_date"] <= str(AS_OF)]) as db:
        batch(db, 1, "orders", date(2022, 1, 1))

        def told() -> tuple[Any, ...]:
            build(db, given, AS_OF, targets=targets)
            assert keep_report_card(db, given, AS_OF, made_at=datetime(2024, 1, 2)) == stored_set(db, AS_OF)
            build(db, given, AS_OF, targets=targets)
            found = db.execute(
                "select value, low, high from marts.card_measures where name = 'card.next_month'"
            )
            return found.fetchall()[0]

        value, low, high = told()
        assert low is not None
        assert high is not None
        assert 0 < low < value < high
        insert(db, "orders", [order(f"late{n}", date(2023, 11, 15), 900) for n in range(40)])
        batch(db, 2, "orders", date(2023, 11, 15))
        assert told() == (value, low, high)


def test_who_was_there_from_the_start_is_not_nobody() -> None:
    rows = [
        order(who, date(2023, 1, 2) + timedelta(days=7 * n)) for who in ("anna", "bruno") for n in range(50)
    ]
    with built(rows, history_complete=False) as db:
        found = measures(db)
    assert found["ladder.step1.within_90d"]["reason"] == "burn_in"
    assert found["people.purchasers"]["value"] == 2


def beaten(rival: float) -> str | None:
    changed = CARD.replace("('card.brier_days', 0.15,", f"('card.brier_days', {rival},")
    assert changed != CARD or rival == 0.15
    return page(changed.replace("'card.score', 0.3,", "'card.score', 0.5,")).letter


def test_the_grade_is_not_good_while_a_simpler_way_does_better() -> None:
    assert beaten(0.15) == "A"
    assert beaten(0.11) == "C"
    worse = page(CARD.replace("('card.brier_days', 0.15,", "('card.brier_days', 0.11,"))
    assert "il voto non va oltre C" in plain(worse.formula[-1])
    assert letter(Readings({})) is None


def test_a_part_of_a_pattern_names_its_family() -> None:
    assert "ladder.step4.within_*" in named("ladder.step4")
    assert all(name.startswith("ladder.step4.") for name in named("ladder.step4"))


def test_who_has_not_bought_has_spent_nothing(demo_shop: Path, run: Run) -> None:
    answer = run("actions", "done", "C0001", "--outcome", "no-answer", "--euros", "45", shop=demo_shop)
    assert answer.code == 2
    assert "--outcome bought" in answer.err
