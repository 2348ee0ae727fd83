"""Climb to the top of a smooth function of a few parameters.

Source: Nocedal & Wright (2006), "Numerical Optimization", §3.4: Newton's method with the curvature made
negative definite by its eigenvalues, and a line search (Armijo's rule) on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.likelihood import Evaluation

LONGEST_STEP: Final = 2.0
"""In logarithms of the parameters: no step multiplies one by more than e^2."""

FLAT: Final = 1e-9
"""Largest slope that counts as the top."""

ROUNDING: Final = 1e-12
"""Share of the value that rounding may move it by: a step that promises less is taken as it is."""

Function = Callable[[FloatArray], Evaluation]


@dataclass(frozen=True)
class Top:
    """Where a climb ended."""

    point: FloatArray
    value: float
    slope: float
    """Largest slope in a direction that is not walled off."""

    steps: int


def climb(function: Function, start: FloatArray, low: FloatArray, high: FloatArray, steps: int = 100) -> Top:
    """Return the top nearest uphill of a start.

    Args:
        function: value, gradient and Hessian at a point.
        start: shape (parameters,).
        low: walls of the box that the point stays in, shape (parameters,).
        high: the other walls.
        steps: at most so many.
    """
    point = np.clip(start, low, high)
    here = function(point)
    for step in range(steps):
        slope = _free(here.gradient, point, low, high)
        if np.abs(slope).max() <= FLAT:
            return Top(point, here.value, float(np.abs(slope).max()), step)
        moved = _line_search(function, point, here, _direction(here.hessian, slope), low, high)
        if moved is None:
            break
        point, here = moved
    slope = _free(here.gradient, point, low, high)
    return Top(point, here.value, float(np.abs(slope).max()), step + 1)


def _free(gradient: FloatArray, point: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the gradient without the directions that lead into a wall."""
    walled = ((point <= low) & (gradient < 0)) | ((point >= high) & (gradient > 0))
    return np.where(walled, 0.0, gradient)


def _direction(hessian: FloatArray, slope: FloatArray) -> FloatArray:
    """Return Newton's step with every curvature taken as that of a hill, no longer than allowed."""
    free = slope != 0.0
    values, vectors = np.linalg.eigh(hessian[np.ix_(free, free)])
    curvature = np.maximum(np.abs(values), 1e-8 * max(1.0, float(np.abs(values).max())))
    step = np.zeros_like(slope)
    step[free] = vectors @ ((vectors.T @ slope[free]) / curvature)
    length = float(np.linalg.norm(step))
    return step * min(1.0, LONGEST_STEP / length) if length > 0 else step


def _line_search(
    function: Function,
    point: FloatArray,
    here: Evaluation,
    step: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> tuple[FloatArray, Evaluation] | None:
    """Return the first point along the step that is high enough; None where there is none."""
    for halvings in range(30):
        there = np.clip(point + step * 0.5**halvings, low, high)
        found = function(there)
        if float(here.gradient @ (there - point)) <= ROUNDING * (1.0 + abs(here.value)):
            is_flatter = np.abs(found.gradient).max() < np.abs(here.gradient).max()
            return (there, found) if is_flatter else None
        if found.value > here.value + 1e-4 * float(here.gradient @ (there - point)):
            return there, found
    return None
