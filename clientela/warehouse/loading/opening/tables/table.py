"""Sheets with one header, read together as one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening.tables.half_swapped import HalfSwapped
from clientela.warehouse.loading.opening.tables.sheet import Row, Sheet, text_of
from clientela.warehouse.loading.splitting.cells import NUMBERS, Cells, SheetRows, read_csv
from clientela.warehouse.loading.splitting.records import BLANK_LINE, Record
from clientela.warehouse.loading.splitting.text_source import write_records


@dataclass(frozen=True)
class Block:
    """A sheet and where its records begin."""

    sheet: Sheet
    first: int
    """Rows above the first record."""

    header_rows: int = 1


@dataclass
class Table:
    """Everything under one header."""

    name: str
    """The name that the owner knows."""

    headers: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)

    has_sheets: bool = True
    """Whether a record has a place in a sheet, as ``Vendite!C3``."""

    @property
    def place(self) -> str:
        """Which sheets of its file it is."""
        return "\n".join(block.sheet.name for block in self.blocks)

    @property
    def records(self) -> int:
        """How many rows there are, blank ones included."""
        return sum(max(block.sheet.height - block.first, 0) for block in self.blocks)

    def cells(self, folder: Path, decimal: str = ".") -> Cells:
        """Write the rows as text; a row's number in its sheet is its line.

        Args:
            folder: a temporary folder.
            decimal: the sign with which numbers are to be written.

        Raises:
            UnreadableFileError: if there is no row, or the dates of a column were half swapped.
        """
        copy = folder / "records.csv"
        watch = HalfSwapped()
        spans: list[SheetRows] = []
        count = write_records(self._all(watch, spans, decimal), len(self.headers), copy)
        if not any(span.filled for span in spans):
            raise UnreadableFileError(
                _("{file} has a header and no rows.").format(file=self.name),
                _("Export it again, with its rows."),
            )
        watch.check(self.name, self.headers)
        columns = [*NUMBERS, *(f"c{place}" for place in range(len(self.headers)))]
        relation = read_csv(copy, ",", columns, quote='"', skip=0, line_end="\n")
        places = tuple(spans) if self.has_sheets else ()
        return Cells(relation, self.headers, count, True, False, None, typed=True, sheets=places)

    def _all(self, watch: HalfSwapped, spans: list[SheetRows], decimal: str) -> Iterator[Record]:
        """Yield the rows of every sheet as records; a row has no bytes of its own."""
        record_no = 0
        for block in self.blocks:
            span = SheetRows(block.sheet.name, record_no + 1)
            spans.append(span)
            for line_no, row in enumerate(block.sheet.rows(), 1):
                if line_no <= block.first:
                    continue
                record_no += 1
                watch.see(row)
                cells = [text_of(cell, decimal) for cell in row]
                span.filled += any(cells)
                yield Record(line_no, 0, 0, cells, None if any(cells) else BLANK_LINE)


def as_text(rows: Sequence[Row]) -> list[list[str]]:
    """Write rows as text, for whoever looks for a header."""
    return [[text_of(cell) for cell in row] for row in rows]
