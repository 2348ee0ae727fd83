"""Purchase histories in three numbers, equal ones counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray, IntArray, sums, whole

MANY: Final = 1_000_000
"""Distinct histories above which a fit works on weekly bins."""

DAYS_IN_UNIT: Final = 7
"""The models count time in weeks."""


@dataclass(frozen=True)
class Histories:
    """How many customers share each history; every array of shape (histories,)."""

    repeats: FloatArray
    """x: purchases after the first."""

    recency: FloatArray
    """t_x: time from the first purchase to the last."""

    age: FloatArray
    """T: time from the first purchase to the date of the summary."""

    customers: FloatArray
    """How many have this history."""

    @property
    def total(self) -> float:
        """How many customers there are."""
        return float(self.customers.sum())

    @property
    def repeat_customers(self) -> int:
        """How many bought at least twice."""
        return int(self.customers[self.repeats > 0].sum())

    @property
    def mean_gap(self) -> float:
        """Mean time between two purchases, 1 where nobody has come back at another moment."""
        repeats = float(self.customers @ self.repeats)
        span = float(self.customers @ self.recency)
        return span / repeats if span > 0 else 1.0

    def in_units_of(self, days: float) -> Histories:
        """Return the same histories with time divided by so many days."""
        return Histories(self.repeats, self.recency / days, self.age / days, self.customers)

    def binned(self, width: float) -> Histories:
        """Return the histories by purchases and bins of time; a bin carries the mean of its members.

        The mean matters: rounding down to the bin moves the parameters, the mean hardly does.

        Args:
            width: of a bin, in the unit of the histories.
        """
        keys = pack(
            self.repeats.astype(np.int64),
            (self.recency // width).astype(np.int64),
            (self.age // width).astype(np.int64),
        )
        _, place = np.unique(keys, return_inverse=True)
        size = sums(place, self.customers)
        means = [
            sums(place, self.customers * values) / size for values in (self.repeats, self.recency, self.age)
        ]
        return Histories(means[0], means[1], means[2], size)


def pack(repeats: IntArray, recency: IntArray, age: IntArray) -> IntArray:
    """Return one sortable number for three whole ones.

    Args:
        repeats: below 2^27.
        recency: below 2^18, as days of 700 years are.
        age: the same.
    """
    packed: IntArray = (repeats << 36) | (recency << 18) | age
    return packed


@dataclass(frozen=True)
class Distinct:
    """The distinct histories of a list of customers, and where each customer's own is."""

    repeats: IntArray
    recency_days: IntArray
    age_days: IntArray
    place: IntArray
    """Which history is whose; shape (customers,)."""

    customers: IntArray
    """How many share it; shape (histories,)."""

    def histories(self, kept: FloatArray | None = None) -> Histories:
        """Return the distinct histories in weeks.

        Args:
            kept: how many customers of each count, shape (histories,); all of them where it is None.
        """
        counts = self.customers.astype(np.float64) if kept is None else kept
        some = counts > 0
        columns = (self.repeats, self.recency_days, self.age_days)
        repeats, recency, age = (column[some].astype(np.float64) for column in columns)
        return Histories(repeats, recency / DAYS_IN_UNIT, age / DAYS_IN_UNIT, counts[some])


def distinct(repeats: IntArray, recency_days: IntArray, age_days: IntArray) -> Distinct:
    """Return the distinct histories of customers; each argument of shape (customers,), time in days."""
    keys, place, customers = np.unique(
        pack(repeats, recency_days, age_days), return_inverse=True, return_counts=True
    )
    low = (1 << 18) - 1
    return Distinct(keys >> 36, (keys >> 18) & low, keys & low, place, whole(customers))
