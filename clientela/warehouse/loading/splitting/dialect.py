"""How a text file is written, decided once for inspect, preview and load: encoding, signs, header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from clientela.errors import MappingError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.splitting.encoding import Encoding
from clientela.warehouse.loading.splitting.fitting import Fitting
from clientela.warehouse.loading.splitting.headers import Header, find_header, header_at, unique
from clientela.warehouse.loading.splitting.kinds import EMPTY, TYPED, column_kind, kind_of
from clientela.warehouse.loading.splitting.proving.quick import Table
from clientela.warehouse.loading.splitting.readings import cheapest_reading
from clientela.warehouse.loading.splitting.records import (
    UNBALANCED_QUOTE,
    Record,
    physical_lines,
    split,
    text_of,
)
from clientela.warehouse.loading.splitting.signs import Signs
from clientela.warehouse.loading.splitting.votes import Cut, vote

VOTERS: Final = 2000
"""Lines that vote on the signs."""

LOOKED_AT: Final = 400
"""Records that say what the columns hold."""

_SURE: Final = 0.9
"""Share of a column's filled cells that make it one of numbers or dates."""

_NEEDED: Final = 0.75
"""Share of the records that have a value where a record without one is broken."""

_FEW: Final = 3
"""Filled cells under which a column says nothing."""


@dataclass(frozen=True)
class Dialect:
    """The one description that inspect, preview and load use."""

    encoding: Encoding
    signs: Signs
    line_end: bytes
    header: Header
    """Where the header stands, counted in records after ``before`` lines."""

    headers: tuple[str, ...]
    """Column names, unique; as the file writes them."""

    skip: int
    """Physical lines before the first record, the header included."""

    kinds: tuple[str | None, ...]
    """What each column holds in the first records: ``number``, ``date``, or None."""

    needed: tuple[bool, ...]
    """Whether a record without a column is broken: it holds values, and nearly every record has one."""

    full_rows: int
    """How many of the first records have as many cells as the header."""

    has_rows: bool
    """Whether anything but blank lines follows the header."""

    cut: Cut
    """How the lines voted."""

    declared: bool = False
    """Whether the file names its delimiter itself (``sep=;``)."""

    @property
    def delimiter(self) -> str:
        """What parts the cells."""
        return self.signs.delimiter

    @property
    def table(self) -> Table:
        """What cutting the file needs."""
        return Table(self.signs, len(self.headers), self.line_end, self.skip)

    @property
    def fitting(self) -> Fitting:
        """What its records are like."""
        header = self.header.as_read if self.header.rows == 1 else ()
        return Fitting(self.signs, header, self.kinds, self.needed, short_rows=self.full_rows > 0)


def dialect_of(
    path: Path,
    name: str,
    wanted: Format,
    line_end: bytes,
    encoding: Encoding,
    known: Iterable[str] = (),
) -> Dialect:
    """Decide signs, header and columns of a UTF-8 file.

    Args:
        path: the file, as UTF-8.
        name: what the owner calls it.
        wanted: what the mapping says.
        line_end: the byte that ends a line.
        encoding: what the file was written in.
        known: names that the header certainly holds.

    Raises:
        MappingError: if the mapping's header line is past the end of the file.
    """
    lines = _lines(path, line_end)
    first = lines[0] if lines else ""
    declared = len(first) == 5 and first.lower().startswith("sep=")
    before = int(declared)
    cut = vote(lines[before:], wanted.delimiter or (first[4] if declared else None), wanted.quote)
    skip = before if isinstance(wanted.header, bool) else wanted.header - 1
    with path.open("rb") as file:
        read = list(islice(split(physical_lines(file, line_end), cut.signs, skip), LOOKED_AT))
    rows = [_cells(record, cut, lines) for record in read]
    header = _header(rows, name, wanted, skip, known)
    below = [row for row in rows[header.data :] if any(map(str.strip, row))]
    names = unique(wanted.columns) if wanted.header is False else _names(header, below)
    kinds = tuple(_kind(below, place) for place in range(len(names)))
    return Dialect(
        encoding=encoding,
        signs=cut.signs,
        line_end=line_end,
        header=header,
        headers=names,
        skip=_lines_before(read, header, path, line_end) if header.data else skip,
        kinds=kinds,
        needed=tuple(
            kind is not None and _filled(below, place) >= _NEEDED * len(below)
            for place, kind in enumerate(kinds)
        ),
        full_rows=sum(len(row) == len(names) for row in below),
        has_rows=bool(below) or len(read) == LOOKED_AT,
        cut=cut,
        declared=declared,
    )


def _lines(path: Path, line_end: bytes) -> list[str]:
    """Return the first lines without their ends."""
    with path.open("rb") as file:
        found = list(islice(physical_lines(file, line_end), VOTERS))
    return [text_of(line, first=place == 0) for place, line in enumerate(found)]


def _cells(record: Record, cut: Cut, lines: list[str]) -> list[str]:
    """Return the cells of a record; where its quotes are broken, of its cheapest reading."""
    if record.fault == UNBALANCED_QUOTE and record.line_no <= len(lines):
        return cheapest_reading(lines[record.line_no - 1], cut.signs, cut.width) or record.cells
    return record.cells


def _header(rows: list[list[str]], name: str, wanted: Format, skip: int, known: Iterable[str]) -> Header:
    """Find the header, or read it where the mapping says that it stands."""
    if wanted.header is False:
        return Header(0, 0, (), 0)
    if wanted.header is True:
        found = find_header(rows, known)
        return header_at(rows, found.first, wanted.header_rows) if wanted.header_rows > 1 else found
    if rows and any(map(str.strip, rows[0])):
        return header_at(rows, 0, wanted.header_rows)
    raise MappingError(
        _("{file}: there is no header on line {line}.").format(file=name, line=skip + 1),
        _("Correct format.header in the mapping."),
    )


def _names(header: Header, below: list[list[str]]) -> tuple[str, ...]:
    """Return the names of the columns; one more than the rows have cells, where that has no name, is none."""
    widths = Counter(map(len, below))
    names = header.names
    usual = max(widths, key=lambda width: (widths[width], width), default=len(names))
    nameless = [place for place, parts in enumerate(header.parts) if not parts]
    if header.rows and len(names) == usual + 1 and len(nameless) == 1 and len(names) not in widths:
        place = nameless[0]
        return unique([" / ".join(parts) for parts in header.parts[:place] + header.parts[place + 1 :]])
    return names


def _kind(rows: list[list[str]], place: int) -> str | None:
    """Return what a column holds, where its cells agree."""
    kinds = [kind_of(row[place]) for row in rows if place < len(row)]
    if sum(kind != EMPTY for kind in kinds) < _FEW:
        return None
    kind = column_kind(kinds, _SURE)
    return kind if kind in TYPED else None


def _filled(rows: list[list[str]], place: int) -> int:
    """Return how many rows have something in a column."""
    return sum(place < len(row) and bool(row[place].strip()) for row in rows)


def _lines_before(read: list[Record], header: Header, path: Path, line_end: bytes) -> int:
    """Return how many physical lines stand before the first record below the header."""
    if header.data < len(read):
        return read[header.data].line_no - 1
    with path.open("rb") as file:
        return sum(1 for _line in physical_lines(file, line_end))
