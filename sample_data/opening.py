"""When the shop is open, and how busy each day is."""

from __future__ import annotations

import math
from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from clientela.sample_data.chance import Chance

OPENED: Final = date(2023, 10, 1)
"""The day of the opening, a Sunday on which the shop was open."""

LAST: Final = date(2026, 10, 31)
"""The last day with receipts."""

_HORIZON: Final = date(2027, 12, 31)

CLOSURES: Final = (
    (date(2024, 8, 10), date(2024, 8, 24), "ferie d'agosto"),
    (date(2025, 2, 3), date(2025, 2, 9), "lavori al banco dei formaggi"),
    (date(2025, 8, 9), date(2025, 8, 23), "ferie d'agosto"),
    (date(2026, 8, 8), date(2026, 8, 22), "ferie d'agosto"),
)
"""First day, last day, reason; the weekly closing day is not among them."""

_MONTHS: Final = (0.85, 0.90, 0.95, 1.10, 1.00, 0.95, 0.85, 0.75, 0.95, 1.05, 1.15, 1.70)
_WEEKDAYS: Final = (0.75, 0.85, 0.95, 1.00, 1.25, 1.60, 0.00)
_HOLIDAYS: Final = ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (12, 25), (12, 26))


def busyness(day: date) -> float:
    """Return how busy a day is beside the others; 0 when the shop is closed."""
    if (day.month, day.day) in _HOLIDAYS or any(start <= day <= end for start, end, _ in CLOSURES):
        return 0.0
    sunday = 1.3 if day.month == 12 or day == OPENED else 0.0
    return _MONTHS[day.month - 1] * (sunday if day.weekday() == 6 else _WEEKDAYS[day.weekday()])


def open_days() -> list[date]:
    """Return every day on which the shop sold, from the opening to the last day."""
    days = (OPENED + timedelta(n) for n in range((LAST - OPENED).days + 1))
    return [day for day in days if busyness(day) > 0]


@cache
def _clock() -> list[float]:
    """Return the shop's own time at the end of each day since the opening.

    The shop's clock stands still while the shop is closed and runs faster in December; over the three
    years it runs as fast as the calendar. Measured on it, buying is a plain renewal process.
    """
    steps = [busyness(OPENED + timedelta(n)) for n in range((_HORIZON - OPENED).days + 1)]
    days = (LAST - OPENED).days + 1
    pace = days / math.fsum(steps[:days])
    reached, total = [], 0.0
    for step in steps:
        total += step * pace
        reached.append(total)
    return reached


def elapsed(start: date, end: date) -> float:
    """Return the days of the shop's clock from the end of one day to the end of another."""
    clock = _clock()
    return clock[(end - OPENED).days] - clock[(start - OPENED).days]


def day_after(start: date, wait: float) -> date | None:
    """Return the open day on which a wait is over, or None if that is after the last day.

    Args:
        start: the day the wait begins; the result is always later.
        wait: days of the shop's clock, > 0.
    """
    clock = _clock()
    first = (start - OPENED).days
    place = max(bisect_left(clock, clock[first] + wait), first + 1)
    while place < len(clock) and busyness(OPENED + timedelta(place)) == 0:
        place += 1
    day = OPENED + timedelta(place)
    return day if day <= LAST else None


def next_open(day: date) -> date:
    """Return the day itself, or the next one on which the shop is open."""
    while busyness(day) == 0:
        day += timedelta(1)
    return day


def moment(chance: Chance, day: date) -> datetime:
    """Return a moment of that day inside the opening hours, 9–13 and 16–19.30."""
    minute = chance.between(0, 449)
    minute += 540 if minute < 240 else 720
    return datetime.combine(day, time(minute // 60, minute % 60, chance.between(0, 59)))


def night(chance: Chance, day: date) -> datetime:
    """Return a moment of that day long after closing time."""
    return datetime.combine(day, time(chance.between(21, 23), chance.between(0, 59), chance.between(0, 59)))
