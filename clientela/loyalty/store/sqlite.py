"""The referral store in one SQLite file: many readers, one writer, every commit on disk before it counts."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from clientela.i18n import gettext as _
from clientela.loyalty.links.clicks import Click
from clientela.loyalty.store import former, traces
from clientela.loyalty.store.connecting import begun, connect, keep_private
from clientela.loyalty.store.connection import SqliteConnection, is_storage_fault
from clientela.loyalty.store.errors import (
    ClickLostError,
    NoStoreError,
    StoreGoneError,
    StoreUnavailableError,
)
from clientela.loyalty.store.fallback import Fallback, Ingested, ingest_fallback
from clientela.loyalty.store.filling import keep_keys
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.store.migrate import migrate
from clientela.loyalty.store.presence import Presence
from clientela.loyalty.store.writer import Writer

T = TypeVar("T")

IDLE_READERS: Final = 8
"""Open connections kept for the next reads; more are opened while more threads read at once."""

READER_WAIT_S: Final = 2.0
"""How long a reader waits for another's connection where the file cannot be opened any more."""


class SqliteStore:
    """A store in a file; see ``interface.Store`` for what it does.

    Args:
        path: the file, with its schema up to date.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fallback = Fallback(path)
        self.clicks_degraded = 0
        """Clicks that went to the fallback file since the start."""
        self._counting = threading.Lock()
        self._readers: deque[sqlite3.Connection] = deque()
        self._closed = False
        # One reader from the beginning: it holds the files, and reads on from them if they are removed.
        self._readers.append(begun(path))
        self.presence = Presence(path)
        self.writer = Writer(lambda: connect(path), self.presence.check)
        self.writer.on_forgotten = lambda db: traces.remove(db, path)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read-only transaction.

        Raises:
            StoreUnavailableError: if the file cannot be read.
        """
        if self._closed:
            raise StoreUnavailableError
        db: sqlite3.Connection | None = None
        try:
            db = self._reader()
            db.execute("begin")
            yield SqliteConnection(db)
        except sqlite3.Error as error:
            if not is_storage_fault(error):
                raise
            raise StoreUnavailableError from error
        finally:
            if db is not None:
                self._give_back(db)

    def write(self, work: Callable[[Connection], T], timeout: float = 10.0) -> T:
        """Run a function inside a transaction and return its answer after the commit.

        Raises:
            StoreUnavailableError: if the database takes no write in time.
        """
        return self.writer.write(work, timeout)

    def record(self, click: Click, timeout: float = 2.0) -> None:
        """Keep a click; return once it is on disk, in the store or in the fallback file.

        Raises:
            ClickLostError: if neither takes it.
        """
        try:
            self.writer.record(click, timeout)
        except StoreUnavailableError:
            try:
                self.fallback.append(click)
            except OSError as error:
                raise ClickLostError from error
            with self._counting:
                self.clicks_degraded += 1

    def ingest_fallback(self) -> Ingested:
        """Bring the clicks of the fallback file into the store.

        Raises:
            StoreUnavailableError: if the store takes no write; the clicks stay where they are.
        """
        try:
            return ingest_fallback(self, self.fallback)
        except OSError as error:
            raise StoreUnavailableError from error

    def require_files(self) -> None:
        """Look whether the store is still what was opened.

        Raises:
            StoreGoneError: if its files are gone or others.
        """
        self.presence.check()

    def close(self) -> None:
        """Finish what is queued, then close."""
        self._closed = True
        while self._readers:
            self._readers.pop().close()
        # The writer's connection goes last: the last one moves what is in the log into the file.
        self.writer.close()

    def _reader(self) -> sqlite3.Connection:
        """Return a connection; while the files are gone only those that have them open, one after the other.

        Raises:
            StoreGoneError: if the files are gone and no connection is free soon.
        """
        until = time.monotonic() + READER_WAIT_S
        while True:
            with contextlib.suppress(IndexError):
                return self._readers.pop()
            try:
                self.presence.check()
                db = connect(self.path, read_only=True)
            except StoreGoneError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.005)
            else:
                return db

    def _give_back(self, db: sqlite3.Connection) -> None:
        """End a read; keep its connection if it is sound and few are kept."""
        try:
            if db.in_transaction:
                db.execute("rollback")
        except sqlite3.Error:
            db.close()
            return
        if self._closed or len(self._readers) >= IDLE_READERS:
            db.close()
        else:
            self._readers.append(db)


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
    from clientela.loyalty.store.connection import fault_code, is_busy

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
