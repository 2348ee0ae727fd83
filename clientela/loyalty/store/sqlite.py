"""The referral store in one SQLite file: many readers, one writer, every commit on disk before it counts."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from clientela.loyalty.links.clicks import Click
from clientela.loyalty.store import traces
from clientela.loyalty.store.connecting import begun, connect
from clientela.loyalty.store.connection import SqliteConnection, is_storage_fault
from clientela.loyalty.store.errors import (
    ClickLostError,
    StoreGoneError,
    StoreUnavailableError,
)
from clientela.loyalty.store.fallback import Fallback, Ingested, ingest_fallback
from clientela.loyalty.store.interface import Connection
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
