"""The same request twice gets the same answer, and does its work once.

An answer may hold secrets that the store keeps only as hashes (the address of a fan's page). So it is kept
sealed by the client's own key, of which only a hash is stored: who copies the database learns neither.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from clientela.errors import ClientelaError
from clientela.referral_server.problems import BadRequestError

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

KEY_FORM: Final = re.compile(r"[A-Za-z0-9_.:-]{16,128}")
"""Long enough that nobody guesses another's key."""


class OtherRequestError(ClientelaError):
    """An Idempotency-Key came back with another body."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key has been used for another request.", "Make a new key for a new request."
        )


def checked_key(header: str | None) -> str | None:
    """Return the Idempotency-Key, None where there is none.

    Raises:
        BadRequestError: if it is too short to be random, or holds anything but plain signs.
    """
    if header is None:
        return None
    if not KEY_FORM.fullmatch(header):
        raise BadRequestError(
            "The Idempotency-Key must be 16 to 128 letters, digits or one of _ . : -", "A UUID will do."
        )
    return header


def once(
    db: Connection, owner: str, key: str | None, request: bytes, now: int, work: Callable[[], bytes]
) -> bytes:
    """Do the work unless this key has been answered; return the answer.

    Must run inside the transaction of the work, so that the work and its answer are kept together.

    Args:
        db: the transaction.
        owner: who asks and what for; keys of others never meet.
        key: the Idempotency-Key; without one the work is simply done.
        request: what was asked, to the byte.
        now: milliseconds since 1970 UTC.
        work: does it and returns the answer's body.

    Raises:
        OtherRequestError: if the key stands for another request.
    """
    if key is None:
        return work()
    name = "api:" + hashlib.sha256(f"{owner}\0{key}".encode()).hexdigest()
    digest = hashlib.sha256(request).hexdigest()
    known = db.one("select request_hash, body from answers where idempotency_key = :name", name=name)
    if known is not None:
        if known["request_hash"] != digest:
            raise OtherRequestError
        return _sealed(bytes.fromhex(known["body"]), key)
    body = work()
    db.add(
        "answers",
        idempotency_key=name,
        request_hash=digest,
        status=200,
        body=_sealed(body, key).hex(),
        at=now,
    )
    return body


def _sealed(content: bytes, key: str) -> bytes:
    """Return the content under a stream made of the key; sealing what is sealed opens it.

    One stream covers one answer only: a key that comes again gets the answer that is there.
    """
    stream = hashlib.shake_256(b"clientela answer\0" + key.encode()).digest(len(content))
    return (int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(content), "big")
