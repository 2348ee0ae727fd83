"""The schema of a shop's file: the migrations that it has had, and those it still needs.

Each is applied once and known by its number, not by how high the others are: two may be written at the same
time and arrive in either order.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.warehouse import store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOP: Final = "shop"
"""The catalogue of the attached file."""

NEWER: Final = (N_("{file} was written by a newer version."), N_("Update clientela, then try again."))

FOREIGN: Final = (
    N_("{file} is not a clientela database, or it is damaged."),
    N_("Restore it from a backup, or move it away and load your files again."),
)


RENAMED: Final = (("meta", "batches", "file_sha256", "file_sha512"),)
"""Schema, table, former and present name of columns that a migration calls otherwise today."""


def migrations() -> list[tuple[int, str]]:
    """Return the migrations as (number, SQL), oldest first."""
    folder = files("clientela.warehouse") / "migrations"
    found = [item for item in folder.iterdir() if item.name.endswith(".sql")]
    return sorted((int(item.name.split("_")[0]), item.read_text(encoding="utf-8")) for item in found)


def missing(db: DuckDBPyConnection, path: Path) -> list[tuple[int, str]]:
    """Return the migrations that the attached file still needs, oldest first.

    Raises:
        WarehouseError: if the file was written by a newer version, or is another program's.
    """
    known = migrations()
    applied = _applied(db)
    if not applied and _is_foreign(db):
        raise _refusal(FOREIGN, path)
    if applied - {number for number, _sql in known}:
        raise _refusal(NEWER, path)
    return [(number, sql) for number, sql in known if number not in applied]


def _applied(db: DuckDBPyConnection) -> set[int]:
    """Return the numbers of the migrations that the file has had, none for a new one."""
    import duckdb

    try:
        rows = db.execute(f"select version from {SHOP}.meta.migrations").fetchall()
    except (duckdb.CatalogException, duckdb.InvalidInputException):
        # To look for the table first would read the whole catalogue of the file, at every start. The second
        # is what an engine says that takes a function of ours for the missing table.
        return set()
    return {row[0] for row in rows}


def _is_foreign(db: DuckDBPyConnection) -> bool:
    """Tell whether a file without our notes holds somebody's tables."""
    rows = db.execute("select 1 from duckdb_tables() where database_name = ? limit 1", [SHOP]).fetchall()
    return bool(rows)


def _refusal(words: tuple[str, str], path: Path) -> WarehouseError:
    message, hint = words
    return WarehouseError(_(message).format(file=path.name), _(hint))


def migrate(db: DuckDBPyConnection, path: Path) -> None:
    """Bring the current catalogue to this version's schema, in one transaction.

    Raises:
        WarehouseError: if the file was written by a newer version, or is another program's.
    """
    needed = missing(db, path)
    if not needed:
        return
    db.execute("begin")
    try:
        db.execute("create schema if not exists meta")
        db.execute("create table if not exists meta.migrations (version integer not null)")
        for number, sql in needed:
            db.execute(sql)
            db.execute("insert into meta.migrations values (?)", [number])
        finish(db)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise


def finish(db: DuckDBPyConnection) -> None:
    """Do what follows the migrations: former names, stored tables, views over them."""
    _rename(db)
    store.create(db)
    # Marts of before may read what has just changed.
    db.execute("delete from meta.builds")


def _rename(db: DuckDBPyConnection) -> None:
    """Give columns of the first shops the name that the migrations have for them now."""
    for schema, table, former, name in RENAMED:
        found = db.execute(
            "select 1 from duckdb_columns() where database_name = current_database() "
            "and schema_name = ? and table_name = ? and column_name = ?",
            [schema, table, former],
        ).fetchall()
        if found:
            db.execute(f"alter table {schema}.{table} rename column {former} to {name}")
