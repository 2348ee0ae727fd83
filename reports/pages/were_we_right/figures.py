"""The report card read from the marts: what was said, what happened, and what is said now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from clientela.reports.charts.calibration import Tenth
from clientela.reports.section import read_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class MonthEnd:
    """One day from which was predicted."""

    on: date
    ended_on: date
    is_in_time: bool
    lost: int
    lost_silent: int
    sure: int
    sure_silent: int


@dataclass(frozen=True)
class MonthTakings:
    """A month's takings from the customers known when it began."""

    predicted_on: date
    expected: float
    actual: float


@dataclass(frozen=True)
class Missed:
    """Somebody who did the opposite of what was said."""

    customer_id: str
    name: str | None
    predicted_on: date
    ended_on: date
    p_silent: float
    was_silent: bool
    purchases: int
    own_gap_days: float | None
    silent_days: int
    last_purchase_on: date | None


@dataclass(frozen=True)
class Now:
    """What this report has written down."""

    as_of: date
    ends_on: date
    tier: str
    people: int
    sha256: str


@dataclass(frozen=True)
class LeftAlone:
    """Somebody in the comparison group of the month."""

    customer_id: str
    name: str | None


def read_month_ends(db: DuckDBPyConnection) -> list[MonthEnd]:
    """Return the month ends of the card, oldest first."""
    return read_rows(
        db,
        """
        select predicted_on, ended_on, is_in_time, lost_flagged, lost_silent, coalesce(sure, 0),
            coalesce(sure_silent, 0)
        from marts.report_card order by predicted_on
        """,
        MonthEnd,
    )


def read_takings(db: DuckDBPyConnection) -> list[MonthTakings]:
    """Return the months whose takings enter the grade, oldest first."""
    return read_rows(
        db,
        """
        select predicted_on, expected, actual
        from marts.report_card_takings where same is not null order by predicted_on
        """,
        MonthTakings,
    )


def read_tenths(db: DuckDBPyConnection) -> list[Tenth]:
    """Return how often people bought, by the chance that was given, the smallest first."""
    query = (
        "select 1 - predicted, 1 - happened, 1 - high, 1 - low, people from marts.report_card_bins order by 1"
    )
    return read_rows(db, query, Tenth)


def read_misses(db: DuckDBPyConnection) -> list[Missed]:
    """Return the worst misses of the newest month end."""
    return read_rows(
        db,
        """
        select customer_id, name, predicted_on, ended_on, p_silent, was_silent, purchases, own_gap_days,
            silent_days, last_purchase_on
        from marts.report_card_misses order by position
        """,
        Missed,
    )


def read_now(db: DuckDBPyConnection) -> Now | None:
    """Return what this report has written down; None where it has written nothing."""
    found = read_rows(db, "select as_of, ends_on, tier, people, sha256 from marts.predictions_now", Now)
    return found[0] if found else None


def is_trial_on(db: DuckDBPyConnection) -> bool:
    """Tell whether the owner has asked for a comparison group."""
    return bool(db.execute("select coalesce(getvariable('holdout'), false)").fetchall()[0][0])


def read_left_alone(db: DuckDBPyConnection) -> list[LeftAlone]:
    """Return the comparison group of the month."""
    return read_rows(
        db,
        """
        select trial.customer_id, customers.name
        from marts.call_trial as trial
        inner join marts.customers on customers.customer_id = trial.customer_id and customers.is_listed
        where trial.arm = 'hold_out' order by customers.name, trial.customer_id
        """,
        LeftAlone,
    )
