"""Open a shop's database: one attached DuckDB file, one migration folder, no extension and no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

MEMORY_LIMIT: Final = "3GB"


def migrations() -> list[tuple[int, str]]:
    """Return the migrations as (version, SQL), oldest first."""
    folder = files("clientela.warehouse") / "migrations"
    found = [item for item in folder.iterdir() if item.name.endswith(".sql")]
    return sorted((int(item.name.split("_")[0]), item.read_text(encoding="utf-8")) for item in found)


_NEWER: Final = (N_("{file} was written by a newer version."), N_("Update clientela, then try again."))

_FAULTS: Final = (
    (
        ("could not set lock", "conflicting lock", "being used by another process", "already open"),
        N_("{file} is open in another program."),
        N_("Close it there, or wait until the other clientela command has ended."),
    ),
    (
        ("newer", "version number", "storage version"),
        *_NEWER,
    ),
    (
        ("no space left", "out of space", "disk quota", "file too large", "max_temp_directory_size"),
        N_("The disk is full: {file} could not be written."),
        N_("Free some space and run the command again; nothing was left half done."),
    ),
    (
        ("read-only file system", "permission denied", "operation not permitted"),
        N_("You may not write to {file}."),
        N_("Make the shop folder writable, or copy it to a place where you may write."),
    ),
    (
        ("not a valid duckdb", "corrupt", "checksum", "not read enough bytes", "read all data", "deserializ"),
        N_("{file} is not a clientela database, or it is damaged."),
        N_("Restore it from a backup, or move it away and load your files again."),
    ),
)
"""What DuckDB says in lower case, and the sentence and the way out that it stands for; first match wins."""


def known_fault(path: Path, error: BaseException | None) -> WarehouseError | None:
    """Return the sentence for what the disk or another program did to the file, None for anything else."""
    text = str(error).lower()
    for signs, message, hint in _FAULTS:
        if any(sign in text for sign in signs):
            return WarehouseError(_(message).format(file=path.name), _(hint))
    return None


def explain(path: Path, error: Exception) -> WarehouseError:
    """Turn what DuckDB says about a file into one sentence and a way out."""
    return known_fault(path, error) or WarehouseError(
        _("{file} cannot be used: {error}").format(file=path.name, error=str(error).partition("\n")[0]),
        _("Nothing was changed. If it happens again, restore the file from a backup and report it."),
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


def _newer(path: Path) -> WarehouseError:
    message, hint = _NEWER
    return WarehouseError(_(message).format(file=path.name), _(hint))


def _check_version(db: DuckDBPyConnection, path: Path) -> None:
    """Refuse to read a file of another schema.

    Raises:
        WarehouseError: if it is newer, older, or not ours.
    """
    present, known = _version(db), migrations()[-1][0]
    if present > known:
        raise _newer(path)
    if present < known:
        raise WarehouseError(
            _("{file} has to be brought up to date first.").format(file=path.name),
            _("Run clientela load or clientela report once."),
        )


def migrate(db: DuckDBPyConnection, path: Path) -> None:
    """Bring the attached file to this version's schema, in one transaction.

    Raises:
        WarehouseError: if the file was written by a newer version.
    """
    known = migrations()
    present = _version(db)
    if present > known[-1][0]:
        raise _newer(path)
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
        store.create(db)
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
        raise WarehouseError(
            _("{file} is a folder, not a database.").format(file=path),
            _("Move it away, or correct [paths] database in clientela.toml."),
        )
    db = _configured()
    try:
        mode = " (read_only)" if read_only else ""
        escaped = str(path).replace("'", "''")
        db.execute(f"attach '{escaped}' as {SHOP}{mode}")
        db.execute(f"use {SHOP}")
        db.execute("set temp_directory = ?", [f"{path}.tmp"])
        if read_only:
            _check_version(db, path)
        else:
            migrate(db, path)
        yield db
    except duckdb.OutOfMemoryException as error:
        raise WarehouseError(
            _("There was not enough memory or disk space for this."),
            _("Free some disk space and run the command again; nothing was left half done."),
        ) from error
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        raise explain(path, error) from error
    except RuntimeError as error:
        # DuckDB's words for Ctrl-C while a query runs.
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise
    finally:
        db.close()
