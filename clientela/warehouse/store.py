"""The raw tables as they are stored: only the columns that some file has brought.

An empty column of ten million rows costs as much to write as a full one of small numbers, and most shops
fill a third of the fields. So ``store.<table>`` grows a column when a file first brings it, and
``raw.<table>`` is a view that always has every field. A row named by its only key field does not repeat it
in ``row_key``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import PROVENANCE, TEXT, InputTable, input_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


ORDER_KEY: Final = "order_key"
"""Column of the stored lines: the key of their order, where that is more than its number."""


def _stored(db: DuckDBPyConnection) -> dict[str, set[str]]:
    """Return the columns of every stored table; one question for all costs as much as for one."""
    rows = db.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'store' group by all"
    ).fetchall()
    return {table: set(columns) for table, columns in rows}


def _held_in_raw(db: DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return columns and types of the raw tables that are none of our views: the first shops had such."""
    rows = db.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "inner join duckdb_tables() using (database_name, schema_name, table_name) "
        "where database_name = current_database() and schema_name = 'raw' order by table_name, column_index"
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


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
    stored = _stored(db)
    made = [table for table in input_tables().values() if table.name not in stored]
    # All at once: each call into the engine costs more than the statement.
    db.execute("; ".join(f"create table store.{table.name} ({provenance})" for table in made) or "select 1")
    former = _held_in_raw(db) if made else {}
    for table in made:
        stored[table.name] = set(PROVENANCE)
        if table.name in former:
            stored[table.name] |= _take_over(db, table, former[table.name])
    db.execute("; ".join(_view(table, stored[table.name]) for table in input_tables().values()))


def _take_over(db: DuckDBPyConnection, table: InputTable, held: dict[str, str]) -> set[str]:
    """Move the rows of a raw table of the first shops.

    Args:
        db: a connection to the shop.
        table: the table, just created and empty.
        held: the columns of the raw one, with their types.

    Returns:
        The columns that hold something.
    """
    counts = ", ".join(f'count("{name}")' for name in held)
    filled = db.execute(f"select {counts} from raw.{table.name}").fetchall()[0]
    brought = {
        name: kind
        for (name, kind), rows in zip(held.items(), filled, strict=True)
        if rows and name not in PROVENANCE
    }
    for name, kind in brought.items():
        db.execute(f'alter table store.{table.name} add column "{name}" {kind}')
    columns = ", ".join(f'"{name}"' for name in (*PROVENANCE, *brought))
    db.execute(f"insert into store.{table.name} ({columns}) select {columns} from raw.{table.name}")
    db.execute(f"drop table raw.{table.name}")
    return set(brought)


def _view(table: InputTable, stored: set[str]) -> str:
    """Return the SQL of the view that shows every field, those not stored as null."""
    columns = ["source", f"{row_key(table, stored)} as row_key", "batch_id", "record_no"]
    columns += [
        f'"{name}"' if name in stored else f'cast(null as {kind}) as "{name}"'
        for name, kind in table.fields.items()
    ]
    if table.name == "order_lines":
        of_order = [f'"{name}"' for name in (ORDER_KEY, "order_id") if name in stored]
        columns.append(f"cast(coalesce({', '.join(of_order) or 'null'}) as varchar) as {ORDER_KEY}")
    return f"create or replace view raw.{table.name} as select {', '.join(columns)} from store.{table.name}"


def stored_columns(db: DuckDBPyConnection, name: str) -> list[str]:
    """Return the fields of a stored table that some file has brought, in the order of its fields."""
    stored = _stored(db).get(name, set())
    return [field for field in input_tables()[name].fields if field in stored]


def ensure_columns(db: DuckDBPyConnection, name: str, fields: Iterable[str]) -> None:
    """Add to a stored table the fields that a file is about to bring."""
    table = input_tables()[name]
    stored = _stored(db).get(name, set())
    missing = [field for field in fields if field not in stored]
    for field in missing:
        db.execute(f'alter table store.{name} add column "{field}" {table.fields.get(field, TEXT)}')
    if missing:
        db.execute(_view(table, {*stored, *missing}))
