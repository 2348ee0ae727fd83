"""Who is the same visitor on one day, without knowing who: a keyed hash, and the key is thrown away.

The key is random, made for one day and destroyed by the second midnight after it, and so is the list of
hashes seen that day. From then on nobody can tell which network a hash stood for, not even the shop.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from datetime import date, timedelta
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from clientela.loyalty.store.errors import StoreUnavailableError

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Store

PURPOSE: Final = "visitor"
KEY_WAIT_S: Final = 1.0
"""A click waits no longer for the day's key."""

FRESH_S: Final = 60.0
"""A key held in memory is looked up again after so long; a failure is remembered for a tenth of it."""


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """Return the network of an address: the /24 of an IPv4, the /48 of an IPv6 one; empty if it is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((int(found), 24 if found.version == 4 else 48), strict=False))


def visitor_hash(key: bytes, address: str, family: str) -> str:
    """Return a visitor's hash of the day, 64 bits as 16 hexadecimal signs.

    BLAKE2b with a key is a message authentication code by itself (RFC 7693), several times faster than HMAC.

    Args:
        key: the day's, 32 bytes.
        address: only its network counts.
        family: of the browser; see ``agents.classify``.
    """
    seen = f"{network(address)}|{family}".encode(errors="replace")
    return hashlib.blake2b(seen, key=key, digest_size=8).hexdigest()


def daily_key(db: Connection, day: str) -> bytes:
    """Return a day's key, made at its first use.

    Args:
        db: inside a write.
        day: YYYY-MM-DD.
    """
    db.run(
        """
        insert into daily_keys (day, purpose, secret) values (:day, :purpose, :secret)
        on conflict (day, purpose) do nothing
        """,
        day=day,
        purpose=PURPOSE,
        secret=secrets.token_hex(32),
    )
    key = _kept_key(db, day)
    if key is None:
        raise LookupError(day)
    return key


def _kept_key(db: Connection, day: str) -> bytes | None:
    row = db.one(
        "select secret from daily_keys where day = :day and purpose = :purpose", day=day, purpose=PURPOSE
    )
    return None if row is None else bytes.fromhex(row["secret"])


def forget(db: Connection, today: date, limit: int = 5000) -> int:
    """Destroy all keys but yesterday's, today's and tomorrow's, with their visitors; return how many.

    Days ahead go too: a clock that once ran ahead must not leave a key that outlives its two days. A day that
    comes again after that gets a new key, so what was destroyed stays destroyed.

    Args:
        db: inside a write.
        today: the shop's day.
        limit: visitors deleted at most; without their key they say nothing, so the rest may wait.
    """
    days = {"first": str(today - timedelta(days=1)), "last": str(today + timedelta(days=1))}
    destroyed = db.run("delete from daily_keys where day < :first or day > :last", **days)
    for end in ("day < :first", "day > :last"):
        db.run(
            f"""
            delete from visitor_days where (day, link_id, visitor) in (
                select day, link_id, visitor from visitor_days where {end} limit :limit
            )
            """,
            **days,
            limit=limit,
        )
    return destroyed


class VisitorKeys:
    """The keys that the hot path holds: today's, so that no click asks the store for it.

    Args:
        store: where the key is kept for the other processes and after a restart.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asking = threading.Lock()
        self._held: tuple[str, bytes | None, float] = ("", None, 0.0)
        """Day, its key or None where the store did not give it, and until when this is believed."""

    def of(self, day: str) -> bytes | None:
        """Return a day's key; None if the store does not give it now.

        Args:
            day: YYYY-MM-DD.
        """
        held, key, until = self._held
        if held == day and time.monotonic() < until:
            return key
        with self._asking:
            held, key, until = self._held
            if held != day or time.monotonic() >= until:
                key = self._ask(day) or (key if held == day else None)
                self._held = (day, key, time.monotonic() + (FRESH_S if key else FRESH_S / 10))
        return key

    def _ask(self, day: str) -> bytes | None:
        try:
            with self._store.read() as db:
                key = _kept_key(db, day)
            return key or self._store.write(lambda db: daily_key(db, day), timeout=KEY_WAIT_S)
        except StoreUnavailableError:
            return None
