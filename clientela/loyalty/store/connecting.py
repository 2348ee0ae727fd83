"""How a connection to the store's file begins: every setting said, none left to how SQLite was built."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

BUSY_MS: Final = 5000
"""How long SQLite itself waits for another process."""

LOG_BYTES: Final = 16 * 1024 * 1024
"""How large the write-ahead log stays once all of it has moved into the file: what ``wal_autocheckpoint``
lets it grow to. Without a limit one large write would keep its size on the disk for ever."""

PRAGMAS: Final = (
    f"busy_timeout = {BUSY_MS}",
    "synchronous = full",
    "foreign_keys = on",
    "fullfsync = on",
    "secure_delete = on",
)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a connection in autocommit, every setting said and none left to how SQLite was built.

    Raises:
        sqlite3.OperationalError: if the file is missing or cannot be opened.
    """
    db = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    for pragma in PRAGMAS:
        db.execute(f"pragma {pragma}")
    if read_only:
        # Small, for there may be one a thread.
        db.execute("pragma cache_size = -512")
        db.execute("pragma query_only = on")
    else:
        db.execute("pragma wal_autocheckpoint = 4000")
        db.execute(f"pragma journal_size_limit = {LOG_BYTES}")
        db.execute("pragma cache_size = -4096")
    return db


def begun(path: Path) -> sqlite3.Connection:
    """Open a reader that has read: only then are the log and what is shared there."""
    db = connect(path, read_only=True)
    db.execute("select count(*) from sqlite_master").fetchone()
    return db


def keep_private(path: Path) -> None:
    """Let nobody but the owner read the file and its log."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        file = path.with_name(name)
        with contextlib.suppress(FileNotFoundError, PermissionError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
