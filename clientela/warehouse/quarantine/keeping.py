"""Keep the cells of quarantined records, and know again those that came back corrected.

What a record said is compared cell by cell, the n-th of equal ones with the n-th: so a file that is loaded
again never brings a bad version back, and two true twins stay two.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from clientela.warehouse.loading.staging.conversion import literal
from clientela.warehouse.quarantine.mapping_text import to_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.loading.mapping.binding import Binding
    from clientela.warehouse.loading.splitting.cells import Cells

CELLS: Final = "temp.quarantined_cells"
"""(record_no, cells): the quarantined records of the load that is going on."""

FIXED_BEFORE: Final = "fixed_before"
"""What a quarantined record becomes of which a corrected version is there."""

_QUARANTINED: Final = "(select record_no from temp.verdicts where disposition = 'quarantined')"


def look_at(db: DuckDBPyConnection, cells: Cells, binding: Binding) -> None:
    """Read the cells of the quarantined records, and leave in peace those that were corrected before."""
    if not db.execute(f"select exists (from {_QUARANTINED})").fetchall()[0][0]:
        db.execute(
            f"create or replace temp table {CELLS.removeprefix('temp.')} (record_no bigint, cells varchar)"
        )
        return
    names = ", ".join(f"coalesce(c{place}, '')" for place in range(len(cells.headers)))
    number = "cast(record_no as bigint)" if cells.numbered else "row_number() over ()"
    db.execute(
        f"""
        create or replace temp table {CELLS.removeprefix("temp.")} as
        select record_no, cast(to_json(texts) as varchar) as cells
        from (select {number} as record_no, [{names}] as texts from {cells.relation})
        semi join {_QUARANTINED} using (record_no)
        """
    )
    _recognise(db, binding)


def _recognise(db: DuckDBPyConnection, binding: Binding) -> None:
    """Give those a verdict of their own that came back corrected: they are there, in the better version."""
    where = f"source = {literal(binding.mapping.source)} and table_name = {literal(binding.table.name)}"
    if not db.execute(f"select exists (from meta.taken_back where {where})").fetchall()[0][0]:
        return
    db.execute(
        f"""
        update temp.verdicts set disposition = 'unchanged', code = {literal(FIXED_BEFORE)}
        where record_no in (
            select record_no from (
                select record_no, cells, row_number() over (partition by cells order by record_no) as nth
                from {CELLS}
            )
            where (cells, nth) in (
                select (cells, row_number() over (partition by batch_id, cells order by record_no))
                from meta.taken_back where {where} and cells <> '[]'
            )
        )
        """
    )
    db.execute(f"delete from {CELLS} where record_no not in {_QUARANTINED}")


def keep(db: DuckDBPyConnection, cells: Cells, binding: Binding, batch_id: int) -> None:
    """Write down the cells of what this load quarantined, with how they were read."""
    if not db.execute(f"select exists (from {CELLS})").fetchall()[0][0]:
        return
    db.execute(f"insert into meta.refused_cells select {batch_id}, record_no, cells from {CELLS}")
    db.execute(
        "insert into meta.batch_readings values (?, ?, ?)",
        [batch_id, json.dumps(cells.headers, ensure_ascii=False), to_json(binding.mapping)],
    )
