"""How good a prediction was, once the outcome is known.

People with the same prediction share a cell; every figure is computed from the cells' counts, and ties
count one half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray, sums

SUREST: Final = 1e-6
"""Log-loss takes no prediction as surer than this, so that one miss does not make it infinite."""

BINS: Final = 10


@dataclass(frozen=True)
class Cells:
    """Predictions with their outcomes, lowest rank first; every array of shape (cells,)."""

    p: FloatArray
    """Predicted probability of the event."""

    rank: FloatArray
    """What orders people from least to most likely; often ``p`` itself."""

    people: FloatArray
    events: FloatArray
    """How many of them it happened to."""


@dataclass(frozen=True)
class Bin:
    """Predictions in one tenth of the scale, beside what happened."""

    people: int
    predicted: float
    """Mean prediction, 0 to 1."""

    happened: float
    """Share that it happened to, 0 to 1."""


def brier(cells: Cells) -> float:
    """Return the mean squared error of the probabilities, 0 best (Brier 1950)."""
    squares = cells.events * (1.0 - cells.p) ** 2 + (cells.people - cells.events) * cells.p**2
    return float(squares.sum() / cells.people.sum())


def log_loss(cells: Cells) -> float:
    """Return the mean negative log-likelihood of the outcomes, 0 best."""
    p = np.clip(cells.p, SUREST, 1.0 - SUREST)
    losses = cells.events * np.log(p) + (cells.people - cells.events) * np.log1p(-p)
    return float(-losses.sum() / cells.people.sum())


def auc(cells: Cells) -> float | None:
    """Return the chance that one with the event is ranked above one without, ties counting one half.

    Returns:
        0 to 1; None where everybody has the same outcome.

    Source:
        Mann & Whitney (1947); Hanley & McNeil (1982).
    """
    tied = np.flatnonzero(np.diff(cells.rank, prepend=np.nan) != 0)
    events = np.add.reduceat(cells.events, tied)
    others = np.add.reduceat(cells.people - cells.events, tied)
    pairs = float(events.sum() * others.sum())
    if pairs == 0:
        return None
    below = np.cumsum(others) - others
    return float(events @ (below + 0.5 * others)) / pairs


def calibration(cells: Cells) -> list[Bin]:
    """Return the tenths of the scale that hold anybody, lowest first."""
    place = np.minimum((cells.p * BINS).astype(np.int64), BINS - 1)
    people = sums(place, cells.people, BINS)
    predicted = sums(place, cells.people * cells.p, BINS)
    events = sums(place, cells.events, BINS)
    return [
        Bin(round(float(people[k])), float(predicted[k] / people[k]), float(events[k] / people[k]))
        for k in range(BINS)
        if people[k] > 0
    ]


def top_decile_lift(cells: Cells) -> float | None:
    """Return how often the event comes in the tenth ranked highest, in times of its share in all.

    A group of ties that straddles the border counts in part; None where the event never comes.
    """
    tied = np.flatnonzero(np.diff(cells.rank, prepend=np.nan) != 0)
    people = np.add.reduceat(cells.people, tied)[::-1]
    events = np.add.reduceat(cells.events, tied)[::-1]
    all_people, all_events = float(people.sum()), float(events.sum())
    if all_events == 0:
        return None
    room = np.clip(all_people / 10 - (np.cumsum(people) - people), 0.0, people)
    return float(((events / people) @ room) / (all_people / 10)) / (all_events / all_people)
