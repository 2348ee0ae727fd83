"""What is in quarantine: every record once, however many files have brought it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.quarantine.mapping_text import from_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OPEN: Final = """
    select r.batch_id, r.record_no, r.line_no, r.code, r.column_name, r.value, r.amount, r.raw, c.cells,
        b.source, b.table_name, b.file_name, row_number() over (
            partition by r.batch_id, b.source, b.table_name, coalesce(c.cells, r.raw) order by r.record_no
        ) as nth
    from meta.refused_records r
    inner join meta.batches b on b.batch_id = r.batch_id
    left join meta.refused_cells c on c.batch_id = r.batch_id and c.record_no = r.record_no
    where r.disposition = 'quarantined' and not exists (
        select 1 from meta.taken_back t where t.batch_id = r.batch_id and t.record_no = r.record_no
    )
"""
"""SQL of the records that wait, as often as files have brought them."""

ONCE: Final = f"""
    select * from (
        select *, row_number() over (
            partition by source, table_name, coalesce(cells, raw), nth order by batch_id desc, record_no
        ) as newest, string_agg(batch_id || '-' || record_no, ' ') over (
            partition by source, table_name, coalesce(cells, raw), nth
        ) as names
        from ({OPEN})
    )
    where newest = 1 or coalesce(cells, raw) in ('', '[]')
"""
"""SQL of the same, each record once: of equal ones that of the newest file."""


@dataclass(frozen=True)
class WaitingReason:
    """Records of one file that wait for one reason."""

    code: str
    file_name: str
    records: int
    money: Decimal
    """In the shop's currency, unreadable amounts counted as 0."""

    first_line: int
    """Line of the file (row of the sheet) of the first of them, from 1."""


def waiting_reasons(db: DuckDBPyConnection) -> list[WaitingReason]:
    """Return what waits by reason and file, the most money first."""
    rows = db.execute(
        f"""
        select code, file_name, count(*) as records, sum(amount) as money, min(line_no)
        from ({ONCE}) group by code, file_name order by abs(money) desc, records desc, code, file_name
        """
    ).fetchall()
    return [WaitingReason(*row) for row in rows]


@dataclass(frozen=True)
class Waiting:
    """One record that waits."""

    batch_id: int
    record_no: int
    line_no: int
    code: str
    column: str | None
    cells: tuple[str, ...]
    raw: str
    """As it stood in the file; all that there is where an earlier version refused it."""

    file_name: str
    names: tuple[str, ...]
    """What workbooks call it: a name for each file that brought it."""

    @property
    def name(self) -> str:
        """What the next workbook calls it."""
        return f"{self.batch_id}-{self.record_no}"


@dataclass(frozen=True)
class Sheet:
    """Records of one source that were read alike: under one header, by one mapping."""

    source: str
    table: str
    headers: tuple[str, ...]
    mapping: Mapping | None
    """None where an earlier version refused them: how they were read is not known."""

    records: tuple[Waiting, ...]


def waiting_sheets(db: DuckDBPyConnection) -> list[Sheet]:
    """Return the records that wait, by source and header, each group in the order of its files."""
    rows = db.execute(
        f"""
        select o.source, o.table_name, coalesce(m.headers, '[]'), coalesce(m.mapping, ''),
            o.batch_id, o.record_no, o.line_no, o.code, o.column_name, coalesce(o.cells, '[]'), o.raw,
            o.file_name, o.names
        from ({ONCE}) o
        left join meta.batch_readings m on m.batch_id = o.batch_id and o.cells is not null
        order by o.source, o.table_name, 3, 4, o.batch_id, o.record_no
        """
    ).fetchall()
    groups: dict[tuple[str, str, str, str], list[Waiting]] = {}
    for *group, batch_id, record_no, line_no, code, column, cells, raw, file_name, names in rows:
        record = Waiting(
            batch_id,
            record_no,
            line_no,
            code,
            column,
            tuple(json.loads(cells)),
            raw,
            file_name,
            tuple(names.split()),
        )
        groups.setdefault((group[0], group[1], group[2], group[3]), []).append(record)
    return [
        Sheet(
            source, table, tuple(json.loads(headers)), from_json(mapping) if mapping else None, tuple(records)
        )
        for (source, table, headers, mapping), records in groups.items()
    ]
