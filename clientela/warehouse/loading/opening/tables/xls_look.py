"""Errors and hidden rows of an old .xls, which the reader of cells does not hand on."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.tables.compound_file import CompoundFile
from clientela.warehouse.loading.opening.tables.second_look import SecondLook

_BEGIN: Final = 0x0809
_END: Final = 0x000A
_SHEET: Final = 0x0085
_PASSWORD: Final = 0x002F
_FORMULA: Final = 0x0006
_ERROR_CELL: Final = 0x0205
_ROW: Final = 0x0208

_BIFF8: Final = 0x0600

_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

_HIDDEN: Final = 0x20


def look_again(path: Path) -> dict[str, SecondLook]:
    """Return what is found in each sheet, by its name; nothing where the file cannot be followed.

    Whether it can be read at all is the reader's to say.
    """
    if path.stat().st_size > limits.LARGEST_WORKBOOK:
        raise limits.too_large(path.name, limits.LARGEST_WORKBOOK)
    try:
        book = CompoundFile(path.read_bytes()).stream("Workbook", "Book")
        return _sheets(book) if book else {}
    except struct.error:
        return {}


def _sheets(book: bytes) -> dict[str, SecondLook]:
    """Return what is found in each sheet of the stream."""
    places: dict[str, int] = {}
    version = struct.unpack_from("<H", book, 4)[0] if len(book) > 5 else 0
    for kind, content in _records(book, 0):
        if kind == _PASSWORD:
            return {}
        if kind == _SHEET and len(content) > 8:
            places[_name(content[6:], version)] = struct.unpack_from("<I", content)[0]
    return {name: _look_at(book, place) for name, place in places.items()}


def _name(content: bytes, version: int) -> str:
    """Return the name of a sheet: its length, in BIFF8 how it is written, and its letters."""
    if version < _BIFF8:
        return content[1 : 1 + content[0]].decode("cp1252", errors="replace")
    wide = content[1] & 1
    letters = content[2 : 2 + content[0] * (2 if wide else 1)]
    return letters.decode("utf-16-le" if wide else "latin-1", errors="replace")


def _look_at(book: bytes, place: int) -> SecondLook:
    look = SecondLook()
    for kind, content in _records(book, place):
        if kind == _ROW and len(content) >= 14:
            look.hidden_rows += bool(content[12] & _HIDDEN)
        code = _error(kind, content)
        if code is not None:
            row, column = struct.unpack_from("<HH", content)
            look.cells.setdefault(row + 1, {})[column] = _ERRORS.get(code, "#N/A")
    return look


def _error(kind: int, content: bytes) -> int | None:
    """Return the code of the error that a cell holds, None where it holds none."""
    if kind == _ERROR_CELL and len(content) >= 8 and content[7]:
        return content[6]
    if kind == _FORMULA and len(content) >= 14 and content[12:14] == b"\xff\xff" and content[6] == 2:
        return content[8]
    return None


def _records(book: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the stream; charts inside it are stepped over."""
    depth = 0
    while 0 <= place <= len(book) - 4:
        kind, length = struct.unpack_from("<HH", book, place)
        content = book[place + 4 : place + 4 + length]
        place += 4 + length
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0 and kind == _END:
            return
        if depth == 1:
            yield kind, content
