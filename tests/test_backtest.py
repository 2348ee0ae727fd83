"""The report card: past predictions made from past rows only, graded with what followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build, in_memory
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.connection import open_shop
from clientela.warehouse.predictions.queries_by_name import query
from clientela.warehouse.predictions.report_card.backtest import backtest
from clientela.warehouse.predictions.report_card.graded_predictions import Backtest
from clientela.warehouse.predictions.report_card.history_at import Past, State
from clientela.warehouse.predictions.report_card.lost_test import lost_after_days
from tests.worlds.lively_shop import lively
from tests.worlds.made_shop import every, order, raw_shop, settings
from tests.worlds.real_data import loaded

TARGETS = ("steps.states", "marts.shop_rhythm", "marts.purchase_rhythm")


@pytest.fixture
def demo(demo_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shop(demo_settings.database, read_only=True) as db:
        yield db


def known(state: State) -> list[tuple[Any, ...]]:
    money = (np.round(values, 2).tolist() for values in (state.total, state.repeat_total))
    days = (values.tolist() for values in (state.repeats, state.recency_days, state.age_days))
    return sorted(zip(*days, *money, strict=True))


@pytest.mark.parametrize(
    ("months_back", "rules"), [(0, {}), (3, {"mode": "simple"}), (8, {"history_complete": False})]
)
def test_a_past_state_is_the_one_that_the_models_build(
    demo: duckdb.DuckDBPyConnection, demo_settings: Settings, months_back: int, rules: dict[str, Any]
) -> None:
    """Refunds, contracts, closures, burn-in and the lost test included."""
    given = replace(demo_settings, categories=replace(demo_settings.categories, **rules))
    as_of = demo.execute("select as_of from marts.report_date").fetchall()[0][0]
    day = Month.of(as_of).plus(-months_back).last_day
    set_variables(demo, given, as_of)
    past = Past(demo, given.categories, [day], 90, as_of)
    state = past.state(day)
    past.close()
    with in_memory(demo):
        build(demo, given, day, targets=TARGETS)
        rows = demo.execute(query("customers_today")).fetchall()
        (shop,) = demo.execute("select mean_gap_days, first_repeat_days from marts.shop_rhythm").fetchall()
        (lost,) = demo.execute(
            "select count(*) from steps.states join marts.purchase_rhythm using (person_no) "
            "where silent_days > limit_days"
        ).fetchall()[0]
    built = sorted(
        (x, t_x, age, round(total, 2), round(max(total - first, 0.0), 2))
        for _no, x, t_x, age, _new, total, first in rows
    )
    assert known(state) == built
    assert len(built) > 500
    assert state.is_new.sum() == sum(row[4] for row in rows)
    assert (state.rhythm.mean_gap_days, state.rhythm.first_repeat_days) == pytest.approx(shop)
    limits = lost_after_days(state.rhythm, given.categories, state.repeats, state.recency_days)
    assert (state.silent_days > limits).sum() == lost


def graded(orders: list[dict[str, Any]], as_of: str, **more: Any) -> Backtest:
    with raw_shop(orders=orders) as db:
        build(db, settings(), date.fromisoformat(as_of), targets=TARGETS)
        return backtest(db, settings(), date.fromisoformat(as_of), **more)


def test_nothing_that_came_later_moves_a_grade() -> None:
    rows = lively(600)
    on = [date(2023, 9, 30)]
    then = graded([row for row in rows if row["order_date"] <= "2023-12-29"], "2023-12-29", on=on)
    now = graded(rows, "2024-06-30", on=on)
    assert [origin.on for origin in then.origins] == on
    for name, score in then.origins[0].scores.items():
        assert now.origins[0].scores[name].brier == pytest.approx(score.brier, rel=1e-9)
    assert now.origins[0].lost_flag == then.origins[0].lost_flag


def test_month_ends_need_a_horizon_before_and_after_them() -> None:
    found = graded(lively(600), "2024-05-31", limit=40)
    days = [origin.on for origin in found.origins]
    assert days[0] == date(2022, 4, 30)
    assert days[-1] == date(2024, 2, 29)
    assert len(days) == 23
    assert all((day + timedelta(days=1)).day == 1 for day in days)


def test_too_short_a_history_is_said_in_words() -> None:
    found = graded(every("a", "2025-01-01", 7, 10), "2025-03-31")
    assert found.origins == []
    assert found.tier == "rule"
    assert found.abstained is not None
    assert found.abstained.startswith("Nessun fine mese ha 90 giorni di vendite prima e dopo")
    assert found.as_json()["origins"] == []


def test_a_small_shop_keeps_to_the_rule() -> None:
    rows = [row for number in range(30) for row in every(f"c{number}", "2024-01-01", 20, 20)]
    found = graded(rows, "2025-03-31")
    assert found.tier == "rule"
    assert found.reason.startswith("30 clienti, 30 di ritorno")


def test_outcome_and_rivals_of_two_customers() -> None:
    """On 30 June one has just bought and comes back in July, the other has not come since January."""
    rows = [
        *every("a", "2023-01-01", 30, 18),
        *every("b", "2023-01-01", 30, 14),
        order("a", "2024-07-10", 50),
    ]
    found = graded(rows, "2024-12-31", on=[date(2024, 6, 30)])
    (origin,) = found.origins
    assert (origin.customers, origin.silent) == (2, 1)
    assert origin.scores["table"].auc == origin.scores["days_since_last"].auc == 1.0
    assert origin.scores["base_rate"].auc == 0.5
    assert "model" not in origin.scores
    assert origin.lost_flag.flagged == origin.lost_flag.flagged_silent == 1
    assert origin.purchases.actual == 1
    assert origin.takings is not None
    assert origin.takings.actual == 50


def test_the_contract_of_the_command_line() -> None:
    found = graded(lively(900), "2024-06-30", limit=2).as_json()
    assert found["horizon_days"] == 90
    for origin in found["origins"]:
        assert list(origin["scores"]) == ["model", "table", "days_since_last", "own_gap", "base_rate"]
        assert all(set(score) == {"brier", "auc", "log_loss"} for score in origin["scores"].values() if score)
        assert set(origin["lost_flag"]) == {"precision", "recall", "false_alarm"}
    assert found["tier"] in ("table", "model", "mixed")
    assert found["overall"]["base_rate"]["skill"] == 0


REFERENCE = {
    "cdnow": ("cdnow_master.txt.gz", "cdnow.toml", date(1998, 6, 30), date(1997, 12, 31), 182),
    "uci": ("online_retail.csv.gz", "online_retail.toml", date(2011, 12, 31), date(2011, 8, 31), 90),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "auc_of", "brier_of", "flag"),
    [
        (
            "cdnow",
            {"days_since_last": 0.796, "table": 0.797, "model": 0.793},
            {"table": 0.135, "model": 0.131},
            {"precision": 0.78, "recall": 0.35, "false_alarm": 0.14},
        ),
        (
            "uci",
            {"days_since_last": 0.684, "table": 0.736, "model": 0.735},
            {"table": 0.207, "model": 0.216},
            {"precision": 0.58, "recall": 0.09, "false_alarm": 0.03},
        ),
    ],
)
def test_two_real_shops_give_the_known_grades(
    tmp_path: Path, name: str, auc_of: dict[str, float], brier_of: dict[str, float], flag: dict[str, float]
) -> None:
    """Receipts of zero count as purchases, as where these figures come from."""
    file, mapping, as_of, on, horizon = REFERENCE[name]
    with loaded(tmp_path, file, mapping, as_of, min_net_amount=-1.0) as (db, _):
        given = settings(min_net_amount=-1.0)
        (origin,) = backtest(db, given, as_of, horizon_days=horizon, on=[on]).origins
    for way, reference in auc_of.items():
        found = origin.scores[way].auc
        assert found is not None
        assert round(found, 3) >= reference
        assert found == pytest.approx(reference, abs=0.002)
    for way, reference in brier_of.items():
        assert round(origin.scores[way].brier, 3) <= reference
    assert origin.scores["mixed"].auc is not None
    assert origin.scores["mixed"].auc > max(auc_of.values())
    assert origin.repeat_lost_flag.as_json() == pytest.approx(flag, abs=0.015)


@pytest.mark.slow
def test_receipts_of_zero_move_the_grades_by_less_than_a_thousandth(tmp_path: Path) -> None:
    file, mapping, as_of, on, horizon = REFERENCE["cdnow"]
    with loaded(tmp_path, file, mapping, as_of) as (db, _):
        found = backtest(db, settings(), as_of, horizon_days=horizon, limit=1)
    (origin,) = found.origins
    assert origin.on == on
    assert origin.scores["model"].auc == pytest.approx(0.793, abs=0.001)
    assert origin.scores["table"].brier == pytest.approx(0.135, abs=0.001)
    assert found.tier == "mixed"
