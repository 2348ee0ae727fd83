"""Italian as it sounds: the word before a value (l’8 %, dell’11, lo 0, ad agosto) and the first of a month.

A sentence of the catalogue says ``il {share}`` or ``a {month}``; which word that becomes is known once the
value is. The value itself is never touched: it may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

BEFORE_A_VOWEL: Final = {
    "il": "l’", "al": "all’", "del": "dell’", "dal": "dall’", "nel": "nell’", "sul": "sull’",
    "i": "gli", "ai": "agli", "dei": "degli", "dai": "dagli", "nei": "negli", "sui": "sugli",
}  # fmt: skip
"""Eight, eleven and, alone, one begin with a vowel."""

BEFORE_ZERO: Final = {
    "il": "lo", "al": "allo", "del": "dello", "dal": "dallo", "nel": "nello", "sul": "sullo",
    "i": "gli", "ai": "agli", "dei": "degli", "dai": "dagli", "nei": "negli", "sui": "sugli",
}  # fmt: skip

BEFORE_THE_SAME: Final = {"a": ("ad", "aàá"), "e": ("ed", "eèé")}
"""The d comes before the same vowel only: ad agosto, a ottobre."""

_WORDS: Final = "|".join(sorted({*BEFORE_A_VOWEL, *BEFORE_THE_SAME}, key=len, reverse=True))
_BEFORE_A_BLANK: Final = re.compile(
    rf"(?<![\w’'])({_WORDS})([ \u00a0])(?=[«“]?(?:\{{(\w+)[^{{}}]*\}}|%\((\w+)\)s))", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(\d+)((?:\.\d{3})*)(?!\d)(.?)")
_OF_A_DATE: Final = ("/", "-", "º", "°")
"""What follows a one that is read *primo*."""


def preposed(word: str, value: str) -> str:
    """Return the word as it reads before a value, up to where the value starts.

    ``preposed("del", "8 %")`` is ``"dell’"``, ``preposed("il", "18 %")`` is ``"il "``.
    """
    plain = word.lower()
    said = _before(plain, value)
    if word[:1].isupper():
        said = said[:1].upper() + said[1:]
    return said if said.endswith("’") else f"{said} "


def _before(word: str, value: str) -> str:
    """Return a word in small letters as it reads before a value."""
    if word in BEFORE_THE_SAME:
        with_d, vowels = BEFORE_THE_SAME[word]
        return with_d if value and value[0].lower() in vowels else word
    number = _NUMBER.match(value)
    if not number:
        return word
    first, thousands, after = number[1], number[2], number[3]
    alone = not thousands and after not in _OF_A_DATE
    if first == "0" and alone:
        return BEFORE_ZERO.get(word, word)
    if (first == "1" and alone) or first == "11" or first.lstrip("0").startswith("8"):
        return BEFORE_A_VOWEL.get(word, word)
    return word


def sounding(text: str, value: Callable[[str], str]) -> str:
    """Return a sentence as it sounds with the values of its blanks, which stay open."""

    def word(found: re.Match[str]) -> str:
        said = preposed(found[1], value(found[3] or found[4]))
        return said if said.endswith("’") else said.rstrip() + found[2]

    return _BEFORE_A_BLANK.sub(word, text)


def day_pattern(pattern: str, day: int) -> str:
    """Return how CLDR is to write a day: the first of a month is said and written 1º."""
    return pattern.replace("d ", "'1º' ", 1) if day == 1 and pattern.startswith("d ") else pattern
