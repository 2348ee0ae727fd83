"""Is the store still the file that was opened? A file that was removed goes on taking writes, for nobody.

Whoever has a file open can write to it after it was removed, replaced or moved, and is told that all is well;
when the last one closes it everything is gone. So the files are known by what the system calls them, and
looked at after every commit: what was committed before they were seen in their place is safe.
"""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Final

from clientela.loyalty.store.errors import StoreGoneError

COMPANIONS: Final = ("", "-wal", "-shm")
"""The file, its log, and what its readers and writers share."""

HEADER: Final = 100
"""Bytes of the file's head."""

MAGIC: Final = b"SQLite format 3\0"

WITH_LOG: Final = b"\x02\x02"
"""Bytes 18 and 19 of a file that has a log; a copy has none."""

WITHOUT_LOG: Final = b"\x01\x01"

AGAIN_S: Final = 0.02
"""A head read while it was being written is read again after so long."""


class Presence:
    """The files of one store as they were opened.

    Somebody must hold the files open for as long as this lasts: until then the system gives their numbers to
    no other file.

    Args:
        path: the store's file; its log must be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        # Plain texts: these are looked at twice a commit.
        self._files = [f"{self._path}{end}" for end in COMPANIONS]
        self._known = [_identity(file) for file in self._files]
        self._looks_inside = False
        self._changes = 0

    def look_inside(self) -> None:
        """From now on notice also that another file's content was written into this one.

        For a server: looked at from within the file that was opened, whatever has its name by then.
        """
        self._looks_inside = True
        self._changes = _changes(self._read()) or 0

    def check(self) -> None:
        """Compare the files in their place with those that were opened.

        Raises:
            StoreGoneError: if one is missing, is another, or holds what was never written through us.
        """
        for file, known in zip(self._files, self._known, strict=True):
            found = _identity(file)
            if found is None:
                raise StoreGoneError(Path(file), is_replaced=False)
            if found != known:
                raise StoreGoneError(Path(file), is_replaced=True)
        if self._looks_inside and not (self._is_ours() or self._is_ours(AGAIN_S)):
            raise StoreGoneError(self._path, is_replaced=True)

    def _is_ours(self, wait_s: float = 0.0) -> bool:
        """Tell whether the head is one of this file's: with a log, and its count of changes only grows."""
        if wait_s:
            time.sleep(wait_s)
        changes = _changes(self._read())
        if changes is None or changes < self._changes:
            return False
        self._changes = changes
        return True

    def _read(self) -> bytes:
        number = self._known[0]
        return b"" if number is None else os.pread(_opened(self._path, number), HEADER, 0)


def head_of(file: Path) -> bytes:
    """Return a file's first bytes without harm to who else has it open in this process.

    Raises:
        OSError: if it cannot be read.
    """
    number = _identity(str(file))
    if number is None:
        raise FileNotFoundError(file)
    return os.pread(_opened(file.absolute(), number), HEADER, 0)


@cache
def _opened(file: Path, _number: tuple[int, int]) -> int:
    """Open a file once and never close it, which would lift the locks that SQLite holds in this process."""
    return os.open(file, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))


def _identity(file: str) -> tuple[int, int] | None:
    """Return what the system knows a file by, None where there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_nlink else None


def _changes(head: bytes) -> int | None:
    """Return the count of changes in a head, None where it is not that of a file with a log."""
    if len(head) < HEADER or not head.startswith(MAGIC) or head[18:20] != WITH_LOG:
        return None
    return int.from_bytes(head[24:28], "big")
