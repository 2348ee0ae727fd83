"""Delimited text: straight to DuckDB where every line is a record, proven or split by us otherwise."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.splitting.cells import NUMBERS, Cells, cell_names, read_csv
from clientela.warehouse.loading.splitting.dialect import Dialect, dialect_of
from clientela.warehouse.loading.splitting.encoding import encoding_of, to_utf8
from clientela.warehouse.loading.splitting.findings import damage_said, damaged_cells, encoding_said
from clientela.warehouse.loading.splitting.fitting import TOLD_BY, Fitting
from clientela.warehouse.loading.splitting.proving.copies import MARKER, Copy
from clientela.warehouse.loading.splitting.proving.index import Index
from clientela.warehouse.loading.splitting.proving.quick import can_prove, index_of
from clientela.warehouse.loading.splitting.records import (
    REPEATED_HEADER,
    WRONG_CELL_COUNT,
    Record,
    physical_lines,
    split,
    text_of,
)
from clientela.warehouse.loading.splitting.survey import Survey, survey
from clientela.warehouse.loading.staging.conversion import literal

_MARK: Final = b"\xef\xbb\xbf"

Progress = Callable[[float], None]


class TextSource:
    """A delimited text file, as UTF-8."""

    def __init__(
        self, opened: Part, seen: Survey, wanted: Format, folder: Path, known: Iterable[str] = ()
    ) -> None:
        """Decide encoding and dialect.

        Args:
            opened: the file.
            seen: what one pass over it found.
            wanted: what the mapping says; the file is asked about the rest.
            folder: a temporary folder for copies.
            known: names that the header certainly holds.
        """
        self.name, self.path, self.seen, self.folder = opened.name, opened.path, seen, folder
        encoding = encoding_of(opened.path, valid=seen.is_utf8, has_nul=seen.has_nul, wanted=wanted.encoding)
        self._certain: Cells | None = None
        self._is_copy = not encoding.is_utf8 or not seen.is_utf8
        if self._is_copy:
            self.path = folder / "utf8"
            to_utf8(opened.path, encoding.name, self.path)
            self.seen = survey(self.path)
        self.dialect: Dialect = dialect_of(
            self.path, opened.name, wanted, self.seen.ends_lines, encoding, known
        )

    @property
    def headers(self) -> tuple[str, ...]:
        """The column names."""
        return self.dialect.headers

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said of how the file was read, one sentence each."""
        damaged = damage_said(*damaged_cells(self.path, self.dialect)) if self._is_copy else ""
        return tuple(filter(None, (encoding_said(self.dialect.encoding), damaged)))

    def needs_rows(self) -> None:
        """Refuse a file with a header alone.

        Raises:
            UnreadableFileError: if nothing but blank lines follows its header.
        """
        if not self.dialect.has_rows:
            raise UnreadableFileError(
                _("{file} has a header and no rows.").format(file=self.name),
                _("Export it again, with its rows."),
            )

    def lines_as_records(self) -> Cells | None:
        """Return the file as DuckDB can read it unaided.

        Returns:
            None where a record may be more or less than one line: then use ``proven_records``.
        """
        end = self.seen.line_end
        marked = self.dialect.skip == 0 and self._starts_with_mark()
        records = self.seen.lines - self.dialect.skip
        # One column cannot tell a blank line from an empty cell; a run of blanks is one delimiter.
        if not self.seen.one_line_one_record or end is None or marked or self.dialect.signs.runs:
            return None
        if len(self.headers) < 2 or records < 1 or self._holds_other_quotes():
            return None
        relation = read_csv(
            self.path,
            self.dialect.delimiter,
            cell_names(len(self.headers)),
            quote="",
            skip=self.dialect.skip,
            line_end=end,
        )
        first = self.dialect.skip + 1
        relation = _told(relation, self.dialect.fitting, marked=False)
        return Cells(relation, self.headers, records, False, self._is_tidy(), self.path, first, faulty=True)

    def proven_records(self, progress: Progress | None = None) -> Cells | None:
        """Return the file, or a copy, as DuckDB can read it: every record is proven or written anew.

        Returns:
            None where the quick way does not know such a table: then use ``split_records``.
        """
        table = self.dialect.table
        if not can_prove(table.signs, table.width):
            return None
        copy = Copy(
            self.path,
            self.folder / "copy.csv",
            self.dialect.fitting,
            table.line_end,
            always=not self._skips_alike(),
        )
        with copy:
            index = index_of(self.path, table, copy, progress)
        relation = read_csv(
            copy.to if copy.made else self.path,
            table.signs.delimiter,
            cell_names(table.width),
            quote=table.signs.quote,
            skip=0 if copy.made else table.skip,
            line_end="\n",
        )
        relation = _told(relation, self.dialect.fitting, marked=copy.faults > 0)
        if index.one_line_each:
            first = table.skip + 1
            return Cells(
                relation,
                self.headers,
                index.records,
                False,
                self._is_tidy(),
                self.path,
                first,
                faulty=True,
                index=index,
            )
        relation = _numbered(relation, index, self.folder / "lines.csv")
        return Cells(relation, self.headers, index.records, True, False, self.path, index=index)

    def certain_records(self) -> Cells:
        """Return the records in the quickest way that is certain to work."""
        self._certain = self._certain or self.proven_records() or self.split_records()
        return self._certain

    def split_records(self, progress: Progress | None = None) -> Cells:
        """Split the file ourselves into a clean copy with the numbers of every record."""
        copy = self.folder / "records.csv"
        dialect = self.dialect
        with self.path.open("rb") as file:
            lines = physical_lines(file, dialect.line_end)
            records = split(lines, dialect.signs, dialect.skip, len(self.headers))
            count = write_records(
                records, len(self.headers), copy, self.seen.size, progress, fitting=dialect.fitting
            )
        columns = [*NUMBERS, *cell_names(len(self.headers))]
        relation = read_csv(copy, ",", columns, quote='"', skip=0, line_end="\n")
        return Cells(relation, self.headers, count, True, False, self.path)

    def _starts_with_mark(self) -> bool:
        """Tell whether the first record would begin with a byte order mark."""
        with self.path.open("rb") as file:
            return file.read(3) == _MARK

    def _skips_alike(self) -> bool:
        """Tell whether DuckDB skips the lines before the first record as we do: none, or a sound one."""
        if not self.dialect.skip:
            return not self._starts_with_mark()
        with self.path.open("rb") as file:
            line = next(physical_lines(file, self.dialect.line_end), b"")
        sound = b"\r" not in line and bool(self.dialect.signs.cells(text_of(line, first=True)))
        return self.dialect.skip == 1 and sound and line.endswith(b"\n") and not line.isspace()

    def _is_tidy(self) -> bool:
        """Tell whether no cell can hold other blanks than the space."""
        return self.seen.is_ascii and not (self.seen.has_tab and self.dialect.delimiter != "\t")

    def _holds_other_quotes(self) -> bool:
        """Tell whether cells may be wrapped in another sign than the survey looked for."""
        return self.dialect.signs.quote not in ('"', "")


