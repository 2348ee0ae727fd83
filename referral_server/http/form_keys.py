"""The keys that sign the forms of pages without a session, one a day."""

from __future__ import annotations

import secrets
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from clientela.errors import ClientelaError
from clientela.referral_server.http.problems import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clientela.loyalty.store.interface import Connection, Store

PURPOSE: Final = "form"
"""What the table of daily keys calls them."""


class FormKeys:
    """The keys of one day each that sign forms of pages without a session; kept in the store for two days."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self._store, self._today = store, today
        self._known: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def today(self) -> str:
        """Return the day of the key in use, the shop's."""
        return self._today().isoformat()

    def key(self, day: str, *, make: bool = False) -> bytes | None:
        """Return the key of a day.

        Args:
            day: YYYY-MM-DD.
            make: make it if there is none.
        """
        with self._lock:
            if day not in self._known:
                found = self._read(day) or (self._made(day) if make else None)
                if found is None:
                    return None
                self._known = {known: self._known[known] for known in sorted(self._known)[-2:]}
                self._known[day] = found
            return self._known[day]

    def newest(self) -> tuple[str, bytes]:
        """Return today's key; just after midnight, while storage is away, yesterday's.

        Raises:
            UnavailableError: if there is neither.
        """
        today = self.today()
        try:
            found = self.key(today, make=True)
        except ClientelaError:
            before = day_before(today)
            found, today = self._known.get(before), before
        if found is None:
            raise UnavailableError
        return today, found

    def _read(self, day: str) -> bytes | None:
        with self._store.read() as db:
            row = db.one(
                "select secret from daily_keys where day = :day and purpose = :purpose",
                day=day,
                purpose=PURPOSE,
            )
        return bytes.fromhex(row["secret"]) if row else None

    def _made(self, day: str) -> bytes | None:
        fresh = secrets.token_hex(32)

        def work(db: Connection) -> str:
            db.run(
                "insert into daily_keys (day, purpose, secret) values (:day, :purpose, :secret)"
                " on conflict (day, purpose) do nothing",
                day=day,
                purpose=PURPOSE,
                secret=fresh,
            )
            row = db.one(
                "select secret from daily_keys where day = :day and purpose = :purpose",
                day=day,
                purpose=PURPOSE,
            )
            return str(row["secret"]) if row else fresh

        return bytes.fromhex(self._store.write(work))


def day_before(day: str) -> str:
    """Return the day before one, both YYYY-MM-DD."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
