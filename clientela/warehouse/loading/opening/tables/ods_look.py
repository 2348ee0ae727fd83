"""What the reader of cells gets wrong in an .ods: errors, and formulas without a value, are blank or 0."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final

from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.archive import Archive
from clientela.warehouse.loading.opening.strict_xml import local_name, strictly
from clientela.warehouse.loading.opening.tables.second_look import SecondLook
from clientela.warehouse.loading.opening.tables.sheet import NO_VALUE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WORTH_IT: Final = re.compile(rb""":(formula|visibility)\s*=|value-type\s*=\s*["']error["']""")

_ERROR: Final = re.compile(r"#[\w/]+[!?]?|Err:\d+")
"""What a cell shows instead of a value, in any language of the program."""

_MOST_REPEATED: Final = 10_000
"""Times that one such row is written down; a real one is not repeated at all."""


def look_again(archive: Archive, member: zipfile.ZipInfo) -> dict[str, SecondLook]:
    """Return what is found in each sheet, by its name.

    Raises:
        UnreadableFileError: if the file is damaged.
    """
    seen = b""
    for block in archive.blocks(member, limits.LARGEST_WORKBOOK, 1 << 20):
        if _WORTH_IT.search(seen + block):
            return _Reading().all_of(archive, member)
        seen = block[-64:]
    return {}


class _Reading:
    """One pass over the content."""

    def __init__(self) -> None:
        self.found: dict[str, SecondLook] = {}
        self.look = SecondLook()
        self.row, self.column = 0, 0
        self.cells: dict[int, str] = {}
        self.has_value = False

    def all_of(self, archive: Archive, member: zipfile.ZipInfo) -> dict[str, SecondLook]:
        """Read the content to its end."""
        from lxml import etree

        parser = etree.XMLPullParser(events=("start", "end"), recover=True, **strictly())
        for block in archive.blocks(member, limits.LARGEST_WORKBOOK, 1 << 16):
            parser.feed(block)
            for event, element in parser.read_events():
                if event == "start":
                    self._starts(local_name(str(element.tag)), element)
                else:
                    self._ends(local_name(str(element.tag)), element)
        return self.found

    def _starts(self, tag: str, element: Element) -> None:
        if tag == "table":
            self.look = self.found.setdefault(_attribute(element, "name"), SecondLook())
            self.row = 0
        elif tag == "table-row":
            self.column, self.cells, self.has_value = 0, {}, False

    def _ends(self, tag: str, element: Element) -> None:
        if tag in ("table-cell", "covered-table-cell"):
            times = _times(element, "number-columns-repeated")
            text = _text_of(element)
            if text:
                self.cells |= {self.column + place: text for place in range(min(times, 100))}
            self.has_value = self.has_value or len(element) > 0
            self.column += times
        elif tag == "table-row":
            times = _times(element, "number-rows-repeated")
            for place in range(min(times, _MOST_REPEATED) if self.cells else 0):
                self.look.cells[self.row + 1 + place] = self.cells
            if self.has_value and _attribute(element, "visibility") in ("collapse", "filter"):
                self.look.hidden_rows += times
            self.row += times
            element.clear()


def _text_of(cell: Element) -> str:
    """Return the error that a cell shows, ``NO_VALUE`` for a formula without a value, empty for any other."""
    shown = " ".join("".join(part.itertext()) for part in cell if local_name(str(part.tag)) == "p").strip()
    kinds = [str(value) for key, value in cell.attrib.items() if local_name(str(key)) == "value-type"]
    if "error" in kinds:
        return shown or NO_VALUE
    if not _attribute(cell, "formula"):
        return ""
    if _ERROR.fullmatch(shown):
        return shown
    return "" if kinds or shown else NO_VALUE


def _attribute(element: Element, wanted: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if local_name(str(key)) == wanted), "")


def _times(element: Element, name: str) -> int:
    said = _attribute(element, name)
    return max(int(said), 1) if said.isascii() and said.isdecimal() and len(said) < 9 else 1
