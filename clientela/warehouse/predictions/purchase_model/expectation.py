"""How many purchases to expect from a customer in the next while.

The textbook form is a difference of two huge numbers for frequent buyers and has a pole at a = 1. Euler's
transformation of its hypergeometric function gives a series whose terms all stay small; measures §15 writes
it out.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.families import Family, Parameters

PRECISION: Final = 1e-13
"""Terms that add less than this share of the sum are left out."""

MOST_TERMS: Final = 20_000
HUGE: Final = 1e200
"""Terms above this are scaled down, and their scale kept apart."""

NEAR_POLE: Final = 1e-7
"""Distance of a from 1 under which the limit is taken."""


def expected_purchases(
    family: Family, p: Parameters, alive: FloatArray, repeats: FloatArray, age: FloatArray, horizon: float
) -> FloatArray:
    """Return the purchases expected from each customer over the next while.

    Args:
        family: MBG or BG.
        p: parameters in the unit of time of the histories.
        alive: P(alive), shape (customers,).
        repeats: x.
        age: T.
        horizon: how long, in the same unit.

    Returns:
        Purchases, shape (customers,), each >= 0.

    Source:
        Fader, Hardie & Lee (2005), equation 10, after Euler's transformation (Abramowitz & Stegun 15.3.3).
    """
    offset = 0.0 if family.leaves_after_first else 1.0
    epsilon = p.a - 1.0
    rise = p.a + p.b - p.r - offset
    capacity = p.a + p.b + repeats - offset
    share = horizon / (p.alpha + age + horizon)
    log_left = -np.log1p(horizon / (p.alpha + age))
    series, scale = _series(rise, epsilon, capacity, share)
    is_at_pole = abs(epsilon) < NEAR_POLE
    whole = -log_left if is_at_pole else -np.expm1(epsilon * log_left) / epsilon
    expected = alive * (capacity * whole - np.exp(epsilon * log_left + scale) * series)
    return np.maximum(expected, 0.0)


def expected_of_new(family: Family, p: Parameters, horizon: float) -> float:
    """Return the purchases expected after the first one from somebody who has just made it.

    Args:
        family: MBG or BG.
        p: the shop's parameters.
        horizon: how long after the first purchase, in the parameters' unit.
    """
    nothing = np.zeros(1)
    found = expected_purchases(family, p, np.ones(1), nothing, nothing, horizon)
    stays = p.b / (p.a + p.b) if family.leaves_after_first else 1.0
    return float(found[0]) * stays


def _series(
    rise: float, epsilon: float, capacity: FloatArray, share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Sum the series of every customer; those that have settled are left alone.

    Returns:
        Sums and the logarithm of the factor each stands for, both of shape (customers,).
    """
    total, scale = np.zeros_like(share), np.zeros_like(share)
    left = np.arange(len(share))
    term = rise * share
    c, z = capacity, share
    sums, scales = np.zeros_like(share), np.zeros_like(share)
    for n in range(1, MOST_TERMS):
        sums = sums + term
        term = term * ((rise + n) * (epsilon + n) / (n + 1.0)) * (z / (c + n))
        if n % 8 == 0 or n < 3:
            open_ = np.abs(term) > PRECISION * (np.abs(sums) + c * z)
            total[left], scale[left] = sums, scales
            if not open_.any():
                break
            left = left[open_]
            term, c, z, sums, scales = (v[open_] for v in (term, c, z, sums, scales))
            big = np.abs(term) > HUGE
            if big.any():
                shrink = np.where(big, 1.0 / HUGE, 1.0)
                term, sums, scales = term * shrink, sums * shrink, scales - np.log(shrink)
    else:
        total[left], scale[left] = sums, scales
    return total, scale
