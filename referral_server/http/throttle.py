"""How often is too often: generous to a market day behind one address, tight to guessing. In memory only.

A redirect of a link is never limited. Buckets, per network (/24 or /48):

- ``lead``, saving a discount: 200 at once, then 20 a minute (1,200 an hour);
- ``miss``, addresses that do not exist: 200 at once, then 60 a minute;
- ``key``, wrong keys at the API or a till's enrolment: 20 at once, then 6 a minute;

per device, which is the key that enrolled it and not its session: ``till``, look-ups and sales: 120 at once,
then 60 a minute; and for all devices together: ``tills``, 600 at once, then 300 a minute.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_KEYS: Final = 20_000
"""Entries a kind of bucket holds; the one unused for longest makes room."""

ALL: Final = ""
"""The key of a bucket that everybody shares."""


@dataclass(frozen=True)
class Limit:
    """One kind of bucket."""

    burst: int
    """How many at once."""

    per_minute: float
    """How many come back in a minute."""


LIMITS: Final = {
    "lead": Limit(200, 20),
    "miss": Limit(200, 60),
    "key": Limit(20, 6),
    "till": Limit(120, 60),
    "tills": Limit(600, 300),
}


class Throttle:
    """Token buckets by kind and key."""

    def __init__(
        self, timer: Callable[[], float] = time.monotonic, limits: dict[str, Limit] | None = None
    ) -> None:
        self._timer, self._limits = timer, limits or LIMITS
        # A table a kind: a crowd of strangers' networks must not push a till's count out.
        self._levels: dict[str, OrderedDict[str, tuple[float, float]]] = {
            bucket: OrderedDict() for bucket in self._limits
        }
        self._lock = threading.Lock()

    def allow(self, bucket: str, key: str) -> bool:
        """Take one from a bucket; False where it is empty.

        Args:
            bucket: one of ``LIMITS``.
            key: whose bucket: a client's ``prefix``, a device's id, or ``ALL``.
        """
        limit, now = self._limits[bucket], self._timer()
        with self._lock:
            level = self._level(bucket, key, limit, now)
            allowed = level >= 1
            self._keep(bucket, key, level - 1 if allowed else level, now)
        return allowed

    def is_spent(self, bucket: str, key: str) -> bool:
        """Tell whether a bucket is empty, without taking from it."""
        with self._lock:
            return self._level(bucket, key, self._limits[bucket], self._timer()) < 1

    def _level(self, bucket: str, key: str, limit: Limit, now: float) -> float:
        level, at = self._levels[bucket].get(key, (float(limit.burst), now))
        return min(limit.burst, level + max(0.0, now - at) * limit.per_minute / 60)

    def _keep(self, bucket: str, key: str, level: float, now: float) -> None:
        table = self._levels[bucket]
        table[key] = (level, now)
        table.move_to_end(key)
        if len(table) > MOST_KEYS:
            table.popitem(last=False)


FREE_TRIES: Final = 5
"""Wrong passwords of one network before it has to wait."""

FREE_TRIES_OF_ALL: Final = 50
"""Wrong passwords of everybody before strangers have to wait."""

LONGEST_WAIT: Final = 900.0
"""Seconds that one network waits at most."""

LONGEST_WAIT_OF_ALL: Final = 30.0
"""Seconds that a stranger waits at most for what others did."""

FORGET_AFTER: Final = 3600.0
"""Seconds without a wrong password after which all is forgotten."""

EVERYBODY: Final = ALL


@dataclass
class _Tries:
    failures: int
    at: float


class Logins:
    """Wrong passwords: each doubles the wait, per network and for all strangers together.

    A network from which the owner has logged in before does not wait for what strangers do.
    """

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, prefix: str) -> float:
        """Ask for one try; it counts as wrong until ``succeeded`` says otherwise.

        Args:
            prefix: the client's network.

        Returns:
            Seconds to wait, 0 where the try may be made. Counting first keeps many tries at once from
            slipping through together.
        """
        now = self._timer()
        with self._lock:
            wait = self._wait(prefix, FREE_TRIES, LONGEST_WAIT, now)
            if prefix not in self._known:
                wait = max(wait, self._wait(EVERYBODY, FREE_TRIES_OF_ALL, LONGEST_WAIT_OF_ALL, now))
            if wait <= 0:
                self._count(prefix, now)
                self._count(EVERYBODY, now)
            return max(0.0, wait)

    def succeeded(self, prefix: str) -> None:
        """The password was right: forget the network's failures and know it from now on."""
        with self._lock:
            self._tries.pop(prefix, None)
            if EVERYBODY in self._tries:
                self._tries[EVERYBODY].failures -= 1
            self._known[prefix] = None
            if len(self._known) > 1000:
                self._known.popitem(last=False)

    def _wait(self, name: str, free: int, longest: float, now: float) -> float:
        tries = self._tries.get(name)
        if tries is None or now - tries.at > FORGET_AFTER:
            self._tries.pop(name, None)
            return 0.0
        if tries.failures < free:
            return 0.0
        return tries.at + min(longest, 2.0 ** min(tries.failures - free, 30)) - now

    def _count(self, name: str, now: float) -> None:
        tries = self._tries.setdefault(name, _Tries(0, now))
        tries.failures, tries.at = tries.failures + 1, now
        self._tries.move_to_end(name)
        if len(self._tries) > MOST_KEYS:
            oldest = next(each for each in self._tries if each != EVERYBODY)
            del self._tries[oldest]
