"""The lost test and the rhythm's predictions at any date, from three numbers per customer.

The same rules as the models ``marts.shop_rhythm`` and ``marts.purchase_rhythm``, over arrays: the report
card needs them at every month end of the past at once. A test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clientela.settings.shop_settings import Categories
from clientela.terms import TRADES
from clientela.warehouse.predictions.arrays import FloatArray, IntArray

FEWEST_RETURNS = 30
"""Observed returns, and people at risk, below which the first-repeat curve is not believed."""


@dataclass(frozen=True)
class ShopRhythm:
    """What the shop as a whole says about rhythm at a date."""

    mean_gap_days: float
    """m0: open days."""

    first_repeat_days: float
    """The window of a one-time buyer: open days."""


def mean_gap_days(repeats: IntArray, recency: IntArray, trade: str) -> float:
    """Return m0, half the trade's window where nobody has come back."""
    total = int(repeats.sum())
    return float(recency.sum()) / total if total else TRADES[trade] / 2.0


def burn_in_days(gap_days: IntArray, gaps: IntArray, rules: Categories) -> int:
    """Return for how many days from the start of the history a first sighting is not believed.

    Args:
        gap_days: lengths that occur, ascending.
        gaps: how often each does.
        rules: the shop's parameters.
    """
    if rules.history_complete:
        return 0
    if rules.burn_in_days is not None:
        return rules.burn_in_days
    if len(gaps) == 0:
        return 0
    return int(gap_days[np.searchsorted(np.cumsum(gaps), 0.9 * gaps.sum() - 1e-9)])


def first_repeat_days(waits: IntArray, returned: IntArray, rules: Categories) -> float:
    """Return the window within which nearly all who come back after the first purchase do so.

    Args:
        waits: open days from the first purchase to the second, or to the date for those not back; shape
            (customers,).
        returned: 1 for those who are back.
        rules: the shop's parameters.

    Source:
        Kaplan & Meier (1958); categories §4.
    """
    default = float(TRADES[rules.trade])
    if int(returned.sum()) < FEWEST_RETURNS:
        return default
    events = np.bincount(waits, returned)
    at_risk = np.cumsum(np.bincount(waits)[::-1])[::-1]
    staying = np.cumprod(1.0 - events / np.maximum(at_risk, 1))
    days = np.flatnonzero(events)
    believed = days[at_risk[days] >= FEWEST_RETURNS]
    if len(believed) == 0:
        return default
    horizon = int(believed[-1])
    enough = rules.first_repeat_q * (1.0 - staying[horizon]) - 1e-9
    own = float(days[np.flatnonzero(1.0 - staying[days] >= enough)[0]])
    return own if horizon >= 365 else own * horizon / 365.0 + default * (1.0 - horizon / 365.0)


def lost_after_days(shop: ShopRhythm, rules: Categories, repeats: IntArray, recency: IntArray) -> FloatArray:
    """Return the silence after which each customer is lost, infinite where they never are.

    Args:
        shop: the shop's rhythm at the date.
        rules: the shop's parameters.
        repeats: x, shape (customers,).
        recency: t_x, open days.
    """
    weight = rules.rhythm_r * shop.mean_gap_days + recency
    if rules.mode == "simple":
        raw = 3.0 * recency / np.maximum(repeats, 1)
    else:
        raw = weight * (rules.lost_cut ** (-1.0 / (rules.rhythm_r + repeats)) - 1.0)
    one_time = shop.first_repeat_days if rules.one_time_can_be_lost else np.inf
    return np.where(repeats > 0, np.clip(raw, rules.floor_days, rules.ceiling_days), one_time)


@dataclass(frozen=True)
class RuleScores:
    """What the rhythm alone predicts; every array of shape (customers,)."""

    p_silent: FloatArray
    expected_purchases: FloatArray


def rule_scores(
    shop: ShopRhythm,
    rules: Categories,
    repeats: IntArray,
    recency: IntArray,
    age: IntArray,
    horizon_days: int,
) -> RuleScores:
    """Return what the rhythm predicts for the horizon, for shops and people without a model.

    Source:
        measures §3 (baseline rule); the chance to buy is the rhythm's, from the date on.
    """
    alpha = rules.rhythm_r * shop.mean_gap_days
    shape = rules.rhythm_r + repeats
    silent = age - recency
    # One day at least: where every purchase fell on one day the shop has no gap of its own.
    weight = np.maximum(alpha + recency, 1.0)
    chance = np.exp(-shape * np.log1p(silent / weight))
    here = np.minimum(1.0, chance / rules.late_cut) if rules.late_cut > 0 else np.ones(len(chance))
    here = np.where(silent > lost_after_days(shop, rules, repeats, recency), 0.0, here)
    buys = -np.expm1(-shape * np.log1p(horizon_days / (weight + silent)))
    per_day = (repeats + 2.0) / np.maximum(age + 2.0 * shop.mean_gap_days, 1.0)
    return RuleScores(1.0 - here * buys, here * per_day * horizon_days)
