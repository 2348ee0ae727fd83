"""The report grades its predictions at past month ends, each from the rows it had, and keeps the grades."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import Progress
from clientela.warehouse.building.kept_builds import last_batch
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.predictions.foretold import (
    HORIZON_DAYS,
    PredictionSet,
    stored_set,
    write_predictions,
)
from clientela.warehouse.predictions.report_card.due_grades import (
    due_days,
    due_months,
    grade_key,
    predicted_days,
    running,
)
from clientela.warehouse.predictions.report_card.graded_rows import Row, rows_of
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.predictions.report_card.verdicts import Written

MOST_ORIGINS: Final = 12
"""Month ends that a report card looks back on."""


def keep_report_card(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    *,
    made_at: datetime,
    progress: Progress | None = None,
) -> PredictionSet | None:
    """Grade what can be graded by a date, then write down what is expected from it on.

    Args:
        db: a writable connection whose marts stand at the date.
        settings: the shop's parameters.
        as_of: the date of the report, a month end.
        made_at: the moment, UTC.
        progress: told each month end and the share done, 0 to 1.

    Returns:
        What was written down, now or by an earlier report of the month.
    """
    from clientela.warehouse.predictions.report_card.backtest import month_ends

    set_variables(db, settings, as_of)
    is_first = stored_set(db, as_of) is None
    days = month_ends(db, as_of, HORIZON_DAYS)[-MOST_ORIGINS:]
    due = due_days(db, settings, days, is_first=is_first)
    months = due_months(db, settings, as_of, days, due, is_first=is_first)
    _grade(db, settings, as_of, due, months, made_at, progress)
    if is_first:
        _choose(db, as_of, [*days, *running(as_of)])
    return write_predictions(db, settings, as_of, chosen_tier(db, days), made_at=made_at)


def _choose(db: DuckDBPyConnection, as_of: date, days: list[date]) -> None:
    """Keep which month ends the report of a date looks back on."""
    db.execute(
        f"""
        insert into {SHOP}.history.report_cards
        select ?, as_of from {SHOP}.history.graded_takings where list_contains(?, as_of)
        union
        select ?, as_of from {SHOP}.history.graded_origins where list_contains(?, as_of) and horizon_days = ?
        """,
        [as_of, days, as_of, days, HORIZON_DAYS],
    )


def _grade(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    days: list[date],
    months: list[date],
    made_at: datetime,
    progress: Progress | None,
) -> None:
    """Grade month ends, and only the takings of others; keep the grades in place of former ones."""
    if not days and not months:
        return
    from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
    from clientela.warehouse.predictions.report_card.backtest import judge_days, open_past
    from clientela.warehouse.predictions.report_card.forecast_date import month_takings

    written = _written(db, days)
    past = open_past(db, settings, as_of, HORIZON_DAYS, [*days, *months])
    try:
        judged = judge_days(past, settings, days, MBG, written, progress, auc_range=False)
        takings = {day: month_takings(past, day, settings.categories, MBG) for day in months}
    finally:
        past.close()
    origins = [found.origin for found in judged]
    takings |= {origin.on: origin.takings for origin in origins}
    made = (made_at, grade_key(settings), last_batch(db))
    rows = rows_of(db, origins, HORIZON_DAYS, made)
    rows["graded_takings"] = [
        (day, *made, each.expected, each.actual) for day, each in takings.items() if each is not None
    ]
    _replace(db, sorted(takings), days, rows)


def _written(db: DuckDBPyConnection, days: Iterable[date]) -> dict[date, Written]:
    """Return what reports had said at month ends, by today's number of each person."""
    from clientela.warehouse.predictions.arrays import floats, whole
    from clientela.warehouse.predictions.queries_by_name import columns
    from clientela.warehouse.predictions.report_card.verdicts import Written

    found = {}
    for day in sorted(predicted_days(db) & set(days)):
        rows = columns(
            db,
            f"""
            select people.person_no, cast(said.p_silent as double) as p
            from {SHOP}.history.predictions as said
            inner join marts.people on people.customer_id = said.customer_id
            where said.as_of = date '{day}'
            """,
        )
        person_no = whole(rows["person_no"])
        order = person_no.argsort()
        found[day] = Written(person_no[order], floats(rows["p"])[order])
    return found


def _replace(
    db: DuckDBPyConnection, months: list[date], days: list[date], rows: dict[str, list[Row]]
) -> None:
    """Write the grades of some month ends, whole or not at all.

    Args:
        db: the shop.
        months: month ends whose takings are graded.
        days: those of which all is.
        rows: by table.
    """
    db.execute("begin")
    try:
        for table, values in rows.items():
            place, is_takings = f"{SHOP}.history.{table}", table == "graded_takings"
            horizon = "" if is_takings else f" and horizon_days = {HORIZON_DAYS}"
            db.execute(
                f"delete from {place} where list_contains(?, as_of){horizon}",
                [months if is_takings else days],
            )
            if values:
                marks = f"({', '.join('?' * len(values[0]))})"
                db.execute(
                    f"insert into {place} values {', '.join([marks] * len(values))}",
                    [cell for row in values for cell in row],
                )
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise


def chosen_tier(db: DuckDBPyConnection, days: list[date]) -> str:
    """Return how P(silent) should be made, by the grades of some month ends; without any, the rule."""
    from clientela.warehouse.predictions.report_card.backtest import best_tier

    rows = db.execute(
        f"""
        select customers, repeat_customers from {SHOP}.history.graded_origins
        where horizon_days = ? and list_contains(?, as_of) order by as_of desc limit 1
        """,
        [HORIZON_DAYS, days],
    ).fetchall()
    if not rows:
        return "rule"
    customers, repeat_customers = rows[0]
    return best_tier(customers, repeat_customers, _briers(db, days))


def _briers(db: DuckDBPyConnection, days: list[date]) -> dict[str, float]:
    """Return each way's mean Brier score over the month ends that have a model; nothing without one now."""
    rows = db.execute(
        f"""
        with ways as (
            select as_of, way, brier, people, bool_or(way = 'model') over (partition by as_of) as is_fitted
            from {SHOP}.history.graded_ways
            where horizon_days = ? and list_contains(?, as_of) and way in ('table', 'model', 'mixed')
        )
        select way, sum(brier * people) / sum(people)
        from ways
        where is_fitted and (select max_by(is_fitted, as_of) from ways)
        group by way
        """,
        [HORIZON_DAYS, days],
    ).fetchall()
    return dict(rows)
