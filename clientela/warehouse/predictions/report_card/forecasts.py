"""Purchases and takings that were to be expected of the customers known at a day, beside what came."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from clientela.month import Month
from clientela.settings.shop_settings import Categories
from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.fitting import Fit
from clientela.warehouse.predictions.purchase_model.gamma_gamma import Spend, expected_spend, fit_spend
from clientela.warehouse.predictions.purchase_model.histories import Distinct
from clientela.warehouse.predictions.purchase_model.predicting import predict
from clientela.warehouse.predictions.purchase_model.shrunk_mean import shrunk_mean
from clientela.warehouse.predictions.report_card.graded_predictions import Forecast
from clientela.warehouse.predictions.report_card.history_at import Past, State
from clientela.warehouse.predictions.report_card.lost_test import rule_scores


def purchases_forecast(
    past: Past, on: date, rules: Categories, state: State, histories: Distinct, fitted: Fit | None
) -> Forecast:
    """Return the purchases of the horizon, beside what came."""
    ends = on + timedelta(days=past.horizon_days)
    expected = _expected(past, on, past.horizon_days, rules, state, histories, fitted)
    bought = past.totals(on, on)[0]
    return Forecast(float(expected.sum()), float(past.totals(ends, on)[0] - bought))


def takings_forecast(
    past: Past, on: date, rules: Categories, state: State, histories: Distinct, fitted: Fit | None
) -> Forecast | None:
    """Return the takings of the next month, beside what came; None where it has not ended."""
    month_ends = Month.of(on).next().last_day
    if month_ends > past.until:
        return None
    of_month = _expected(past, on, (month_ends - on).days, rules, state, histories, fitted)
    takings, earned = float(of_month @ _spend(state, fitted)), past.totals(on, on)[1]
    return Forecast(takings, past.totals(month_ends, on)[1] - earned)


def _expected(
    past: Past,
    on: date,
    days: int,
    rules: Categories,
    state: State,
    histories: Distinct,
    fitted: Fit | None,
) -> FloatArray:
    """Return the purchases expected of each customer over some calendar days, shape (customers,)."""
    horizon = past.open_days_after(on, days)
    by_rule = rule_scores(
        state.rhythm, rules, histories.repeats, histories.recency_days, histories.age_days, horizon
    ).expected_purchases[histories.place]
    if fitted is None:
        return by_rule
    by_model = predict(fitted, histories).expected_purchases(horizon)[histories.place]
    return np.where(state.is_new == 1, by_model, by_rule)


def _spend(state: State, fitted: Fit | None) -> FloatArray:
    """Return what each customer is expected to spend per purchase, shape (customers,)."""
    repeats = state.repeats.astype(np.float64)
    if fitted is not None:
        new = state.is_new == 1
        spend = fit_spend(Spend.of(repeats[new], state.repeat_total[new]))
        if spend.is_usable:
            return expected_spend(repeats, state.repeat_total / np.maximum(repeats, 1.0), spend)
    return shrunk_mean(repeats + 1.0, state.total)
