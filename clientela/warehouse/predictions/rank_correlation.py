"""Do two figures rise together? Spearman's rank correlation."""

from __future__ import annotations

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray


def ranks(values: FloatArray) -> FloatArray:
    """Return ranks from 1, ties sharing their mean rank."""
    _, place, size = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(size) - (size - 1) / 2
    found: FloatArray = middle[place]
    return found


def rank_correlation(first: FloatArray, second: FloatArray) -> float:
    """Return Spearman's rank correlation, ties sharing their mean rank; 0 where one of them is constant.

    Source:
        Spearman (1904), as Pearson's correlation of the ranks.
    """
    if len(first) == 0:
        return 0.0
    a, b = ranks(first), ranks(second)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0
