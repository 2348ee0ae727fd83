"""Who is logged in: the owner, or a device at the till; ids are ours, random, and stored hashed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from bottle import request as current_request

from clientela.errors import ClientelaError
from clientela.referral_server.http import cookies
from clientela.referral_server.http.security import see_other

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row, Store

Kind = Literal["owner", "till"]

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR

IDLE: Final = {"owner": 2 * HOUR, "till": 30 * DAY}
"""Milliseconds after which an unused session ends."""

ABSOLUTE: Final = {"owner": 12 * HOUR, "till": 365 * DAY}
"""Milliseconds after which any session ends."""

DOORS: Final = {"owner": "/owner/login", "till": "/t/enrol"}
"""Where a visitor without a session is sent."""


@dataclass(frozen=True)
class Session:
    """One logged-in browser."""

    kind: str
    """owner or till."""

    device_id: str | None
    """The id of the till key that enrolled the device; None for the owner."""

    csrf: str
    """The secret that signs the forms of its pages."""

    made_at: int
    expires_at: int

    session_hash: str
    """SHA-256 of the id in the cookie."""


class Sessions:
    """The sessions of the store."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock

    def cookie_name(self, kind: Kind) -> str:
        """Return the name of a kind's cookie."""
        return cookie_name(kind)

    def start(self, kind: Kind, device_id: str | None = None) -> tuple[Session, str]:
        """Begin a session; a till key has one device, so a former one of the same device ends.

        Returns:
            The session, and the value of its ``Set-Cookie`` header.
        """
        bare, at = secrets.token_urlsafe(32), self._clock()
        made = Session(kind, device_id, secrets.token_urlsafe(32), at, at + IDLE[kind], _hash(bare))

        def work(db: Connection) -> None:
            if device_id is not None:
                db.run("delete from sessions where kind = :kind and device_id = :id", kind=kind, id=device_id)
            db.add(
                "sessions",
                session_hash=made.session_hash,
                kind=kind,
                device_id=device_id,
                csrf=made.csrf,
                made_at=at,
                expires_at=made.expires_at,
            )

        self._store.write(work)
        return made, _cookie(kind, bare, ABSOLUTE[kind] // 1000 if kind == "till" else None)

    def find(self, kind: Kind) -> Session | None:
        """Return the session of the request in hand, or None."""
        bare = cookies.read(current_request.environ, cookie_name(kind))
        if not bare:
            return None
        hashed, at = _hash(bare), self._clock()
        with self._store.read() as db:
            row = db.one("select * from sessions where session_hash = :hash", hash=hashed)
        if row is None or row["kind"] != kind or row["expires_at"] <= at:
            return None
        return self._renewed(_session(row), at)

    def require(self, kind: Kind) -> Session:
        """Return the session of the request in hand.

        Raises:
            HTTPResponse: a redirect to the login, or to the enrolment of a till, where there is none.
        """
        found = self.find(kind)
        if found is None:
            raise see_other(DOORS[kind])
        return found

    def end(self, session: Session) -> str:
        """End a session; return the ``Set-Cookie`` value that makes the browser forget it."""
        hashed = session.session_hash
        self._store.write(lambda db: db.run("delete from sessions where session_hash = :hash", hash=hashed))
        return _cookie("owner" if session.kind == "owner" else "till", "", 0)

    def _renewed(self, session: Session, at: int) -> Session:
        """Move the idle limit on, but write that only now and then."""
        limit = min(at + IDLE[session.kind], session.made_at + ABSOLUTE[session.kind])
        if limit - session.expires_at < IDLE[session.kind] // 20:
            return session
        hashed = session.session_hash

        def work(db: Connection) -> int:
            return db.run(
                "update sessions set expires_at = :limit where session_hash = :hash", limit=limit, hash=hashed
            )

        try:
            self._store.write(work, timeout=1.0)
        except ClientelaError:
            # A full disk must not log anybody out.
            return session
        return Session(session.kind, session.device_id, session.csrf, session.made_at, limit, hashed)


def cookie_name(kind: Kind) -> str:
    """Return the cookie's name; ``__Host-`` binds it to this host and needs https.

    Chromium and Firefox take it from http://127.0.0.1 and http://localhost too (tried with Chromium 156);
    Safari does not.
    """
    return f"__Host-{kind}"


def _cookie(kind: Kind, value: str, max_age: int | None) -> str:
    """Return a ``Set-Cookie`` value; without an age it ends with the browser."""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    return f"{cookie_name(kind)}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}"


def end_all(db: Connection, kind: Kind, device_id: str | None = None) -> int:
    """End every session of a kind, or of one device; return how many there were."""
    if device_id is None:
        return db.run("delete from sessions where kind = :kind", kind=kind)
    return db.run("delete from sessions where kind = :kind and device_id = :id", kind=kind, id=device_id)


def purge(db: Connection, at: int) -> int:
    """Remove what has expired; return how many there were."""
    return db.run("delete from sessions where expires_at <= :at", at=at)


def _hash(bare: str) -> str:
    return hashlib.sha256(bare.encode()).hexdigest()


def _session(row: Row) -> Session:
    return Session(
        row["kind"], row["device_id"], row["csrf"], row["made_at"], row["expires_at"], row["session_hash"]
    )
