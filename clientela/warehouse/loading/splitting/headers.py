"""Find the header of a table: below titles, over one row or several, or nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from clientela.warehouse.loading.splitting.kinds import EMPTY, TEXT, TYPED, column_kind, kind_of
from clientela.warehouse.loading.splitting.words import is_known, plain

SEARCHED: Final = 40
"""Rows among which the header is looked for."""

BELOW: Final = 60
"""Rows below a row that say what its columns hold."""

MOST_ROWS: Final = 3
"""Rows that a header takes at most."""

_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_REPEATS: Final = 0.8
"""Share of the names that a second header row repeats."""

Row = Sequence[str]


@dataclass(frozen=True)
class Header:
    """Where the header of a table stands and what it says."""

    first: int
    """Place of its first row, from 0; where there is none, of the first row of the table."""

    rows: int
    """How many rows it takes; 0 where the table has none."""

    parts: tuple[tuple[str, ...], ...]
    """Of every column the texts of its header rows from above, blanks left out."""

    known: int
    """How many of its cells are words that stand in headers."""

    @property
    def data(self) -> int:
        """Place of the first row below."""
        return self.first + self.rows

    @property
    def names(self) -> tuple[str, ...]:
        """One name a column, unique; the parts of several rows joined, once where they repeat."""
        return unique([" / ".join(dict.fromkeys(parts)) for parts in self.parts])

    @property
    def width(self) -> int:
        """How many columns it names, those without a name at its end left out."""
        return max((place for place, parts in enumerate(self.parts, 1) if parts), default=0)

    @property
    def as_read(self) -> tuple[str, ...]:
        """The cells as they stand, those of several rows side by side."""
        return tuple(" ".join(parts) for parts in self.parts)


def unique(headers: Iterable[str]) -> tuple[str, ...]:
    """Give every column a name of its own: ``column 3`` where blank, ``Name (2)`` where repeated."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for place, header in enumerate(headers, 1):
        name = header.strip() or f"column {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def find_header(rows: Sequence[Row], known: Iterable[str] = ()) -> Header:
    """Find the header by known words, by the types below it, and by how many cells it fills.

    Args:
        rows: the first rows of the table as text, blank ones included; a hundred are enough.
        known: names that are certain to stand in the header, beside the words known to all.
    """
    words = frozenset(map(plain, known))
    kinds = [[kind_of(cell) for cell in row] for row in rows]
    width = _width(kinds)
    best = _best(rows, kinds, width, words)
    if best is None or _is_data(rows, kinds, best, words):
        start = _first_of_table(kinds, width)
        cells = max((len(row) for row in rows[start:]), default=0)
        return Header(start, 0, tuple(() for _cell in range(max(cells, width))), 0)
    first, last = _grown(rows, kinds, best, width)
    found = header_at(rows, first, last - first + 1)
    return Header(found.first, found.rows, found.parts, sum(is_known(cell, words) for cell in rows[best]))


def header_at(rows: Sequence[Row], first: int, count: int = 1) -> Header:
    """Read the header that stands at a place, over so many rows; a merged cell holds for those it covers."""
    taken = [[cell.strip() for cell in row] for row in rows[first : first + count]]
    width = max(map(len, taken), default=0)
    taken = [row + [""] * (width - len(row)) for row in taken]
    for upper, lower in pairwise(taken):
        for place in range(1, width):
            if not upper[place] and lower[place]:
                upper[place] = upper[place - 1]
    parts = tuple(tuple(row[place] for row in taken if row[place]) for place in range(width))
    return Header(first, len(taken), parts, 0)


def _filled(kinds: Sequence[str]) -> int:
    return sum(kind != EMPTY for kind in kinds)


def _width(kinds: list[list[str]]) -> int:
    """Return how many cells most rows fill to, the last filled one counted."""
    extents = Counter(
        max((place for place, kind in enumerate(row, 1) if kind != EMPTY), default=0) for row in kinds
    )
    extents.pop(0, None)
    wide = Counter({width: count for width, count in extents.items() if width > 1})
    return max((wide or extents).items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))[0]


def _first_of_table(kinds: list[list[str]], width: int) -> int:
    """Return the place of the first row that is no title."""
    enough = 1 if width < 3 else 2
    return next((place for place, row in enumerate(kinds) if _filled(row) >= enough), 0)


def _best(rows: Sequence[Row], kinds: list[list[str]], width: int, words: frozenset[str]) -> int | None:
    """Return the place of the row that looks most like a header; the upper one on a tie."""
    start = _first_of_table(kinds, width)
    scores = {
        place: _score(rows[place], kinds[place], kinds[place + 1 :], width, words)
        for place in range(start, min(len(rows), start + SEARCHED))
        if _filled(kinds[place]) >= (1 if width < 3 else 2)
    }
    if not scores:
        return None
    return max(scores, key=lambda place: (round(scores[place], 6), -place))


