"""Keys of the API and of the tills: shown once, stored as a hash, good for one purpose, revocable."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.referral_server.accounts import sessions
from clientela.referral_server.http.problems import ForbiddenError, UnauthorizedError

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row, Store

Scope = Literal["sync", "till"]

FORM: Final = re.compile(r"cl_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")

NO_KEY: Final = "0" * 64
"""Compared with where there is no such key, so that the answer takes as long."""

USED_EVERY: Final = 60_000
"""Milliseconds between two notes of a key's use."""

ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Key:
    """A key without its secret."""

    key_id: str
    scope: str
    """sync or till."""

    label: str
    """What the owner calls it."""

    made_at: int
    used_at: int | None
    revoked_at: int | None


def new(db: Connection, scope: Scope, label: str, at: int) -> str:
    """Make a key; return its text, which is nowhere else from then on."""
    key_id = "".join(secrets.choice(ALPHABET) for _place in range(8))
    secret = secrets.token_urlsafe(32)
    db.add("api_keys", key_id=key_id, secret_hash=_hash(secret), scope=scope, label=label, made_at=at)
    return f"cl_{key_id}_{secret}"


def listing(db: Connection) -> list[Key]:
    """Return every key, oldest first."""
    return [_key(row) for row in db.all("select * from api_keys order by made_at, key_id")]


def revoke(db: Connection, key_id: str, at: int) -> Key | None:
    """Close a key and the device that it enrolled; closing it twice is once. None if there is no such key."""
    db.run("update api_keys set revoked_at = :at where key_id = :id and revoked_at is null", at=at, id=key_id)
    row = db.one("select * from api_keys where key_id = :id", id=key_id)
    sessions.end_all(db, "till", key_id)
    return _key(row) if row else None


def bearer(header: str | None) -> str:
    """Return the key that an ``Authorization: Bearer …`` header shows, empty where it shows none."""
    kind, _sep, text = (header or "").strip().partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


class Keys:
    """The keys as the server asks for them."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock

    def check(self, header: str | None, scope: Scope) -> Key:
        """Return the key of an ``Authorization: Bearer …`` header.

        Raises:
            UnauthorizedError: if there is none, or it opens nothing.
            ForbiddenError: if it is a key for something else.
        """
        return self.find(bearer(header), scope)

    def find(self, text: str, scope: Scope) -> Key:
        """Return the key of a text, such as one typed in to enrol a till.

        Raises:
            UnauthorizedError: if it opens nothing.
            ForbiddenError: if it is a key for something else.
        """
        found = FORM.fullmatch(text)
        key_id, secret = found.groups() if found else ("", "")
        with self._store.read() as db:
            row = db.one("select * from api_keys where key_id = :id", id=key_id)
        fits = hmac.compare_digest(_hash(secret), row["secret_hash"] if row else NO_KEY)
        if row is None or not fits or row["revoked_at"] is not None:
            raise UnauthorizedError
        if row["scope"] != scope:
            raise ForbiddenError(_("This key is for something else."), _("Make one for it."))
        self._note_use(row)
        return _key(row)

    def _note_use(self, row: Row) -> None:
        at, key_id = self._clock(), row["key_id"]
        if row["used_at"] is not None and 0 <= at - row["used_at"] < USED_EVERY:
            return
        try:
            self._store.write(
                lambda db: db.run("update api_keys set used_at = :at where key_id = :id", at=at, id=key_id),
                1.0,
            )
        except ClientelaError:
            # Knowing when a key was used is not worth refusing the call.
            return


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row) -> Key:
    return Key(row["key_id"], row["scope"], row["label"], row["made_at"], row["used_at"], row["revoked_at"])
