"""A workbook: .xlsx, .xlsb, .xls or .ods, its visible sheets with what a reader of cells leaves blank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.archive import Archive
from clientela.warehouse.loading.opening.names import shown
from clientela.warehouse.loading.opening.part import Left
from clientela.warehouse.loading.opening.tables import ods_look, xls_look, xlsx_look
from clientela.warehouse.loading.opening.tables.second_look import SecondLook
from clientela.warehouse.loading.opening.tables.sheet import NO_VALUE, Row, Sheet
from clientela.warehouse.loading.splitting.cells import column_letters

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_MOST_CELLS_NAMED: Final = 20
"""Cells that a sentence names."""

_PANIC: Final = "PanicException"
"""What the reader raises on a file that it did not expect; it is no ``Exception``."""


@dataclass
class Workbook:
    """What a workbook holds."""

    sheets: list[Sheet] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_workbook(path: Path, name: str, archive: Archive | None) -> Workbook:
    """Return the visible sheets.

    Args:
        path: where it is.
        name: the file, as the owner knows it.
        archive: the same file as an archive that has passed the limits; None for .xls.

    Raises:
        UnreadableFileError: if it is damaged, protected, without a visible sheet, or a sheet reaches too far.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    again = _again(path, name, archive)
    found = Workbook()
    visible = set()
    with _in_words(name):
        book: CalamineWorkbook = CalamineWorkbook.from_path(str(path))
        for each in book.sheets_metadata:
            if each.typ != SheetTypeEnum.WorkSheet:
                continue
            if each.visible != SheetVisibleEnum.Visible:
                found.left.append(Left(f"{name}: {shown(each.name)}", _("the sheet is hidden")))
                continue
            visible.add(each.name)
            found.sheets.append(_sheet(book.get_sheet_by_name(each.name), again.get(each.name), name))
    if not found.sheets:
        raise UnreadableFileError(
            _("{file} has no visible sheet.").format(file=name), _("Show the sheet and save it again.")
        )
    found.notes += _hidden_rows(name, found.sheets)
    looks = {sheet: look for sheet, look in again.items() if look.cells and sheet in visible}
    found.notes += _blanked(name, looks, several=len(found.sheets) > 1)
    return found


def _again(path: Path, name: str, archive: Archive | None) -> dict[str, SecondLook]:
    """Look at the file itself for what the reader of cells does not hand on."""
    if archive is None:
        return xls_look.look_again(path)
    content = next((member for member in archive.members if member.filename == "content.xml"), None)
    if content:
        return ods_look.look_again(archive, content)
    return xlsx_look.look_again(archive, name)


def _sheet(sheet: CalamineSheet, again: SecondLook | None, name: str) -> Sheet:
    """Return one sheet; its rows stay with the reader until they are asked for."""
    end = sheet.end
    height = end[0] + 1 if end else 0
    if end and height * (end[1] + 1) > limits.MOST_CELLS:
        raise limits.too_far(name, sheet.name)
    again = again or SecondLook()
    rows = partial(_rows, sheet, again, name)
    return Sheet(shown(sheet.name), rows, max(height, again.height), again.hidden_rows)


def _rows(sheet: CalamineSheet, again: SecondLook, name: str) -> Iterable[Row]:
    """Yield the rows from the first of the sheet, with the cells that the reader blanks put back."""
    start = sheet.start or (0, 0)
    above: Iterator[Row] = ([] for _row in range(start[0]))
    margin: Row = [""] * start[1]
    place = 0
    with _in_words(name):
        for place, row in enumerate(_joined(above, sheet.iter_rows()), 1):
            cells = margin + row if place > start[0] else row
            yield _put_back(cells, again.cells.get(place))
    for later in range(place + 1, again.height + 1):
        yield _put_back([], again.cells.get(later))


def _joined(above: Iterable[Row], below: Iterable[Sequence[object]]) -> Iterator[Row]:
    yield from above
    yield from map(list, below)


def _put_back(row: Row, found: dict[int, str] | None) -> Row:
    """Write errors and formulas without a value where the reader left a blank or a nought for them."""
    for column, text in (found or {}).items():
        row = row + [""] * (column + 1 - len(row))
        row[column] = text
    return row


def _hidden_rows(name: str, sheets: list[Sheet]) -> list[str]:
    """Say that rows which a filter hides are read as well."""
    return [
        ngettext(
            "{file}: {count} row of sheet {sheet} is hidden, and is read like the others.",
            "{file}: {count} rows of sheet {sheet} are hidden, and are read like the others.",
            sheet.hidden_rows,
        ).format(file=name, sheet=sheet.name, count=sheet.hidden_rows)
        for sheet in sheets
        if sheet.hidden_rows
    ]


def _blanked(name: str, looks: dict[str, SecondLook], *, several: bool) -> list[str]:
    """Name the cells that hold an error, and those that hold a formula without a value."""
    errors, formulas = [], []
    for sheet, look in looks.items():
        for row, cells in sorted(look.cells.items()):
            for column, text in sorted(cells.items()):
                address = (f"{shown(sheet)}!" if several else "") + f"{column_letters(column)}{row}"
                if text == NO_VALUE:
                    formulas.append(address)
                else:
                    errors.append(f"{address} ({text})")
    notes = []
    if errors:
        text = ngettext(
            "{file}: {count} cell holds an error: {cells}.",
            "{file}: {count} cells hold an error: {cells}.",
            len(errors),
        )
        notes.append(text.format(file=name, count=len(errors), cells=_some(errors)))
    if formulas:
        text = ngettext(
            "{file}: {count} cell holds a formula that was never computed: {cells}.",
            "{file}: {count} cells hold formulas that were never computed: {cells}.",
            len(formulas),
        )
        notes.append(text.format(file=name, count=len(formulas), cells=_some(formulas)))
    return notes


def _some(cells: list[str]) -> str:
    """Join the first cells."""
    return ", ".join(cells[:_MOST_CELLS_NAMED]) + (" …" if len(cells) > _MOST_CELLS_NAMED else "")


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """Say in a sentence what the reader of workbooks complains of."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise UnreadableFileError(
            _("{file} is protected by a password.").format(file=name), _("Save it without the password.")
        ) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise _unreadable(name) from error
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise _unreadable(name) from error
        raise


def _unreadable(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        _("{file} cannot be read as a sheet.").format(file=name),
        _("Open it in Excel or LibreOffice and save it again as .xlsx or CSV."),
    )
