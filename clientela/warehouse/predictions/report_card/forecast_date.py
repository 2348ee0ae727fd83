"""One month end of the past, predicted and graded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from clientela.settings.shop_settings import Categories
from clientela.warehouse.predictions.abstaining import Reason, why_no_model
from clientela.warehouse.predictions.arrays import FloatArray, sums
from clientela.warehouse.predictions.purchase_model.families import Family
from clientela.warehouse.predictions.purchase_model.fitting import Fit, fit
from clientela.warehouse.predictions.purchase_model.histories import Distinct, distinct
from clientela.warehouse.predictions.report_card.accuracy import top_decile_lift
from clientela.warehouse.predictions.report_card.forecasts import purchases_forecast, takings_forecast
from clientela.warehouse.predictions.report_card.graded_predictions import Flag, Forecast, Origin, Verdict
from clientela.warehouse.predictions.report_card.history_at import Past, State
from clientela.warehouse.predictions.report_card.lost_test import lost_after_days
from clientela.warehouse.predictions.report_card.predictors import ways_of_predicting
from clientela.warehouse.predictions.report_card.silence_table import overdue_of
from clientela.warehouse.predictions.report_card.verdicts import (
    Drawn,
    Written,
    flag,
    score,
    score_written,
    verdict,
)

TOLD: Final = ("rule", "table", "model", "mixed")
"""Ways of predicting of which more is told than a score: any of them may be the report's own."""


@dataclass(frozen=True)
class Judged:
    """An origin with what later origins and the totals need."""

    origin: Origin
    drawn: dict[str, Drawn]
    fit: Fit | None


def judge(
    past: Past,
    on: date,
    rules: Categories,
    family: Family,
    chosen: FloatArray,
    written: Written | None = None,
    *,
    auc_range: bool = True,
) -> Judged | None:
    """Predict from the rows dated by a day, and grade with what followed.

    Args:
        past: the shop's past, which knows the day, the end of its horizon and of the month that follows.
        on: the day.
        rules: the shop's parameters.
        family: of the model.
        chosen: draws of blocks, for the intervals.
        written: what a report of that day had said.
        auc_range: whether the AUC needs its interval.

    Returns:
        None where nobody was there, or nothing could be learnt from before.
    """
    state, learned = past.state(on), past.learned(on)
    if len(state.repeats) == 0 or len(learned.people) == 0:
        return None
    histories = distinct(state.repeats, state.recency_days, state.age_days)
    fitted, abstained = _fit(state, histories, family)
    ways = ways_of_predicting(past, on, rules, state, histories, learned, fitted)
    scores, drawn = {}, {}
    for name, way in ways.items():
        scores[name], drawn[name] = score(way, state.is_silent, state.block, chosen, auc_range=auc_range)
    verdicts: dict[str, Verdict] = {name: verdict(ways[name], state) for name in TOLD if name in ways}
    said = score_written(state, written, chosen, auc_range=auc_range) if written else None
    if said:
        scores["written"], drawn["written"], verdicts["written"] = said
    best = "model" if fitted else "table"
    known = (past, on, rules, state, histories, fitted)
    origin = Origin(
        on=on,
        customers=len(state.repeats),
        silent=int(state.is_silent.sum()),
        scores=scores,
        abstained=abstained,
        **_flags(state, rules),
        sure=verdicts[best].sure,
        calibration=verdicts[best].calibration,
        lift=top_decile_lift(ways[best].graded(state.is_silent).cells),
        purchases=purchases_forecast(*known),
        takings=takings_forecast(*known),
        verdicts=verdicts,
    )
    return Judged(origin, drawn, fitted)


def month_takings(past: Past, on: date, rules: Categories, family: Family) -> Forecast | None:
    """Return the takings expected at a day for the next month, beside what came; None without customers."""
    state = past.state(on)
    if len(state.repeats) == 0:
        return None
    histories = distinct(state.repeats, state.recency_days, state.age_days)
    fitted, _ = _fit(state, histories, family)
    return takings_forecast(past, on, rules, state, histories, fitted)


def _flags(state: State, rules: Categories) -> dict[str, Flag]:
    """Count the flags of the rule against the outcome."""
    lost = state.silent_days > lost_after_days(state.rhythm, rules, state.repeats, state.recency_days)
    overdue = overdue_of(state.repeats, state.recency_days, state.silent_days) == 1
    came_back = state.repeats > 0
    everybody = np.ones(len(lost), dtype=bool)
    return {
        "lost_flag": flag(lost, state.is_silent, everybody),
        "repeat_lost_flag": flag(lost, state.is_silent, came_back),
        "own_gap_flag": flag(overdue, state.is_silent, came_back),
    }


def _fit(state: State, histories: Distinct, family: Family) -> tuple[Fit | None, Reason | None]:
    """Fit the model to those who were new, or say why not."""
    new = sums(histories.place, state.is_new, len(histories.repeats))
    if not new.any():
        return None, why_no_model(0, 0, 0)
    given = histories.histories(new)
    days = int(histories.age_days[new > 0].max())
    reason = why_no_model(int(given.total), given.repeat_customers, days)
    return (None, reason) if reason else (fit(family, given), None)
