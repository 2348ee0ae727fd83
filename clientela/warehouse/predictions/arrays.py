"""The arrays that the methods pass around, and the three things done to them everywhere."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def floats(values: Any) -> FloatArray:
    """Return values as an array of floats, what is missing as NaN."""
    if isinstance(values, np.ma.MaskedArray):
        return cast("FloatArray", np.ma.filled(values.astype(np.float64), np.nan))
    return np.asarray(values, dtype=np.float64)


def whole(values: Any) -> IntArray:
    """Return values without gaps as an array of whole numbers."""
    return np.asarray(values).astype(np.int64)


def sums(place: IntArray, values: Any, size: int = 0) -> FloatArray:
    """Return the sum of the values of each place.

    Args:
        place: where each value belongs, from 0.
        values: numbers, of the same shape.
        size: at least so many places.
    """
    return np.bincount(place, values, size).astype(np.float64)


def counts(place: IntArray, size: int = 0) -> FloatArray:
    """Return how many are at each place; at least so many places."""
    return np.bincount(place, minlength=size).astype(np.float64)
