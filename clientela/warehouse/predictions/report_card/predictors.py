"""The ways of predicting who will buy nothing: the model, the table, and the naive rivals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clientela.settings.shop_settings import Categories
from clientela.warehouse.predictions.arrays import FloatArray, IntArray, counts, sums
from clientela.warehouse.predictions.purchase_model.fitting import Fit
from clientela.warehouse.predictions.purchase_model.histories import Distinct
from clientela.warehouse.predictions.purchase_model.predicting import mean_of_logits, predict
from clientela.warehouse.predictions.report_card.accuracy import Cells
from clientela.warehouse.predictions.report_card.history_at import Past, State
from clientela.warehouse.predictions.report_card.lost_test import rule_scores
from clientela.warehouse.predictions.report_card.silence_table import (
    Learned,
    learn_by_own_gap,
    learn_by_silence,
    learn_table,
    overdue_of,
)


@dataclass(frozen=True)
class Graded:
    """Cells with their outcomes, and where each of the predicted cells went."""

    cells: Cells
    place: IntArray
    """By the number of the predicted cell."""


@dataclass(frozen=True)
class Predicted:
    """One way of predicting: who is in which cell, and what each cell says."""

    cell: IntArray
    """Shape (customers,)."""

    p: FloatArray
    """P(silent); shape (cells,)."""

    rank: FloatArray | None = None
    """What orders the cells where p does not."""

    def graded(self, silent: IntArray) -> Graded:
        """Return the outcomes by cell, lowest rank first."""
        size = len(self.p)
        rank = self.p if self.rank is None else self.rank
        people, events = counts(self.cell, size), sums(self.cell, silent, size)
        some = np.flatnonzero(people)
        order = some[np.argsort(rank[some])]
        place = np.zeros(size, dtype=np.int64)
        place[order] = np.arange(len(order))
        return Graded(Cells(self.p[order], rank[order], people[order], events[order]), place)


def ways_of_predicting(
    past: Past,
    on: date,
    rules: Categories,
    state: State,
    histories: Distinct,
    learned: Learned,
    fitted: Fit | None,
) -> dict[str, Predicted]:
    """Return every way of predicting silence; as_before says that everybody does what they did before.

    Those whose first purchase the files may not hold get the table's answer from the model, too.
    """
    horizon = past.open_days_after(on, past.horizon_days)
    table = learn_table(learned)
    by_table = table.cell_of(histories.repeats + 1, histories.age_days - histories.recency_days)
    silent = state.silent_days
    decile = np.searchsorted(table.edges, np.arange(int(silent.max()) + 1))
    ways = {
        "table": Predicted(by_table[histories.place], table.p),
        "days_since_last": Predicted(
            silent, learn_by_silence(learned, table.edges)[decile], np.arange(len(decile), dtype=np.float64)
        ),
        "own_gap": Predicted(
            overdue_of(state.repeats, state.recency_days, silent), learn_by_own_gap(learned)
        ),
        "base_rate": Predicted(np.zeros_like(silent), np.array([learned.share])),
        "rule": Predicted(histories.place, _by_rule(rules, state, histories, horizon)),
        "as_before": Predicted(_was_silent(past, on, silent), np.array([0.0, 1.0])),
    }
    if fitted is None:
        return ways
    p = predict(fitted, histories).p_silent(horizon)
    of_table = table.p[by_table]
    known = histories.place + len(p) * (1 - state.is_new)
    both = {
        "model": Predicted(known, np.concatenate([p, of_table])),
        "mixed": Predicted(known, np.concatenate([mean_of_logits(p, of_table), of_table])),
    }
    return both | ways


def _by_rule(rules: Categories, state: State, histories: Distinct, horizon: int) -> FloatArray:
    """Return what the rhythm alone says of each distinct history."""
    return rule_scores(
        state.rhythm, rules, histories.repeats, histories.recency_days, histories.age_days, horizon
    ).p_silent


def _was_silent(past: Past, on: date, silent_days: IntArray) -> IntArray:
    """Return 1 for those who bought nothing in the horizon that ends with the day, else 0."""
    before = past.open_days_after(on - timedelta(days=past.horizon_days), past.horizon_days)
    return (silent_days >= before).astype(np.int64)
