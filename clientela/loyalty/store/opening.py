"""Open the store of a shop: made now, there already, or gone from its place."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from pathlib import Path

from clientela.i18n import gettext as _
from clientela.loyalty.store import former, traces
from clientela.loyalty.store.connecting import connect, keep_private
from clientela.loyalty.store.connection import fault_code, is_busy, is_storage_fault
from clientela.loyalty.store.errors import (
    NoStoreError,
    StoreUnavailableError,
)
from clientela.loyalty.store.filling import keep_keys
from clientela.loyalty.store.migrate import migrate
from clientela.loyalty.store.sqlite import SqliteStore


def open_or_begin(path: Path, backups: Path) -> SqliteStore:
    """Open the store of a shop, made now if there never was one.

    Args:
        path: the file.
        backups: the folder of its copies.

    Raises:
        LostStoreError: if it is missing or empty, and something says that it was there.
        StoreUnavailableError: as ``open_store`` says.
    """
    former.require(path, backups)
    store = open_store(path, create=True)
    former.mark(path)
    return store


def open_existing(path: Path, backups: Path | None = None) -> SqliteStore:
    """Open the store of a shop, which must be there and be the one that was served here.

    Args:
        path: the file.
        backups: the folder of its copies; the one beside it if left out.

    Raises:
        NoStoreError: if there never was one.
        LostStoreError: if it is missing or empty, and something says that it was there.
        OtherStoreError: if it is not the one that was served here.
        StoreUnavailableError: as ``open_store`` says.
    """
    former.require(path, backups)
    return open_store(path)


def open_store(path: Path, *, create: bool = False) -> SqliteStore:
    """Open the store in a file, its schema brought up to date.

    A command opens the store of a shop with ``open_existing`` or ``open_or_begin``, which look first whether
    it is the one that was there.

    Args:
        path: the file.
        create: make it if it is missing.

    Raises:
        NoStoreError: if it is missing or holds nothing, and is not to be made.
        NewerStoreError: if a newer program wrote it.
        StoreUnavailableError: if it cannot be opened or is something else.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not create and former.is_missing(path):
            former.require(path)
            raise NoStoreError(path)
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        former.require_own_log(path)
        keep_private(path)
        with contextlib.closing(connect(path)) as db:
            _use_log(db, path)
            migrate(db, path)
            keep_keys(db)
            traces.catch_up(db, path)
        return SqliteStore(path)
    except OSError as error:
        raise StoreUnavailableError(
            _("{file} cannot be opened: {reason}.").format(file=path.name, reason=error.strerror or error),
            _("Check that the folder exists and that you may write in it."),
        ) from error
    except sqlite3.Error as error:
        if not is_storage_fault(error):
            raise
        raise _unusable(path, error) from error


def _use_log(db: sqlite3.Connection, path: Path) -> None:
    """Turn the write-ahead log on; it stays on.

    Raises:
        StoreUnavailableError: if the disk cannot have one.
    """
    mode = db.execute("pragma journal_mode = wal").fetchone()[0]
    if mode != "wal":
        raise StoreUnavailableError(
            _("{file} is on a disk that cannot be written safely.").format(file=path.name),
            _("Move the shop folder to a disk of this computer, not a network drive."),
        )


def _unusable(path: Path, error: sqlite3.Error) -> StoreUnavailableError:
    """Say why a file cannot be the store."""
    if is_busy(error):
        return StoreUnavailableError(
            _("{file} is being written by another program.").format(file=path.name), _("Try again shortly.")
        )
    if fault_code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreUnavailableError(
            _("{file} is damaged or is no referral database.").format(file=path.name),
            _("Bring a backup back with: clientela referral restore."),
        )
    return StoreUnavailableError(_("{file} cannot be opened.").format(file=path.name))
