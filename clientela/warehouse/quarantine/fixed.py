"""Read a workbook that the owner has corrected: which records it names, and what they say now."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening.tables.sheet import text_of
from clientela.warehouse.quarantine.workbook import MARK, OURS

if TYPE_CHECKING:
    from clientela.warehouse.quarantine.open_records import Sheet, Waiting


@dataclass
class FixedSheet:
    """The records of one source and header, as they are to be read again."""

    sheet: Sheet
    rows: list[tuple[Waiting, tuple[str, ...]]] = field(default_factory=list)
    """Every record that waits there, with its cells of now: as they were where the workbook leaves it out."""

    changed: int = 0
    """How many of them the owner has changed."""


def read_fixed(path: Path, sheets: list[Sheet]) -> list[FixedSheet]:
    """Return the groups of records of which the workbook changes one.

    Args:
        path: a workbook that ``quarantine export`` wrote, corrected and saved.
        sheets: what waits.

    Raises:
        UnreadableFileError: if it is no such workbook, or a column of it is gone.
    """
    said = _read_rows(path)
    found = []
    for sheet in sheets:
        if sheet.mapping is None:
            continue
        fixed = FixedSheet(sheet)
        for record in sheet.records:
            cells = _cells_of(path, sheet, record, said)
            fixed.rows.append((record, cells))
            fixed.changed += _bare(cells) != _bare(record.cells)
        if fixed.changed:
            found.append(fixed)
    return found


Row = dict[str, Any]


def _read_rows(path: Path) -> dict[str, Row]:
    """Return the workbook's rows by the name of their record, each by header."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            pages = [
                book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
            ]
    except FileNotFoundError:
        raise UnreadableFileError(
            _("There is no file {file}.").format(file=path), _("Check the name and the folder.")
        ) from None
    except (CalamineError, PasswordError, OSError) as error:
        raise UnreadableFileError(
            _("{file} cannot be read as a sheet.").format(file=path.name),
            _("Open it in Excel or LibreOffice and save it again as .xlsx."),
        ) from error
    found: dict[str, Row] = {}
    is_ours = False
    for rows in pages:
        if not rows or str(rows[0][0] if rows[0] else "").strip() != MARK:
            continue
        is_ours = True
        headers = [text_of(cell) for cell in rows[0][OURS:]]
        for row in rows[1:]:
            if name := text_of(row[0] if row else ""):
                found[name] = dict(zip(headers, row[OURS:], strict=False))
    if not is_ours:
        raise UnreadableFileError(
            _("{file} is no spreadsheet of rows to correct.").format(file=path.name),
            _("Make one with clientela quarantine export fix.xlsx, correct it, save it, then load it again."),
        )
    return found


def _cells_of(path: Path, sheet: Sheet, record: Waiting, said: dict[str, Row]) -> tuple[str, ...]:
    """Return the cells of a record as the workbook has them; as they were where it does not name it."""
    row = next((said[name] for name in record.names if name in said), None)
    if row is None:
        return record.cells
    for header in sheet.headers:
        if header.strip() not in row:
            raise UnreadableFileError(
                _("{file} has no column “{column}” any more.").format(file=path.name, column=header),
                _("Put it back, or export the rows anew: they keep all their columns."),
            )
    decimal = sheet.mapping.format.decimal if sheet.mapping else "."
    return tuple(text_of(row[header.strip()], decimal) for header in sheet.headers)


def _bare(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return cells as they are compared: a workbook keeps no blank at an end and no Windows line end."""
    return tuple(" ".join(cell.split()) for cell in cells)
