"""How a text file is written, decided once for preview and load: encoding, delimiter, header."""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from clientela.errors import MappingError, UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.limits import BLOCK
from clientela.warehouse.loading.splitting.headers import BELOW, SEARCHED, find_header, header_at, unique
from clientela.warehouse.loading.splitting.records import cells_of, physical_lines, split
from clientela.warehouse.loading.splitting.survey import Survey

DELIMITERS: Final = ",;\t|"
VOTERS: Final = 2000
"""Lines that vote on the delimiter."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Dialect:
    """The one description that both the preview and the load use."""

    delimiter: str
    headers: tuple[str, ...]
    """Column names, unique; as the file writes them."""

    skip: int
    """Physical lines before the first record, the header included."""


def encoding_of(path: Path, seen: Survey, wanted: str | None) -> str:
    """Return the encoding: the mapping's, else mark, zero bytes, strict UTF-8, Windows western."""
    if wanted:
        return wanted
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if seen.has_nul and len(start) >= 4:
        odd, even = start[1::2].count(0), start[::2].count(0)
        if max(odd, even) * 3 > len(start) // 2 and min(odd, even) * 10 < max(odd, even):
            return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8" if seen.is_utf8 else "cp1252"


def to_utf8(path: Path, encoding: str, to: Path) -> None:
    """Copy a file as UTF-8, by blocks; what the encoding does not know becomes the replacement mark."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with path.open("rb") as file, to.open("wb") as copy:
        while block := file.read(BLOCK):
            copy.write(decoder.decode(block).encode())
        copy.write(decoder.decode(b"", final=True).encode())


def dialect_of(path: Path, name: str, wanted: Format, line_end: bytes) -> Dialect:
    """Decide delimiter and header of a UTF-8 file.

    Raises:
        UnreadableFileError: if the file has a header and no rows.
        MappingError: if the mapping's header line is past the end of the file.
    """
    sample = _sample(path, line_end)
    first = sample[0] if sample else ""
    declared = first[4:5] if first.lower().startswith("sep=") and len(first) == 5 else ""
    delimiter = wanted.delimiter or declared or _vote(sample)
    headers, skip = _header(path, name, delimiter, wanted, int(bool(declared)), line_end)
    if not _has_rows(path, skip, line_end):
        raise UnreadableFileError(
            _("{file} has a header and no rows.").format(file=name), _("Export it again, with its rows.")
        )
    return Dialect(delimiter, headers, skip)


def _sample(path: Path, line_end: bytes) -> list[str]:
    """Return the first lines without their ends."""
    with path.open("rb") as file:
        lines = physical_lines(file, line_end)
        found = [line for line, _number in zip(lines, range(VOTERS), strict=False)]
    return [line.decode("utf-8-sig", errors="replace").rstrip("\r\n") for line in found]


def _vote(sample: list[str]) -> str:
    """Return the delimiter that cuts the most lines alike; the most cells on a tie."""
    best, winner = (0.0, 0), ","
    for delimiter in DELIMITERS:
        widths = Counter(
            width for line in sample if line.strip() and (width := len(cells_of(line, delimiter) or [])) > 1
        )
        if widths:
            width, lines = widths.most_common(1)[0]
            if (lines, width) > best:
                best, winner = (lines, width), delimiter
    return winner


def _header(
    path: Path, name: str, delimiter: str, wanted: Format, before: int, line_end: bytes
) -> tuple[tuple[str, ...], int]:
    """Return the names of the columns and how many lines to skip; a quoted header may span lines.

    Raises:
        MappingError: if the mapping's header line is past the end of the file.
    """
    if wanted.header is False:
        return unique(wanted.columns), before
    skip = before if isinstance(wanted.header, bool) else wanted.header - 1
    with path.open("rb") as file:
        records = list(islice(split(physical_lines(file, line_end), delimiter, skip=skip), SEARCHED + BELOW))
    rows = [record.cells for record in records]
    if isinstance(wanted.header, bool):
        header = find_header(rows)
    elif rows and any(map(str.strip, rows[0])):
        header = header_at(rows, 0, wanted.header_rows)
    else:
        raise MappingError(
            _("{file}: there is no header on line {line}.").format(file=name, line=skip + 1),
            _("Correct format.header in the mapping."),
        )
    if header.data < len(records):
        skip = records[header.data].line_no - 1
    else:
        with path.open("rb") as file:
            skip = sum(1 for _line in physical_lines(file, line_end))
    return header.names, skip


def _has_rows(path: Path, skip: int, line_end: bytes) -> bool:
    """Tell whether anything but blank lines follows the header."""
    with path.open("rb") as file:
        return any(
            number >= skip and line.strip() for number, line in enumerate(physical_lines(file, line_end))
        )
