"""The model on a shop's own rows: what it reads, what it writes, and when it keeps silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest

from clientela.i18n import speaking
from clientela.warehouse.predictions.purchase_model.bg_nbd import BG
from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
from clientela.warehouse.predictions.purchase_model.model import Model, fit_model
from clientela.warehouse.predictions.purchase_model.probabilities import p_alive, p_silent
from clientela.warehouse.predictions.queries_by_name import query
from clientela.warehouse.predictions.scoring import TIERS, write_scores
from tests.worlds.lively_shop import lively, shop
from tests.worlds.made_shop import every, order, settings


def read(db: duckdb.DuckDBPyConnection) -> dict[str, tuple[Any, ...]]:
    """What the model reads of each customer, found by the day of the first purchase."""
    rows = db.execute(
        f"""
        select cast(first_purchase_on as varchar), repeats, recency_days, age_days, is_new, total, first_total
        from ({query("customers_today")}) join marts.activity using (person_no)
        """
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.fixture(scope="module")
def lively_shop() -> Iterator[duckdb.DuckDBPyConnection]:
    with shop("2024-06-30", lively(1500)) as db:
        yield db


def test_a_customer_is_three_numbers_and_what_they_spent() -> None:
    rows = [order("a", "2025-01-10", 5), order("a", "2025-01-10", 7), order("a", "2025-02-09", 20)]
    with shop("2025-03-31", [*rows, order("a", "2025-04-02", 99)]) as db:
        assert read(db) == {"2025-01-10": (1, 30, 80, True, 32, 12)}


def test_closed_days_count_for_nobody() -> None:
    closures = [[date(2025, 1, 20), date(2025, 1, 29)], [date(2025, 3, 1), date(2025, 3, 5)]]
    rows = [order("a", "2025-01-10"), order("a", "2025-02-09")]
    with shop("2025-03-31", rows, closures=closures) as db:
        assert read(db)["2025-01-10"][1:3] == (20, 65)


def test_a_refund_takes_from_the_money_of_its_day_or_undoes_it() -> None:
    rows = [
        order("a", "2025-01-01", 10, order_id="1"),
        order("a", "2025-01-11", 20, order_id="2"),
        order("a", "2025-01-21", 30, order_id="3"),
        order("a", "2025-01-25", -4, refund_of="1"),
        order("a", "2025-01-26", -5, refund_of="2"),
        order("a", "2025-01-27", -30, refund_of="3"),
        order("a", "2025-02-27", -9, refund_of="2"),
    ]
    with shop("2025-01-31", rows) as db:
        assert read(db) == {"2025-01-01": (1, 10, 30, True, 21, 6)}


def test_who_was_first_seen_when_the_export_began_may_be_an_old_customer() -> None:
    rows = [order("old", "2025-01-02"), order("new", "2025-03-01")]
    with shop("2025-06-30", rows, history_complete=False, burn_in_days=30) as db:
        assert [row[3] for _, row in sorted(read(db).items())] == [False, True]


def test_too_few_who_came_back_are_said_in_words() -> None:
    rows = [row for number in range(22) for row in every(f"c{number}", "2024-01-01", 40, 4)]
    with shop("2025-03-31", rows) as db:
        with speaking("it"):
            said = fit_model(db, date(2025, 3, 31)).as_json()
        assert said["abstained"] == "22 clienti che tornano: troppo pochi per un modello, uso la regola."
        assert said["parameters"] is said["log_likelihood"] is said["spend"] is None
        assert said["customers"] == 22


def test_half_a_year_is_needed() -> None:
    rows = [row for number in range(400) for row in every(f"c{number}", "2025-01-01", 20, 4)]
    with shop("2025-06-29", rows) as db, speaking("en"):
        assert fit_model(db, date(2025, 6, 29)).abstained == (
            "179 days of sales: too short for a model, the rule is used."
        )
    with shop("2025-06-30", rows) as db:
        assert fit_model(db, date(2025, 6, 30)).abstained is None


def scores(db: duckdb.DuckDBPyConnection, model: Model, tier: str = "model", days: int = 90) -> list[Any]:
    rules = settings().categories
    people = write_scores(
        db, rules, model, date(2024, 6, 30), horizon_days=days, tier=tier, table="marts.model_scores"
    )
    rows = db.execute(
        "select scores.* exclude person_no, purchases, t_x, age from marts.model_scores as scores join ("
        "select person_no, purchases, last_open_day - first_open_day as t_x, "
        "silent_days + last_open_day - first_open_day as age from marts.purchase_rhythm) using (person_no)"
    ).fetchall()
    assert len(rows) == people == db.execute("select count(*) from marts.activity").fetchall()[0][0]
    return rows


@pytest.mark.parametrize("family", [MBG, BG], ids=["mbg", "bg"])
def test_everybody_is_scored_by_the_model(lively_shop: duckdb.DuckDBPyConnection, family: Any) -> None:
    model = fit_model(lively_shop, date(2024, 6, 30), family)
    assert model.fit is not None
    p = model.fit.parameters
    for method, alive, silent, expected, spend, value, days, purchases, t_x, age in scores(
        lively_shop, model
    ):
        x = np.array([purchases - 1.0])
        here = p_alive(family, p, x, np.array([t_x / 7]), np.array([age / 7]))
        assert (method, days) == ("model", 90)
        assert alive == pytest.approx(here[0], rel=1e-9)
        assert silent == pytest.approx(p_silent(p, here, x, np.array([age / 7]), 90 / 7)[0], rel=1e-9)
        assert value == pytest.approx(expected * spend)
        assert expected >= 0
        assert spend > 0


def test_the_scores_add_up_to_a_forecast(lively_shop: duckdb.DuckDBPyConnection) -> None:
    """All that is bought in the year to come, for as long as the shop's customers are these."""
    model = fit_model(lively_shop, date(2024, 6, 30))
    assert model.fit is not None
    rows = scores(lively_shop, model, days=365)
    alive = sum(row[1] for row in rows)
    assert 0.5 * alive < sum(row[3] for row in rows) < 12 * alive


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_scores_everybody(lively_shop: duckdb.DuckDBPyConnection, tier: str) -> None:
    model = fit_model(lively_shop, date(2024, 6, 30))
    rows = scores(lively_shop, model, tier)
    assert {row[0] for row in rows} == {tier}
    assert all(0 <= row[2] <= 1 for row in rows)
    assert all((row[1] is None) == (tier in ("rule", "table")) for row in rows)


def test_who_may_be_an_old_customer_is_scored_by_the_rule() -> None:
    rules: dict[str, Any] = {"history_complete": False, "burn_in_days": 200}
    as_of = date(2024, 6, 30)
    with shop("2024-06-30", lively(2500, seed=4), **rules) as db:
        model = fit_model(db, as_of)
        write_scores(
            db, settings(**rules).categories, model, as_of, horizon_days=90, table="marts.model_scores"
        )
        rows = db.execute(
            """
            select first_purchase_on <= burn_in_until, min(method), max(method), count(p_alive), count(*)
            from marts.model_scores join marts.activity using (person_no) cross join marts.burn_in
            group by all order by all
            """
        ).fetchall()
    assert [row[:3] for row in rows] == [(False, "model", "model"), (True, "rule", "rule")]
    assert rows[0][3] == rows[0][4] == model.customers
    assert rows[1][3] == 0


def test_the_rule_by_hand() -> None:
    """One buyer, 4 purchases 30 days apart, 60 days silent: m0 = 30, so alpha = 60 and r + x = 5.

    p = (150 / 210)^5 = 0.18593, alive 0.92966; buys within 90 days with 1 - (210 / 300)^5 = 0.83193 if alive;
    5 / (150 + 60) purchases a day.
    """
    with shop("2025-05-31", every("a", "2025-01-01", 30, 4)) as db:
        model = fit_model(db, date(2025, 5, 31))
        write_scores(db, settings().categories, model, date(2025, 5, 31), horizon_days=90, tier="rule")
        (row,) = db.execute("select * exclude person_no from marts.model_scores").fetchall()
    alive = (150 / 210) ** 5 / 0.2
    expected = alive * 5 / 210 * 90
    assert row[:2] == ("rule", None)
    assert row[2] == pytest.approx(1 - alive * (1 - 0.7**5))
    assert row[3:6] == pytest.approx((expected, 10, 10 * expected))
