"""Copies of the store that are whole, and the way back from one."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.loyalty.links.click_sums import VERSION
from clientela.loyalty.store import former
from clientela.loyalty.store.errors import StrangeLogError
from clientela.referral_server.running.lock import ServerLock

PAGES: Final = 512
"""Pages copied between two pauses in which others may write."""

UNKNOWN_STEP: Final = 1_000_000
"""How far counters move on where the store that is replaced cannot be read."""


class BackupError(ClientelaError):
    """A copy cannot be made, or is not what it should be."""


def backup(store: Path, target: Path) -> None:
    """Copy the store while it may be in use; the copy is one file, checked, and readable by its owner only.

    Clicks that wait in the fallback file are brought in first.

    Raises:
        NoStoreError: if there never was a store.
        LostStoreError: if it is missing or empty, and something says that it was there.
        StoreUnavailableError: if it cannot be read.
        BackupError: if the copy cannot be written or is not sound.
    """
    from clientela.loyalty.store.opening import open_existing

    if target.resolve() == store.resolve():
        raise BackupError(
            _("The copy cannot take the place of the database itself."), _("Name another file.")
        )
    opened = open_existing(store)
    try:
        opened.ingest_fallback()
    finally:
        opened.close()
    with _written_beside(target) as part:
        _copy(store, part)
        _check(part, target)


def restore(store: Path, source: Path, at: str) -> Path | None:
    """Put a copy in the place of the store; the former one is kept beside.

    Everybody has to log in again. The counters that the other machine reads by move on past the former ones,
    so that it misses nothing that happens from now on. Whoever was forgotten since the copy was made is
    forgotten in it before it takes the place.

    Args:
        store: the store's file.
        source: the copy.
        at: what the former store's name gets, such as 2026-11-22T103000.

    Returns:
        Where the former store is; None if there was none.

    Raises:
        AlreadyServedError: while a server runs.
        BackupError: if the copy is no store or is damaged.
    """
    from clientela.loyalty.store.opening import open_store

    if not source.is_file():
        raise BackupError(_("There is no file {file}.").format(file=source), _("Name the copy to restore."))
    if source.resolve() == store.resolve():
        raise BackupError(_("This is the database itself."), _("Name the copy to restore."))
    with ServerLock(store) as lock:
        _check(source, source)
        with _written_beside(store) as part:
            _copy(source, part)
            _check(part, source)
            _keep_erasures(store)
            # Brings an older copy up to date and refuses one of a newer program, before anything is replaced;
            # meets the journal of who was forgotten, which lies in this folder.
            open_store(part).close()
            _move_on(part, store)
            aside = _set_aside(store, at)
        lock.note()
    return aside


@contextlib.contextmanager
def _written_beside(target: Path) -> Iterator[Path]:
    """Give a private file beside the target that takes its place at the end, whole or not at all.

    Raises:
        BackupError: if the folder takes no file.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            _("{file} cannot be written: {reason}.").format(
                file=target, reason=getattr(error, "strerror", None) or error
            ),
            _("Check that the folder exists, has room, and that you may write in it."),
        ) from error
    finally:
        for name in (part, *_companions(part)):
            name.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as read,
        contextlib.closing(sqlite3.connect(target, isolation_level=None)) as written,
    ):
        read.backup(written, pages=PAGES, sleep=0.01)
        # Without its log a copy is one file.
        written.execute("pragma journal_mode = delete")


def _check(path: Path, named: Path) -> None:
    """Refuse a file that is no sound store.

    Raises:
        BackupError: with what it is instead.
    """
    damaged = BackupError(
        _("{file} is damaged or is no referral database.").format(file=named.name),
        _("Use another copy; nothing has been replaced."),
    )
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            names = {row[0] for row in db.execute("select name from sqlite_master where type = 'table'")}
            if not {"migrations", "members", "links", "clicks", "secrets"} <= names:
                raise damaged
            if db.execute("pragma integrity_check").fetchone()[0] != "ok":
                raise damaged
    except sqlite3.Error:
        raise damaged from None


def _keep_erasures(store: Path) -> None:
    """Write whom the store in place has forgotten into the journal beside it, where it can be read."""
    from clientela.forgotten import Journal
    from clientela.loyalty.erasure import forgetting
    from clientela.loyalty.store.connection import SqliteConnection

    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as db,
    ):
        Journal.beside(store).add(forgetting.erasures(SqliteConnection(db)))


def _move_on(part: Path, store: Path) -> None:
    """End the sessions of a copy and move its counters past those of the store that it replaces."""
    event, version = _counters(store)
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
        db.execute("pragma journal_mode = delete")
        db.execute("pragma secure_delete = on")
        db.execute("begin immediate")
        mine = _counters_of(db)
        event = max(mine[0], event) if event is not None else mine[0] + UNKNOWN_STEP
        version = max(mine[1], version) + 1 if version is not None else mine[1] + UNKNOWN_STEP
        db.execute("delete from sessions")
        db.execute("delete from sqlite_sequence where name = 'events'")
        db.execute("insert into sqlite_sequence (name, seq) values ('events', ?)", (event,))
        db.execute("update link_days set version = ?", (version,))
        db.execute(
            "insert into marks (name, value) values (?, ?)"
            " on conflict (name) do update set value = excluded.value",
            (VERSION, version),
        )
        db.execute("commit")


def _counters(store: Path) -> tuple[int | None, int | None]:
    """Return the latest event and version of a store; None where it cannot be read."""
    if not store.exists():
        return 0, 0
    try:
        with contextlib.closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return _counters_of(db)
    except sqlite3.Error:
        return None, None


def _counters_of(db: sqlite3.Connection) -> tuple[int, int]:
    event = db.execute("select coalesce(max(seq), 0) from sqlite_sequence where name = 'events'").fetchone()[
        0
    ]
    version = db.execute("select coalesce(max(value), 0) from marks where name = ?", (VERSION,)).fetchone()[0]
    return int(event), int(version)


def _set_aside(store: Path, at: str) -> Path | None:
    """Rename the store and what belongs to it; return its new name.

    A log whose file is gone moves too: beside the copy it would be taken for the copy's.
    """
    if store.exists():
        with (
            contextlib.suppress(sqlite3.Error, StrangeLogError),
            contextlib.closing(_own(store)) as db,
        ):
            # A sound store becomes one file; a damaged one keeps its log beside it.
            db.execute("pragma wal_checkpoint(truncate)")
    aside = store.with_name(f"{store.stem}.before-{at}{store.suffix}")
    for old, new in zip((store, *_companions(store)), (aside, *_companions(aside)), strict=True):
        if old.exists():
            old.replace(new)
    return aside if aside.exists() else None


def _own(store: Path) -> sqlite3.Connection:
    """Open a store that is about to be set aside, unless the log beside it is another file's."""
    former.require_own_log(store)
    return sqlite3.connect(store)


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