def _score(row: Row, kinds: list[str], below: list[list[str]], width: int, words: frozenset[str]) -> float:
    """Return how much a row looks like the header of what stands below it."""
    filled = _filled(kinds)
    typed = sum(kind in TYPED for kind in kinds)
    names = [plain(cell) for cell, kind in zip(row, kinds, strict=True) if kind == TEXT]
    contrast = sum(
        kind == TEXT and _kind_below(below, place, 0.6) in TYPED for place, kind in enumerate(kinds)
    )
    return (
        min(1.0, filled / max(width, 1))
        + sum(is_known(cell, words) for cell in row) / filled
        + contrast / filled
        - 1.5 * typed / filled
        - 0.5 * (1 - len(set(names)) / len(names) if names else 0)
    )


def _kind_below(below: list[list[str]], place: int, share: float) -> str | None:
    """Return what a column holds below."""
    return column_kind((row[place] for row in below[:BELOW] if place < len(row)), share)


def _is_data(rows: Sequence[Row], kinds: list[list[str]], place: int, words: frozenset[str]) -> bool:
    """Tell whether even the best row is a record: it holds values where the rows below hold the same."""
    below = kinds[place + 1 :]
    if not below:
        return False
    alike = 0
    for column, kind in enumerate(kinds[place]):
        under = _kind_below(below, column, 0.8)
        if kind == TEXT and under in TYPED:
            return False
        alike += kind in TYPED and kind == under and not _names_a_year(rows, place, column)
    known = sum(is_known(cell, words) for cell in rows[place])
    return alike > known and 2 * alike >= sum(kind in TYPED for kind in kinds[place])


def _names_a_year(rows: Sequence[Row], place: int, column: int) -> bool:
    """Tell whether a cell is a year over a column of other numbers."""
    under = [row[column].strip() for row in rows[place + 1 :] if column < len(row)]
    return bool(_YEAR.fullmatch(rows[place][column].strip())) and not any(map(_YEAR.fullmatch, under))


def _grown(rows: Sequence[Row], kinds: list[list[str]], best: int, width: int) -> tuple[int, int]:
    """Return the first and the last row of the header around its best one."""
    first = last = best
    while last - first + 1 < MOST_ROWS and last + 1 < len(rows) and _goes_on(rows, kinds, first, last + 1):
        last += 1
    while last - first + 1 < MOST_ROWS and first > 0:
        if not (_repeats(rows, first - 1, first) or _stands_over(kinds, first - 1, first, width)):
            break
        first -= 1
    return first, last


def _goes_on(rows: Sequence[Row], kinds: list[list[str]], first: int, place: int) -> bool:
    """Tell whether a row under a header belongs to it."""
    if _repeats(rows, first, place):
        return True
    upper, lower = kinds[first], kinds[place]
    names = [plain(cell) for cell in rows[first]]
    texts = {
        column
        for column, kind in enumerate(lower)
        if kind == TEXT and not any(map(str.isdigit, rows[place][column]))
    }
    if any(kind in TYPED for kind in lower) or len(texts) < 2 or len(texts) < _filled(lower):
        return False
    below = kinds[place + 1 :]
    typed = {column for column in range(len(lower)) if _kind_below(below, column, 0.9) in TYPED}
    if len(typed) > 1 and typed <= texts:
        return True
    gaps = {column for column, kind in enumerate(upper) if kind == EMPTY and column < len(lower)}
    twins = {
        column for column in range(1, len(names)) if names[column] and names[column] == names[column - 1]
    }
    return bool(gaps | twins) and gaps <= texts and twins <= texts and bool(typed & texts or gaps)


def _repeats(rows: Sequence[Row], upper: int, lower: int) -> bool:
    """Tell whether two rows say the same names, several of them."""
    names, again = ([plain(cell) for cell in rows[place]] for place in (upper, lower))
    filled = sum(map(bool, names))
    same = sum(bool(name) and name == other for name, other in zip(names, again, strict=False))
    return filled > 1 and same >= _REPEATS * filled


def _stands_over(kinds: list[list[str]], upper: int, lower: int, width: int) -> bool:
    """Tell whether a row over a header names groups of its columns: two texts or more, with gaps between."""
    over, under = kinds[upper], kinds[lower]
    groups = [column for column, kind in enumerate(over) if kind != EMPTY]
    if len(groups) < 2 or any(over[column] != TEXT for column in groups):
        return False
    if _filled(under) < width - 1 or len(groups) >= _filled(under):
        return False
    return all(column < len(under) and under[column] == TEXT for column in groups)
