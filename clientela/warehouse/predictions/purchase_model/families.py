"""Two models of buying until one leaves: when may a customer leave?

Customers buy at random at a rate of their own and leave for good, unseen, after a purchase. The rates are
gamma-distributed over the shop's customers (shape r, rate alpha), the chances to leave beta-distributed (a,
b).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from clientela.warehouse.predictions.arrays import FloatArray, floats


@dataclass(frozen=True)
class Family:
    """Which purchases may be somebody's last."""

    name: str
    """``mbg`` or ``bg``, as the command line says it."""

    leaves_after_first: bool
    """Whether one may leave right after the first purchase."""

    leaves: bool = True
    """Whether anybody ever leaves."""

    def chances_to_leave(self, repeats: FloatArray) -> FloatArray:
        """Return how often a customer with so many repeat purchases might have left."""
        return repeats + 1.0 if self.leaves_after_first else repeats


@dataclass(frozen=True)
class Parameters:
    """The shop's four numbers."""

    r: float
    alpha: float
    """In the unit of time of the histories."""

    a: float
    b: float

    def logs(self) -> FloatArray:
        """Return their logarithms, shape (4,)."""
        return floats(np.log([self.r, self.alpha, self.a, self.b]))

    @classmethod
    def from_logs(cls, logs: FloatArray) -> Parameters:
        """Return the parameters with these logarithms."""
        r, alpha, a, b = (float(value) for value in np.exp(logs))
        return cls(r, alpha, a, b)


NBD: Final = Family("nbd", leaves_after_first=False, leaves=False)
"""Nobody ever leaves (Ehrenberg 1959): what the others must beat to show that anybody does."""
