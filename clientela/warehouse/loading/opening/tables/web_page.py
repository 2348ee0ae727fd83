"""Tables of a web page: what many programmes call an Excel file."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.recognition import whole
from clientela.warehouse.loading.opening.tables.sheet import Row, Sheet

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CHARSET: Final = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)

_WIDEST: Final = 1000
"""Columns that one cell may span."""


def read_page(path: Path, name: str) -> list[Sheet]:
    """Return the tables of a page that hold cells and no table of their own.

    Raises:
        UnreadableFileError: if there is none, or the page is too large.
    """
    from lxml import etree

    text = _text(whole(path, name))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    tables = [] if root is None else [each for each in root.iter("table") if each.find(".//table") is None]
    grids = [grid for grid in (_grid(table, name) for table in tables) if grid]
    if not grids:
        raise UnreadableFileError(
            _(
                "{file} is a web page without a table: a page of login or of an error is often saved so."
            ).format(file=name),
            _("Open it in the browser to see what it says, then export the data again."),
        )
    return [
        Sheet(_("table {number}").format(number=number), partial(list, grid), len(grid))
        for number, grid in enumerate(grids, 1)
    ]


def _text(content: bytes) -> str:
    """Decode a page: its mark, what it says of itself, else UTF-8 where it is that, else windows-1252."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").lstrip("\ufeff")
    if content[1:2] == b"\0":
        return content.decode("utf-16-le", errors="replace")
    found = _CHARSET.search(content[:4096])
    said = found[1].decode() if found else "utf-8"
    for encoding in (said, "utf-8", "cp1252"):
        try:
            return content.decode("cp1252" if encoding.lower() == "iso-8859-1" else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def _grid(table: Element, name: str) -> list[Row]:
    """Return the rows of a table; a cell stands in the first of the columns that it spans."""
    grid: list[Row] = []
    held: dict[int, int] = {}
    cells = 0
    for line in table.iter("tr"):
        row: Row = []
        now, held = held, {}
        for cell in line.iterchildren("td", "th"):
            while len(row) in now:
                _skip(row, now, held)
            wide = min(_span(cell, "colspan"), _WIDEST)
            below = _span(cell, "rowspan") - 1
            if below:
                held |= {len(row) + place: below for place in range(wide)}
            row += [_said(cell), *[""] * (wide - 1)]
        while len(row) in now:
            _skip(row, now, held)
        cells += len(row)
        if cells > limits.MOST_CELLS:
            raise limits.too_far(name, "HTML")
        grid.append(row)
    return grid if any(any(row) for row in grid) else []


def _skip(row: Row, now: dict[int, int], held: dict[int, int]) -> None:
    """Leave a blank where a cell from above reaches down."""
    if now[len(row)] > 1:
        held[len(row)] = now[len(row)] - 1
    row.append("")


def _span(cell: Element, name: str) -> int:
    said = str(cell.get(name) or "1").strip()
    return max(min(int(said), 65_534), 1) if said.isascii() and said.isdecimal() and len(said) < 6 else 1


def _said(cell: Element) -> str:
    """Return the text of a cell on one line."""
    parts = []
    for each in cell.iter():
        if not isinstance(each.tag, str) or each.tag in ("script", "style"):
            parts.append(each.tail or "" if each is not cell else "")
            continue
        if each.tag in ("br", "p", "div"):
            parts.append(" ")
        parts.append(each.text or "")
        parts.append("" if each is cell else each.tail or "")
    return " ".join("".join(parts).split())
