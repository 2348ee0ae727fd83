"""Keep the records that were not merged, verbatim, with the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clientela.warehouse.loading.splitting.cells import Cells, raw_lines, raw_ranges, read_csv
from clientela.warehouse.loading.staging.fields import FAULT, PART
from clientela.warehouse.loading.staging.verdicts import none_yet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_REFUSED = "temp.verdicts where disposition in ('set_aside', 'quarantined')"


def keep_refused(db: DuckDBPyConnection, cells: Cells, batch_id: int, folder: Path) -> None:
    """Write ``meta.refused_records``, the text of each record taken from the file itself."""
    if none_yet(db):
        return
    raw = _from_file(db, cells, folder) if cells.text else _from_cells(cells)
    db.execute(
        f"""
        insert into meta.refused_records
        select {batch_id}, v.record_no, s.file_line, v.disposition, v.code, v.column_name, v.value,
            coalesce(s.money, 0), coalesce(t.raw, '')
        from (from {_REFUSED}) v
        join temp.staged s using (record_no)
        left join {raw} t using (record_no)
        """
    )


def keep_listed(db: DuckDBPyConnection, batch_id: int) -> None:
    """Write ``meta.listed_cells``: all faults of the records to correct, and such cells of others."""
    part = [f"nullif(split_part(one, '{PART}', {place}), '')" for place in (2, 3)]
    db.execute(
        f"""
        insert into meta.listed_cells
        select {batch_id}, record_no, file_line, 'quarantined',
            split_part(one, '{PART}', 1), {", ".join(part)}
        from (
            select s.record_no, s.file_line, unnest(string_split(s.fault, '{FAULT}')) as one
            from temp.staged s
            semi join (select record_no from temp.verdicts where disposition = 'quarantined') v
                on v.record_no = s.record_no
            where s.fault is not null
        )
        union all
        select {batch_id}, v.record_no, s.file_line, 'quarantined', v.code, v.column_name, v.value
        from temp.verdicts v join temp.staged s on s.record_no = v.record_no
        where v.disposition = 'quarantined' and s.fault is null
        union all
        select {batch_id}, n.record_no, s.file_line, 'kept', n.code, n.column_name, n.value
        from temp.noted n
        join temp.staged s on s.record_no = n.record_no
        anti join (from {_REFUSED}) v on v.record_no = n.record_no
        """
    )


def _from_file(db: DuckDBPyConnection, cells: Cells, folder: Path) -> str:
    """Fetch the records from the file; return the SQL of (record_no, raw)."""
    assert cells.text is not None
    copy = folder / "refused.csv"
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
            _verbatim(db, cells, cells.text)
        )
    relation = read_csv(copy, ",", ["n", "raw"], quote='"', skip=0, line_end="\n")
    return f"(select cast(n as bigint) as record_no, raw from {relation})"


def _verbatim(db: DuckDBPyConnection, cells: Cells, text: Path) -> Iterator[tuple[int, str]]:
    """Yield the records in the file's order."""
    numbers = f"select record_no from {_REFUSED}"
    if cells.index:
        wanted = db.execute(f"{numbers} order by record_no").fetchall()
        return cells.index.texts([row[0] for row in wanted])
    if not cells.numbered:
        wanted = db.execute(f"{numbers} order by record_no").fetchall()
        return raw_lines(text, cells.first_line, [row[0] for row in wanted])
    ranges = db.execute(
        f"select record_no, byte_start, byte_end from temp.stage semi join ({numbers}) using (record_no) "
        "order by record_no"
    ).fetchall()
    return raw_ranges(text, ranges)


def _from_cells(cells: Cells) -> str:
    """Return the SQL of (record_no, raw) where the source is not text: the cells, parted by tabs."""
    joined = ", ".join(f"coalesce(c{place}, '')" for place in range(len(cells.headers)))
    return (
        f"(select cast(record_no as bigint) as record_no, concat_ws(chr(9), {joined}) as raw "
        f"from {cells.relation})"
    )
