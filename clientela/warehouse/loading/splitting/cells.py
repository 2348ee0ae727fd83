"""What the pipeline sees of a source: anything that yields a relation of text cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clientela.warehouse.loading.splitting.proving.index import Index
from clientela.warehouse.loading.staging.conversion import literal

NUMBERS: Final = ("record_no", "file_line", "byte_start", "byte_end", "split_fault")
"""What a numbered relation says about each record, before its cells."""


@dataclass
class SheetRows:
    """Which records stand in a sheet."""

    name: str
    first_record: int
    filled: int = 0
    """How many of them are not blank."""


@dataclass(frozen=True)
class Cells:
    """Records as text, before anybody says what they mean."""

    relation: str
    """SQL of a table function with columns c0, c1, … and, where numbered, ``NUMBERS`` before them."""

    headers: tuple[str, ...]

    records: int
    """How many records were counted without DuckDB; it must read as many."""

    numbered: bool
    """Whether the relation carries the numbers. Where it does not, each physical line is one record:
    record_no is the place in the relation and ``file_line = record_no + first_line - 1``."""

    tidy: bool
    """Whether empty cells are null and the space is the only blank."""

    text: Path | None
    """The UTF-8 file that holds the records verbatim; None where the source is not text."""

    first_line: int = 2
    """Physical line of the first record, where not numbered."""

    typed: bool = False
    """Whether the file has dates and numbers of its own: a sheet, Parquet."""

    sheets: tuple[SheetRows, ...] = ()
    """Sheets in the order of their records, where the source is a workbook."""

    faulty: bool = False
    """Whether a relation that is not numbered carries ``split_fault`` all the same."""

    index: Index | None = None
    """Where its records stand in ``text``; None where the relation or the lines say so."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that stand before the cells."""
        return NUMBERS if self.numbered else NUMBERS[-1:] if self.faulty else ()

    def address(self, record_no: int, file_line: int, column: int) -> str:
        """Return where a cell stands in its workbook, as ``C3``, with the sheet where there are several.

        Args:
            record_no: of the record.
            file_line: row in its sheet, from 1.
            column: place of the column, from 0.

        Returns:
            Empty where the source is no workbook.
        """
        if not self.sheets:
            return ""
        sheet = [each.name for each in self.sheets if each.first_record <= record_no][-1]
        cell = f"{column_letters(column)}{file_line}"
        return f"{sheet}!{cell}" if len(self.sheets) > 1 else cell


def column_letters(place: int) -> str:
    """Return the letters of a column of a sheet, from 0: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_names(width: int) -> list[str]:
    """Return the columns of a relation of so many cells."""
    return [f"c{place}" for place in range(width)]


def read_csv(path: Path, delimiter: str, columns: list[str], *, quote: str, skip: int, line_end: str) -> str:
    """Return ``read_csv`` with everything pinned: DuckDB guesses nothing and forgives nothing."""
    types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    end = {"\n": "\\n", "\r\n": "\\r\\n"}[line_end]
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, skip = {skip}, "
        f"delim = {literal(delimiter)}, quote = {literal(quote)}, escape = {literal(quote)}, comment = '', "
        f"new_line = '{end}', columns = {{{types}}}, nullstr = '', strict_mode = true, "
        f"null_padding = false, ignore_errors = false, encoding = 'utf-8', compression = 'none')"
    )


def raw_lines(path: Path, first_line: int, wanted: list[int]) -> Iterator[tuple[int, str]]:
    """Yield ``(record_no, verbatim text)`` of records that are physical lines.

    Args:
        path: the text file.
        first_line: physical line of record 1.
        wanted: record numbers, rising.
    """
    numbers = iter(wanted)
    target = next(numbers, None)
    with path.open("rb") as file:
        for record_no, line in enumerate(file, 2 - first_line):
            if target is None:
                return
            if record_no == target:
                yield record_no, line.decode("utf-8", errors="replace").rstrip("\r\n")
                target = next(numbers, None)


def raw_ranges(path: Path, wanted: list[tuple[int, int, int]]) -> Iterator[tuple[int, str]]:
    """Yield ``(record_no, verbatim text)`` of records known by their byte ranges."""
    with path.open("rb") as file:
        for record_no, start, end in wanted:
            file.seek(start)
            yield record_no, file.read(end - start).decode("utf-8", errors="replace").rstrip("\r\n")
