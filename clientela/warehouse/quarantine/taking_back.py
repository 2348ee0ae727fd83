"""Take back what the owner has corrected: read as its file was read, whole documents, all or nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import ClientelaError
from clientela.warehouse.loading.failures import in_words
from clientela.warehouse.loading.how import How
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.merging.batches import next_id
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.opening.scratch import scratch_folder
from clientela.warehouse.loading.pipeline import load_part
from clientela.warehouse.loading.splitting.cells import NUMBERS, Cells, read_csv
from clientela.warehouse.loading.splitting.records import BLANK_LINE, Record
from clientela.warehouse.loading.splitting.text_source import write_records
from clientela.warehouse.loading.staging.advice import advice
from clientela.warehouse.quarantine.fixed import FixedSheet, read_fixed
from clientela.warehouse.quarantine.open_records import OPEN, Waiting, waiting_sheets

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.loading.result import LoadResult

HEADER_ROWS: Final = 1


@dataclass(frozen=True)
class StillWrong:
    """A record that was changed and cannot be used yet."""

    name: str
    file_name: str
    line_no: int
    code: str
    advice: str


class NothingTakenError(ClientelaError):
    """Every record still waits: there is no load."""


@dataclass(frozen=True)
class FixedRows:
    """The records as a table of texts, among which dates and numbers of a spreadsheet may stand."""

    fixed: FixedSheet

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the names of the columns, as their file had them."""
        return self.fixed.sheet.headers

    def cells(self, folder: Path, _decimal: str = ".") -> Cells:
        """Write the rows as text; the first one stands on line 2."""
        records = [
            Record(line, 0, 0, list(cells), None if any(cells) else BLANK_LINE)
            for line, (_record, cells) in enumerate(self.fixed.rows, HEADER_ROWS + 1)
        ]
        copy = folder / "records.csv"
        count = write_records(iter(records), len(self.headers), copy)
        columns = [*NUMBERS, *(f"c{place}" for place in range(len(self.headers)))]
        relation = read_csv(copy, ",", columns, quote='"', skip=0, line_end="\n")
        return Cells(relation, self.headers, count, True, False, None, typed=True)


@dataclass
class TakingBack:
    """One group of corrected records, on its way through the pipeline."""

    fixed: FixedSheet
    newest_on: date | None
    """The newest day of the files that first brought them: their versions are as new as that."""

    still_wrong: list[StillWrong] = field(default_factory=list)
    untouched: int = 0
    """Records that were not changed and wait on."""

    def settle(self, db: DuckDBPyConnection, batch_id: int) -> None:
        """Let go of what still waits, and note of the rest that it came back; inside the load's transaction.

        Args:
            db: the shop's database; ``staged`` and ``verdicts`` are those of the corrected records.
            batch_id: this load.
        """
        rows = db.execute(
            """
            select s.record_no, s.file_line, v.code
            from temp.staged s
            left join (from temp.verdicts where disposition = 'quarantined') v using (record_no)
            """
        ).fetchall()
        waiting = {line: code for _no, line, code in rows if code is not None}
        for place, (record, cells) in enumerate(self.fixed.rows):
            line = place + HEADER_ROWS + 1
            if line not in waiting:
                self._note(db, record, batch_id)
            elif [*map(str.split, cells)] != [*map(str.split, record.cells)]:
                code = waiting[line]
                self.still_wrong.append(
                    StillWrong(record.name, record.file_name, record.line_no, code, advice(code))
                )
            else:
                self.untouched += 1
        if len(waiting) == len(rows):
            raise NothingTakenError("")
        numbers = [number for number, _line, code in rows if code is not None]
        if numbers:
            db.execute(f"delete from temp.stage where record_no in ({', '.join(map(str, numbers))})")
            db.execute("delete from temp.verdicts where disposition = 'quarantined'")

    def _note(self, db: DuckDBPyConnection, record: Waiting, batch_id: int) -> None:
        """Move a record out of the quarantine, with its copies that other files brought."""
        sheet = self.fixed.sheet
        db.execute(
            f"""
            insert into meta.taken_back
            select batch_id, record_no, line_no, code, column_name, value, amount, raw, cells, source,
                table_name, {batch_id}
            from ({OPEN}) o
            where source = ? and table_name = ? and (cells, nth) in (
                select (cells, nth) from ({OPEN}) where batch_id = ? and record_no = ?
            )
            """,
            [sheet.source, sheet.table, record.batch_id, record.record_no],
        )


@dataclass
class TakenBack:
    """What came of a corrected workbook."""

    results: list[LoadResult] = field(default_factory=list)
    still_wrong: list[StillWrong] = field(default_factory=list)
    untouched: int = 0
    taken: int = 0
    """Records that left the quarantine."""


def take_back(db: DuckDBPyConnection, path: Path, taken: TakenBack, how: How) -> None:
    """Load the corrected records of a workbook, each group as its file was.

    Args:
        db: the shop's database, no transaction open.
        path: the workbook.
        taken: what came of it, filled in on the way.
        how: the day and the zone; mapping and source are those of the records.

    Raises:
        UnreadableFileError: if it is no such workbook.
        WarehouseError: if the database cannot take it.
    """
    with in_words(), scratch_folder() as scratch:
        for fixed in read_fixed(path, waiting_sheets(db)):
            back = TakingBack(fixed, _newest_on(db, fixed))
            copy = scratch.new()
            # Two workbooks that say the same are two loads, for what they meet is not the same.
            copy.write_text(f"{next_id(db)} {fixed.rows!r}", encoding="utf-8")
            part = Part(copy, path.name, "sheet", table=FixedRows(fixed))
            plain: How = {
                **how,
                "mapping": _mapping(fixed),
                "taking_back": back,
                "table": None,
                "source": None,
            }
            with suppress(NothingTakenError):
                taken.results.append(load_part(db, part, scratch, **plain))
            taken.still_wrong += back.still_wrong
            taken.untouched += back.untouched
            taken.taken += len(fixed.rows) - len(back.still_wrong) - back.untouched


def _mapping(fixed: FixedSheet) -> Mapping:
    """Return the mapping of the records' file, for a clean sheet with one header."""
    mapping = fixed.sheet.mapping
    assert mapping is not None
    form = replace(
        mapping.format,
        encoding=None,
        delimiter=None,
        quote=None,
        header=1,
        header_rows=1,
        columns=(),
        sheets=(),
    )
    return replace(mapping, format=form)


def _newest_on(db: DuckDBPyConnection, fixed: FixedSheet) -> date | None:
    """Return the newest day of the files that brought the records."""
    batches = ", ".join(sorted({str(record.batch_id) for record, _cells in fixed.rows}))
    found: date | None = db.execute(
        f"select max(coalesce(newest_on, last_event_on)) from meta.batches where batch_id in ({batches})"
    ).fetchall()[0][0]
    return found
