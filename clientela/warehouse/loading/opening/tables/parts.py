"""A file with cells of its own becomes parts: one for each header that its sheets have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.archive import Archive
from clientela.warehouse.loading.opening.part import Left, Opened, Part
from clientela.warehouse.loading.opening.tables.grouping import Fits, tables_of
from clientela.warehouse.loading.opening.tables.json_records import read_records
from clientela.warehouse.loading.opening.tables.sheet import Sheet
from clientela.warehouse.loading.opening.tables.spreadsheet_xml import read_spreadsheet_xml
from clientela.warehouse.loading.opening.tables.table import Block, Table, as_text
from clientela.warehouse.loading.opening.tables.web_page import read_page
from clientela.warehouse.loading.opening.tables.workbook import read_workbook
from clientela.warehouse.loading.splitting.headers import unique


@dataclass(frozen=True)
class Asked:
    """What is known of a file before it is opened."""

    wanted: Format = field(default_factory=Format)
    """What its mapping says: sheets by name, a header row."""

    fits: Fits = bool
    """Tells of headers whether they are known; where nobody can tell, all with a name are."""


def with_tables(part: Part, asked: Asked, archive: Archive | None) -> Opened:
    """Return a part with its rows, or several where its sheets have other headers.

    Args:
        part: of any kind.
        asked: what is known of it.
        archive: the same file as an archive, where it is one.

    Raises:
        UnreadableFileError: if it is damaged, or nothing stands in it.
        MappingError: if the mapping asks for a sheet or a header that is not there.
    """
    match part.kind:
        case "sheet":
            book = read_workbook(part.path, part.name, archive)
            noted = replace(part, notes=(*part.notes, *book.notes))
            return _grouped(noted, book.sheets, tuple(book.left), asked, has_sheets=True)
        case "spreadsheetml":
            sheets, left = read_spreadsheet_xml(part.path, part.name)
            return _grouped(part, sheets, tuple(left), asked, has_sheets=True)
        case "html":
            return _grouped(part, read_page(part.path, part.name), (), asked, has_sheets=False)
        case "json":
            records = read_records(part.path, part.name)
            return Opened((replace(part, table=_records(records)) if records else part,))
    return Opened((part,))


def _grouped(
    part: Part, sheets: list[Sheet], left: tuple[Left, ...], asked: Asked, *, has_sheets: bool
) -> Opened:
    found = tables_of(part.name, sheets, asked.wanted, asked.fits, has_sheets=has_sheets)
    several = len(found.tables) > 1
    parts = tuple(
        replace(part, name=table.name, table=table, place=table.place if several else "")
        for table in found.tables
    )
    return Opened(parts, (*found.left, *left))


def _records(sheet: Sheet) -> Table:
    """Return records of JSON as a table; their names are no cells that could be a title."""
    headers = unique(as_text([next(iter(sheet.rows()))])[0])
    return Table(sheet.name, headers, [Block(sheet, 1)], has_sheets=False)
