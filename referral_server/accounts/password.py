"""The owner's password: scrypt, its parameters stored beside the hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import threading
import unicodedata
from typing import TYPE_CHECKING, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.referral_server.accounts import sessions

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Store

SHORTEST: Final = 10
LONGEST: Final = 1000
"""Signs."""

N, R, P = 2**15, 8, 1
"""Cost of scrypt: 32 MiB and about a tenth of a second."""

NAME: Final = "owner_password"
"""Where the secrets table keeps it."""

_ONE_AT_A_TIME = threading.Lock()
"""Each check takes 32 MiB; many at once would be a way to fill the memory."""


class PasswordError(ClientelaError):
    """The new password cannot be used."""


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # The same word typed on another machine may be composed of other signs.
    typed = unicodedata.normalize("NFC", password).encode()
    with _ONE_AT_A_TIME:
        return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=2 * 128 * n * r, dklen=32)


def hashed(password: str) -> str:
    """Return what is stored of a password: ``scrypt$n$r$p$salt$hash``."""
    salt = os.urandom(16)
    parts = (salt, _scrypt(password, salt, N, R, P))
    return "$".join(["scrypt", str(N), str(R), str(P), *(base64.b64encode(part).decode() for part in parts)])


def fits(password: str, stored: str) -> bool:
    """Tell whether a password is the one that was stored."""
    _name, n, r, p, salt, expected = stored.split("$")
    found = _scrypt(password, base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(expected))


NOBODY: Final = f"scrypt${N}${R}${P}${'A' * 22}==${'A' * 43}="
"""Compared with while no password is set, so that the answer takes as long."""


def store(db: Connection, stored: str) -> int:
    """Keep a new password's hash; every session of the owner ends.

    Returns:
        How many sessions have ended.
    """
    db.run(
        "insert into secrets (name, value) values (:name, :value)"
        " on conflict (name) do update set value = excluded.value",
        name=NAME,
        value=stored,
    )
    return sessions.end_all(db, "owner")


def check_new(password: str) -> None:
    """Refuse what is too short, too long or cannot be typed again.

    Raises:
        PasswordError: with the reason.
    """
    if len(password) < SHORTEST:
        raise PasswordError(
            _("A password needs at least {count} characters.").format(count=SHORTEST),
            _("Three or four words that only you would put together are good and easy to keep."),
        )
    if len(password) > LONGEST or not password.isprintable():
        raise PasswordError(_("This password holds characters that cannot be typed."), _("Choose another."))


def is_set(the_store: Store) -> bool:
    """Tell whether the owner has chosen a password."""
    with the_store.read() as db:
        return db.one("select 1 as one from secrets where name = :name", name=NAME) is not None


def is_right(the_store: Store, password: str) -> bool:
    """Tell whether this is the owner's password; takes as long where none is set."""
    with the_store.read() as db:
        row = db.one("select value from secrets where name = :name", name=NAME)
    is_known = fits(password[:LONGEST], str(row["value"]) if row else NOBODY)
    return row is not None and is_known and len(password) <= LONGEST
