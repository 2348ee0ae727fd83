"""Gamma-Gamma: what a customer spends per purchase, and how far their own mean can be believed.

Amounts vary around a mean of the customer's own (shape p), and the means vary over the shop's customers (q,
v).

Source: Fader & Hardie (2013), "The Gamma-Gamma model of monetary value" (note 025), equations 1a and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaln, polygamma, psi

from clientela.warehouse.predictions.arrays import FloatArray, counts, sums
from clientela.warehouse.predictions.purchase_model.likelihood import Evaluation, in_logs
from clientela.warehouse.predictions.purchase_model.newton import Top, climb

LOW: Final = np.log(np.array([1e-4, 1e-4, 1e-9]))
HIGH: Final = np.log(np.array([1e4, 1e4, 1e12]))
"""Walls that keep constant amounts from running to infinity."""

SKETCHED: Final = 20_000
"""Customers on whom the two starts climb where there are many more; the better one then climbs on all."""


@dataclass(frozen=True)
class Spend:
    """What repeat customers spend; every array of shape (customers,)."""

    repeats: FloatArray
    """x: repeat purchase days, >= 1."""

    mean: FloatArray
    """Mean total of a repeat purchase day, > 0, in the shop's currency; the first day left out."""

    @classmethod
    def of(cls, repeats: FloatArray, total: FloatArray) -> Spend:
        """Return those who came back and paid, from totals over repeat days; the others are left out."""
        some = (repeats >= 1) & (total > 0) & np.isfinite(total)
        return cls(repeats[some], total[some] / repeats[some])

    @property
    def shop_mean(self) -> float:
        """Mean of a repeat purchase day over all of them, 0 where there is none."""
        days = float(self.repeats.sum())
        return float(self.repeats @ self.mean) / days if days else 0.0


@dataclass(frozen=True)
class GammaGamma:
    """The shop's three numbers, or the mean that stands in for them."""

    p: float
    q: float
    v: float
    log_likelihood: float
    shop_mean: float
    """Mean of a repeat purchase day."""

    gradient_norm: float
    is_usable: bool
    """Whether q > 1, so that a mean exists, and the fit ended inside its walls."""


class _Objective:
    """Mean log-likelihood of a customer by the logarithms of p, q and v."""

    def __init__(self, spend: Spend) -> None:
        self._x, self._z = spend.repeats, spend.mean
        self._counts, self._place = np.unique(self._x, return_inverse=True)
        self._customers = counts(self._place)
        self._log_z = sums(self._place, np.log(self._z))
        self._total = self._x * self._z

    def __call__(self, logs: FloatArray) -> Evaluation:
        point = np.exp(logs)
        found = in_logs(self._natural(*point), point)
        n = len(self._x)
        return Evaluation(found.value / n, found.gradient / n, found.hessian / n)

    def _natural(self, p: float, q: float, v: float) -> Evaluation:
        x, w, log_z = self._counts, self._customers, self._log_z
        shape = p * x + q
        scale = self._total + v
        inverse = 1.0 / scale
        log_sum = sums(self._place, np.log(scale))
        by_sum = sums(self._place, inverse)
        n = float(w.sum())
        value = w @ (gammaln(shape) - gammaln(p * x) - gammaln(q) + q * np.log(v) + p * x * np.log(x))
        value += (p * x - 1) @ log_z - shape @ log_sum
        gradient = np.array(
            [
                x @ (w * (psi(shape) - psi(p * x) + np.log(x)) + log_z - log_sum),
                w @ psi(shape) + n * (np.log(v) - psi(q)) - log_sum.sum(),
                n * q / v - shape @ by_sum,
            ]
        )
        bend = polygamma(1, shape)
        hessian = np.array(
            [
                [w @ (x**2 * (bend - polygamma(1, p * x))), w @ (x * bend), -(x @ by_sum)],
                [0.0, w @ bend - n * polygamma(1, q), n / v - by_sum.sum()],
                [0.0, 0.0, shape @ sums(self._place, inverse**2) - n * q / v**2],
            ]
        )
        return Evaluation(float(value), gradient, hessian + np.triu(hessian, 1).T)


def _best(objective: _Objective, starts: list[FloatArray]) -> Top:
    return max((climb(objective, start, LOW, HIGH) for start in starts), key=lambda top: top.value)


def fit_spend(spend: Spend) -> GammaGamma:
    """Return the parameters that explain the spending best.

    Args:
        spend: repeat customers; with none, or with amounts that are all alike, no model is usable.
    """
    mean = spend.shop_mean
    if len(spend.mean) < 2 or float(np.ptp(spend.mean)) <= 1e-9 * mean:
        return GammaGamma(0.0, 0.0, 0.0, 0.0, mean, 0.0, is_usable=False)
    starts = [np.log(np.array([p, q, (q - 1) * mean / p])) for p, q in ((2.0, 3.0), (8.0, 2.0))]
    every = len(spend.mean) // SKETCHED
    if every > 1:
        few = _Objective(Spend(spend.repeats[::every], spend.mean[::every]))
        starts = [_best(few, starts).point]
    top = _best(_Objective(spend), starts)
    p, q, v = (float(value) for value in np.exp(top.point))
    inside = bool(((top.point > LOW) & (top.point < HIGH)).all())
    return GammaGamma(
        p,
        q,
        v,
        top.value * len(spend.mean),
        mean,
        top.slope,
        is_usable=inside and q > 1,
    )


def expected_spend(repeats: FloatArray, mean: FloatArray, fit: GammaGamma) -> FloatArray:
    """Return what each customer is expected to spend per purchase.

    A customer's own mean, drawn towards the shop's mean the fewer purchases there are.

    Args:
        repeats: repeat purchases, shape (customers,); 0 gives the shop's mean.
        mean: of a repeat purchase; where it is not above 0 (refunds ate it) the purchases tell nothing.
        fit: the shop's parameters, usable.

    Returns:
        The shop's currency per purchase, shape (customers,).

    Source:
        Fader & Hardie (2013), equation 5.
    """
    x = np.where(mean > 0, repeats, 0.0)
    found: FloatArray = fit.p * (fit.v + x * mean) / (fit.p * x + fit.q - 1)
    return found
