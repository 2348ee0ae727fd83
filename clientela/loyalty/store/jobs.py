"""What waits for a commit: a click, or a function that writes."""

from __future__ import annotations

import contextvars
import sqlite3
import threading
from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import Any, Final

from clientela.loyalty.links.clicks import INSERT, Click
from clientela.loyalty.store.connection import SqliteConnection, is_storage_fault
from clientela.loyalty.store.errors import StoreUnavailableError

MOST_ROWS: Final = 128
"""Clicks in one statement: SQLite inserts them on another core while Python answers."""


class Job:
    """Something to commit; whoever brought it waits."""

    __slots__ = ("_done", "error")

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def finish(self) -> None:
        """Let the caller go on."""
        self._done.release()

    def wait(self, seconds: float) -> bool:
        """Wait until it is finished; return whether it is."""
        return self._done.acquire(timeout=max(seconds, 0.0))


class ClickJob(Job):
    """A click. Whoever gives up waiting leaves it in the queue: written late or twice it stays one click."""

    __slots__ = ("click",)

    def __init__(self, click: Click) -> None:
        super().__init__()
        self.click = click


class WorkJob(Job):
    """A function that writes; it runs only if nobody has given it up.

    It runs in the writer's thread, but in the caller's context: what it says is in the caller's language.
    """

    __slots__ = ("_claimed", "_context", "has_forgotten", "result", "work")

    def __init__(self, work: Callable[[SqliteConnection], Any]) -> None:
        super().__init__()
        self.work = work
        self._context = contextvars.copy_context()
        self.result: Any = None
        self.has_forgotten = False
        """Somebody was forgotten by it."""
        self._claimed = threading.Lock()

    def claim(self) -> bool:
        """Take the job, for the writer to do it or for the caller to give it up; only the first gets it."""
        return self._claimed.acquire(blocking=False)

    @property
    def is_claimed(self) -> bool:
        """Whether the writer or the caller has taken it."""
        return self._claimed.locked()

    def run(self, db: SqliteConnection) -> None:
        """Do the work and keep its answer."""
        self.result = self._context.run(self.work, db)
        self.has_forgotten = db.has_forgotten


def insert(db: sqlite3.Connection, jobs: list[ClickJob]) -> None:
    """Insert clicks, all at once; singly if one of them cannot be inserted, which then fails alone.

    Raises:
        sqlite3.Error: if the disk is at fault.
    """
    for first in range(0, len(jobs), MOST_ROWS):
        _insert_some(db, jobs[first : first + MOST_ROWS])


def _insert_some(db: sqlite3.Connection, jobs: list[ClickJob]) -> None:
    """Insert clicks in one statement; where it fails, the halves on their own."""
    try:
        db.execute(_insert_of(len(jobs)), list(chain.from_iterable(job.click for job in jobs)))
    except Exception as error:
        if is_storage_fault(error) or not db.in_transaction:
            raise
        if len(jobs) == 1:
            jobs[0].error = error
            return
        half = len(jobs) // 2
        _insert_some(db, jobs[:half])
        _insert_some(db, jobs[half:])


@cache
def _insert_of(rows: int) -> str:
    """Return the statement that inserts so many clicks, each a tuple in the order of the columns."""
    row = f"({', '.join('?' * len(Click._fields))})"
    before, after = INSERT.split("values")
    return f"{before} values {', '.join([row] * rows)} {after.partition(')')[2]}"


def do(db: sqlite3.Connection, job: WorkJob) -> None:
    """Run a job's function; what it raises undoes what it wrote and nothing else.

    Raises:
        sqlite3.Error: if the disk is at fault and has ended the whole transaction.
    """
    db.execute("savepoint work")
    try:
        job.run(SqliteConnection(db))
    except BaseException as error:
        job.error = error
        if not db.in_transaction:
            raise
        db.execute("rollback to work")
    db.execute("release work")


def told(error: BaseException) -> BaseException:
    """Return what a caller is told, in its own language: a fault of the disk in the store's words."""
    if not is_storage_fault(error):
        return error
    unavailable = StoreUnavailableError()
    unavailable.__cause__ = error
    return unavailable
