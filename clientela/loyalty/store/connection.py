"""One SQLite connection as ``interface.Connection`` wants it, and what its faults mean."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from clientela.loyalty.store.errors import AlreadyThereError
from clientela.loyalty.store.interface import Row

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")

TAKEN: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})

BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

STORAGE: Final = BUSY | {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
"""Faults of the disk or of the file; all others are ours."""


def fault_code(error: BaseException) -> int:
    """Return SQLite's primary code of an error, 0 if it is none of SQLite's."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: BaseException) -> bool:
    """Tell whether another process holds the lock."""
    return fault_code(error) in BUSY


def is_storage_fault(error: BaseException) -> bool:
    """Tell whether the disk or the file is at fault."""
    return fault_code(error) in STORAGE


class SqliteConnection:
    """A transaction that somebody else began and will end."""

    __slots__ = ("_db", "has_forgotten")

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.has_forgotten = False
        """Somebody was forgotten in it."""

    def all(self, sql: str, **values: Any) -> list[Row]:
        """Return every row."""
        cursor = self._db.execute(sql, values)
        # The names once for all rows: asking the cursor for each row costs more than the rows themselves.
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def one(self, sql: str, **values: Any) -> Row | None:
        """Return the first row, or None."""
        cursor = self._db.execute(sql, values)
        try:
            row = cursor.fetchone()
            if row is None:
                return None
            return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}
        finally:
            cursor.close()

    def run(self, sql: str, **values: Any) -> int:
        """Change rows; return how many.

        Raises:
            AlreadyThereError: if a unique key is taken.
        """
        try:
            return self._db.execute(sql, values).rowcount
        except sqlite3.IntegrityError as error:
            raise _refused(error) from error

    def add(self, table: str, **values: Any) -> int:
        """Insert one row; return its number.

        Raises:
            AlreadyThereError: if a unique key is taken.
        """
        if not all(map(NAME.fullmatch, (table, *values))):
            raise ValueError("a table's or column's name is expected")
        columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
        try:
            cursor = self._db.execute(f"insert into {table} ({columns}) values ({places})", values)
        except sqlite3.IntegrityError as error:
            raise _refused(error) from error
        return cursor.lastrowid or 0

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for each row.

        Raises:
            AlreadyThereError: if a unique key is taken.
        """
        try:
            self._db.executemany(sql, rows)
        except sqlite3.IntegrityError as error:
            raise _refused(error) from error

    def leave_no_trace(self) -> None:
        """Say that somebody was forgotten here."""
        self.has_forgotten = True


def _refused(error: sqlite3.IntegrityError) -> Exception:
    """Return the store's own error for a taken key, any other as it is."""
    return AlreadyThereError(str(error)) if error.sqlite_errorcode in TAKEN else error
