"""Cut a text file into records without losing a byte.

DuckDB's own handling of bad lines can swallow the rest of a file after one unclosed quote, so that it is
given only what is proven. The byte ranges of the records tile the file: each starts where the one before
ends. This is the exact way, a record at a time; what it says is what the quick way must say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, NamedTuple

from clientela.warehouse.loading.splitting.signs import Signs

MOST_LINES: Final = 200
MOST_BYTES: Final = 64 << 10
"""A record with quotes that is longer than either holds a quote that was never closed."""

LONGEST_LINE: Final = 512 << 10
"""Bytes; a longer physical line is cut, so that memory stays bounded."""

BLANK_LINE: Final = "blank_line"
DAMAGED_TEXT: Final = "damaged_text"
REPEATED_HEADER: Final = "repeated_header"
UNBALANCED_QUOTE: Final = "unbalanced_quote"
WRONG_CELL_COUNT: Final = "wrong_cell_count"


class Record(NamedTuple):
    """One record of the file."""

    line_no: int
    """Physical line on which it starts, from 1."""

    byte_start: int
    byte_end: int
    """One past its last byte, line end included."""

    cells: list[str]
    fault: str | None
    lines: int = 1
    """Physical lines that it takes."""

    text: str = ""
    """All of it without the last line end."""


class Line(NamedTuple):
    """One physical line."""

    number: int
    start: int
    content: bytes


def physical_lines(file: BinaryIO, end: bytes = b"\n") -> Iterator[bytes]:
    """Yield the lines with their ends; the ends of an old Mac file are carriage returns."""
    if end == b"\n":
        while line := file.readline(LONGEST_LINE):
            yield line
        return
    rest = b""
    while block := file.read(1 << 20):
        rest += block
        start = 0
        for line in lines_within(rest, 0, end):
            if start + len(line) == len(rest) and len(line) < LONGEST_LINE:
                break
            start += len(line)
            yield line
        rest = rest[start:]
    yield from lines_within(rest, 0, end)


def lines_within(block: bytes, start: int, end: bytes = b"\n") -> Iterator[bytes]:
    """Yield the lines of a block from a place on; the last one may lack its end."""
    while start < len(block):
        found = block.find(end, start, start + LONGEST_LINE)
        stop = found + 1 if found >= 0 else min(len(block), start + LONGEST_LINE)
        yield block[start:stop]
        start = stop


def split(lines: Iterable[bytes], signs: Signs, skip: int = 0, width: int = 0) -> Iterator[Record]:
    """Cut lines of UTF-8 text into records.

    Args:
        lines: physical lines, line ends included.
        signs: what parts the cells and what wraps them.
        skip: lines before the first record (a ``sep=`` line, a title); they belong to no record.
        width: how many cells a record has; 0 where that is not known yet.
    """
    source = _numbered(lines)
    for _number in range(skip):
        next(source, None)
    yield from records(source, signs, width)


def records(source: Iterator[Line], signs: Signs, width: int = 0) -> Iterator[Record]:
    """Cut numbered lines into records."""
    opening = signs.opening.encode()
    waiting: deque[Line] = deque()
    while line := (waiting.popleft() if waiting else next(source, None)):
        if not opening or opening not in line.content:
            yield _simple(line, signs)
        else:
            yield _quoted(line, signs, width, waiting, source)


def _numbered(lines: Iterable[bytes]) -> Iterator[Line]:
    """Number the lines from 1 and give each its first byte."""
    start = 0
    for number, content in enumerate(lines, 1):
        yield Line(number, start, content)
        start += len(content)


def _simple(line: Line, signs: Signs) -> Record:
    """Read a line in which no cell is quoted."""
    text = text_of(line.content, first=line.start == 0)
    end = line.start + len(line.content)
    if not text or text.isspace():
        return Record(line.number, line.start, end, [], BLANK_LINE)
    cells = signs.bare_cells(text)
    return Record(line.number, line.start, end, cells, DAMAGED_TEXT if "\0" in text else None, 1, text)


def _quoted(line: Line, signs: Signs, width: int, waiting: deque[Line], source: Iterator[Line]) -> Record:
    """Read a record that starts on a line with quotes and may go on over the next lines."""
    taken = [line]
    first = text = text_of(line.content, first=line.start == 0)
    cells = signs.cells(text)
    closing = signs.closing.encode()
    while cells is None and len(taken) < MOST_LINES and len(text) < MOST_BYTES:
        following = waiting.popleft() if waiting else next(source, None)
        if following is None:
            break
        taken.append(following)
        # The line end that was cut off belongs to the quoted cell.
        text += "\n" + text_of(following.content)
        if closing in following.content:
            cells = signs.cells(text)
    if not cells or (len(cells) != width and _swallowed(taken[1:], signs, width)):
        waiting.extendleft(reversed(taken[1:]))
        end = line.start + len(line.content)
        return Record(line.number, line.start, end, signs.bare_cells(first), UNBALANCED_QUOTE, 1, first)
    last = taken[-1]
    fault = DAMAGED_TEXT if "\0" in text else None
    return Record(line.number, line.start, last.start + len(last.content), cells, fault, len(taken), text)


def _swallowed(lines: list[Line], signs: Signs, width: int) -> bool:
    """Tell whether a line that a record goes on over is a record itself: the quote was never closed."""
    return width > 1 and any(len(signs.bare_cells(text_of(line.content))) == width for line in lines)


def text_of(content: bytes, *, first: bool = False) -> str:
    """Decode a line without its end, and without the byte order mark of the first one."""
    text = content.decode("utf-8-sig" if first else "utf-8", errors="replace")
    if text.endswith("\n"):
        text = text[:-1]
    return text[:-1] if text.endswith("\r") else text
