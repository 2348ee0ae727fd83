"""How well a model's parameters explain the histories: log-likelihood, its slope and its curvature.

Source: Fader, Hardie & Lee (2005), equation 6 (BG/NBD); Batislam, Denizel & Filiztekin (2007) (MBG/NBD).
The two masses of each customer, still here and gone, enter as logarithms only: for a frequent buyer both
underflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaln, polygamma, psi

from clientela.warehouse.predictions.arrays import FloatArray, sums
from clientela.warehouse.predictions.purchase_model.families import Family, Parameters
from clientela.warehouse.predictions.purchase_model.histories import Histories

ROWS_AT_ONCE: Final = 1 << 13
"""Histories worked on together: few enough to stay in the processor's cache."""


@dataclass(frozen=True)
class Evaluation:
    """A function at one point."""

    value: float
    gradient: FloatArray
    """Shape (parameters,)."""

    hessian: FloatArray
    """Shape (parameters, parameters)."""


def in_logs(found: Evaluation, point: FloatArray) -> Evaluation:
    """Return an evaluation by the parameters as one by their logarithms.

    Args:
        found: value and derivatives by the parameters.
        point: the parameters themselves, shape (parameters,).
    """
    gradient = found.gradient * point
    return Evaluation(found.value, gradient, found.hessian * np.outer(point, point) + np.diag(gradient))


class LogLikelihood:
    """The log-likelihood of a set of histories under a family."""

    def __init__(self, family: Family, histories: Histories) -> None:
        order = np.argsort(histories.repeats, kind="stable")
        self._family = family
        self._repeats, self._recency, self._age, self._customers = (
            values[order]
            for values in (histories.repeats, histories.recency, histories.age, histories.customers)
        )
        self._counts, place = np.unique(self._repeats, return_inverse=True)
        self._customers_of_count = sums(place, self._customers)

    def __call__(self, parameters: Parameters) -> Evaluation:
        """Evaluate by r, alpha, a and b, in this order."""
        value, gradient, hessian = self._constants(parameters)
        for start in range(0, len(self._repeats), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            more_value, more_gradient, more_hessian = self._masses(parameters, part)
            value += more_value
            gradient += more_gradient
            hessian += more_hessian
        return Evaluation(float(value), gradient, hessian)

    def _constants(self, p: Parameters) -> tuple[float, FloatArray, FloatArray]:
        """Sum the terms that depend on the number of purchases alone."""
        x, w = self._counts, self._customers_of_count
        n = float(w.sum())
        value = float(w @ (gammaln(p.r + x) - gammaln(p.r))) + n * p.r * np.log(p.alpha)
        gradient, hessian = np.zeros(4), np.zeros((4, 4))
        gradient[0] = w @ (psi(p.r + x) - psi(p.r)) + n * np.log(p.alpha)
        gradient[1] = n * p.r / p.alpha
        hessian[0, 0] = w @ (polygamma(1, p.r + x) - polygamma(1, p.r))
        hessian[0, 1] = hessian[1, 0] = n / p.alpha
        hessian[1, 1] = -n * p.r / p.alpha**2
        if self._family.leaves:
            k = self._family.chances_to_leave(x)
            stayed, all_in = p.b + k, p.a + p.b + k
            both = p.a + p.b
            value += float(w @ (gammaln(stayed) - gammaln(p.b) + gammaln(both) - gammaln(all_in)))
            shared = w @ (psi(both) - psi(all_in))
            gradient[2] = shared
            gradient[3] = shared + w @ (psi(stayed) - psi(p.b))
            bend = w @ (polygamma(1, both) - polygamma(1, all_in))
            hessian[2:, 2:] = bend
            hessian[3, 3] += w @ (polygamma(1, stayed) - polygamma(1, p.b))
        return value, gradient, hessian

    def _masses(self, p: Parameters, part: slice) -> tuple[float, FloatArray, FloatArray]:
        """Sum the logarithm of the two masses, and its derivatives, over some of the histories."""
        w = self._customers[part]
        m = p.r + self._repeats[part]
        here, last = p.alpha + self._age[part], p.alpha + self._recency[part]
        log_here, log_last = np.log(here), np.log(last)
        stayed, odds = self._odds(p, part, m * (log_here - log_last))
        small = np.exp(-np.abs(odds))
        gone = np.where(odds > 0, 1.0, small) / (1.0 + small)
        value = float(w @ (np.maximum(odds, 0.0) + np.log1p(small) - m * log_here))
        alive = 1.0 - gone
        w_gone, w_alive = w * gone, w * alive
        per_here, per_last = w_alive / here, w_gone / last
        gradient = np.array(
            [
                -(w_alive @ log_here) - w_gone @ log_last,
                -(m @ (per_here + per_last)),
                w_gone.sum() / p.a,
                -(w_gone @ (1.0 / stayed)),
            ]
        )
        apart = np.stack(
            [log_last - log_here, m * (1.0 / last - 1.0 / here), np.full_like(m, -1.0 / p.a), 1.0 / stayed]
        )
        hessian = (apart * (w_gone * alive)) @ apart.T
        mixed = float((per_here + per_last).sum())
        hessian[0, 1] -= mixed
        hessian[1, 0] -= mixed
        hessian[1, 1] += m @ (per_here / here + per_last / last)
        hessian[2, 2] -= w_gone.sum() / p.a**2
        hessian[3, 3] += w_gone @ (1.0 / stayed**2)
        return value, gradient, hessian

    def _odds(self, p: Parameters, part: slice, silence: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return b plus the times one stayed, and the log-odds of being gone."""
        chances = self._family.chances_to_leave(self._repeats[part])
        may_be_gone = chances >= 1.0 if self._family.leaves else np.zeros(len(chances), dtype=bool)
        stayed = np.where(may_be_gone, p.b + chances - 1.0, 1.0)
        return stayed, np.where(may_be_gone, np.log(p.a) - np.log(stayed) + silence, -np.inf)
