"""The store by itself looks at its files before it answers and before it writes."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.i18n import speaking
from clientela.loyalty.store.errors import StoreGoneError
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from tests.worlds.followed_links import click
from tests.worlds.lost_store import STORE, replaced_by_another_shops


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A new store that has been written to."""
    folder = tmp_path / "shop"
    folder.mkdir()
    found = open_store(folder / STORE, create=True)
    found.record(click("before"))
    yield found
    found.close()


def test_a_new_file_never_passes_for_the_old_one(store: SqliteStore) -> None:
    """The system gives a removed file's number to the next one, unless somebody still has it open."""
    folder = store.path.parent
    content = store.path.read_bytes()
    for file in folder.glob(f"{STORE}*"):
        file.unlink()
    for _try in range(50):
        for end in ("", "-wal", "-shm"):
            store.path.with_name(STORE + end).write_bytes(content if not end else b"")
        with speaking("en"), pytest.raises(StoreGoneError, match="has been replaced"):
            store.require_files()
        for file in folder.glob(f"{STORE}*"):
            file.unlink()
    with speaking("en"), pytest.raises(StoreGoneError, match="is gone"):
        store.require_files()
    with pytest.raises(StoreGoneError):
        store.write(lambda db: db.run("delete from marks"))


def test_a_write_during_which_the_file_goes_is_not_said_to_be_done(store: SqliteStore) -> None:
    """It is looked at after the commit, too: what was written to a file without a name is not stored."""

    def write(db: object) -> None:
        store.path.rename(store.path.with_name("elsewhere"))

    with pytest.raises(StoreGoneError):
        store.write(write)
    store.record(click("meanwhile"))
    assert store.clicks_degraded == 1
    store.path.with_name("elsewhere").rename(store.path)
    store.record(click("after"))
    assert store.clicks_degraded == 1
    assert store.ingest_fallback().clicks == 1


def test_readers_go_on_with_what_they_have_open_and_see_no_other_file(store: SqliteStore) -> None:
    with store.read() as first, store.read() as second:
        assert first.one("select count(*) as n from clicks") == second.one("select count(*) as n from clicks")
    replaced_by_another_shops(store.path.parent)
    for _time in range(20):
        with store.read() as db:
            assert db.one("select count(*) as n from clicks") == {"n": 1}
            assert db.one("select count(*) as n from members") == {"n": 0}


def test_another_hard_link_and_other_programs_are_no_fault(store: SqliteStore) -> None:
    """A backup program that links, another process that writes, a checkpoint: the file stays what it is."""
    store.presence.look_inside()
    os.link(store.path, store.path.with_name("link"))
    for number in range(3):
        with contextlib.closing(open_store(store.path)) as other:
            other.record(click(f"other {number}"))
            other.write(lambda db: db.run("create table if not exists more (a)"))
        with contextlib.closing(sqlite3.connect(store.path)) as db:
            assert db.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0
            db.execute("vacuum")
        store.record(click(f"own {number}"))
        store.require_files()
    store.path.touch()
    store.require_files()
    assert store.clicks_degraded == 0


def test_looking_costs_little(store: SqliteStore) -> None:
    """Three looks at the folder a commit: less than a tenth of a millisecond of work."""
    store.presence.look_inside()
    began = time.process_time()
    for _time in range(2000):
        store.presence.check()
    assert (time.process_time() - began) / 2000 < 0.0005
