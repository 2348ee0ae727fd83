"""The workbook to correct: original cells under the file's own headers, with the reason and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.warehouse.loading.staging.advice import advice

if TYPE_CHECKING:
    from clientela.warehouse.quarantine.open_records import Sheet, Waiting

MARK: Final = "clientela"
"""Stands in the first cell of a sheet that can be taken back; below it the name of each record."""

OURS: Final = 4
"""Columns before those of the file: name, place, reason, what to do."""

RISKY_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters that a spreadsheet would run as a formula: such a cell is marked as text as well."""

LONGEST: Final = 32_000
"""Signs that a cell of a workbook holds."""


def write_workbook(sheets: list[Sheet], to: Path) -> None:
    """Write the workbook; every cell in it is text, so that nothing is run and no zero is eaten."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    book = xlsxwriter.Workbook(str(to), {"strings_to_formulas": False, "strings_to_urls": False})
    styles = _Styles(book)
    names: set[str] = set()
    for sheet in sheets:
        _write_sheet(book.add_worksheet(_name(sheet, names)), sheet, styles)
    try:
        book.close()
    except (OSError, XlsxWriterException) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(
            _("{file} cannot be written: {why}.").format(file=to, why=why),
            _("Close it where it is open, or choose another name."),
        ) from error


class _Styles:
    """How cells look: the reason apart, the cell to correct marked, all of them text."""

    def __init__(self, book: Any) -> None:
        self.plain = book.add_format({"num_format": "@"})
        self.guarded = book.add_format({"num_format": "@", "quote_prefix": True})
        self.faulty = book.add_format({"num_format": "@", "bg_color": "#FDE68A"})
        self.faulty_guarded = book.add_format(
            {"num_format": "@", "bg_color": "#FDE68A", "quote_prefix": True}
        )
        self.head = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        self.note = book.add_format({"num_format": "@", "font_color": "#475569", "text_wrap": True})

    def of(self, text: str, *, is_faulty: bool) -> Any:
        """Return the style of a cell of the file."""
        if text.startswith(RISKY_STARTS):
            return self.faulty_guarded if is_faulty else self.guarded
        return self.faulty if is_faulty else self.plain


def _write_sheet(page: Any, sheet: Sheet, styles: _Styles) -> None:
    """Write one sheet: a header, a row a record."""
    headers = sheet.headers or (_("row as it stood in the file"),)
    first = MARK if sheet.mapping else ""
    for place, text in enumerate([first, _("where"), _("why"), _("what to do"), *headers]):
        page.write_string(0, place, text, styles.head)
    for number, record in enumerate(sheet.records, start=1):
        notes = [record.name if sheet.mapping else "", _where(record), record.code, advice(record.code)]
        for place, text in enumerate(notes):
            page.write_string(number, place, text, styles.note)
        cells = record.cells if sheet.mapping else (record.raw,)
        for place, text in enumerate(cells[: len(headers)]):
            is_faulty = record.column is not None and headers[place] == record.column
            page.write_string(number, OURS + place, text[:LONGEST], styles.of(text, is_faulty=is_faulty))
    page.freeze_panes(1, OURS)
    page.set_column(0, 0, 10)
    page.set_column(1, 2, 24)
    page.set_column(3, 3, 48)
    page.set_column(OURS, OURS + len(headers) - 1, 16)


def _where(record: Waiting) -> str:
    return _("{file}, line {line}").format(file=record.file_name, line=record.line_no)


def _name(sheet: Sheet, taken: set[str]) -> str:
    """Return a sheet's name that Excel allows and no other sheet has."""
    bare = re.sub(r"[\[\]:*?/\\']", " ", f"{sheet.source} {sheet.table}").strip()[:26] or MARK
    name, count = bare, 1
    while name.lower() in taken:
        count += 1
        name = f"{bare} {count}"
    taken.add(name.lower())
    return name


def said(sheets: list[Sheet], to: Path) -> list[str]:
    """Say what the workbook holds and what comes next."""
    rows = sum(len(sheet.records) for sheet in sheets if sheet.mapping)
    told = [
        ngettext(
            "{rows} row to correct is in {file}: mend the cells in yellow or whatever is wrong, save, then "
            "clientela load --fixed {quoted}",
            "{rows} rows to correct are in {file}: mend the cells in yellow or whatever is wrong, save, then "
            "clientela load --fixed {quoted}",
            rows,
        )
    ]
    if not rows:
        told = []
    if older := sum(len(sheet.records) for sheet in sheets if not sheet.mapping):
        told.append(
            ngettext(
                "{older} row of an earlier load is shown as it stood: correct it in its file and load that.",
                "{older} rows of an earlier load are shown as they stood: correct them in their files and "
                "load those.",
                older,
            )
        )
    from clientela.errors import pasted

    return [text.format(rows=rows, older=older, file=to.name, quoted=pasted(to)) for text in told]
