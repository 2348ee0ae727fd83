"""`model` and `backtest` on the fictional shop: their contracts, and what they leave alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from clientela.settings.shop_settings import Settings
from clientela.warehouse.connection import open_shop
from tests.worlds.demo import Demo
from tests.worlds.program import Run

KEYS = {"model", "unit", "customers", "parameters", "log_likelihood", "spend", "fitted_to", "abstained"}


def fingerprint(folder: Path) -> str:
    return hashlib.sha256((folder / "clientela.duckdb").read_bytes()).hexdigest()


def test_show_says_what_fit_has_said(run: Run, demo_copy: Path) -> None:
    fitted = run("model", "fit", "--format", "json", shop=demo_copy).json
    assert set(fitted) >= KEYS
    assert (fitted["model"], fitted["unit"], fitted["fitted_to"]) == ("mbg", "weeks", "2026-10-31")
    assert set(fitted["parameters"]) == {"r", "alpha", "a", "b"}
    assert set(fitted["spend"]) == {"p", "q", "v", "log_likelihood"}
    assert fitted["abstained"] is None
    before = fingerprint(demo_copy)
    assert run("model", "show", "--format", "json", shop=demo_copy).json == fitted
    assert fingerprint(demo_copy) == before


def test_show_fits_where_nothing_is_kept(run: Run, demo_copy: Path) -> None:
    before = fingerprint(demo_copy)
    shown = run("model", "show", "--model", "bg", "--format", "json", shop=demo_copy).json
    assert shown["model"] == "bg"
    assert fingerprint(demo_copy) == before


def test_another_date_leaves_the_file_as_it_is(run: Run, demo_copy: Path) -> None:
    before = fingerprint(demo_copy)
    fitted = run("model", "fit", "--as-of", "2026-03-31", "--format", "json", shop=demo_copy).json
    assert fitted["fitted_to"] == "2026-03-31"
    assert fingerprint(demo_copy) == before


def test_a_shop_that_is_too_small_is_told_so_in_words(run: Run, small_shop: Path) -> None:
    answer = run("model", "fit", "--format", "json", shop=small_shop)
    assert answer.code == 0
    assert answer.json["parameters"] is None
    assert answer.json["abstained"] in answer.err
    italian = run("model", "show", shop=small_shop, lang="it")
    assert "uso la regola" in italian.err or "si usa la regola" in italian.err


def test_the_table_of_the_model_is_read_by_people(run: Run, demo_copy: Path) -> None:
    lines = run("model", "fit", shop=demo_copy).out.splitlines()
    assert lines[0].split() == ["MBG", "value"]
    assert [line.split()[0] for line in lines if line.split()[0] in ("r", "alpha", "a", "b")] == [
        "r", "alpha", "a", "b"
    ]  # fmt: skip


def test_the_back_test_grades_the_newest_month_ends(run: Run, demo_shop: Path) -> None:
    before = fingerprint(demo_shop)
    found = run("backtest", "--origins", "2", "--horizon", "60", "--format", "json", shop=demo_shop).json
    assert found["horizon_days"] == 60
    assert [origin["on"] for origin in found["origins"]] == ["2026-07-31", "2026-08-31"]
    for origin in found["origins"]:
        assert set(origin["scores"]) == {"model", "table", "days_since_last", "own_gap", "base_rate"}
        assert set(origin["lost_flag"]) == {"precision", "recall", "false_alarm"}
        model, base = origin["scores"]["model"], origin["scores"]["base_rate"]
        assert 0 < model["brier"] < base["brier"]
        assert 0.5 < model["auc"] <= 1
    assert fingerprint(demo_shop) == before


def test_a_short_history_has_nothing_to_grade(run: Run, small_shop: Path) -> None:
    answer = run("backtest", shop=small_shop)
    assert answer.code == 0
    assert "nothing can be graded yet" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("model", "fit", "--model", "pareto"),
        ("backtest", "--origins", "0"),
        ("backtest", "--horizon", "soon"),
    ],
)
def test_what_cannot_be_asked_is_refused(run: Run, demo_shop: Path, words: tuple[str, ...]) -> None:
    assert run(*words, shop=demo_shop).code == 2


def test_a_report_writes_its_predictions_once_and_prints_the_hash(
    run: Run, reported_demo: Demo, demo_settings: Settings
) -> None:
    first, shop = reported_demo.answer, reported_demo.folder
    with open_shop(shop / demo_settings.paths.database, read_only=True) as db:
        [(as_of, tier, people, sha256)] = db.execute(
            "select cast(as_of as varchar), tier, people, sha256 from history.prediction_sets"
        ).fetchall()
        listed = db.execute(
            "select customer_id from marts.call_list "
            "where kind = 'late' and silent_place is null order by position"
        ).fetchall()
        by_model = db.execute(
            "select calls.customer_id from marts.call_list as calls "
            "join history.predictions as said on said.customer_id = calls.customer_id "
            "where kind = 'late' and silent_place is null "
            "order by cast(cast(said.p_silent as double) * calls.revenue_12m as decimal(18, 4)) desc, "
            "calls.customer_id"
        ).fetchall()
    assert (as_of, sha256 in first.err) == ("2026-10-31", True)
    assert people > 1000
    assert tier in ("model", "mixed")
    assert listed == by_model, "the late by P(silent) times 12-month sales, once the model has won"
    page = Path(first.out.splitlines()[0])
    assert sha256[:32] in page.read_text("utf-8")
    again = run("report", "--no-pdf", "--format", "json", shop=shop, lang="it")
    assert sha256 not in again.err
    assert again.json["sha256"]["html"] == hashlib.sha256(page.read_bytes()).hexdigest()
