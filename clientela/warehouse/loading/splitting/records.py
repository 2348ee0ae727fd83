"""Cut a text file into records without losing a byte.

DuckDB's own handling of bad lines can swallow the rest of a file after one unclosed quote, so that every
file with quotes goes through here. The byte ranges of the records tile the file: each starts where the
one before ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, NamedTuple

MOST_LINES: Final = 200
MOST_BYTES: Final = 64 << 10
"""A quoted cell longer than either is taken for a quote that was never closed."""

LONGEST_LINE: Final = 512 << 10
"""Bytes; a longer physical line is cut, so that memory stays bounded."""

BLANK_LINE: Final = "blank_line"
DAMAGED_TEXT: Final = "damaged_text"
UNBALANCED_QUOTE: Final = "unbalanced_quote"
WRONG_CELL_COUNT: Final = "wrong_cell_count"

_MALFORMED: Final[list[str]] = []


class Record(NamedTuple):
    """One record of the file."""

    line_no: int
    """Physical line on which it starts, from 1."""

    byte_start: int
    byte_end: int
    """One past its last byte, line end included."""

    cells: list[str]
    fault: str | None


class _Line(NamedTuple):
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
        *lines, rest = (rest + block).split(end)
        yield from (line + end for line in lines)
    if rest:
        yield rest


def split(lines: Iterable[bytes], delimiter: str, skip: int = 0) -> Iterator[Record]:
    """Cut lines of UTF-8 text into records.

    Args:
        lines: physical lines, line ends included.
        delimiter: one character; a space stands for any run of spaces.
        skip: lines before the first record (a ``sep=`` line, a title); they belong to no record.
    """
    source = _numbered(lines)
    for _number in range(skip):
        next(source, None)
    waiting: deque[_Line] = deque()
    while line := (waiting.popleft() if waiting else next(source, None)):
        if b'"' not in line.content or delimiter == " ":
            yield _simple(line, delimiter)
        else:
            yield _quoted(line, delimiter, waiting, source)


def _numbered(lines: Iterable[bytes]) -> Iterator[_Line]:
    """Number the lines from 1 and give each its first byte."""
    start = 0
    for number, content in enumerate(lines, 1):
        yield _Line(number, start, content)
        start += len(content)


def _simple(line: _Line, delimiter: str) -> Record:
    """Read a line in which no cell is quoted."""
    text = _text(line.content, first=line.start == 0)
    end = line.start + len(line.content)
    if not text or text.isspace():
        return Record(line.number, line.start, end, [], BLANK_LINE)
    cells = text.split() if delimiter == " " else text.split(delimiter)
    return Record(line.number, line.start, end, cells, DAMAGED_TEXT if "\0" in text else None)


def _quoted(line: _Line, delimiter: str, waiting: deque[_Line], source: Iterator[_Line]) -> Record:
    """Read a record that starts on a line with quotes and may go on over the next lines."""
    taken = [line]
    text = _text(line.content, first=line.start == 0)
    cells = cells_of(text, delimiter)
    while cells is None and len(taken) < MOST_LINES and len(text) < MOST_BYTES:
        following = waiting.popleft() if waiting else next(source, None)
        if following is None:
            break
        taken.append(following)
        # The line end that was cut off belongs to the quoted cell.
        text += "\n" + _text(following.content)
        if b'"' in following.content:
            cells = cells_of(text, delimiter)
    if not cells:
        waiting.extendleft(reversed(taken[1:]))
        end, cells = (
            line.start + len(line.content),
            _text(line.content, first=line.start == 0).split(delimiter),
        )
        return Record(line.number, line.start, end, cells, UNBALANCED_QUOTE)
    last = taken[-1]
    fault = DAMAGED_TEXT if "\0" in text else None
    return Record(line.number, line.start, last.start + len(last.content), cells, fault)


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """Read the cells of a record.

    Returns:
        None where a quoted cell is still open; an empty list where text follows a closing quote.
    """
    cells: list[str] = []
    place = 0
    while True:
        if text.startswith('"', place):
            end = _closing_quote(text, place + 1)
            if end < 0:
                return None
            cells.append(text[place + 1 : end].replace('""', '"'))
            place = end + 1
            if place == len(text):
                return cells
            if text[place] != delimiter:
                return _MALFORMED
            place += 1
            continue
        end = text.find(delimiter, place)
        if end < 0:
            cells.append(text[place:])
            return cells
        cells.append(text[place:end])
        place = end + 1


def _closing_quote(text: str, place: int) -> int:
    """Return where the quoted cell ends; a doubled quote is a quote of the text. -1 where it does not."""
    end = text.find('"', place)
    while end >= 0 and text.startswith('"', end + 1):
        end = text.find('"', end + 2)
    return end


def _text(content: bytes, *, first: bool = False) -> str:
    """Decode a line without its end, and without the byte order mark of the first one."""
    text = content.decode("utf-8-sig" if first else "utf-8", errors="replace")
    if text.endswith("\n"):
        text = text[:-1]
    return text[:-1] if text.endswith("\r") else text
