"""One server for one store: a lock that the system lifts when its holder is gone, however it went."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.loyalty.store import former


class AlreadyServedError(ClientelaError):
    """Another process serves this store."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("{file} is being served already.").format(file=path.name),
            _("Stop that server first."),
        )


class ServerLock:
    """The lock beside a store, held while a server runs."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._path = former.lock_of(store)
        self._handle: int | None = None
        self._is_new = False

    def __enter__(self) -> ServerLock:
        """Take the lock.

        Raises:
            AlreadyServedError: if somebody holds it.
        """
        self._is_new = not self._path.exists()
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise AlreadyServedError(self._store) from None
        self._handle = handle
        return self

    def __exit__(self, *_error: Any) -> None:
        """Let go; the file stays, as removing it would let two holders in.

        But for where no store has come about: then it would say that there was one.
        """
        if self._handle is not None:
            if not self._store.exists() and os.fstat(self._handle).st_size == 0 and self._is_new:
                self._path.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None

    def note(self) -> None:
        """Write down which store is served here, so that another one in its place is noticed."""
        if self._handle is not None:
            name = former.name_of(self._store).encode()
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, name)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
