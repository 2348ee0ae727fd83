"""What a report expects of every customer, written down once and never changed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import read_calendar
from clientela.warehouse.building.kept_builds import last_batch
from clientela.warehouse.predictions.purchase_model.model_fits import insert_fit, parameters_hash
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.predictions.purchase_model.model import Model

HORIZON_DAYS: Final = 90
"""Calendar days that a report looks ahead."""

MOST_KNOWN: Final = 3
FEWEST_KNOWN: Final = 2
"""Month ends from which expectations are corrected."""

FEWEST_MISSED: Final = 3
"""Months whose error tells how far the next one may be off."""

SCORES: Final = "memory.main.prediction_scores"

CANONICAL: Final = """
    select sha256(
        'as_of=' || cast($as_of as varchar) || chr(10) || coalesce(string_agg(
            concat_ws(',', customer_id, p_silent, expected_purchases, expected_sales),
            chr(10) order by customer_id
        ), '')
    )
    from {history}.predictions where as_of = $as_of
"""
"""The hash of a set: its date, then a line for each customer in the order of their ids."""


@dataclass(frozen=True)
class PredictionSet:
    """What one report wrote down."""

    as_of: date
    horizon_days: int
    data_until: date | None
    tier: str
    people: int
    expected_silent: float
    expected_purchases: float
    expected_sales: Decimal
    expected_next_month: Decimal
    sha256: str


def stored_set(db: DuckDBPyConnection, as_of: date) -> PredictionSet | None:
    """Return what the report of a date wrote down, None where there was none."""
    rows = db.execute(
        f"""
        select as_of, horizon_days, data_until, tier, people, expected_silent, expected_purchases,
            expected_sales, expected_next_month, sha256
        from {SHOP}.history.prediction_sets where as_of = ?
        """,
        [as_of],
    ).fetchall()
    return PredictionSet(*rows[0]) if rows else None


def hash_of(db: DuckDBPyConnection, as_of: date) -> str:
    """Return the SHA-256 of the predictions as they are stored now."""
    rows = db.execute(CANONICAL.format(history=f"{SHOP}.history"), {"as_of": as_of}).fetchall()
    return str(rows[0][0])


@dataclass(frozen=True)
class Factors:
    """What came of what was expected at the month ends before: above 1 where it was too little."""

    takings: float
    purchases: float


def past_factors(db: DuckDBPyConnection, as_of: date) -> Factors:
    """Return by how much expectations are to be corrected, as the report card does for the past."""
    rows = db.execute(
        f"""
        with takings as (
            select actual / nullif(expected, 0) as ratio from {SHOP}.history.graded_takings
            where as_of < $as_of order by as_of desc limit {MOST_KNOWN}
        ),
        purchases as (
            select actual_purchases / nullif(expected_purchases, 0) as ratio
            from {SHOP}.history.graded_origins
            where horizon_days = $horizon and as_of + $horizon <= $as_of + 1
            order by as_of desc limit {MOST_KNOWN}
        )
        select
            (select case when count(ratio) >= {FEWEST_KNOWN} then median(ratio) end from takings),
            (select case when count(ratio) >= {FEWEST_KNOWN} then median(ratio) end from purchases)
        """,
        {"horizon": HORIZON_DAYS, "as_of": as_of},
    ).fetchall()
    takings, purchases = rows[0]
    return Factors(_factor(takings), _factor(purchases))


def _factor(ratio: float | None) -> float:
    return 1.0 if ratio is None else min(max(ratio, 0.5), 2.0)


def write_predictions(
    db: DuckDBPyConnection, settings: Settings, as_of: date, tier: str, *, made_at: datetime
) -> PredictionSet | None:
    """Write down what is expected of every purchaser, unless it has been written before.

    Args:
        db: a writable connection whose marts and variables stand at the date.
        settings: the shop's parameters.
        as_of: the date, a month end.
        tier: how P(silent) is made: rule, table, model or mixed.
        made_at: the moment, UTC.

    Returns:
        The set, new or old; None where nobody has bought yet.
    """
    found = stored_set(db, as_of)
    if found or not _has_purchasers(db):
        return found
    from clientela.warehouse.predictions.purchase_model.model import fit_model
    from clientela.warehouse.predictions.scoring import write_scores

    model = fit_model(db, as_of)
    factors = past_factors(db, as_of)
    next_month = _next_month(db, settings, model, as_of, tier) * Decimal(factors.takings)
    write_scores(db, settings.categories, model, as_of, horizon_days=HORIZON_DAYS, tier=tier, table=SCORES)
    # The grades are those of the model's pace; the rule's, which the table tier keeps, has none.
    factor = 1.0 if tier == "table" and model.fit else factors.purchases
    # Whoever buys at all buys once or more: nobody is expected to buy less often than they are likely to buy.
    db.execute(
        f"update {SCORES} set expected_purchases = greatest(expected_purchases * $factor, 1 - p_silent), "
        "expected_value = expected_value * $factor",
        {"factor": factor},
    )
    try:
        _store(db, settings, model, as_of, tier, next_month, made_at)
    finally:
        db.execute(f"drop table if exists {SCORES}")
    return stored_set(db, as_of)


def _has_purchasers(db: DuckDBPyConnection) -> bool:
    return bool(db.execute("select 1 from marts.activity where purchases > 0 limit 1").fetchall())


def _next_month(db: DuckDBPyConnection, settings: Settings, model: Model, as_of: date, tier: str) -> Decimal:
    """Return the sales expected in the next calendar month from the customers known."""
    from clientela.warehouse.predictions.scoring import write_scores

    days = (Month.of(as_of).next().last_day - as_of).days
    pace = "rule" if tier == "rule" else "model"
    write_scores(db, settings.categories, model, as_of, horizon_days=days, tier=pace, table=SCORES)
    # Decimals: their sum is the same in every order.
    total = "coalesce(sum(cast(expected_value as decimal(28, 9))), 0)"
    rows = db.execute(f"select cast({total} as decimal(18, 2)) from {SCORES}")
    return Decimal(rows.fetchall()[0][0])


def _store(
    db: DuckDBPyConnection,
    settings: Settings,
    model: Model,
    as_of: date,
    tier: str,
    next_month: Decimal,
    made_at: datetime,
) -> None:
    """Write the set and its rows, whole or not at all."""
    db.execute("begin")
    try:
        _insert_rows(db, as_of)
        db.execute(
            f"""
            insert into {SHOP}.history.prediction_sets
            select $as_of, $horizon, $made_at, $data_until, $tier, count(*), coalesce(sum(p_silent), 0),
                coalesce(sum(expected_purchases), 0), coalesce(sum(expected_sales), 0), $next_month,
                $parameters, $batch, $sha256, null, null
            from {SHOP}.history.predictions where as_of = $as_of
            """,
            {
                "as_of": as_of,
                "horizon": HORIZON_DAYS,
                "made_at": made_at,
                "data_until": read_calendar(db).last_order_on,
                "tier": tier,
                "next_month": next_month,
                "parameters": parameters_hash(settings),
                "batch": last_batch(db),
                "sha256": hash_of(db, as_of),
            },
        )
        _insert_range(db, as_of)
        insert_fit(db, settings, model, made_at)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise


def _insert_range(db: DuckDBPyConnection, as_of: date) -> None:
    """Write how far the next month may be from what is expected: by the mean error of the months before."""
    from clientela.warehouse.building.catalogue import build_order

    takings = next(model.sql for model in build_order() if model.name == "marts.report_card_takings")
    db.execute(
        f"""
        update {SHOP}.history.prediction_sets set
            next_month_low = expected_next_month * greatest(0, 1 - missed.part),
            next_month_high = expected_next_month * (1 + missed.part)
        from (
            select sum(cast(abs(expected - actual) as decimal(28, 9)))
                / nullif(sum(cast(actual as decimal(28, 9))), 0) as part
            from ({takings}) as months where same is not null
            having count(*) >= {FEWEST_MISSED}
        ) as missed
        where prediction_sets.as_of = $as_of
        """,
        {"as_of": as_of},
    )


def _insert_rows(db: DuckDBPyConnection, as_of: date) -> None:
    db.execute(
        f"""
        insert into {SHOP}.history.predictions
        select ?, people.customer_id, scores.method, cast(scores.p_silent as decimal(9, 6)),
            cast(scores.expected_purchases as decimal(12, 6)), cast(scores.expected_value as decimal(18, 2))
        from {SCORES} as scores
        inner join marts.people on people.person_no = scores.person_no
        order by people.customer_id
        """,
        [as_of],
    )
