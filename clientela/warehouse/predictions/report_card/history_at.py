"""The shop as it was at any past day: read once, asked many times.

One pass over the purchases writes down from when until when each state of each customer held; after that a
date is a filter, not a computation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from threading import RLock
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

import numpy as np

from clientela.settings.shop_settings import Categories
from clientela.warehouse.predictions.arrays import FloatArray, IntArray, floats, whole
from clientela.warehouse.predictions.queries_by_name import columns, keep, query
from clientela.warehouse.predictions.report_card.bootstrap import BLOCKS
from clientela.warehouse.predictions.report_card.lost_test import (
    ShopRhythm,
    burn_in_days,
    first_repeat_days,
    mean_gap_days,
)
from clientela.warehouse.predictions.report_card.silence_table import Learned

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


EPOCH: Final = date(1970, 1, 1)


STATE: Final = f"""
    select
        person_no, purchases, first_open_day, second_open_day, last_open_day, next_day, total, first_total,
        cast(person_no % {BLOCKS} as integer) as block
    from backtest_states
    order by person_no
"""
"""In an order of the data: sums of floating-point numbers, and who is looked at first, follow it."""


def learning_days(day: date, horizon_days: int) -> list[date]:
    """Return the days one, one and a half and two horizons back."""
    return [day - timedelta(days=int(horizon_days * times)) for times in (1.0, 1.5, 2.0)]


@dataclass(frozen=True)
class State:
    """Every purchaser as the shop knew them at a day; every array of shape (customers,)."""

    repeats: IntArray
    """x: repeat purchase days."""

    recency_days: IntArray
    """t_x: open days from the first purchase to the last."""

    age_days: IntArray
    """T: open days from the first purchase to the day."""

    is_silent: IntArray
    """1 for those who bought nothing during the horizon that followed, else 0."""

    is_new: IntArray
    """1 for those whose first purchase the files really hold, else 0."""

    block: IntArray
    """For the intervals, 0 to 199."""

    repeat_total: FloatArray
    """Money of the repeat purchase days, the shop's currency."""

    total: FloatArray
    """Money of all purchase days."""

    rhythm: ShopRhythm
    """What the shop's rhythm was at the day."""

    person_no: IntArray
    """Who each of them is, modulo 2^64: the upper half of the numbers is negative here."""

    @property
    def silent_days(self) -> IntArray:
        """Open days since the last purchase."""
        return self.age_days - self.recency_days


def _one_at_a_time(
    method: Callable[Concatenate[Past, Given], Answer],
) -> Callable[Concatenate[Past, Given], Answer]:
    """Let one thread ask at a time: the day asked for is a variable of the connection."""

    @wraps(method)
    def asking(self: Past, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        with self._asking:
            return method(self, *given, **named)

    return asking


class Past:
    """Every state that the shop's customers were ever in, up to the report's date."""

    def __init__(
        self,
        db: DuckDBPyConnection,
        rules: Categories,
        days: Iterable[date],
        horizon_days: int,
        until: date,
    ) -> None:
        """Write the states down.

        Args:
            db: a connection with the marts of the report's date and its variables.
            rules: the shop's parameters.
            days: every day that will be asked for.
            horizon_days: calendar days of the outcome that follows a day.
            until: the report's date.
        """
        self._db = db
        self._rules = rules
        self.horizon_days = horizon_days
        self.until = until
        self._open_days: dict[date, int] = {}
        self._asking = RLock()
        db.execute(f"set variable horizon_days = {horizon_days}")
        listed = ", ".join(f"(date '{day}')" for day in sorted(set(days)))
        db.execute(f"create or replace temp table backtest_days as from (values {listed}) as days (day)")
        keep(db, "backtest_spells", "spells")
        keep(db, "backtest_replayed", "replayed_standing")
        keep(db, "backtest_given_back", "given_back")
        db.execute(f"create or replace temp view backtest_states as\n{query('states')}")
        (start,) = db.execute("select history_start from marts.burn_in").fetchall()[0]
        self.history_start: date = start or EPOCH

    def close(self) -> None:
        """Give the memory back."""
        self._db.execute("drop view if exists backtest_states")
        for table in ("days", "spells", "replayed", "given_back"):
            self._db.execute(f"drop table if exists backtest_{table}")

    @_one_at_a_time
    def open_day(self, day: date) -> int:
        """Return the number of a day among the shop's open days."""
        if day not in self._open_days:
            rows = self._db.execute("select open_day from staging.calendar where day = ?", [day]).fetchall()
            self._open_days[day] = int(rows[0][0]) if rows else (day - EPOCH).days
        return self._open_days[day]

    def open_days_after(self, day: date, days: int) -> int:
        """Return on how many of the days that follow a day the shop is open."""
        return self.open_day(day + timedelta(days=days)) - self.open_day(day)

    def _ask_for(self, day: date) -> int:
        number = (day - EPOCH).days
        self._db.execute(f"set variable state_day = {number}")
        self._db.execute(f"set variable state_open_day = {self.open_day(day)}")
        return number

    @_one_at_a_time
    def state(self, day: date) -> State:
        """Return every purchaser as the shop knew them at a day, with what they did next."""
        number = self._ask_for(day)
        found = columns(self._db, STATE)
        repeats = whole(found["purchases"]) - 1
        first, last = whole(found["first_open_day"]), whole(found["last_open_day"])
        today = max(self.open_day(day), int(last.max(initial=0)))
        is_new = (first > self._burn_in_ends()).astype(np.int64)
        waits = np.where(repeats > 0, whole(found["second_open_day"]), today) - first
        believed = is_new == 1
        rhythm = ShopRhythm(
            mean_gap_days(repeats, last - first, self._rules.trade),
            first_repeat_days(waits[believed], (repeats[believed] > 0).astype(np.int64), self._rules),
        )
        total, first_total = floats(found["total"]), floats(found["first_total"])
        return State(
            repeats,
            last - first,
            today - first,
            (whole(found["next_day"]) > number + self.horizon_days).astype(np.int64),
            is_new,
            whole(found["block"]),
            np.maximum(total - first_total, 0.0),
            total,
            rhythm,
            whole(found["person_no"]),
        )

    def _burn_in_ends(self) -> int:
        """Return the last open day on which first sightings are doubted, as known at the day asked for."""
        found = columns(self._db, query("gaps"))
        days = burn_in_days(whole(found["gap_days"]), whole(found["gaps"]), self._rules)
        return self.open_day(self.history_start + timedelta(days=days - 1))

    @_one_at_a_time
    def learned(self, day: date) -> Learned:
        """Return the outcomes that were known at a day, by what had been known a horizon or more before."""
        parts = []
        for former in learning_days(day, self.horizon_days):
            self._ask_for(former)
            parts.append(columns(self._db, query("learned")))
        bucket, silent_days, overdue, people, silent = (
            np.concatenate([whole(part[name]) for part in parts])
            for name in ("bucket", "silent_days", "overdue", "people", "silent")
        )
        return Learned(
            bucket, np.maximum(silent_days, 0), overdue, people.astype(float), silent.astype(float)
        )

    @_one_at_a_time
    def totals(self, day: date, known_on: date) -> tuple[int, float]:
        """Return purchases and money up to a day of those known at another.

        Args:
            day: the state's day.
            known_on: whose first purchase is no later.
        """
        self._ask_for(day)
        rows = self._db.execute(
            "select coalesce(sum(purchases), 0), coalesce(sum(cast(total as decimal(28, 9))), 0) "
            f"from backtest_states where first_day <= {(known_on - EPOCH).days}"
        ).fetchall()
        return int(rows[0][0]), float(rows[0][1])
