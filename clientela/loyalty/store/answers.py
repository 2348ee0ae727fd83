"""The same request twice gets the same answer, and does its work once.

An answer may hold what the store keeps only as a hash (the address of a fan's page), and names of people.
So row and answer are sealed by what only the caller knows: who asks and what for, the caller's own secret and
the random key of the request. Of these the store holds hashes at most. Who copies the database learns nothing
from an answer, not even what was asked; and the same key in the hands of two callers is two keys.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.errors import ClientelaError

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

VERSION: Final = "v2:"
"""How the names of sealed rows begin; rows of an earlier form were bound to no caller, and are dropped."""

DAYS: Final = 7
"""Days for which an answer is kept."""

DAY: Final = 86_400_000


class OtherRequestError(ClientelaError):
    """An Idempotency-Key came back with another body."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key has been used for another request.", "Make a new key for a new request."
        )


@dataclass(frozen=True)
class Caller:
    """Who asks."""

    name: str
    """Who it is and what for, such as the id of an API key and the call; two names never meet."""

    secret: str = ""
    """What the caller knows and the store has at most a hash of."""


@dataclass(frozen=True)
class _Seal:
    """What is made of caller and key; from what the store keeps there is no way back to it."""

    root: bytes

    @classmethod
    def of(cls, caller: Caller, key: str) -> _Seal:
        """Bind a key to its caller; lengths go before the parts, so that no two triples look alike."""
        parts = [part.encode() for part in (caller.name, caller.secret, key)]
        text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return cls(hashlib.sha256(b"clientela answer\0" + text).digest())

    @property
    def name(self) -> str:
        """What the row is found by."""
        return VERSION + hmac.new(self.root, b"name", hashlib.sha256).hexdigest()

    def digest(self, request: bytes) -> str:
        """Return what a request is compared by; without the key nobody can try what it might have been."""
        return hmac.new(self.root, b"request\0" + request, hashlib.sha256).hexdigest()

    def sealed(self, content: bytes) -> bytes:
        """Return the content under a stream made of the root; sealing what is sealed opens it.

        A root covers one answer only: a key that comes again gets the answer that is there.
        """
        stream = hashlib.shake_256(self.root + b"body").digest(len(content))
        mixed = int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")
        return mixed.to_bytes(len(content), "big")


def once(
    db: Connection, caller: Caller, key: str | None, request: bytes, now: int, work: Callable[[], bytes]
) -> bytes:
    """Do the work unless this caller's key has been answered; return the answer.

    Must run inside the transaction of the work, so that the work and its answer are kept together.

    Args:
        db: the transaction.
        caller: who asks; the same key of another is another key.
        key: the Idempotency-Key, long and random; without one the work is simply done.
        request: what was asked, to the byte.
        now: milliseconds since 1970 UTC.
        work: does it and returns the answer's body.

    Raises:
        OtherRequestError: if the caller's key stands for another request.
    """
    if key is None:
        return work()
    seal = _Seal.of(caller, key)
    known = db.one("select request_hash, body from answers where idempotency_key = :name", name=seal.name)
    if known is not None:
        if not hmac.compare_digest(known["request_hash"], seal.digest(request)):
            raise OtherRequestError
        return seal.sealed(bytes.fromhex(known["body"]))
    body = work()
    db.add(
        "answers",
        idempotency_key=seal.name,
        request_hash=seal.digest(request),
        status=200,
        body=seal.sealed(body).hex(),
        at=now,
    )
    return body


def forget(db: Connection, now: int) -> int:
    """Drop the answers that are old, and those of an earlier form; return how many."""
    return db.run(
        "delete from answers where at < :before or substr(idempotency_key, 1, 3) <> :version",
        before=now - DAYS * DAY,
        version=VERSION,
    )
