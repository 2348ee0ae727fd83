"""The report grades its predictions at past month ends, each from the rows it had, and keeps the grades."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from clientela.month import Month
from clientela.settings import Settings
from clientela.warehouse.build import Progress, last_batch
from clientela.warehouse.connection import SHOP
from clientela.warehouse.graded_rows import Row, rows_of
from clientela.warehouse.history import MATTERS
from clientela.warehouse.parameters import set_variables
from clientela.warehouse.predictions import HORIZON_DAYS, PredictionSet, parameters_hash, stored_set

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.statistics.verdicts import Written

MOST_ORIGINS: Final = 12
"""Month ends that a report card looks back on."""

METHOD: Final = "1"
"""Raised when a stored grade would come out otherwise from the same rows."""


@dataclass(frozen=True)
class _Stored:
    """A month end that was graded before."""

    on: date
    parameters_hash: str
    last_batch_id: int
    is_written: bool
    """Whether what a report had said is among what was graded."""


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
    from clientela.warehouse.predictions import write_predictions
    from clientela.warehouse.statistics.backtest import month_ends

    set_variables(db, settings, as_of)
    is_first = stored_set(db, as_of) is None
    days = month_ends(db, as_of, HORIZON_DAYS)[-MOST_ORIGINS:]
    due = _due(db, settings, days, is_first=is_first)
    months = _due_months(db, settings, as_of, days, due, is_first=is_first)
    _grade(db, settings, as_of, due, months, made_at, progress)
    if is_first:
        _choose(db, as_of, [*days, *_running(as_of)])
    return write_predictions(db, settings, as_of, chosen_tier(db, days), made_at=made_at)


def _running(as_of: date) -> list[date]:
    """Return the month ends whose ninety days are still running though the month after them is over."""
    return [Month.of(as_of).plus(-back).last_day for back in (2, 1)]


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


def _stored(db: DuckDBPyConnection) -> dict[date, _Stored]:
    rows = db.execute(
        f"""
        select as_of, parameters_hash, last_batch_id, exists (
            select 1 from {SHOP}.history.graded_ways as ways
            where ways.as_of = origins.as_of and ways.way = 'written' and ways.horizon_days = ?
        )
        from {SHOP}.history.graded_origins as origins where horizon_days = ?
        """,
        [HORIZON_DAYS, HORIZON_DAYS],
    ).fetchall()
    return {row[0]: _Stored(*row) for row in rows}


def _sets(db: DuckDBPyConnection) -> set[date]:
    return {row[0] for row in db.execute(f"select as_of from {SHOP}.history.prediction_sets").fetchall()}


def _key(settings: Settings) -> str:
    return f"{parameters_hash(settings)}/{METHOD}"


def _due(db: DuckDBPyConnection, settings: Settings, days: list[date], *, is_first: bool) -> list[date]:
    """Return the month ends to grade: those whose grade no longer holds, and the newest of those without.

    Args:
        db: the shop.
        settings: the shop's parameters.
        days: the month ends of the card.
        is_first: whether no report of this date has been made; a later one grades nothing new, so that it
            says the same.
    """
    stored, sets = _stored(db), _sets(db)
    stale = [
        day
        for day in days
        if day in stored
        and (
            stored[day].parameters_hash != _key(settings)
            or (day in sets and not stored[day].is_written)
            or _has_late_rows(db, stored[day].last_batch_id, day + timedelta(days=HORIZON_DAYS))
        )
    ]
    missing = [day for day in days if day not in stored] if is_first else []
    return sorted({*stale, *missing})


def _due_months(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    days: list[date],
    due: list[date],
    *,
    is_first: bool,
) -> list[date]:
    """Return the month ends of which only the next month's takings are to be graded."""
    rows = db.execute(
        f"select as_of, parameters_hash, last_batch_id from {SHOP}.history.graded_takings"
    ).fetchall()
    stored = {row[0]: row[1:] for row in rows}
    asked = [day for day in [*days, *_running(as_of)] if day not in due]
    found = []
    for day in asked:
        if day not in stored:
            wanted = is_first and day in _running(as_of)
        else:
            key, batch = stored[day]
            wanted = key != _key(settings) or _has_late_rows(db, batch, Month.of(day).next().last_day)
        found += [day] if wanted else []
    return found


def _has_late_rows(db: DuckDBPyConnection, batch_id: int, until: date) -> bool:
    """Tell whether a load after some other brought rows dated by a day, or undated ones."""
    rows = db.execute(
        f"""
        select 1 from {SHOP}.meta.batches
        where batch_id > ? and records_merged > 0 and list_contains(?, table_name)
            and (first_changed_on is null or first_changed_on <= ?)
        limit 1
        """,
        [batch_id, list(MATTERS), until],
    ).fetchall()
    return bool(rows)


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
    from clientela.warehouse.statistics.backtest import judge_days, open_past
    from clientela.warehouse.statistics.mbg_nbd import MBG
    from clientela.warehouse.statistics.origin import month_takings

    written = _written(db, days)
    past = open_past(db, settings, as_of, HORIZON_DAYS, [*days, *months])
    try:
        judged = judge_days(past, settings, days, MBG, written, progress, auc_range=False)
        takings = {day: month_takings(past, day, settings.categories, MBG) for day in months}
    finally:
        past.close()
    origins = [found.origin for found in judged]
    takings |= {origin.on: origin.takings for origin in origins}
    made = (made_at, _key(settings), last_batch(db))
    rows = rows_of(db, origins, HORIZON_DAYS, made)
    rows["graded_takings"] = [
        (day, *made, each.expected, each.actual) for day, each in takings.items() if each is not None
    ]
    _replace(db, sorted(takings), days, rows)


def _written(db: DuckDBPyConnection, days: Iterable[date]) -> dict[date, Written]:
    """Return what reports had said at month ends, by today's number of each person."""
    from clientela.warehouse.statistics.arrays import floats, whole
    from clientela.warehouse.statistics.sql import columns
    from clientela.warehouse.statistics.verdicts import Written

    found = {}
    for day in sorted(_sets(db) & set(days)):
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
    from clientela.warehouse.statistics.backtest import best_tier

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
