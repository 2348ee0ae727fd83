"""Days and months as an owner types them: the international way, or as the shop writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from clientela.errors import ClientelaError
from clientela.i18n import DEFAULT_LANGUAGE, language
from clientela.i18n import gettext as _
from clientela.month import Month

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2069
"""What a day may lie between; also what a year of two digits means."""

_NUMBERS: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_WORDS: Final = re.compile(r"(\d{1,2})[°º]?\.? +([^\W\d_]+)\.?,? +(\d{4}|\d{2})")
_MONTH_FIRST: Final = re.compile(r"([^\W\d_]+)\.? +(\d{1,2}),? +(\d{4}|\d{2})")
_MONTH: Final = re.compile(r"(\d{1,2})[/.-](\d{4})")
_MONTH_WORDS: Final = re.compile(r"([^\W\d_]+)\.? +(\d{4})")

_NAMES: Final = (
    ("gennaio", "january"),
    ("febbraio", "february"),
    ("marzo", "march"),
    ("aprile", "april"),
    ("maggio", "may"),
    ("giugno", "june"),
    ("luglio", "july"),
    ("agosto", "august"),
    ("settembre", "september"),
    ("ottobre", "october"),
    ("novembre", "november"),
    ("dicembre", "december"),
)
"""The months in both languages; three letters are enough to tell them apart."""


class AmbiguousDayError(ClientelaError):
    """A day that reads as two different ones."""

    def __init__(self, text: str, one: date, other: date) -> None:
        super().__init__(
            _("“{value}” could be {one} or {other}; write it as {one} or as {other}.").format(
                value=text, one=one, other=other
            )
        )


def read_day(text: str) -> date:
    """Read a day: ``2025-12-31``, ``31/12/2025``, ``31.12.25`` or ``31 dicembre 2025``.

    In Italian the day comes first. In English either may; where both readings are days, none is chosen.

    Raises:
        ValueError: if it is no day.
        AmbiguousDayError: if it could be two.
    """
    text = text.strip()
    if found := _NUMBERS.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), _year(found[3])
        return _only(text, list(_readings(first, second, year)))
    if found := _WORDS.fullmatch(text):
        return date(_year(found[3]), _month_number(found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(text):
        return date(_year(found[3]), _month_number(found[1]), int(found[2]))
    return date.fromisoformat(text)


def read_month(text: str) -> Month:
    """Read a month: ``2025-12``, ``12/2025`` or ``dicembre 2025``.

    Raises:
        ValueError: if it is none.
    """
    text = text.strip()
    if found := _MONTH.fullmatch(text):
        return Month.parse(f"{found[2]}-{int(found[1]):02d}")
    if found := _MONTH_WORDS.fullmatch(text):
        return Month(int(found[2]), _month_number(found[1]))
    return Month.parse(text)


def _year(digits: str) -> int:
    """Return a year; two digits mean the one within the years that we answer for."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if 2000 + year <= LAST_YEAR else 1900 + year


def _readings(first: int, second: int, year: int) -> Iterator[date]:
    """Yield the days that two numbers can stand for in the language in use."""
    orders = [(first, second)] if language() == DEFAULT_LANGUAGE else [(first, second), (second, first)]
    for day, month in orders:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _only(text: str, readings: list[date]) -> date:
    """Return the one day that is meant."""
    if not readings:
        raise ValueError(text)
    if len(set(readings)) > 1:
        raise AmbiguousDayError(text, *readings)
    return readings[0]


def _month_number(word: str) -> int:
    """Return the number of a month written out or cut to three letters or more."""
    word = word.lower()
    for number, names in enumerate(_NAMES, start=1):
        if len(word) >= 3 and any(name.startswith(word) for name in names):
            return number
    raise ValueError(word)
