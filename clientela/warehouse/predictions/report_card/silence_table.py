"""Who stays silent, learnt from who stayed silent before: a table and two simpler rivals.

All three learn from the shop's own past, at dates one, one and a half and two horizons back, so that every
outcome they learn from lies before the date they predict from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray, IntArray, floats, sums

EDGES: Final = (1, 2, 3, 5, 8, 15)
"""Lower edges of the purchase buckets."""

BUCKETS: Final = len(EDGES)
DECILES: Final = 10
PRIOR_PEOPLE: Final = 10.0
"""People that the row's share is worth in every cell."""

OVERDUE_KINDS: Final = 3
"""Over twice the own mean gap or not, and no own gap."""


@dataclass(frozen=True)
class Learned:
    """Outcomes of the past by what was known before; every array of shape (rows,)."""

    bucket: IntArray
    silent_days: IntArray
    overdue: IntArray
    """1 over twice the own mean gap, 0 not, 2 with one purchase."""

    people: FloatArray
    silent: FloatArray
    """How many of them then bought nothing for the horizon."""

    @property
    def share(self) -> float:
        """Share of all who bought nothing: what the base rate predicts."""
        people = float(self.people.sum())
        return float(self.silent.sum()) / people if people else 0.5


def bucket_of(purchases: IntArray) -> IntArray:
    """Return the purchase bucket of each number of purchases, all >= 1."""
    found: IntArray = np.searchsorted(np.array(EDGES), purchases, side="right") - 1
    return found


def overdue_of(repeats: IntArray, recency: IntArray, silent: IntArray) -> IntArray:
    """Return whether each silence is over twice the own mean gap, as ``Learned.overdue`` says it."""
    return np.where(repeats == 0, 2, (silent * repeats > 2 * recency).astype(np.int64))


def _smoothed(hits: FloatArray, people: FloatArray, towards: FloatArray | float) -> FloatArray:
    found: FloatArray = (hits + PRIOR_PEOPLE * towards) / (people + PRIOR_PEOPLE)
    return found


@dataclass(frozen=True)
class SilenceTable:
    """P(no purchase in the horizon) by purchases and silence."""

    edges: FloatArray
    """The nine deciles of silence, open days."""

    p: FloatArray
    """Shape (buckets * 10,), row by row."""

    def cell_of(self, purchases: IntArray, silent_days: IntArray) -> IntArray:
        """Return the cell of each customer."""
        found: IntArray = bucket_of(purchases) * DECILES + np.searchsorted(self.edges, silent_days)
        return found


def deciles(values: IntArray, weights: FloatArray) -> FloatArray:
    """Return the nine deciles: for each tenth the smallest value that so many do not exceed."""
    order = np.argsort(values, kind="stable")
    running = np.cumsum(weights[order])
    wanted = np.arange(1, DECILES) / DECILES * running[-1] - 1e-9
    return floats(values[order][np.searchsorted(running, wanted)])


def learn_table(learned: Learned) -> SilenceTable:
    """Learn the table; at least one row must be given.

    Source:
        measures §16: a cell holds (hits + 10 p_row) / (n + 10), p_row being the share in the whole purchase
        bucket.
    """
    edges = deciles(learned.silent_days, learned.people)
    cell = learned.bucket * DECILES + np.searchsorted(edges, learned.silent_days)
    size = BUCKETS * DECILES
    people = sums(cell, learned.people, size).reshape(BUCKETS, DECILES)
    hits = sums(cell, learned.silent, size).reshape(BUCKETS, DECILES)
    of_row = people.sum(axis=1)
    row = np.where(of_row > 0, hits.sum(axis=1) / np.maximum(of_row, 1.0), learned.share)
    return SilenceTable(edges, _smoothed(hits, people, row[:, None]).ravel())


def learn_by_silence(learned: Learned, edges: FloatArray) -> FloatArray:
    """Return P(silent) by decile of silence alone, shape (10,)."""
    decile = np.searchsorted(edges, learned.silent_days)
    people = sums(decile, learned.people, DECILES)
    return _smoothed(sums(decile, learned.silent, DECILES), people, learned.share)


def learn_by_own_gap(learned: Learned) -> FloatArray:
    """Return P(silent) within twice the own mean gap, over it, and without one; shape (3,)."""
    people = sums(learned.overdue, learned.people, OVERDUE_KINDS)
    return _smoothed(sums(learned.overdue, learned.silent, OVERDUE_KINDS), people, learned.share)
