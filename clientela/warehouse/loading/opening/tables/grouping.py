"""Which sheets of a file are one table: those with one header; and what of the rest is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from clientela.errors import MappingError, UnreadableFileError
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.part import Left
from clientela.warehouse.loading.opening.tables.sheet import Sheet
from clientela.warehouse.loading.opening.tables.table import Block, Table, as_text
from clientela.warehouse.loading.splitting.headers import Header, find_header, header_at, unique

_LOOKED_AT: Final = 120
"""Rows from the top in which a header is looked for."""

_MOST_NAMED: Final = 12
"""Sheets whose names stand in the name of a part."""

Fits = Callable[[tuple[str, ...]], bool]
"""Tells of headers whether they are known to be a table of sales, customers and the like."""


@dataclass(frozen=True)
class Grouped:
    """The tables of a file, and the sheets that are none of them."""

    tables: tuple[Table, ...]
    left: tuple[Left, ...]


def tables_of(name: str, sheets: Sequence[Sheet], wanted: Format, fits: Fits, *, has_sheets: bool) -> Grouped:
    """Put sheets with the same header together, in their order.

    A table is read where its headers are known; where none's are, the one with the most rows is.

    Args:
        name: of the file, as the owner knows it.
        sheets: every sheet that may be read.
        wanted: what the mapping says: sheets by name, a header row.
        fits: tells whether headers are known.
        has_sheets: whether the file is a workbook, whose sheets a mapping can name.

    Raises:
        UnreadableFileError: if there is no row at all.
        MappingError: if a sheet or a header that the mapping names is not there.
    """
    named = _named(name, sheets, wanted)
    groups: dict[tuple[str, ...], Table] = {}
    for sheet in named:
        found = _block(name, sheet, wanted)
        if found:
            headers, block = found
            key = tuple(" ".join(header.split()).casefold() for header in headers)
            groups.setdefault(key, Table(name, headers, has_sheets=has_sheets)).blocks.append(block)
    if not groups:
        raise UnreadableFileError(
            _("{file} has a header and no rows.").format(file=name), _("Export it again, with its rows.")
        )
    tables = list(groups.values())
    read = tables if wanted.sheets else [table for table in tables if table.records and fits(table.headers)]
    if not read:
        read = [max(tables, key=lambda table: table.records)]
    blocks = sum(len(table.blocks) for table in tables)
    for table in read:
        if blocks > 1:
            table.name = f"{name}: {_names(table)}"
    left = [
        Left(f"{name}: {block.sheet.name}", _why(table, has_sheets=has_sheets))
        for table in tables
        if table not in read
        for block in table.blocks
    ]
    unnamed = [sheet for sheet in sheets if sheet not in named]
    left += [Left(f"{name}: {sheet.name}", _("the mapping does not name it")) for sheet in unnamed]
    return Grouped(tuple(read), tuple(left))


def _named(name: str, sheets: Sequence[Sheet], wanted: Format) -> list[Sheet]:
    """Return the sheets that the mapping asks for; all where it does not say."""
    if not wanted.sheets:
        return list(sheets)
    known = {sheet.name: sheet for sheet in sheets}
    for each in wanted.sheets:
        if each not in known:
            raise MappingError(
                _("{file} has no visible sheet “{sheet}”.").format(file=name, sheet=each),
                _("Correct format.sheets in the mapping; there are: {sheets}.").format(
                    sheets=", ".join(known)
                ),
            )
    return [known[each] for each in wanted.sheets]


def _block(name: str, sheet: Sheet, wanted: Format) -> tuple[tuple[str, ...], Block] | None:
    """Return the headers of a sheet and where its records begin; None for a blank sheet."""
    top = as_text(list(islice(sheet.rows(), max(_LOOKED_AT, _line(wanted) + wanted.header_rows))))
    if not any(map(any, top)):
        return None
    if wanted.header is False:
        return wanted.columns, Block(sheet, 0, 0)
    if not isinstance(wanted.header, bool):
        if _line(wanted) >= len(top):
            raise MappingError(
                _("{file}: there is no header on line {line}.").format(file=name, line=wanted.header),
                _("Correct format.header in the mapping."),
            )
        found = header_at(top, _line(wanted), wanted.header_rows)
    else:
        found = find_header(top)
    if found.data >= sheet.height and found.first:
        # The last row is no header of the rows above it.
        found = Header(0, 0, (), 0)
    width = found.width or max(map(len, top))
    names = [*found.names, *[""] * width][:width]
    return unique(names), Block(sheet, found.data, found.rows)


def _line(wanted: Format) -> int:
    """Return how many rows stand above the header that the mapping names."""
    return 0 if isinstance(wanted.header, bool) else wanted.header - 1


def _names(table: Table) -> str:
    names = [block.sheet.name for block in table.blocks]
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")


def _why(table: Table, *, has_sheets: bool) -> str:
    rows = ngettext("{count} row", "{count} rows", table.records).format(count=table.records)
    columns = ", ".join(table.headers[:4])
    if has_sheets:
        return _(
            "its columns are others ({columns}; {rows}); to read it, name it in format.sheets of a mapping"
        ).format(columns=columns, rows=rows)
    return _("its columns are others ({columns}; {rows})").format(columns=columns, rows=rows)
