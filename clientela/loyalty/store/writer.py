"""The one writer of a store: a thread that commits everything that waits in one transaction.

A disk takes about as long to make one row durable as a thousand. So whoever writes puts a job in the queue
and waits; the thread takes all that is there, commits it once, and lets everybody go.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from clientela.loyalty.links.clicks import Click
from clientela.loyalty.store.connection import SqliteConnection, is_busy, is_storage_fault
from clientela.loyalty.store.errors import StoreUnavailableError
from clientela.loyalty.store.jobs import ClickJob, Job, WorkJob, do, insert, told

T = TypeVar("T")

MOST: Final = 1000
"""Jobs in one transaction."""

GRACE_S: Final = 60.0
"""A job that has begun is waited for so much longer: only its end tells what became of it."""


class Writer:
    """The queue and its thread.

    Args:
        connect: opens the file for writing, in autocommit; called again after a fault of the disk.
        check: raises where the file is not the one any more that was opened first.
    """

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], check: Callable[[], None] = lambda: None
    ) -> None:
        self._connect, self._check = connect, check
        self._db: sqlite3.Connection | None = connect()
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._failing_since: float | None = None
        self._closed = False
        self.commits = 0
        self.on_commit: Callable[[int, float], None] | None = None
        """Called in the thread after each commit with the number of jobs and the seconds it took."""
        self.on_forgotten: Callable[[sqlite3.Connection], bool] | None = None
        """Called in the thread after a commit in which somebody was forgotten, and after later ones until it
        answers that no trace is left; those who wait for the commit wait for it, too."""
        self.has_traces = False
        """What was forgotten may still stand in the log: a reader of the store holds it."""
        self._thread = threading.Thread(target=self._run, name="referral-writer", daemon=True)
        self._thread.start()

    @property
    def depth(self) -> int:
        """How many jobs wait."""
        return self._queue.qsize()

    def stuck_for(self) -> float:
        """Return for how many seconds the writer has been trying without a commit, 0 while all is well."""
        since = self._failing_since
        return 0.0 if since is None else time.monotonic() - since

    def record(self, click: Click, timeout: float) -> None:
        """Commit a click.

        Once the writer has been stuck for ``timeout`` nobody waits any more; one click is left in the queue,
        and its commit shows that the writer is back.

        Raises:
            StoreUnavailableError: if it is not committed in time; it may still be, later.
        """
        left = timeout - self.stuck_for()
        if self._closed or (left <= 0 and not self._queue.empty()):
            raise StoreUnavailableError
        job = ClickJob(click)
        self._queue.put(job)
        if left <= 0 or not job.wait(left):
            raise StoreUnavailableError
        if job.error is not None:
            raise StoreUnavailableError from job.error

    def write(self, work: Callable[[SqliteConnection], T], timeout: float) -> T:
        """Run a function in a transaction; return its answer after the commit.

        Raises:
            StoreUnavailableError: if it did not begin in time, or was not committed.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write inside a write would wait for itself")
        if self._closed:
            raise StoreUnavailableError
        job = WorkJob(work)
        self._queue.put(job)
        if not job.wait(timeout) and (job.claim() or not job.wait(GRACE_S)):
            raise StoreUnavailableError
        if job.error is not None:
            raise told(job.error)
        result: T = job.result
        return result

    def close(self) -> None:
        """Commit what is queued, then end the thread and close the file."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            jobs = self._take()
            closing = None in jobs
            self._commit([job for job in jobs if job is not None])
        while late := [job for job in self._take(wait=False) if job is not None]:
            self._commit(late)
        if self._db is not None:
            self._db.close()

    def _take(self, *, wait: bool = True) -> list[Job | None]:
        """Take all that is queued, up to ``MOST``."""
        taken: list[Job | None] = [self._queue.get()] if wait else []
        with contextlib.suppress(queue.Empty):
            while len(taken) < MOST:
                taken.append(self._queue.get_nowait())
        return taken

    def _commit(self, jobs: list[Job]) -> None:
        """Commit a batch, or say to each of its jobs why not."""
        if not jobs:
            return
        begun = time.monotonic()
        if self._failing_since is None:
            self._failing_since = begun
        try:
            self._transact(jobs)
        except BaseException as error:
            self._undo(error)
            jobs = self._put_back(jobs, error)
            for job in jobs:
                job.error = job.error or error
        else:
            self._failing_since = None
            self.commits += 1
            self._wipe(jobs)
        # All at once: a gate through which they came one by one made the next batches small.
        for job in jobs:
            job.finish()
        if self.on_commit is not None and self._failing_since is None:
            with contextlib.suppress(Exception):
                self.on_commit(len(jobs), time.monotonic() - begun)

    def _transact(self, jobs: list[Job]) -> None:
        self._check()
        if self._db is None:
            self._db = self._connect()
        db = self._db
        db.execute("begin immediate")
        insert(db, [job for job in jobs if isinstance(job, ClickJob)])
        for job in jobs:
            if isinstance(job, WorkJob) and job.claim():
                do(db, job)
        db.execute("commit")
        # What was committed is safe if the file is seen in its place only now.
        self._check()

    def _wipe(self, jobs: list[Job]) -> None:
        """Empty the log after somebody was forgotten; where a reader holds it, with a later commit."""
        if any(isinstance(job, WorkJob) and job.has_forgotten for job in jobs):
            self.has_traces = True
        if self.has_traces and self.on_forgotten is not None and self._db is not None:
            with contextlib.suppress(sqlite3.Error, OSError):
                self.has_traces = not self.on_forgotten(self._db)

    def _put_back(self, jobs: list[Job], error: BaseException) -> list[Job]:
        """Queue the work again that could not begin because another process writes; return the others."""
        if not is_busy(error) or self._closed:
            return jobs
        others = []
        for job in jobs:
            if isinstance(job, WorkJob) and not job.is_claimed:
                self._queue.put(job)
            else:
                others.append(job)
        return others

    def _undo(self, error: BaseException) -> None:
        """Leave no transaction open; after a fault of the disk begin with a new connection."""
        if self._db is None:
            return
        with contextlib.suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("rollback")
        if is_storage_fault(error) and not is_busy(error):
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
            self._db = None
