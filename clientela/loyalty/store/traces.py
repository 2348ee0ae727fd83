"""What an erasure leaves in the files of a store, and how it goes: log, free pages, and the journal beside.

``secure_delete`` overwrites what is deleted in the pages themselves; the log is emptied after the commit. The
journal of ``clientela.forgotten`` gets who was forgotten: a store from before meets it when it is opened.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Final

from clientela.forgotten import Erasure, Journal
from clientela.loyalty.erasure import by_contact
from clientela.loyalty.store.connection import SqliteConnection

WAIT_MS: Final = 200
"""How long the writer waits for those who still read from the log: clicks wait meanwhile."""

WIPED: Final = 1
"""user_version of a store whose free pages were overwritten once: an older program left something there."""


def remove(db: sqlite3.Connection, path: Path) -> bool:
    """Write the journal and empty the log after an erasure; return whether no trace is left.

    Args:
        db: a connection for writing, no transaction open.
        path: the store's file.
    """
    from clientela.loyalty.erasure import forgetting

    Journal.beside(path).add(forgetting.erasures(SqliteConnection(db)))
    return empty_log(db)


def empty_log(db: sqlite3.Connection, wait_ms: int = WAIT_MS) -> bool:
    """Move the log into the file and cut it to nothing; return whether nobody stood in the way."""
    (usual,) = db.execute("pragma busy_timeout").fetchone()
    db.execute(f"pragma busy_timeout = {wait_ms}")
    try:
        return bool(db.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0)
    finally:
        db.execute(f"pragma busy_timeout = {usual}")


def catch_up(db: sqlite3.Connection, path: Path) -> None:
    """Forget whom the journal says and this store still knows: it is a copy from before they asked.

    Raises:
        sqlite3.Error: if the store takes no write.
    """
    from clientela.loyalty.erasure import forgetting

    store, journal = SqliteConnection(db), Journal.beside(path)
    _wipe_once(db)
    known = {each.erasure_id: each.marks for each in forgetting.erasures(store)}
    said = journal.erasures()
    missing = [each for each in said if not each.marks <= known.get(each.erasure_id, frozenset())]
    if missing:
        _apply(db, missing)
        empty_log(db)
    journal.add(forgetting.erasures(store))


def _apply(db: sqlite3.Connection, missing: list[Erasure]) -> None:
    from clientela.loyalty.erasure import person as erasure

    db.execute("begin immediate")
    try:
        erasure.apply(SqliteConnection(db), missing, int(time.time() * 1000))
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise


def _wipe_once(db: sqlite3.Connection) -> None:
    """Finish what an older program left half forgotten, then write the file anew; once in a store's life."""
    if db.execute("pragma user_version").fetchone()[0] >= WIPED:
        return
    # A new file has nothing to hide, and the disk may be small.
    if db.execute("select exists (select 1 from members)").fetchone()[0]:
        _forget_half_forgotten(db)
        try:
            db.execute("vacuum")
        except sqlite3.Error:
            # A disk too full for that takes it another day: the store is opened all the same.
            with contextlib.suppress(sqlite3.Error):
                empty_log(db)
            return
        empty_log(db)
    db.execute(f"pragma user_version = {WIPED}")


def _forget_half_forgotten(db: sqlite3.Connection) -> None:
    """Forget friends whose withdrawal an older program kept by their contact when it forgot all else."""
    from clientela.loyalty.people import contacts

    store = SqliteConnection(db)
    rows = store.all(
        """
        select distinct subject from events
        where
            type = 'consent' and subject not like 'm:%' and subject not like 'x:%'
            and subject not in (select subject from consents)
        """
    )
    if not rows:
        return
    db.execute("begin immediate")
    try:
        for row in rows:
            # Who erased them is not known: it may have been anybody who typed the contact into a form.
            by_contact.erase_claims(store, contacts.of_value(row["subject"]), [], int(time.time() * 1000))
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise
