"""Score every customer: the model on each distinct history, else the rule, joined back in SQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clientela.settings.shop_settings import Categories
from clientela.warehouse.building.parameters import literal
from clientela.warehouse.predictions.arrays import FloatArray, whole
from clientela.warehouse.predictions.purchase_model.histories import Distinct
from clientela.warehouse.predictions.purchase_model.model import Model
from clientela.warehouse.predictions.purchase_model.predicting import Prediction, mean_of_logits, predict
from clientela.warehouse.predictions.queries_by_name import columns, query
from clientela.warehouse.predictions.report_card.history_at import Past, learning_days
from clientela.warehouse.predictions.report_card.lost_test import RuleScores, ShopRhythm, rule_scores
from clientela.warehouse.predictions.report_card.silence_table import SilenceTable, learn_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TIERS: Final = ("rule", "table", "model", "mixed")
"""How P(silent) is made, from the smallest shop to the largest; mixed is the mean of two logits."""


def write_scores(
    db: DuckDBPyConnection,
    rules: Categories,
    model: Model,
    as_of: date,
    *,
    horizon_days: int,
    tier: str = "model",
    table: str = "marts.model_scores",
) -> int:
    """Write what to expect of every purchaser as a table.

    Args:
        db: the connection on which ``fit_model`` has just run.
        rules: the shop's parameters.
        model: what it returned.
        as_of: the date of both.
        horizon_days: calendar days after the date.
        tier: one of ``TIERS``, chosen by ``backtest``; a model that abstained falls back to the table or
            the rule.
        table: written anew, one row per person; see ``queries/customer_scores.sql``.

    Returns:
        How many people were scored.
    """
    scores = _of_histories(db, rules, model, as_of, horizon_days, tier)
    _set_parameters(db, model, horizon_days)
    db.register("history_scores", scores)
    try:
        db.execute(f"create or replace table {table} as\n{query('customer_scores')}")
    finally:
        db.unregister("history_scores")
    (count,) = db.execute(f"select count(*) from {table}").fetchall()[0]
    return int(count)


def _of_histories(
    db: DuckDBPyConnection, rules: Categories, model: Model, as_of: date, horizon_days: int, tier: str
) -> dict[str, Any]:
    """Return the columns of ``history_scores``: each distinct history with what is said of it."""
    found = columns(db, query("histories"))
    names = ("repeats", "recency_days", "age_days")
    repeats, recency, age = (whole(found[name]) for name in names)
    distinct = Distinct(repeats, recency, age, np.arange(len(repeats)), whole(found["customers"]))
    horizon = _open_days(db, as_of, horizon_days)
    by_rule = rule_scores(_rhythm(db), rules, repeats, recency, age, horizon)
    by_model = predict(model.fit, distinct) if model.fit else None
    learned = _table(db, rules, as_of, horizon_days) if tier in ("table", "mixed") else None
    by_table = learned.p[learned.cell_of(repeats + 1, age - recency)] if learned else None
    return dict(zip(names, (repeats, recency, age), strict=True)) | _chosen(
        tier, model, horizon, by_rule, by_model, by_table
    )


def _chosen(
    tier: str,
    model: Model,
    horizon: int,
    by_rule: RuleScores,
    by_model: Prediction | None,
    by_table: FloatArray | None,
) -> dict[str, Any]:
    """Return the columns of the scores, as the tier and the data allow."""
    silent, expected = by_rule.p_silent, by_rule.expected_purchases
    alive = np.ma.array(np.zeros(len(silent)), mask=True)
    method = "rule"
    if by_table is not None:
        method, silent = "table", by_table
    if by_model is not None and tier in ("model", "mixed"):
        expected = by_model.expected_purchases(horizon)
        method, silent = "model", by_model.p_silent(horizon)
        if by_table is not None:
            method, silent = "mixed", mean_of_logits(silent, by_table)
        if model.shows_p_alive:
            alive = np.ma.array(by_model.p_alive)
    return {
        "method": np.full(len(silent), method),
        "p_alive": alive,
        "p_silent": silent,
        "expected_purchases": expected,
        "rule_p_silent": by_rule.p_silent,
        "rule_expected_purchases": by_rule.expected_purchases,
    }


def _open_days(db: DuckDBPyConnection, as_of: date, horizon_days: int) -> int:
    """Return on how many days of the horizon the shop is open."""
    rows = db.execute(
        "select max(open_day) - min(open_day) from staging.calendar where day in (?, ? + cast(? as integer))",
        [as_of, as_of, horizon_days],
    ).fetchall()
    return int(rows[0][0] or 0)


def _rhythm(db: DuckDBPyConnection) -> ShopRhythm:
    rows = db.execute("select mean_gap_days, first_repeat_days from marts.shop_rhythm").fetchall()
    return ShopRhythm(float(rows[0][0]), float(rows[0][1]))


def _table(db: DuckDBPyConnection, rules: Categories, as_of: date, horizon_days: int) -> SilenceTable | None:
    """Learn the table at a date; None where the past is too short for one."""
    past = Past(db, rules, learning_days(as_of, horizon_days), horizon_days, as_of)
    try:
        learned = past.learned(as_of)
    finally:
        past.close()
    return learn_table(learned) if len(learned.people) else None


def _set_parameters(db: DuckDBPyConnection, model: Model, horizon_days: int) -> None:
    """Give the connection what the query of the scores asks for."""
    spend = model.spend if model.spend and model.spend.is_usable else None
    values = {"p": spend.p, "q": spend.q, "v": spend.v} if spend else dict.fromkeys("pqv")
    for name, value in values.items():
        db.execute(f"set variable spend_{name} = cast({literal(value)} as double)")
    db.execute(f"set variable horizon_days = {horizon_days}")
