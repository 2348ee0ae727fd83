"""Which past month ends a report has to grade: those without a grade, and those whose grade is outdated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.history.snapshots import MATTERS
from clientela.warehouse.predictions.foretold import HORIZON_DAYS
from clientela.warehouse.predictions.purchase_model.model_fits import parameters_hash
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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


def running(as_of: date) -> list[date]:
    """Return the month ends whose ninety days are still running though the month after them is over."""
    return [Month.of(as_of).plus(-back).last_day for back in (2, 1)]


def _stored_grades(db: DuckDBPyConnection) -> dict[date, _Stored]:
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


def predicted_days(db: DuckDBPyConnection) -> set[date]:
    """Return the days whose reports wrote predictions down."""
    return {row[0] for row in db.execute(f"select as_of from {SHOP}.history.prediction_sets").fetchall()}


def grade_key(settings: Settings) -> str:
    """Return what a stored grade depends on beside the rows."""
    return f"{parameters_hash(settings)}/{METHOD}"


def due_days(db: DuckDBPyConnection, settings: Settings, days: list[date], *, is_first: bool) -> list[date]:
    """Return the month ends to grade: those whose grade no longer holds, and the newest of those without.

    Args:
        db: the shop.
        settings: the shop's parameters.
        days: the month ends of the card.
        is_first: whether no report of this date has been made; a later one grades nothing new, so that it
            says the same.
    """
    stored, sets = _stored_grades(db), predicted_days(db)
    stale = [
        day
        for day in days
        if day in stored
        and (
            stored[day].parameters_hash != grade_key(settings)
            or (day in sets and not stored[day].is_written)
            or _has_late_rows(db, stored[day].last_batch_id, day + timedelta(days=HORIZON_DAYS))
        )
    ]
    missing = [day for day in days if day not in stored] if is_first else []
    return sorted({*stale, *missing})


def due_months(
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
    asked = [day for day in [*days, *running(as_of)] if day not in due]
    found = []
    for day in asked:
        if day not in stored:
            wanted = is_first and day in running(as_of)
        else:
            key, batch = stored[day]
            wanted = key != grade_key(settings) or _has_late_rows(db, batch, Month.of(day).next().last_day)
        found += [day] if wanted else []
    return found


def _has_late_rows(db: DuckDBPyConnection, batch_id: int, until: date) -> bool:
    """Tell whether a load after some other brought rows dated by a day, or undated ones."""
    rows = db.execute(
        f"""
        select 1 from {SHOP}.meta.batches
        where batch_id > ? and records_merged + records_corrected + restored > 0 and list_contains(?,
            table_name)
            and (first_changed_on is null or first_changed_on <= ?)
        limit 1
        """,
        [batch_id, list(MATTERS), until],
    ).fetchall()
    return bool(rows)
