"""The first visible sheet of an Excel or LibreOffice file, and Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clientela.errors import MappingError, UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.splitting.cells import NUMBERS, Cells, read_csv
from clientela.warehouse.loading.splitting.headers import unique
from clientela.warehouse.loading.splitting.records import BLANK_LINE, Record
from clientela.warehouse.loading.splitting.text_source import write_records
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def read_sheet(opened: Part, wanted: Format, folder: Path) -> Cells:
    """Read the first visible sheet; its rows are records and their numbers the lines.

    Raises:
        UnreadableFileError: if it is damaged, protected, without a visible sheet or without rows.
    """
    rows = _rows(opened)
    if isinstance(wanted.header, bool):
        header = next((place for place, row in enumerate(rows) if any(map(_text, row))), 0)
    else:
        header = wanted.header - 1
    if wanted.header is False:
        headers, first = list(wanted.columns), 0
    elif header < len(rows):
        headers, first = [_text(cell) for cell in rows[header]], header + 1
    else:
        raise MappingError(
            _("{file}: there is no header on line {line}.").format(file=opened.name, line=header + 1),
            _("Correct format.header in the mapping."),
        )
    while headers and not headers[-1]:
        headers.pop()
    if not any(any(map(_text, row)) for row in rows[first:]):
        raise UnreadableFileError(
            _("{file} has a header and no rows.").format(file=opened.name),
            _("Export it again, with its rows."),
        )
    copy = folder / "records.csv"
    count = write_records(_records(rows[first:], first + 1, wanted.decimal), len(headers), copy)
    columns = [*NUMBERS, *(f"c{place}" for place in range(len(headers)))]
    relation = read_csv(copy, ",", columns, quote='"', skip=0, line_end="\n")
    return Cells(relation, unique(headers), count, True, False, None, typed=True)


def read_parquet(db: DuckDBPyConnection, opened: Part) -> Cells:
    """Read Parquet as text; its own types write dates as ISO and numbers with a point.

    Raises:
        UnreadableFileError: if it is damaged or has no rows.
    """
    import duckdb

    file = f"read_parquet({literal(str(opened.path))}, file_row_number = true)"
    try:
        described = db.execute(f"describe select * exclude (file_row_number) from {file}").fetchall()
        (count,) = db.execute(f"select count(*) from {file}").fetchall()[0]
    except duckdb.Error as error:
        raise UnreadableFileError(
            _("{file} is damaged: it is not readable as Parquet.").format(file=opened.name),
            _("Export it again."),
        ) from error
    if not count:
        raise UnreadableFileError(
            _("{file} has a header and no rows.").format(file=opened.name),
            _("Export it again, with its rows."),
        )
    cells = ", ".join(
        f"cast({quoted(name)} as varchar) as c{place}" for place, (name, *_rest) in enumerate(described)
    )
    numbers = (
        "file_row_number + 1 as record_no, file_row_number + 1 as file_line, 0 as byte_start, 0 as byte_end, "
        "cast(null as varchar) as split_fault"
    )
    relation = f"(select {numbers}, {cells} from {file})"
    return Cells(relation, unique([row[0] for row in described]), count, True, False, None, typed=True)


def _rows(opened: Part) -> list[list[Any]]:
    """Return the rows of the first visible sheet, empty ones above the data included."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(str(opened.path)) as book:
            visible = [
                sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible
            ]
            if visible:
                return book.get_sheet_by_name(visible[0]).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise UnreadableFileError(
            _("{file} is protected by a password.").format(file=opened.name),
            _("Save it without the password."),
        ) from error
    except (CalamineError, OSError) as error:
        raise UnreadableFileError(
            _("{file} cannot be read as a sheet.").format(file=opened.name),
            _("Open it in Excel or LibreOffice and save it again as .xlsx or CSV."),
        ) from error
    raise UnreadableFileError(
        _("{file} has no visible sheet.").format(file=opened.name), _("Show the sheet and save it again.")
    )


def _records(rows: list[list[Any]], first: int, decimal: str) -> Iterator[Record]:
    """Yield the rows as records; a row has no bytes of its own."""
    for line_no, row in enumerate(rows, first):
        cells = [_text(cell, decimal) for cell in row]
        yield Record(line_no, 0, 0, cells, None if any(cells) else BLANK_LINE)


def _text(cell: object, decimal: str = ".") -> str:
    """Write a cell as the rest of the file would have been written."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        text = f"{cell:.0f}" if cell.is_integer() else format(cell, ".15g")
        return text.replace(".", decimal)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell).strip()
