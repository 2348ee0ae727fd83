"""What the reader of cells leaves blank in an .xlsx: errors, formulas that were never computed, hidden rows.

Also how far a sheet reaches, before anybody makes room for it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import UnreadableFileError
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.archive import Archive
from clientela.warehouse.loading.opening.strict_xml import local_name, parse_xml, strictly
from clientela.warehouse.loading.opening.tables.second_look import SecondLook
from clientela.warehouse.loading.opening.tables.sheet import NO_VALUE, column_place

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CELL: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_HIDDEN: Final = re.compile(rb"""<(?:\w+:)?row\s[^>]*\bhidden\s*=\s*["'](?:1|true)["']""")
_ERROR: Final = re.compile(rb"""\bt\s*=\s*["']e["']""")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")

_OVERLAP: Final = 512
"""Bytes of a block that are looked at again with the next, for a tag may be cut between two."""


def look_again(archive: Archive, name: str) -> dict[str, SecondLook]:
    """Return what is found in each sheet, by its name; nothing where the archive is no .xlsx.

    Raises:
        UnreadableFileError: if a sheet reaches so far that nothing could hold it, or its XML is an attack.
    """
    members = {member.filename.replace("\\", "/").lstrip("/"): member for member in archive.members}
    found = {}
    for sheet, path in _sheets(archive, members, name).items():
        if path in members:
            found[sheet] = _look_at(archive, members[path], name, sheet)
    return found


def _sheets(archive: Archive, members: dict[str, zipfile.ZipInfo], name: str) -> dict[str, str]:
    """Return the member that holds each sheet."""
    try:
        book = parse_xml(archive.read(members["xl/workbook.xml"]), name)
        links = parse_xml(archive.read(members["xl/_rels/workbook.xml.rels"]), name)
    except KeyError:
        return {}
    targets = {link.get("Id"): (link.get("Target") or "") for link in links.iter("{*}Relationship")}
    sheets = {}
    for sheet in book.iter("{*}sheet"):
        link = next((value for key, value in sheet.attrib.items() if local_name(str(key)) == "id"), None)
        target = targets.get(link, "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
        sheets[str(sheet.get("name"))] = path
    return sheets


def _look_at(archive: Archive, member: zipfile.ZipInfo, name: str, sheet: str) -> SecondLook:
    """Scan a sheet's bytes, and read its XML only where there is something to be found."""
    rows, columns, hidden = 0, 0, 0
    to_read, tail = False, b""
    for block in archive.blocks(member, limits.LARGEST_WORKBOOK, 1 << 20):
        seen = tail + block
        for letters, digits in set(_CELL.findall(seen)):
            columns = max(columns, column_place(letters.decode()) + 1)
            rows = max(rows, int(digits))
        if rows * columns > limits.MOST_CELLS:
            raise limits.too_far(name, sheet)
        to_read = to_read or bool(_ERROR.search(seen) or _FORMULA.search(seen))
        hidden += len(_HIDDEN.findall(seen)) - len(_HIDDEN.findall(tail))
        tail = seen[-_OVERLAP:]
    look = SecondLook(hidden_rows=hidden)
    if to_read:
        for row, column, text in _blanked(archive, member, name):
            look.cells.setdefault(row, {})[column] = text
    return look


def _blanked(archive: Archive, member: zipfile.ZipInfo, name: str) -> Iterator[tuple[int, int, str]]:
    """Yield the cells that hold an error or a formula without a value."""
    from lxml import etree

    parser = etree.XMLPullParser(events=("start", "end"), recover=True, **strictly())
    row, column = 0, -1
    try:
        for block in archive.blocks(member, limits.LARGEST_WORKBOOK, 1 << 16):
            parser.feed(block)
            for event, element in parser.read_events():
                tag = local_name(str(element.tag))
                if event == "start":
                    if tag == "row":
                        row, column = _number(element.get("r"), row + 1), -1
                    elif tag == "c":
                        column = _column(element.get("r"), column + 1)
                elif tag == "c":
                    text = _text_of(element)
                    if text:
                        yield row, column, text
                elif tag == "row":
                    _forget(element)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(f"{name}: {error}") from error


def _text_of(cell: Element) -> str:
    """Return the error of a cell, ``NO_VALUE`` for a formula without one, empty for any other."""
    parts: dict[str, Any] = {local_name(str(part.tag)): part for part in cell}
    value = "".join(parts["v"].itertext()).strip() if "v" in parts else ""
    if cell.get("t") == "e":
        return value or NO_VALUE
    # An empty text is a value: it is written, and its type says so.
    has_value = "v" in parts and (value or cell.get("t") == "str")
    return NO_VALUE if "f" in parts and not has_value else ""


def _forget(row: Element) -> None:
    """Let go of what has been read."""
    row.clear()
    while row.getprevious() is not None:
        del row.getparent()[0]


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


def _column(reference: str | None, default: int) -> int:
    letters = (reference or "").rstrip("0123456789")
    return column_place(letters) if letters.isascii() and letters.isalpha() else default
