"""Excel 2003 XML: a workbook as one XML file, mostly named .xls."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.names import shown
from clientela.warehouse.loading.opening.part import Left
from clientela.warehouse.loading.opening.recognition import whole
from clientela.warehouse.loading.opening.strict_xml import local_name, parse_xml
from clientela.warehouse.loading.opening.tables.sheet import NO_VALUE, Row, Sheet, Written

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def read_spreadsheet_xml(path: Path, name: str) -> tuple[list[Sheet], list[Left]]:
    """Return the visible sheets, and those that are not.

    Raises:
        UnreadableFileError: if it is damaged, declares a document type, or has no visible sheet.
    """
    root = parse_xml(whole(path, name), name)
    sheets: list[Sheet] = []
    left: list[Left] = []
    for number, worksheet in enumerate(root.iter("{*}Worksheet"), 1):
        title = shown(_attribute(worksheet, "Name") or str(number))
        visible = worksheet.findtext("{*}WorksheetOptions/{*}Visible") or ""
        if visible.strip().lower() in ("sheethidden", "sheetveryhidden"):
            left.append(Left(f"{name}: {title}", _("the sheet is hidden")))
            continue
        sheets.append(_sheet(worksheet, title, name))
    if not sheets:
        raise UnreadableFileError(
            _("{file} has no visible sheet.").format(file=name), _("Show the sheet and save it again.")
        )
    return sheets, left


def _sheet(worksheet: Element, title: str, name: str) -> Sheet:
    rows: list[Row] = []
    cells, hidden = 0, 0
    for element in worksheet.iterfind("{*}Table/{*}Row"):
        place = _index(element, len(rows))
        cells += place - len(rows)
        if place > limits.MOST_CELLS or cells > limits.MOST_CELLS:
            raise limits.too_far(name, title)
        rows += [[] for _row in range(len(rows), place)]
        row: Row = []
        for cell in element.iterfind("{*}Cell"):
            column = _index(cell, len(row))
            across = _whole(_attribute(cell, "MergeAcross"))
            cells += column - len(row) + 1 + across
            if cells > limits.MOST_CELLS:
                raise limits.too_far(name, title)
            row += [""] * (column - len(row))
            row += [_value(cell), *[""] * across]
        hidden += _attribute(element, "Hidden") == "1"
        rows.append(row)
    return Sheet(title, lambda: rows, len(rows), hidden)


def _value(cell: Element) -> object:
    """Return the value of a cell as its type says."""
    data = cell.find("{*}Data")
    if data is None:
        return NO_VALUE if _attribute(cell, "Formula") else ""
    text = "".join(data.itertext()).strip()
    match _attribute(data, "Type"):
        case "Number":
            return _number(text)
        case "DateTime":
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                return text
        case "Boolean":
            return "true" if text == "1" else "false"
    return text


def _number(text: str) -> object:
    """Keep the digits of a number as they are written, unless it has an exponent."""
    try:
        return float(text) if "e" in text.lower() else Written(text)
    except ValueError:
        return text


def _index(element: Element, following: int) -> int:
    """Return the place of a row or cell, from 0: its own word, or the one after the last."""
    said = _whole(_attribute(element, "Index"))
    return max(said - 1, following)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _attribute(element: Element, wanted: str) -> str:
    """Return an attribute whatever prefix it has, declared or not."""
    for key, value in element.attrib.items():
        if local_name(str(key)).rpartition(":")[2] == wanted:
            return str(value)
    return ""
