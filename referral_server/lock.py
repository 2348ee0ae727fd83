"""One server for one store: a lock that the system lifts when its holder is gone, however it went."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _


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
        self._path = store.with_name(f"{store.name}.lock")
        self._handle: int | None = None

    def __enter__(self) -> ServerLock:
        """Take the lock.

        Raises:
            AlreadyServedError: if somebody holds it.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise AlreadyServedError(self._store) from None
        self._handle = handle
        return self

    def __exit__(self, *_error: Any) -> None:
        """Let go; the file stays, as removing it would let two holders in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
