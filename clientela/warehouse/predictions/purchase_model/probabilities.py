"""Is a customer still here, and will the shop be without them for a while?"""

from __future__ import annotations

from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.families import Family, Parameters

LARGEST: Final = 700.0
"""Log-odds above which the exponential would overflow; the probability is 0 to every digit long before."""


def p_alive(
    family: Family, p: Parameters, repeats: FloatArray, recency: FloatArray, age: FloatArray
) -> FloatArray:
    """Return the probability that each customer has not left.

    Args:
        family: MBG or BG; under BG a one-time buyer is alive for certain.
        p: parameters in the unit of time of the histories.
        repeats: x, shape (customers,).
        recency: t_x.
        age: T.

    Source:
        Fader, Hardie & Lee (2008), "Computing P(alive) using the BG/NBD model"; measures §15.
    """
    chances = family.chances_to_leave(repeats)
    may_be_gone = (chances >= 1.0) & family.leaves
    stayed = np.where(may_be_gone, p.b + chances - 1.0, 1.0)
    silence = (p.r + repeats) * np.log1p((age - recency) / (p.alpha + recency))
    odds = np.log(p.a) - np.log(stayed) + silence
    alive = 1.0 / (1.0 + np.exp(np.minimum(odds, LARGEST)))
    return np.where(may_be_gone, alive, 1.0)


def p_silent(
    p: Parameters, alive: FloatArray, repeats: FloatArray, age: FloatArray, horizon: float
) -> FloatArray:
    """Return the probability that each customer buys nothing for a while.

    Args:
        p: parameters in the unit of time of the histories.
        alive: P(alive), shape (customers,).
        repeats: x.
        age: T.
        horizon: how long, in the same unit.

    Source:
        measures §15; the negative binomial of the next period, weighed by P(alive).
    """
    buys = -np.expm1(-(p.r + repeats) * np.log1p(horizon / (p.alpha + age)))
    return 1.0 - alive * buys
