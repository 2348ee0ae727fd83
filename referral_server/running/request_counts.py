"""How many requests were answered, and how fast: noted one by one, added up many at once.

A request that looks for its counters and adds to each under a lock pays more for being counted than for all
else that is done for a friend on the way. So it leaves a note; whoever reads the numbers adds the notes up,
and now and then a request does where nobody reads.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

T = TypeVar("T")

MOST_NOTES: Final = 1024
"""Notes that wait to be added up; more are added up by who leaves the next one."""


def taken(notes: deque[T]) -> Iterator[T]:
    """Take the notes that are there now; each goes to one taker only."""
    for _note in range(len(notes)):
        try:
            yield notes.popleft()
        except IndexError:
            return


@dataclass
class _Times:
    """How long the requests of one route took."""

    classes: list[int]
    """How many fell into each class; the last has no upper end."""

    seconds: float = 0.0
    begun_at: float = field(default_factory=time.time)


class RequestCounts:
    """Requests by route, method and status, and their duration by route, as Prometheus asks for them.

    Args:
        latencies: upper ends of the classes of durations, seconds, ascending.
    """

    def __init__(self, latencies: Sequence[float]) -> None:
        self._ends = tuple(latencies)
        self._notes: deque[tuple[str, str, int, float]] = deque()
        self._adding = threading.Lock()
        self._counts: dict[tuple[str, str, int], int] = {}
        self._begun_at: dict[tuple[str, str, int], float] = {}
        self._times: dict[str, _Times] = {}

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """Note an answered request by its route's template; from any thread."""
        self._notes.append((route, method, status, seconds))
        if len(self._notes) >= MOST_NOTES:
            self._add_up()

    def _add_up(self) -> None:
        with self._adding:
            for route, method, status, seconds in taken(self._notes):
                kind = (route, method, status)
                if kind not in self._counts:
                    self._counts[kind], self._begun_at[kind] = 0, time.time()
                self._counts[kind] += 1
                times = self._times.get(route)
                if times is None:
                    times = self._times[route] = _Times([0] * (len(self._ends) + 1))
                times.classes[bisect_left(self._ends, seconds)] += 1
                times.seconds += seconds

    def collect(self) -> list[Any]:
        """Return the counts up to now."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        self._add_up()
        requests = CounterMetricFamily(
            "http_requests", "Requests, by route template", labels=["route", "method", "status"]
        )
        durations = HistogramMetricFamily("http_request_seconds", "Duration of a request", labels=["route"])
        with self._adding:
            for (route, method, status), count in self._counts.items():
                begun_at = self._begun_at[route, method, status]
                requests.add_metric([route, method, str(status)], count, created=begun_at)
            for route, times in self._times.items():
                durations.add_metric([route], self._rising(times.classes), times.seconds)
                durations.add_sample("http_request_seconds_created", {"route": route}, times.begun_at)
        return [requests, durations]

    def _rising(self, classes: list[int]) -> list[tuple[str, float]]:
        """Return how many requests took at most as long as each upper end."""
        names = [*(str(end) for end in self._ends), "+Inf"]
        return [(name, float(sum(classes[: place + 1]))) for place, name in enumerate(names)]
