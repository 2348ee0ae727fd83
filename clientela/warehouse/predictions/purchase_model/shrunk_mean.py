"""What a customer spends per purchase day, without a model.

Source: measures §3: the own mean, drawn towards the shop's as if that were three further purchases.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray

PRIOR_PURCHASES: Final = 3.0
HIGHEST: Final = 0.99
"""Own means above this quantile are cut, so that one invoice does not make a forecast."""


def shrunk_mean(purchases: FloatArray, total: FloatArray) -> FloatArray:
    """Return what each customer is expected to spend per purchase day.

    The same as ``queries/customer_scores.sql`` where there is no model of spending.

    Args:
        purchases: purchase days, shape (customers,), each >= 1.
        total: money of all of them; refunds may have made it negative, which counts as 0.

    Returns:
        The shop's currency per purchase day, shape (customers,), never negative.
    """
    paid = total > 0
    if not paid.any():
        return np.zeros(len(total))
    shop = float(total[paid].sum() / purchases[paid].sum())
    own = np.clip(total / purchases, 0.0, np.quantile((total / purchases)[paid], HIGHEST))
    found: FloatArray = (purchases * own + PRIOR_PURCHASES * shop) / (purchases + PRIOR_PURCHASES)
    return found
