"""One sheet as it stands, and how its cells are written as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

NO_VALUE: Final = "#FORMULA!"
"""What stands for a formula whose value was never computed; among ``cells`` of ``known_words.toml``."""

Row = list[object]


class Written(str):
    """A number as the file writes it, with a point and as many digits."""

    __slots__ = ()


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet, from its first row and column."""

    name: str
    rows: Callable[[], Iterable[Row]]
    """Reads them, as often as it is asked; row 1 is the first, blank rows included."""

    height: int
    """How many rows there are."""

    hidden_rows: int = 0


def text_of(cell: object, decimal: str = ".") -> str:
    """Write a cell as the rest of the file would have been written."""
    if isinstance(cell, str):
        return cell.replace(".", decimal) if isinstance(cell, Written) else cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell).replace(".", decimal)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell).strip()


def _number(value: float) -> str:
    """Write a number with the digits that a sheet shows, never with an exponent."""
    if value.is_integer():
        return f"{value:.0f}"
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def column_place(letters: str) -> int:
    """Return the place of a column, from 0."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
