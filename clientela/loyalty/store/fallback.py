"""The file that takes a click while the store cannot: one line each, on disk before the friend goes on."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from clientela.loyalty.links.clicks import INSERT, KINDS, Click
from clientela.loyalty.store.interface import Connection, Store

SLICE: Final = 500
"""Lines in one transaction."""


@dataclass(frozen=True)
class Ingested:
    """What became of the lines of the fallback file."""

    clicks: int = 0
    """Lines whose click is in the store now, whether or not it was before."""

    unreadable: int = 0
    """Torn or strange lines, kept in a file beside."""


class _Line:
    """A line that waits to be written."""

    __slots__ = ("error", "is_done", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.is_done = False
        self.error: OSError | None = None


class Fallback:
    """The file beside a store.

    Several threads append at once: whoever gets the file writes and syncs the lines of all who wait.
    """

    def __init__(self, store_path: Path) -> None:
        self.path = store_path.with_name(f"{store_path.stem}-clicks.fallback.jsonl")
        self.unreadable_path = self.path.with_suffix(".unreadable")
        self._waiting: list[_Line] = []
        self._queueing = threading.Lock()
        self._file = threading.Lock()

    def append(self, click: Click) -> None:
        """Keep a click; return once it is on disk.

        Raises:
            OSError: if the disk does not take it.
        """
        # A blank line before each: a line that a crash tore does not swallow the next.
        line = _Line(b"\n" + json.dumps(click._asdict()).encode() + b"\n")
        with self._queueing:
            self._waiting.append(line)
        with self._file:
            if not line.is_done:
                with self._queueing:
                    lines, self._waiting = self._waiting, []
                self._write(lines)
        if line.error is not None:
            raise line.error

    def _write(self, lines: list[_Line]) -> None:
        """Write lines at once; singly where that fails."""
        try:
            self._sync(b"".join(line.text for line in lines))
        except OSError as error:
            for line in lines:
                line.error = error
                if len(lines) > 1:
                    self._write([line])
        else:
            for line in lines:
                line.error = None
        for line in lines:
            line.is_done = True

    def _sync(self, text: bytes) -> None:
        is_new = not self.path.exists()
        with _appending(self.path) as file:
            written = 0
            while written < len(text):
                written += os.write(file, text[written:])
            os.fsync(file)
        if is_new:
            _sync_folder(self.path.parent)

    def take(self) -> list[Path]:
        """Set the file aside so that nobody appends to it any more; return all files set aside."""
        with self._file:
            if self.path.exists():
                with _appending(self.path, alone=True):
                    self.path.replace(self.path.with_suffix(f".{secrets.token_hex(4)}.taken"))
        return sorted(self.path.parent.glob(f"{self.path.stem}.*.taken"))

    def keep_unreadable(self, lines: list[bytes]) -> None:
        """Put lines that hold no click into a file of their own."""
        with _appending(self.unreadable_path) as file:
            os.write(file, b"".join(line.rstrip(b"\n") + b"\n" for line in lines))
            os.fsync(file)


def ingest_fallback(store: Store, fallback: Fallback) -> Ingested:
    """Bring the fallback file's clicks into the store; a click that is there already stays one.

    Raises:
        StoreUnavailableError: if the store takes no write; nothing is lost, the next call goes on.
    """
    clicks, strange = 0, 0
    for path in fallback.take():
        # Another process may have ingested it meanwhile.
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            unreadable: list[bytes] = []
            for lines in _slices(line for line in file if line.strip()):
                refused = store.write(partial(_insert, lines=lines))
                unreadable += refused
                clicks += len(lines) - len(refused)
            if unreadable:
                fallback.keep_unreadable(unreadable)
                strange += len(unreadable)
        path.unlink(missing_ok=True)
    return Ingested(clicks, strange)


def read_line(line: bytes) -> Click | None:
    """Read a line of the file; None if it holds no click."""
    try:
        values = json.loads(line)
        click = Click(**values)
    except (ValueError, TypeError, RecursionError):
        return None
    always = (click.hit_id, click.day, click.kind)
    perhaps = (click.visitor, click.channel, click.agent, click.referrer_host)
    is_click = (
        all(isinstance(text, str) for text in always)
        and all(isinstance(text, str | None) for text in perhaps)
        and isinstance(click.link_id, int | None)
        and isinstance(click.at, int)
        and click.kind in KINDS
    )
    return click if is_click else None


def _insert(db: Connection, lines: list[bytes]) -> list[bytes]:
    """Insert the clicks of lines; return the lines that hold none or that the store refuses."""
    refused = []
    for line in lines:
        click = read_line(line)
        try:
            if click is None:
                refused.append(line)
            else:
                db.run(INSERT, **click._asdict())
        except (ValueError, OverflowError):
            refused.append(line)
    return refused


def _slices(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Cut lines into slices of ``SLICE``."""
    part: list[bytes] = []
    for line in lines:
        part.append(line)
        if len(part) == SLICE:
            yield part
            part = []
    if part:
        yield part


@contextlib.contextmanager
def _appending(path: Path, *, alone: bool = False) -> Iterator[int]:
    """Open a file for appending, held against another process that would set it aside meanwhile.

    Args:
        path: the file; made if it is missing.
        alone: wait until nobody else has it open.
    """
    while True:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _lock(file, alone=alone)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), path.stat()):
                    yield file
                    return
        finally:
            os.close(file)


def _lock(file: int, *, alone: bool) -> None:
    """Lock an open file until it is closed; shared by those who append."""
    try:
        import fcntl
    except ImportError:
        # Windows: an open file cannot be renamed there, which serves as well.
        return
    fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
