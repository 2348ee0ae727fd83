"""Write the shop's file anew after an erasure: in the old one freed blocks still hold what was deleted.

The new file takes the old one's place whole or not at all. Where the disk has no room for it, no answer names
the person all the same, and the next command that writes tries again.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PART: Final = ".wiped"


def is_needed(db: DuckDBPyConnection) -> bool:
    """Tell whether somebody was forgotten since the file was written anew."""
    return bool(db.execute(f"select exists (from {SHOP}.meta.forgotten where not is_wiped)").fetchall()[0][0])


def wipe(engine: DuckDBPyConnection, path: Path) -> None:
    """Copy everything that stands in a file into a new one and put that in its place.

    Args:
        engine: an empty one, which is closed.
        path: the file.

    Raises:
        WarehouseError: if there is no room; the file is as it was.
    """
    import duckdb

    for left in path.parent.glob(f".{path.name}.*{PART}*"):
        left.unlink(missing_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with contextlib.closing(engine) as db:
            _copy(db, path, part)
            _take_place(db, part, path)
    except (duckdb.Error, OSError) as error:
        raise WarehouseError(
            _("{file} could not be written anew: {why}.").format(
                file=path.name, why=str(error).partition("\n")[0].rstrip(".")
            ),
            _(
                "Nobody finds the person with clientela, but the file itself still holds traces: "
                "free some space and run the same command again."
            ),
        ) from error
    finally:
        for name in (part, part.with_name(part.name + ".wal")):
            name.unlink(missing_ok=True)


def _copy(db: DuckDBPyConnection, path: Path, part: Path) -> None:
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, path.stat().st_mode & 0o777))
    part.unlink()
    for name, file in (("former", path), ("fresh", part)):
        escaped = str(file).replace("'", "''")
        db.execute(f"attach '{escaped}' as {name}")
    part.chmod(path.stat().st_mode & 0o777)
    db.execute("set temp_directory = ?", [f"{part}.tmp"])
    db.execute("copy from database former to fresh")
    db.execute("update fresh.meta.forgotten set is_wiped = true")
    db.execute("checkpoint fresh")
    db.execute("checkpoint former")
    db.execute("detach fresh")


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
        return
    db.execute("detach former")
