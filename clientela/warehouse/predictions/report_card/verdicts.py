"""What a way of predicting said of each person, put beside what they did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import BoolArray, FloatArray, IntArray, counts, sums
from clientela.warehouse.predictions.report_card.accuracy import auc, brier, calibration, log_loss
from clientela.warehouse.predictions.report_card.bootstrap import (
    BLOCKS,
    auc_draws,
    interval,
    mean_draws,
    rank_groups,
)
from clientela.warehouse.predictions.report_card.graded_predictions import Flag, Miss, Score, Verdict
from clientela.warehouse.predictions.report_card.history_at import State
from clientela.warehouse.predictions.report_card.predictors import Predicted

SURE: Final = 0.2
"""P(silent) up to which a purchase was counted on."""

WORST: Final = 3
"""How many misses are named."""


@dataclass(frozen=True)
class Drawn:
    """What the intervals over all origins are made of."""

    people: FloatArray
    """Of each block; shape (blocks,)."""

    squares: FloatArray
    """Sum of squared errors of each block."""

    aucs: FloatArray
    """Shape (draws,)."""


@dataclass(frozen=True)
class Written:
    """What a report had said before; both of shape (people,), by ascending number of the person."""

    person_no: IntArray
    p: FloatArray

    def of(self, person_no: IntArray) -> tuple[BoolArray, FloatArray]:
        """Return who of some people was in the report, and what it said of those."""
        if len(self.person_no) == 0:
            return np.zeros(len(person_no), dtype=bool), np.zeros(0)
        place = np.minimum(np.searchsorted(self.person_no, person_no), len(self.person_no) - 1)
        known = self.person_no[place] == person_no
        return known, self.p[place[known]]


def score(
    way: Predicted, silent: IntArray, block: IntArray, chosen: FloatArray, *, auc_range: bool = True
) -> tuple[Score, Drawn]:
    """Grade one way of predicting, with its intervals; that of the AUC costs most and may be left out."""
    graded = way.graded(silent)
    cells = graded.cells
    squares = (way.p[way.cell] - silent) ** 2
    aucs = np.zeros(0)
    if auc_range:
        group = rank_groups(cells.rank, cells.people)[graded.place]
        aucs = auc_draws(block, group[way.cell], silent, chosen)
    found = Score(
        brier(cells),
        auc(cells),
        log_loss(cells),
        interval(mean_draws(block, squares, chosen)),
        interval(aucs),
    )
    return found, Drawn(counts(block, BLOCKS), sums(block, squares, BLOCKS), aucs)


def score_written(
    state: State, written: Written, chosen: FloatArray, *, auc_range: bool
) -> tuple[Score, Drawn, Verdict] | None:
    """Grade what a report had said; None where nobody of it is known any more."""
    known, p = written.of(state.person_no)
    if not known.any():
        return None
    way = Predicted(np.arange(len(p)), p)
    found, drawn = score(way, state.is_silent[known], state.block[known], chosen, auc_range=auc_range)
    return found, drawn, verdict(way, state, known)


def flag(flagged: BoolArray, silent: IntArray, among: BoolArray) -> Flag:
    """Count a flag against the outcome."""
    is_silent = silent == 1
    return Flag(
        int(among.sum()),
        int((flagged & among).sum()),
        int((is_silent & among).sum()),
        int((flagged & is_silent & among).sum()),
    )


def verdict(way: Predicted, state: State, known: BoolArray | None = None) -> Verdict:
    """Return what an owner wants to know of a way of predicting.

    Args:
        way: of those who are known.
        state: of everybody.
        known: of whom the way speaks, shape (customers,); None for everybody.
    """
    among = np.ones(len(state.repeats), dtype=bool) if known is None else known
    silent, p = state.is_silent[among], way.p[way.cell]
    sure = flag(p <= SURE, silent, np.ones(len(p), dtype=bool))
    cells = way.graded(silent).cells
    return Verdict(calibration(cells), sure, _misses(p, state, np.flatnonzero(among)))


def _misses(p: FloatArray, state: State, who: IntArray) -> list[Miss]:
    """Name those where a sure prediction was wrong and much money was meant."""
    silent = state.is_silent[who]
    wrong = np.abs(p - silent)
    weight = np.where(wrong > 1.0 - SURE, wrong**2 * np.maximum(state.total[who], 0.0), 0.0)
    first = _first(weight.round(9))
    return [_miss(float(p[place]), state, int(who[place])) for place in first if weight[place] > 0]


def _first(weight: FloatArray) -> IntArray:
    """Return the places of the greatest weights, greatest first, equal ones as they come; no full sort."""
    last = max(len(weight) - WORST, 0)
    edge = np.partition(weight, last)[last]
    candidates = np.flatnonzero(weight >= edge)
    order = np.argsort(-weight[candidates], kind="stable")
    some: IntArray = candidates[order][:WORST]
    return some


def _miss(p: float, state: State, place: int) -> Miss:
    repeats = int(state.repeats[place])
    return Miss(
        int(state.person_no[place]) % 2**64,
        p,
        bool(state.is_silent[place]),
        repeats + 1,
        float(state.recency_days[place]) / repeats if repeats else None,
        int(state.silent_days[place]),
        round(float(state.total[place]), 2),
    )
