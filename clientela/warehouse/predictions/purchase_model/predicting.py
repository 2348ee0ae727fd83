"""What a fitted model says about each distinct history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.expectation import expected_purchases
from clientela.warehouse.predictions.purchase_model.fitting import Fit
from clientela.warehouse.predictions.purchase_model.histories import DAYS_IN_UNIT, Distinct
from clientela.warehouse.predictions.purchase_model.probabilities import p_alive, p_silent


@dataclass(frozen=True)
class Prediction:
    """A model in weeks over histories in days; horizons are open days, 0 where the shop stays closed."""

    fit: Fit
    repeats: FloatArray
    age: FloatArray
    p_alive: FloatArray
    """Shape (histories,), as are the others."""

    def p_silent(self, horizon_days: float) -> FloatArray:
        """Return P(no purchase during the horizon), shape (histories,)."""
        horizon = horizon_days / DAYS_IN_UNIT
        return p_silent(self.fit.parameters, self.p_alive, self.repeats, self.age, horizon)

    def expected_purchases(self, horizon_days: float) -> FloatArray:
        """Return the purchases expected during the horizon, shape (histories,)."""
        horizon = horizon_days / DAYS_IN_UNIT
        model = self.fit
        return expected_purchases(
            model.family, model.parameters, self.p_alive, self.repeats, self.age, horizon
        )


def predict(fit: Fit, distinct: Distinct) -> Prediction:
    """Return what a model fitted in weeks says about histories in days."""
    repeats = distinct.repeats.astype(np.float64)
    recency, age = distinct.recency_days / DAYS_IN_UNIT, distinct.age_days / DAYS_IN_UNIT
    return Prediction(fit, repeats, age, p_alive(fit.family, fit.parameters, repeats, recency, age))


def mean_of_logits(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the probability whose logit is the mean of two logits."""
    low = 1e-12
    a, b = np.clip(first, low, 1 - low), np.clip(second, low, 1 - low)
    odds = np.sqrt(a / (1 - a) * (b / (1 - b)))
    found: FloatArray = odds / (1 + odds)
    return found
