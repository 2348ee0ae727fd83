"""The raw tables as they are stored: only the columns that some file has brought.

An empty column of ten million rows costs as much to write as a full one of small numbers, and most shops
fill a third of the fields. So ``store.<table>`` grows a column when a file first brings it, and
``raw.<table>`` is a view that always has every field. A row named by its only key field does not repeat it
in ``row_key``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clientela.warehouse.input_tables import PROVENANCE, InputTable, input_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def _stored(db: DuckDBPyConnection, table: str) -> set[str]:
    """Return the columns that the stored table has."""
    rows = db.execute(
        "select column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'store' and table_name = ?",
        [table],
    ).fetchall()
    return {row[0] for row in rows}


def key_field(table: InputTable) -> str | None:
    """Return the field that names a row by itself; None where it takes several or there is none."""
    return table.key[0] if len(table.key) == 1 else None


def row_key(table: InputTable, stored: Iterable[str], alias: str = "") -> str:
    """Return the SQL of a stored row's key."""
    field = key_field(table)
    return (
        f'coalesce({alias}row_key, cast({alias}"{field}" as varchar))'
        if field in set(stored)
        else f"{alias}row_key"
    )


def create(db: DuckDBPyConnection) -> None:
    """Create every stored table that is missing, and the views over them."""
    db.execute("create schema if not exists store")
    provenance = ", ".join(f"{name} {kind}" for name, kind in PROVENANCE.items())
    for table in input_tables().values():
        if not _stored(db, table.name):
            db.execute(f"create table store.{table.name} ({provenance})")
            _take_over(db, table)
        _refresh_view(db, table)


def _take_over(db: DuckDBPyConnection, table: InputTable) -> None:
    """Move the rows of a raw table that is none of our views: the first shops had tables there."""
    held = db.execute(
        "select column_name, data_type from duckdb_columns() "
        "inner join duckdb_tables() using (database_name, schema_name, table_name) "
        "where database_name = current_database() and schema_name = 'raw' and table_name = ?",
        [table.name],
    ).fetchall()
    if not held:
        return
    counts = ", ".join(f'count("{name}")' for name, _kind in held)
    filled = db.execute(f"select {counts} from raw.{table.name}").fetchall()[0]
    brought = [
        column for column, rows in zip(held, filled, strict=True) if rows and column[0] not in PROVENANCE
    ]
    for name, kind in brought:
        db.execute(f'alter table store.{table.name} add column "{name}" {kind}')
    columns = ", ".join(f'"{name}"' for name in (*PROVENANCE, *(name for name, _kind in brought)))
    db.execute(f"insert into store.{table.name} ({columns}) select {columns} from raw.{table.name}")
    db.execute(f"drop table raw.{table.name}")


def _refresh_view(db: DuckDBPyConnection, table: InputTable) -> None:
    """Make the view show every field, those not stored as null."""
    stored = _stored(db, table.name)
    columns = ["source", f"{row_key(table, stored)} as row_key", "batch_id", "record_no"]
    columns += [
        f'"{name}"' if name in stored else f'cast(null as {kind}) as "{name}"'
        for name, kind in table.fields.items()
    ]
    db.execute(
        f"create or replace view raw.{table.name} as select {', '.join(columns)} from store.{table.name}"
    )


def ensure_columns(db: DuckDBPyConnection, name: str, fields: Iterable[str]) -> None:
    """Add to a stored table the fields that a file is about to bring."""
    table = input_tables()[name]
    stored = _stored(db, name)
    missing = [field for field in fields if field not in stored]
    for field in missing:
        db.execute(f'alter table store.{name} add column "{field}" {table.fields[field]}')
    if missing:
        _refresh_view(db, table)
