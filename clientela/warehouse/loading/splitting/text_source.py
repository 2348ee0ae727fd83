"""Delimited text: straight to DuckDB where every line is a record, through our own splitter otherwise."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.splitting.cells import NUMBERS, Cells, read_csv
from clientela.warehouse.loading.splitting.dialect import Dialect, dialect_of, encoding_of, to_utf8
from clientela.warehouse.loading.splitting.records import WRONG_CELL_COUNT, Record, physical_lines, split
from clientela.warehouse.loading.splitting.survey import Survey, survey

_MARK: Final = b"\xef\xbb\xbf"


class TextSource:
    """A delimited text file, as UTF-8."""

    def __init__(self, opened: Part, seen: Survey, wanted: Format, folder: Path) -> None:
        """Decide encoding and dialect.

        Args:
            opened: the file.
            seen: what one pass over it found.
            wanted: what the mapping says; the file is asked about the rest.
            folder: a temporary folder for copies.
        """
        self.path, self.seen, self.folder = opened.path, seen, folder
        encoding = encoding_of(opened.path, seen, wanted.encoding)
        if (
            encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "ascii", "utf-8-sig")
            or not seen.is_utf8
        ):
            self.path = folder / "utf8"
            to_utf8(opened.path, encoding if "utf-8" not in encoding or seen.is_utf8 else "cp1252", self.path)
            self.seen = survey(self.path)
        self.line_end = b"\r" if self.seen.carriage_returns and not self.seen.line_feeds else b"\n"
        self.dialect: Dialect = dialect_of(self.path, opened.name, wanted, self.line_end)

    @property
    def headers(self) -> tuple[str, ...]:
        """The column names."""
        return self.dialect.headers

    def lines_as_records(self) -> Cells | None:
        """Return the file as DuckDB can read it unaided.

        Returns:
            None where a record may be more or less than one line: then use ``split_records``.
        """
        end = self.seen.line_end
        marked = self.dialect.skip == 0 and self._starts_with_mark()
        records = self.seen.lines - self.dialect.skip
        # One column cannot tell a blank line from an empty cell; a run of blanks is one delimiter.
        if not self.seen.one_line_one_record or end is None or marked or self.dialect.delimiter == " ":
            return None
        if len(self.headers) < 2 or records < 1:
            return None
        columns = [f"c{place}" for place in range(len(self.headers))]
        relation = read_csv(
            self.path, self.dialect.delimiter, columns, quote="", skip=self.dialect.skip, line_end=end
        )
        tidy = self.seen.is_ascii and not self._has_tab()
        return Cells(relation, self.headers, records, False, tidy, self.path, self.dialect.skip + 1)

    def _starts_with_mark(self) -> bool:
        """Tell whether the first record would begin with a byte order mark."""
        with self.path.open("rb") as file:
            return file.read(3) == _MARK

    def _has_tab(self) -> bool:
        """Tell whether a tab may stand at the end of a cell."""
        return self.seen.has_tab and self.dialect.delimiter != "\t"

    def split_records(self, progress: Callable[[float], None] | None = None) -> Cells:
        """Split the file ourselves into a clean copy with the numbers of every record."""
        copy = self.folder / "records.csv"
        with self.path.open("rb") as file:
            records = split(physical_lines(file, self.line_end), self.dialect.delimiter, self.dialect.skip)
            count = write_records(records, len(self.headers), copy, self.seen.size, progress)
        columns = [*NUMBERS, *(f"c{place}" for place in range(len(self.headers)))]
        relation = read_csv(copy, ",", columns, quote='"', skip=0, line_end="\n")
        return Cells(relation, self.headers, count, True, False, self.path)


def write_records(
    records: Iterable[Record],
    width: int,
    to: Path,
    size: int = 0,
    progress: Callable[[float], None] | None = None,
) -> int:
    """Write records with their numbers as the one kind of CSV that DuckDB is given.

    Returns:
        How many records were written.
    """
    count = 0
    empty = [""] * width
    with to.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n").writerow
        for count, record in enumerate(records, 1):
            cells, fault = record.cells, record.fault
            if len(cells) > width and not any(map(str.strip, cells[width:])):
                cells = cells[:width]
            if not fault and len(cells) != width:
                fault = WRONG_CELL_COUNT
            # What can be told of a bad record is kept, so that its order is known to be incomplete.
            cells = cells if len(cells) == width else (cells + empty)[:width]
            write((count, record.line_no, record.byte_start, record.byte_end, fault, *cells))
            if progress and not count % 100_000:
                progress(record.byte_end / max(size, 1))
    return count
