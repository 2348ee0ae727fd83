"""Was there a store before? What lies beside it says so, and then no empty one is put in its place.

An empty store looks well and answers nobody: every printed link leads nowhere. So a store that is missing,
empty or another one is refused where a lock, a copy, a log or clicks that wait say that there was one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from clientela.loyalty.store.errors import LostStoreError, OtherStoreError, StrangeLogError
from clientela.loyalty.store.presence import WITHOUT_LOG, head_of

BACKUPS: Final = "backups"
"""The folder of copies in a shop folder."""


def require(store: Path, backups: Path | None = None) -> None:
    """Let a new store begin only where there was none.

    Args:
        store: the store's file.
        backups: the folder of its copies; the one beside it if left out.

    Raises:
        LostStoreError: if it is missing or empty, and something says that it was there.
        OtherStoreError: if it is not the one that was served here.
    """
    kept = copies(store, backups or store.parent / BACKUPS)
    newest = kept[0] if kept else None
    if is_missing(store):
        if signs := _signs(store) + kept:
            raise LostStoreError(store, signs, newest)
        return
    require_own_log(store)
    if _people(store) == 0 and (inhabited := [copy for copy in kept if _people(copy)]):
        raise LostStoreError(store, inhabited, inhabited[0])
    # Read with the log and without: a file put beside another's log shows that one's name.
    noted, found = _noted(store), {name_of(store), name_of(store, with_log=False)}
    if noted and not found <= {noted, ""}:
        raise OtherStoreError(store, lock_of(store), newest)


def require_own_log(store: Path) -> None:
    """Let no copy be opened beside the log of the file whose place it took: SQLite would mix the two.

    Raises:
        StrangeLogError: if the file is a copy, which has no log, and there is one.
    """
    with contextlib.suppress(OSError):
        log = store.with_name(f"{store.name}-wal")
        if log.stat().st_size and head_of(store)[18:20] == WITHOUT_LOG:
            raise StrangeLogError(store, log)


def is_missing(store: Path) -> bool:
    """Tell whether there is no store, or a file that holds nothing."""
    return not store.exists() or _is_empty(store)


def copies(store: Path, backups: Path) -> list[Path]:
    """Return the copies and former stores that can be read, the newest first."""
    found = [*backups.glob("*.sqlite"), *store.parent.glob(f"{store.stem}.before-*{store.suffix}")]
    sound = [path for path in found if path.is_file() and not _is_empty(path)]
    return sorted(sound, key=lambda path: (_age(path), path.name), reverse=True)


def _age(path: Path) -> float:
    """Return when a file was written; long ago where it has been taken away meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def lock_of(store: Path) -> Path:
    """Return the lock beside a store; it stays when nobody holds it."""
    return store.with_name(f"{store.name}.lock")


def mark(store: Path) -> None:
    """Leave the lock beside a store that has just been made, so that it is missed if it is gone."""
    with contextlib.suppress(OSError):
        os.close(os.open(lock_of(store), os.O_RDWR | os.O_CREAT, 0o600))


def name_of(store: Path, *, with_log: bool = True) -> str:
    """Return what a store is known by, the same in its copies; empty before its first link was made."""
    rows = _asked(store, "select value from secrets where name = 'link_salt'", with_log=with_log)
    return hashlib.sha256(b"store\0" + str(rows[0][0]).encode()).hexdigest()[:16] if rows else ""


def _noted(store: Path) -> str:
    """Return the name of the store that was served here last, empty where nobody noted it."""
    try:
        return lock_of(store).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _signs(store: Path) -> list[Path]:
    """Return what lies beside a store only where there was one: lock, log, clicks that wait."""
    log, waiting = store.with_name(f"{store.name}-wal"), f"{store.stem}-clicks.fallback*"
    found = [lock_of(store)] if lock_of(store).exists() else []
    found += [log] if log.exists() and log.stat().st_size else []
    return found + sorted(store.parent.glob(waiting))


def _is_empty(store: Path) -> bool:
    """Tell whether a file holds no table at all; a damaged one is not empty."""
    try:
        if not store.is_file() or store.stat().st_size == 0:
            return store.is_file()
    except OSError:
        return False
    return _asked(store, "select count(*) from sqlite_master") == [(0,)]


def _people(store: Path) -> int | None:
    """Count the members of a store; None where it cannot be read."""
    rows = _asked(store, "select count(*) from members")
    return int(rows[0][0]) if rows else None


def _asked(store: Path, sql: str, *, with_log: bool = True) -> list[tuple[int | str, ...]]:
    """Read from a store without changing it; nothing where it cannot be read."""
    # Without a log nobody has it open, and looking at it must leave none behind.
    has_log = with_log and store.with_name(f"{store.name}-wal").exists()
    how = "mode=ro" if has_log else "mode=ro&immutable=1"
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{store.resolve().as_uri()}?{how}", uri=True)) as db,
    ):
        return db.execute(sql).fetchall()
    return []
