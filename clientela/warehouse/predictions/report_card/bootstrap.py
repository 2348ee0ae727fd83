"""How far a score may be from the truth by chance: customers are drawn again, with all their dates.

Customers are dealt into blocks by their number; blocks are drawn with replacement, the same ones at every
date, so that somebody who appears at twelve month ends counts as one person and not as twelve.

Source: Davison & Hinkley (1997), "Bootstrap methods and their application", §2.4 (grouped data).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray, IntArray, counts, sums, whole

BLOCKS: Final = 200
DRAWS: Final = 500
SEED: Final = 20260131
"""Fixed, so that the same data give the same interval."""

RANKS: Final = 1000
"""Groups of ranks within which people count as tied, for the interval of the AUC only."""

COVERED: Final = 0.95


@dataclass(frozen=True)
class Interval:
    """Where a figure lies in 95 of 100 draws."""

    low: float
    high: float


def draws() -> FloatArray:
    """Return how often each block is in each draw, shape (draws, blocks)."""
    return np.random.default_rng(SEED).multinomial(BLOCKS, np.full(BLOCKS, 1.0 / BLOCKS), DRAWS).astype(float)


def interval(values: FloatArray) -> Interval | None:
    """Return the middle 95 of 100 draws; None where a draw has no value."""
    if len(values) == 0 or not np.isfinite(values).all():
        return None
    low, high = np.quantile(values, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return Interval(float(low), float(high))


def mean_draws(block: IntArray, values: FloatArray, chosen: FloatArray) -> FloatArray:
    """Return the mean of a value over the customers of each draw, NaN where a draw is empty.

    Args:
        block: of each customer, shape (customers,).
        values: of each customer.
        chosen: as ``draws`` returns them.
    """
    people = chosen @ counts(block, BLOCKS)
    totals = chosen @ sums(block, values, BLOCKS)
    return np.where(people > 0, totals / np.maximum(people, 1.0), np.nan)


def rank_groups(rank: FloatArray, people: FloatArray) -> IntArray:
    """Return for every cell its group of about equal size; ties stay together.

    Args:
        rank: of each cell, lowest first; shape (cells,).
        people: in each cell.
    """
    is_tied = np.diff(rank, prepend=np.nan) == 0
    if len(rank) <= RANKS:
        return whole(np.cumsum(~is_tied) - 1)
    below = np.cumsum(people) - people
    below = np.maximum.accumulate(np.where(is_tied, 0.0, below))
    return whole(np.minimum(np.floor(below * (RANKS / people.sum())), RANKS - 1))


def auc_draws(block: IntArray, group: IntArray, event: IntArray, chosen: FloatArray) -> FloatArray:
    """Return the AUC of each draw, NaN where everybody in it has the same outcome.

    Who beats whom is counted once for every pair of blocks; a draw then only adds up.

    Args:
        block: of each customer, shape (customers,).
        group: of each customer's rank, as ``rank_groups`` numbers them.
        event: 1 where it happened, else 0.
        chosen: as ``draws`` returns them.
    """
    width = int(group.max()) + 1 if len(group) else 1
    key = block * width + group
    size = BLOCKS * width
    events = sums(key, event, size).reshape(BLOCKS, width)
    others = counts(key, size).reshape(BLOCKS, width) - events
    below = np.cumsum(others, axis=1) - 0.5 * others
    wins = events @ below.T
    won = ((chosen @ wins) * chosen).sum(axis=1)
    pairs = (chosen @ events.sum(axis=1)) * (chosen @ others.sum(axis=1))
    return np.where(pairs > 0, won / np.maximum(pairs, 1.0), np.nan)
