"""Fit a model to histories: the parameters that explain them best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray, floats
from clientela.warehouse.predictions.purchase_model.families import NBD, Family, Parameters
from clientela.warehouse.predictions.purchase_model.histories import MANY, Histories
from clientela.warehouse.predictions.purchase_model.likelihood import Evaluation, LogLikelihood, in_logs
from clientela.warehouse.predictions.purchase_model.newton import Top, climb

PRIOR_SD: Final = 3.0
"""Of the normal prior on the logarithm of each parameter: a factor of 20 either way is likely."""

WORTHWHILE: Final = 20_000
"""Histories above which the two starts climb on coarse bins first, and only the better one on all of them."""

SKETCHED: Final = 4.0
"""Weeks of a coarse bin; coarse bins also tell whether leaving is worth a parameter."""

LEAST_GAIN: Final = 1.92
"""Log-likelihood by which leaving must explain the data better than staying: half of the 95 % point of
chi-square with one degree of freedom."""

LOW: Final = np.log(np.array([1e-5, 1e-5, 1e-6, 1e-5]))
HIGH: Final = np.log(np.array([1e4, 1e7, 1e3, 1e5]))
"""Walls far from anything a shop shows; they keep constant data from running to infinity."""


@dataclass(frozen=True)
class Fit:
    """A family with its parameters."""

    family: Family
    parameters: Parameters
    log_likelihood: float
    """Of the histories alone, the priors left out."""

    gradient_norm: float
    """Largest slope of the mean log-likelihood (with priors) by the logarithm of a parameter."""

    gain: float
    """Log-likelihood above that of the same shop if nobody ever left; may be a little below 0."""

    @property
    def sees_leaving(self) -> bool:
        """Whether the data show that customers leave; if not, P(alive) says nothing."""
        return self.gain >= LEAST_GAIN


def prior_centre(histories: Histories) -> FloatArray:
    """Return the logarithms around which the priors lie, shape (4,)."""
    return floats(np.log([0.5, histories.mean_gap, 1.0, 3.0]))


def starts(histories: Histories) -> tuple[FloatArray, FloatArray]:
    """Return the two points from which every fit climbs, as logarithms."""
    gap = histories.mean_gap
    return prior_centre(histories), np.log(np.array([1.5, 3 * gap, 0.2, 1.0]))


class _Objective:
    """Mean log-likelihood of a customer, with the priors, by the logarithms of the parameters."""

    def __init__(self, family: Family, histories: Histories, *, priors: bool) -> None:
        self._likelihood = LogLikelihood(family, histories)
        self._customers = histories.total
        self._centre = prior_centre(histories)
        self._weight = 1.0 / PRIOR_SD**2 if priors else 0.0

    def __call__(self, logs: FloatArray) -> Evaluation:
        found = in_logs(self._likelihood(Parameters.from_logs(logs)), np.exp(logs))
        off = logs - self._centre
        return Evaluation(
            (found.value - 0.5 * self._weight * float(off @ off)) / self._customers,
            (found.gradient - self._weight * off) / self._customers,
            (found.hessian - self._weight * np.eye(len(logs))) / self._customers,
        )

    def log_likelihood(self, top: Top) -> float:
        """Return the log-likelihood at a top, the priors left out."""
        off = top.point - self._centre
        return top.value * self._customers + 0.5 * self._weight * float(off @ off)


def _best(objective: _Objective, points: tuple[FloatArray, ...]) -> Top:
    return max((climb(objective, point, LOW, HIGH) for point in points), key=lambda top: top.value)


def fit(family: Family, histories: Histories, *, priors: bool = True) -> Fit:
    """Return the parameters that explain the histories best.

    Args:
        family: MBG or BG.
        histories: at least one customer; time in one unit, weeks for ``model fit``.
        priors: whether weak priors on the logarithms hold the parameters where the data are silent; the
            published numbers are without.

    Source:
        measures §15; for the priors' unit-free form see ``prior_centre``.
    """
    points = starts(histories)
    used = histories.binned(1.0) if len(histories.customers) > MANY else histories
    sketch = used.binned(SKETCHED) if len(used.customers) > WORTHWHILE else used
    objective = _Objective(family, sketch, priors=priors)
    top = _best(objective, points)
    gain = objective.log_likelihood(top) - _staying(sketch)
    if sketch is not used:
        objective = _Objective(family, used, priors=priors)
        top = _best(objective, (top.point,))
    parameters = Parameters.from_logs(top.point)
    return Fit(family, parameters, objective.log_likelihood(top), top.slope, gain)


def _staying(histories: Histories) -> float:
    """Return the best log-likelihood if nobody ever left."""
    objective = _Objective(NBD, histories, priors=False)
    return objective.log_likelihood(_best(objective, starts(histories)))
