"""How a person stands in what somebody wrote: names in either order, numbers and contacts however spaced."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

CUT: Final = "…"
"""What stands where somebody was cut out."""

FEWEST_DIGITS: Final = 6
"""A shorter number may be anything: a price, a year, a shelf."""

_BETWEEN: Final = r"[\s./()-]*"


def as_written(text: str) -> str:
    """Return the pattern of an address or a code, which stands as it is."""
    return re.escape(text)


def phone(number: str) -> list[str]:
    """Return the pattern of a number with or without its country, in any groups; none of one too short."""
    digits = re.sub("[^0-9]", "", number)
    if len(digits) < FEWEST_DIGITS:
        return []
    national = digits.removeprefix("39") if len(digits) > 10 else digits
    return [rf"(?:(?:\+|00)?39{_BETWEEN}|\+|00)?" + _BETWEEN.join(national)]


def name(text: str) -> list[str]:
    """Return the patterns of a name, family name last and first; none of one word alone, which is nobody."""
    words = re.findall(r"[^\W_]+", text)
    if len(words) < 2:
        return []
    orders = (words, [words[-1], *words[:-1]])
    return [r"\b" + r"[\W_]+".join(map(re.escape, order)) + r"\b" for order in orders]


def finder(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of some patterns, small letters or capitals; None where there are none."""
    listed = list(patterns)
    return re.compile("|".join(listed), re.IGNORECASE) if listed else None
