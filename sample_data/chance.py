"""Where luck comes from: one seed, one stream per topic, the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

SEED: Final = "bottega-del-fico-2023"
"""Change it and every file changes; the streams of the topics stay independent."""

T = TypeVar("T")


class Chance:
    """A stream of luck that only asks ``Random`` for uniform numbers.

    The library's other methods, and ``sum`` of floats, have changed between versions of Python;
    ``random()`` and ``math.fsum`` have not.

    Args:
        topic: what the stream decides; two topics never disturb each other.
    """

    def __init__(self, topic: str) -> None:
        self._random = Random(f"{SEED}/{topic}")

    def unit(self) -> float:
        """Return a number in [0, 1)."""
        return self._random.random()

    def happens(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items, all equally likely."""
        return items[int(self.unit() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of the items, each as likely as its weight says."""
        left = self.unit() * math.fsum(weights)
        for item, weight in zip(items, weights, strict=True):
            left -= weight
            if left < 0:
                return item
        return items[-1]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Return that many different items, in the order given."""
        order = sorted(range(len(items)), key=lambda _: self.unit())
        return [items[place] for place in sorted(order[:count])]

    def exponential(self, mean: float) -> float:
        """Return a waiting time with this mean."""
        return -mean * math.log(1.0 - self.unit())

    def normal(self) -> float:
        """Return a standard normal number (Box & Muller 1958)."""
        return math.sqrt(-2.0 * math.log(1.0 - self.unit())) * math.cos(2.0 * math.pi * self.unit())

    def gamma(self, shape: float) -> float:
        """Return a gamma number of scale 1 (Marsaglia & Tsang 2000); shape must be at least 1."""
        d = shape - 1.0 / 3.0
        c = 1.0 / math.sqrt(9.0 * d)
        while True:
            x = self.normal()
            v = (1.0 + c * x) ** 3
            if v > 0 and math.log(1.0 - self.unit()) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v

    def poisson(self, mean: float) -> int:
        """Return a count with this mean (Knuth); for means below about 30."""
        limit, count, product = math.exp(-mean), 0, self.unit()
        while product > limit:
            count += 1
            product *= self.unit()
        return count
