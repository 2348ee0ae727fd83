"""Cells that are listed though their row stays: the table ``noted``, one row a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.warehouse.loading.result import Finding
from clientela.warehouse.loading.staging.advice import advice

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def start(db: DuckDBPyConnection) -> None:
    """Begin with no cell."""
    db.execute(
        "create or replace temp table noted "
        "(record_no bigint, code varchar, column_name varchar, value varchar)"
    )


def note(db: DuckDBPyConnection, cells: str) -> None:
    """List the cells that a select returns as ``record_no, code, column_name, value``."""
    db.execute(f"insert into temp.noted select record_no, code, column_name, left(value, 200) from ({cells})")


def findings(db: DuckDBPyConnection) -> list[Finding]:
    """Return what was listed of the records that are not refused, the most frequent first."""
    rows = db.execute(
        """
        select n.code, n.column_name, count(*) as cells, min(s.file_line),
            arg_min(n.value, (s.file_line, n.value))
        from temp.noted n join temp.staged s on s.record_no = n.record_no
        where n.record_no not in (
            select record_no from temp.verdicts where disposition in ('set_aside', 'quarantined')
        )
        group by n.code, n.column_name order by cells desc, n.code, n.column_name
        """
    ).fetchall()
    return [
        Finding(code, column, cells, line, example, advice(code))
        for code, column, cells, line, example in rows
    ]
