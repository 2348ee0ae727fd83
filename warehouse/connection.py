"""Open a shop's database: one attached DuckDB file, one migration folder, no extension and no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOP: Final = "shop"
"""The catalogue of the attached file."""

MEMORY_LIMIT: Final = "3GB"


def migrations() -> list[tuple[int, str]]:
    """Return the migrations as (version, SQL), oldest first."""
    folder = files("clientela.warehouse") / "migrations"
    found = [item for item in folder.iterdir() if item.name.endswith(".sql")]
    return sorted((int(item.name.split("_")[0]), item.read_text(encoding="utf-8")) for item in found)


def _explain(path: Path, error: Exception) -> WarehouseError:
    """Turn what DuckDB says about opening a file into one sentence and a way out."""
    text = str(error)
    if "lock" in text.lower():
        return WarehouseError(
            _("{file} is open in another program.").format(file=path.name),
            _("Close it there, or wait until the other clientela command has ended."),
        )
    if "newer" in text or "version number" in text or "storage version" in text.lower():
        return WarehouseError(
            _("{file} was written by a newer version.").format(file=path.name),
            _("Update clientela, then try again."),
        )
    if "not a valid DuckDB" in text or "Corrupt" in text or "corrupt" in text:
        return WarehouseError(
            _("{file} is not a clientela database, or it is damaged.").format(file=path.name),
            _("Restore it from a backup, or move it away and load your files again."),
        )
    if "No space" in text or "out of space" in text.lower() or "disk" in text.lower():
        return WarehouseError(
            _("The disk is full: {file} could not be written.").format(file=path.name),
            _("Free some space and run the command again; nothing was changed."),
        )
    return WarehouseError(
        _("{file} cannot be opened: {error}").format(file=path.name, error=text.splitlines()[0])
    )


def _configured() -> DuckDBPyConnection:
    """Return an empty in-memory engine that never reaches for the network."""
    import duckdb

    db = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY_LIMIT,
        },
    )
    db.execute("set enable_progress_bar = false")
    return db


def _version(db: DuckDBPyConnection) -> int:
    """Return the schema version of the attached file, 0 for a new one."""
    found = db.execute(
        "select count(*) from duckdb_tables() where database_name = ? and schema_name = 'meta' "
        "and table_name = 'migrations'",
        [SHOP],
    ).fetchone()
    if not found or not found[0]:
        return 0
    row = db.execute(f"select coalesce(max(version), 0) from {SHOP}.meta.migrations").fetchone()
    return int(row[0]) if row else 0


def migrate(db: DuckDBPyConnection, path: Path) -> None:
    """Bring the attached file to this version's schema, in one transaction.

    Raises:
        WarehouseError: if the file was written by a newer version.
    """
    known = migrations()
    present = _version(db)
    if present > known[-1][0]:
        raise WarehouseError(
            _("{file} was written by a newer version.").format(file=path.name),
            _("Update clientela, then try again."),
        )
    if present == known[-1][0]:
        return
    db.execute("begin")
    try:
        db.execute("create schema if not exists meta")
        db.execute("create table if not exists meta.migrations (version integer not null)")
        for version, sql in known:
            if version > present:
                db.execute(sql)
                db.execute("insert into meta.migrations values (?)", [version])
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise


@contextmanager
def open_shop(path: Path, *, read_only: bool = False, create: bool = False) -> Iterator[DuckDBPyConnection]:
    """Open the shop's file as the current catalogue ``shop`` beside an empty ``memory``.

    Args:
        path: the DuckDB file.
        read_only: leave the file unchanged; it must exist and have today's schema.
        create: make the file where it is missing.

    Raises:
        WarehouseError: if the file is missing, open elsewhere, newer, damaged, or cannot be written.
    """
    import duckdb

    if not create and not path.exists():
        raise WarehouseError(
            _("There is no database yet: {file} is missing.").format(file=path),
            _("Load a sales file first: clientela load FILE"),
        )
    if path.is_dir():
        raise WarehouseError(_("{file} is a folder, not a database.").format(file=path))
    db = _configured()
    try:
        try:
            mode = " (read_only)" if read_only else ""
            escaped = str(path).replace("'", "''")
            db.execute(f"attach '{escaped}' as {SHOP}{mode}")
            db.execute(f"use {SHOP}")
            if read_only and _version(db) != migrations()[-1][0]:
                raise WarehouseError(
                    _("{file} was written by another version.").format(file=path.name),
                    _("Run clientela load or clientela report once; it will be brought up to date."),
                )
            if not read_only:
                migrate(db, path)
        except duckdb.Error as error:
            raise _explain(path, error) from error
        yield db
    except duckdb.OutOfMemoryException as error:
        raise WarehouseError(
            _("There was not enough memory or disk space for this."),
            _("Free some disk space in the shop folder and run the command again; nothing was changed."),
        ) from error
    except duckdb.IOException as error:
        raise _explain(path, error) from error
    finally:
        db.close()
