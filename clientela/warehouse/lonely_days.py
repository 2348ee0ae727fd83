"""Days of a few rows, years from all others: a slip of the pen, most likely, and no beginning of anything."""

from __future__ import annotations

from datetime import date
from typing import Final

ENOUGH: Final = 0.01
"""Share of the rows from which a day far from all others is one like any other."""

FAR_DAYS: Final = 5 * 365 + 1


def lonely_spans(days: list[tuple[date, int]]) -> list[tuple[date, date]]:
    """Return the first and last day of each group of days that is small and far from all others.

    Args:
        days: days with how many rows each has, rising.
    """
    total, groups = sum(rows for _day, rows in days), [[days[0]]] if days else []
    for one in days[1:]:
        if (one[0] - groups[-1][-1][0]).days > FAR_DAYS:
            groups.append([])
        groups[-1].append(one)
    small = [group for group in groups if sum(rows for _day, rows in group) < ENOUGH * total]
    return [(group[0][0], group[-1][0]) for group in small]


def first_day(days: list[tuple[date, int]]) -> date | None:
    """Return the first of some days that is not lonely; None where there are none.

    Args:
        days: days with how many rows each has, rising.
    """
    spans = lonely_spans(days)
    return next((day for day, _rows in days if not any(low <= day <= high for low, high in spans)), None)
