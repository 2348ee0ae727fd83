"""Which signs part and wrap the cells of a table: the lines vote, and no few damaged ones decide."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from clientela.warehouse.loading.splitting.kinds import TYPED, kind_of
from clientela.warehouse.loading.splitting.records import split
from clientela.warehouse.loading.splitting.signs import Signs

DELIMITERS: Final = (",", ";", "\t", "|")
PAIRS: Final = (", ", "; ", "| ", "\t\t", "||", ";;", "\\t")
"""Delimiters of two signs; each competes with the single one that it begins with."""

RARE: Final = ("~", "^", ":", "§")
"""What parts cells where nothing else does."""

QUOTES: Final = ("'", "`", "“”", "«»", "‘’")
"""What may wrap cells where no cell is wrapped in the usual sign."""

USUAL: Final = '"'
_NEARLY_ALL: Final = 0.9
_NEARLY_AS_MANY: Final = 0.95
_KINDS_LOOKED_AT: Final = 200


@dataclass(frozen=True)
class Cut:
    """How a way to cut cuts the lines."""

    signs: Signs
    alike: int
    """Lines that it cuts into the same number of cells, more than one."""

    width: int
    """That number."""

    typed: float
    """Share of their cells that are numbers or dates."""

    wrapped: int
    """Cells that the quote signs wrap."""

    filled: int
    """Cells that are not empty."""


def vote(lines: list[str], wanted_delimiter: str | None = None, wanted_quote: str | None = None) -> Cut:
    """Return the best way to cut the lines.

    Args:
        lines: the first lines of the file, without their ends.
        wanted_delimiter: what the mapping or the file itself says.
        wanted_quote: what the mapping says; none means that no cell is wrapped.
    """
    said = [line for line in lines if line.strip()]
    quote = USUAL if wanted_quote is None else wanted_quote
    best = cut(said, Signs(wanted_delimiter, quote)) if wanted_delimiter else _delimiter(said, quote)
    if wanted_quote is None:
        best = _quoted(said, best)
    if wanted_quote is None and best.signs.delimiter == " " and not best.wrapped:
        best = cut(said, Signs(" ", ""))
    return _escaped(said, best)


def cut(lines: list[str], signs: Signs) -> Cut:
    """Cut the lines in one way."""
    rows = [cells for line in lines if (cells := signs.cells(line))]
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not widths:
        return Cut(signs, 0, 1, 0.0, 0, 0)
    width, alike = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    looked_at = [cells for cells in rows if len(cells) == width][:_KINDS_LOOKED_AT]
    kinds = Counter(kind_of(cell) in TYPED for cells in looked_at for cell in cells if cell.strip())
    return Cut(
        signs,
        alike,
        width,
        kinds[True] / max(1, kinds.total()),
        sum(_wrapped(line, signs) for line in lines) if signs.quote else 0,
        sum(bool(cell.strip()) for cells in rows for cell in cells),
    )


def _wrapped(line: str, signs: Signs) -> int:
    """Return how many cells of a line begin and end with the quote signs."""
    if signs.opening not in line:
        return 0
    parts = (part.strip() for part in line.split(signs.delimiter))
    return sum(
        len(part) > 1 and part.startswith(signs.opening) and part.endswith(signs.closing) for part in parts
    )


def _delimiter(lines: list[str], quote: str) -> Cut:
    """Return the delimiter that cuts the most lines alike; near a tie the one whose cells are values."""
    cuts = [cut(lines, Signs(delimiter, quote)) for delimiter in DELIMITERS]
    most = max(found.alike for found in cuts)
    near = [found for found in cuts if found.alike and found.alike >= _NEARLY_AS_MANY * most]
    best = max(
        near, key=lambda found: (found.alike == most, round(found.typed, 1), found.width), default=cuts[0]
    )
    if 2 * best.alike < len(lines):
        others = [cut(lines, Signs(delimiter, quote)) for delimiter in (" ", *RARE)]
        others.append(cut(lines, Signs(" ", "")))
        other = max(others, key=lambda found: (found.alike, found.width))
        if other.alike > best.alike and 2 * other.alike >= len(lines):
            best = other
    return _pair(lines, best)


def _pair(lines: list[str], single: Cut) -> Cut:
    """Return the delimiter of two signs that stands for a single one, where it does."""
    for delimiter in PAIRS:
        if not delimiter.startswith(single.signs.delimiter) and single.alike >= _NEARLY_ALL * len(lines):
            continue
        pair = cut(lines, Signs(delimiter, single.signs.quote))
        if pair.alike < max(1, _NEARLY_ALL * len(lines), single.alike):
            continue
        doubled = delimiter[0] == delimiter[-1]
        if pair.alike > single.alike or pair.width == single.width:
            return pair
        if doubled and single.width == 2 * pair.width - 1:
            return pair
    return single


def _quoted(lines: list[str], usual: Cut) -> Cut:
    """Return the way with another quote sign, where cells are plainly wrapped in that; none where none is."""
    if usual.wrapped:
        return usual
    for quote in QUOTES:
        other = cut(lines, Signs(usual.signs.delimiter, quote))
        enough = other.wrapped >= max(3, 0.05 * other.filled)
        if enough and (other.alike > usual.alike or 2 * other.wrapped >= other.filled):
            return other
    bare = cut(lines, Signs(usual.signs.delimiter, ""))
    # A quote that opens cells and closes none is an inch sign or dirt.
    return bare if bare.alike > _covered(lines, usual.signs) else usual


def _covered(lines: list[str], signs: Signs) -> int:
    """Return how many lines stand in sound records with one number of cells, those of several lines too."""
    covered: Counter[int] = Counter()
    for record in split((line.encode() + b"\n" for line in lines), signs):
        if not record.fault and len(record.cells) > 1:
            covered[len(record.cells)] += record.lines
    return max(covered.values(), default=0)


def _escaped(lines: list[str], doubled: Cut) -> Cut:
    """Return the way with a backslash before quotes of the text, where more lines are sound so."""
    sign = "\\" + doubled.signs.closing
    if not doubled.signs.quote or not any(sign in line for line in lines):
        return doubled
    told = [line for line in lines if sign in line]
    other = Signs(doubled.signs.delimiter, doubled.signs.quote, "\\")
    plain, escaped = (
        sum(len(signs.cells(line) or []) == doubled.width for line in told)
        for signs in (doubled.signs, other)
    )
    return cut(lines, other) if escaped > plain else doubled
