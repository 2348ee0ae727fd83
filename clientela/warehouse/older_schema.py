"""Read a file of an older schema as if it had today's, and leave it as it is.

The catalogue ``shop`` is then one in memory: what was noted and said is copied into it, the rows themselves
are looked at where they lie, and the migrations that the file needs run there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.warehouse.locks import attach
from clientela.warehouse.schema import SHOP, finish, migrate, missing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OLDER: Final = "older"
"""The catalogue of the file itself."""

COPIED: Final = ("meta", "history")
SEEN: Final = ("raw", "store")
"""Schemas of the rows that files brought, maybe millions. By the file's age one of them holds tables."""


def show_in_todays_schema(db: DuckDBPyConnection, path: Path) -> None:
    """Put a catalogue of today's schema in the place of the attached file.

    Args:
        db: a connection whose catalogue ``shop`` is the file, attached to be read only.
        path: the file.

    Raises:
        WarehouseError: if the file was written by a newer version.
    """
    db.execute("use memory")
    db.execute(f"detach {SHOP}")
    attach(db, path, OLDER, read_only=True)
    db.execute(f"attach ':memory:' as {SHOP}")
    db.execute(f"use {SHOP}")
    for schema in (*COPIED, *SEEN):
        db.execute(f"create schema if not exists {schema}")
    tables = db.execute(
        "select schema_name, table_name, sql from duckdb_tables() where database_name = ?", [OLDER]
    ).fetchall()
    for schema, name, sql in tables:
        table = f'{schema}."{name}"'
        if schema in COPIED:
            db.execute(sql)
            db.execute(f"insert into {table} from {OLDER}.{table}")
        elif schema in SEEN:
            db.execute(f'create view store."{name}" as from {OLDER}.{table}')
    views = db.execute(
        "select sql from duckdb_views() where database_name = ? and list_contains(?, schema_name)",
        [OLDER, list(COPIED)],
    ).fetchall()
    for (sql,) in views:
        db.execute(sql)
    if missing(db, path):
        migrate(db, path)
    else:
        # Another process has brought the file up to date while it was open under no name.
        finish(db)


def is_shown(db: DuckDBPyConnection) -> bool:
    """Tell whether the catalogue ``shop`` stands in memory in the place of an older file."""
    return bool(db.execute("select 1 from duckdb_databases() where database_name = ?", [OLDER]).fetchall())


def hold_rows(db: DuckDBPyConnection) -> None:
    """Copy the rows that are looked at in the older file, so that more can be added in memory."""
    seen = db.execute(
        "select view_name from duckdb_views() where database_name = ? and schema_name = 'store'", [SHOP]
    ).fetchall()
    for (name,) in seen:
        db.execute(f'create table store."{name} held" as from store."{name}"')
        db.execute(f'drop view store."{name}"')
        db.execute(f'alter table store."{name} held" rename to "{name}"')