def _told(relation: str, fitting: Fitting, *, marked: bool) -> str:
    """Return the relation with the faults of its records: those marked in a copy, and headers said again."""
    mark = f"chr({ord(MARKER)})"
    faults, first = [], "c0"
    if marked:
        is_marked = f"starts_with(c0, {mark})"
        faults.append(f"when {is_marked} then nullif(split_part(c0, {mark}, 2), '')")
        after = f"instr(substr(c0, 2), {mark}) + 2"
        first = f"case when {is_marked} then nullif(substr(c0, {after}), '') else c0 end as c0"
    if header := [(place, name) for place, name in enumerate(fitting.header[:TOLD_BY])]:
        same = " and ".join(
            f"c{place} = {literal(name)}" if name else f"c{place} is null" for place, name in header
        )
        faults.append(f"when {same} then '{REPEATED_HEADER}'")
    fault = f"case {' '.join(faults)} end" if faults else "cast(null as varchar)"
    others = "".join(f", {name}" for name in cell_names(fitting.width)[1:])
    return f"(select {fault} as split_fault, {first}{others} from {relation})"


def _numbered(relation: str, index: Index, lines: Path) -> str:
    """Return the relation with the number and the first line of every record."""
    with lines.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(index.line_steps())
    steps = read_csv(lines, ",", ["n", "line"], quote="", skip=0, line_end="\n")
    typed = f"(select cast(n as bigint) as n, cast(line as bigint) as line from {steps})"
    counted = f"(select row_number() over () as record_no, * from {relation})"
    return (
        f"(select s.line + r.record_no - s.n as file_line, 0 as byte_start, 0 as byte_end, r.* "
        f"from {counted} r asof join {typed} s on r.record_no >= s.n)"
    )


def write_records(
    records: Iterable[Record],
    width: int,
    to: Path,
    size: int = 0,
    progress: Progress | None = None,
    fitting: Fitting | None = None,
) -> int:
    """Write records with their numbers as the one kind of CSV that DuckDB is given.

    Returns:
        How many records were written.
    """
    count = 0
    empty = [""] * width
    with to.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n").writerow
        # A bare carriage return is wrapped, for DuckDB would end the line there.
        wrap = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        for count, record in enumerate(records, 1):
            cells, fault = record.cells, record.fault
            if fitting:
                cells, fault = fitting.fit(cells, fault, record.text)
            elif len(cells) > width and not any(map(str.strip, cells[width:])):
                cells = cells[:width]
            if not fault and len(cells) != width:
                fault = WRONG_CELL_COUNT
            # What can be told of a bad record is kept, so that its order is known to be incomplete.
            cells = cells if len(cells) == width else (cells + empty)[:width]
            told = (count, record.line_no, record.byte_start, record.byte_end, fault, *cells)
            (wrap if "\r" in "".join(cells) else write)(told)
            if progress and not count % 100_000:
                progress(record.byte_end / max(size, 1))
    return count
