"""Codes: the one in a link, the one said aloud, the one on a coupon; and reading what somebody typed.

A spoken code and a coupon end in a check symbol, so that one wrong sign or two swapped neighbours are found
and never taken for another code. Both hold at least two digits and two letters: no name and no telephone
number looks like one, not even with one sign wrong. A coupon begins with two digits: no name with a spoken
code after it looks like one.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.loyalty.people.names import plain_letters

ALPHABET: Final = "23456789BCDEFGHJKMNPQRSTVWXYZ"
"""29 symbols, a prime number; left out is what is easily taken for another: 0 1 A I L O U."""

DIGITS: Final = "23456789"
SHORT_LENGTH: Final = 6
COUPON_LENGTH: Final = 8
LINK_LENGTH: Final = 8
"""Signs of a link's code at least."""

LONGEST: Final = 100
"""A longer text is no code, whatever is in it."""

NONCE_BITS: Final = 40
NAME_LENGTH: Final = 8
"""Letters of a first name before a spoken code at most."""


@dataclass(frozen=True)
class Code:
    """A code that somebody typed, its check symbol right."""

    kind: str
    """``short`` for a fan's spoken code, ``coupon`` for a coupon."""

    value: str
    """Its symbols as stored."""


class MisreadCodeError(ClientelaError):
    """What was typed looks like a code, but a sign of it is wrong."""

    def __init__(self, typed: str, strange: str = "") -> None:
        reason = (
            _("“{typed}” is no code of ours: the character {sign} is never used.").format(
                typed=typed, sign=strange
            )
            if strange
            else _("“{typed}” has one wrong character.").format(typed=typed)
        )
        super().__init__(reason, _("Read it again, character by character."))


@cache
def _hashids(salt: str) -> Any:
    from hashids import Hashids

    return Hashids(salt=salt, min_length=LINK_LENGTH)


def new_link_code(member_id: int, salt: str) -> str:
    """Return a new code for a member's link: letters and digits, 8 signs or more.

    It hides the member's number and a random one of 40 bits, so that no link can be reached by counting.
    """
    return str(_hashids(salt).encode(member_id, secrets.randbits(NONCE_BITS)))


def check_symbol(symbols: str) -> str:
    """Return the symbol that brings the weighted sum of a code to zero, modulo 29."""
    size = len(ALPHABET)
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(symbols, start=1))
    return ALPHABET[-total * pow(len(symbols) + 1, -1, size) % size]


def is_right(code: str) -> bool:
    """Tell whether a code's check symbol fits the rest of it."""
    return all(symbol in ALPHABET for symbol in code) and check_symbol(code[:-1]) == code[-1]


def _new(first: str, length: int) -> str:
    while True:
        symbols = first + "".join(secrets.choice(ALPHABET) for _place in range(length - 1 - len(first)))
        code = symbols + check_symbol(symbols)
        if 2 <= sum(symbol.isdigit() for symbol in code) <= length - 2:
            return code


def new_short_code() -> str:
    """Return a new code to be said aloud, bare: ``7K3F9T``."""
    return _new("", SHORT_LENGTH)


def new_coupon_code() -> str:
    """Return a new coupon code, bare: ``27K3F9XZ``."""
    return _new(secrets.choice(DIGITS) + secrets.choice(DIGITS), COUPON_LENGTH)


def printed(code: str) -> str:
    """Return a code in two halves, as it is printed: ``7K3 F9X``, ``27K3 F9XZ``."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def spoken(first_name: str, short_code: str) -> str:
    """Return a code as it is said: the name in plain letters, then two groups: ``MARIO 7K3 F9X``."""
    name = re.sub("[^A-Z]", "", plain_letters(first_name))[:NAME_LENGTH]
    return f"{name} {printed(short_code)}".strip()


def read_code(text: str) -> Code | None:
    """Read a code that somebody typed: capitals or not, with blanks, hyphens and a name before it.

    Returns:
        The code, or None where the text does not look like one.

    Raises:
        MisreadCodeError: if it looks like one, but a sign of it is wrong.
    """
    if len(text) > LONGEST or "@" in text:
        return None
    found = _kind_of("".join(re.findall("[0-9A-Z]+", plain_letters(text))))
    if found is None or is_right(found.value):
        return found
    strange = next((sign for sign in found.value if sign not in ALPHABET), "")
    raise MisreadCodeError(printed(found.value), strange)


def _kind_of(signs: str) -> Code | None:
    """Return what signs look like: a coupon, or a spoken code with or without a name before it."""
    if len(signs) == COUPON_LENGTH and not signs[:2].isalpha() and not signs.isdigit():
        return Code("coupon", signs)
    name, value = signs[:-SHORT_LENGTH], signs[-SHORT_LENGTH:]
    is_mixed = not value.isdigit() and not value.isalpha()
    if len(value) == SHORT_LENGTH and is_mixed and (not name or name.isalpha()):
        return Code("short", value)
    return None
