"""Write the shop's file anew: everything that stands in it, copied beside it, compared, and put in its place.

The new file takes the old one's place whole or not at all, whenever the work is cut short.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARTS: Final = (".anew", ".wiped")
"""How an unfinished copy's name ends: today's, and that of the first versions."""

_DEFINED: Final = (
    "select schema_name, table_name, sql from duckdb_tables() where database_name = ?",
    "select schema_name, view_name, sql from duckdb_views() where database_name = ? and not internal",
    "select schema_name, index_name, sql from duckdb_indexes() where database_name = ?",
    "select schema_name, function_name, concat_ws(' ', cast(parameters as varchar), macro_definition) "
    "from duckdb_functions() where database_name = ? and not internal",
)
"""All that a shop's file defines."""


def write_anew(engine: DuckDBPyConnection, path: Path, block_size: int, *then: str) -> None:
    """Copy everything that stands in a file into a new one and put that in its place.

    Args:
        engine: an empty one, which is closed.
        path: the file, open nowhere.
        block_size: bytes of a block of the new file.
        then: statements that run on the copy, catalogue ``fresh``, once it is known to be equal.

    Raises:
        duckdb.Error, OSError: if there is no room or somebody has the file; it is as it was.
    """
    remove_left(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTS[0]}")
    try:
        with contextlib.closing(engine) as db:
            _copy(db, path, part, block_size)
            _compare(db)
            for statement in then:
                db.execute(statement)
            db.execute("checkpoint fresh")
            db.execute("checkpoint former")
            db.execute("detach fresh")
            _take_place(db, part, path)
    finally:
        remove_left(path, part.name)


def remove_left(path: Path, pattern: str = "") -> None:
    """Remove what copies that were cut short have left beside a file."""
    patterns = [pattern] if pattern else [f".{path.name}.*{ending}" for ending in PARTS]
    for each in patterns:
        for left in (*path.parent.glob(each), *path.parent.glob(f"{each}.*")):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _copy(db: DuckDBPyConnection, path: Path, part: Path, block_size: int) -> None:
    mode = path.stat().st_mode & 0o777
    # Nobody else may read the copy before it is what the file is, whatever the folder allows.
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    part.unlink()
    for name, file, options in (("former", path, ""), ("fresh", part, f" (block_size {block_size})")):
        escaped = str(file).replace("'", "''")
        db.execute(f"attach '{escaped}' as {name}{options}")
    part.chmod(mode)
    db.execute("set temp_directory = ?", [f"{part}.tmp"])
    db.execute("copy from database former to fresh")


def _compare(db: DuckDBPyConnection) -> None:
    """Refuse a copy that lacks something: what is defined, how many rows there are, and what they hold."""
    for query in _DEFINED:
        former, fresh = (sorted(db.execute(query, [name]).fetchall()) for name in ("former", "fresh"))
        if former != fresh:
            raise OSError(_("the copy is not the same"))
    tables = db.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'former'"
    ).fetchall()
    for schema, table in tables:
        counts = [
            db.execute(
                f'select count(*), sum(cast(hash("a row") as hugeint)) '
                f'from {name}."{schema}"."{table}" as "a row"'
            ).fetchall()
            for name in ("former", "fresh")
        ]
        if counts[0] != counts[1]:
            raise OSError(_("the copy is not the same"))


def _take_place(db: DuckDBPyConnection, part: Path, path: Path) -> None:
    """Rename while the former file is still held, so that nobody writes into it meanwhile."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    try:
        part.replace(path)
    except PermissionError:
        # Windows renames no file over an open one.
        db.execute("detach former")
        part.replace(path)
    else:
        db.execute("detach former")
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Let the new name outlast a loss of power, where the system lets a folder be written out."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
