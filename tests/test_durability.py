"""What was answered is stored, whatever breaks: the process, the disk, the lock, the file."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import IO

import pytest

from clientela.loyalty.links import click_sums
from clientela.loyalty.store.errors import ClickLostError, StoreUnavailableError
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from tests.worlds.followed_links import Door, Served, add_links, click, count, locked, served

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(tmp_path / "referral.sqlite", create=True)
    add_links(opened, ["anna"])
    yield opened
    opened.close()


@contextmanager
def child(*command: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Run a process of its own; killed at the end if it still runs."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, process.stdout
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        process.stdout.close()


def follow_until_killed(server: Served, answered: list[str], killed: threading.Event) -> None:
    """Follow the link again and again; note the hit of every answer."""
    while not killed.is_set():
        with suppress(OSError, HTTPException):
            answered.append(server.ask("/r/anna").headers["location"].rpartition("k=")[2])


def test_three_times_killed_under_load_and_every_answer_is_stored(store: SqliteStore) -> None:
    store.close()
    answered: list[str] = []
    for _ in range(3):
        killed = threading.Event()
        with (
            child(sys.executable, "-m", "tests.worlds.followed_links", str(store.path)) as (process, said),
            ThreadPoolExecutor(8) as friends,
        ):
            before, server = len(answered), Served(int(said.readline()))
            for _friend in range(8):
                friends.submit(follow_until_killed, server, answered, killed)
            time.sleep(0.5)
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed.set()
        assert len(answered) > before + 10
    again = open_store(store.path)
    again.ingest_fallback()
    with again.read() as db:
        stored = [row["hit_id"] for row in db.all("select hit_id from clicks")]
        assert db.one("pragma integrity_check") == {"integrity_check": "ok"}
    again.close()
    assert len(answered) == len(set(answered))
    assert set(answered) <= set(stored)


def test_five_seconds_locked_by_another_process_and_nobody_waits_long(store: SqliteStore) -> None:
    holder = (
        "import sqlite3, sys, time; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('begin immediate'); print('held', flush=True); time.sleep(5); db.rollback(); db.close()"
    )
    waited: list[float] = []
    door = Door()
    with served(door.app(store)) as server:
        asked_at = time.monotonic()
        for _ in range(10):
            server.ask("/r/anna")
        usual = time.monotonic() - asked_at
        with child(sys.executable, "-c", holder, str(store.path)) as (process, said):
            assert said.readline() == "held\n"
            while process.poll() is None:
                asked_at = time.monotonic()
                assert server.ask("/r/anna").status == 302
                waited.append(time.monotonic() - asked_at)
                time.sleep(0.05)
        # The first waits as long as a click may; those after it do not.
        assert 1.8 < waited[0] < 3 + usual
        assert len(waited) > 5
        assert sorted(waited)[-2] < 1 + usual
        assert store.clicks_degraded >= len(waited) - 2
        degraded = store.clicks_degraded
        time.sleep(0.2)
        for _ in range(3):
            server.ask("/r/anna")
        # Once the lock is gone the store takes them again.
        assert store.clicks_degraded <= degraded + 1
    store.ingest_fallback()
    assert count(store.path) == len(waited) + 13
    assert door.lost == 0


@pytest.fixture
def on_a_small_disk(tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    """Serve from a disk of 800 KiB that nothing else uses; yields the server and the disk's folder."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=800k,mode=700 tmpfs "{disk}"'
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    serve = f'"{sys.executable}" -m tests.worlds.followed_links "{disk}/referral.sqlite" new'
    with child("unshare", "-rm", "sh", "-c", f"{mount} && exec {serve}") as (process, said):
        port = said.readline()
        yield Served(int(port)), Path(f"/proc/{process.pid}/root{disk}")


def test_a_full_disk_never_turns_a_friend_away(on_a_small_disk: tuple[Served, Path]) -> None:
    server, disk = on_a_small_disk
    asked_at = time.monotonic()
    assert [server.ask("/r/anna").status for _ in range(10)] == [302] * 10
    usual = time.monotonic() - asked_at
    with suppress(OSError), (disk / "everything").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))
    asked_at = time.monotonic()
    answers = [server.ask("/r/anna") for _ in range(60)]
    assert time.monotonic() - asked_at < 5 + 60 * usual
    assert [answer.status for answer in answers] == [302] * 60
    (disk / "everything").unlink()
    told = json.loads(server.ask("/ingest").body)
    assert told["lost"] > 0
    # The store is back with the first click after it; that one may still go to the fallback file.
    for _ in range(5):
        server.ask("/r/anna")
    again = json.loads(server.ask("/ingest").body)
    assert again["lost"] == told["lost"]
    answered = [answer.headers["location"].rpartition("k=")[2] for answer in answers]
    assert len(again["hits"]) >= 75 - told["lost"]
    assert sum(hit not in again["hits"] for hit in answered) <= told["lost"]


def ids(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("select hit_id from clicks")]


def test_a_full_store_leaves_the_click_to_the_fallback_file(store: SqliteStore) -> None:
    def fill(db: object) -> None:
        # What SQLite says of a full disk, said by SQLite.
        store.writer._db.execute("pragma max_page_count = 1")  # type: ignore[union-attr]
        pages = store.writer._db.execute("pragma max_page_count").fetchone()  # type: ignore[union-attr]
        assert pages[0] == count(store.path, "pragma page_count")

    store.write(fill)
    blob = "x" * 100_000
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: store.record(click(f"h{n}", referrer_host=blob)), range(8)))
    assert store.clicks_degraded > 0
    store.record(click("after"))
    store.ingest_fallback()
    assert sorted(ids(store.path)) == ["after", *(f"h{n}" for n in range(8))]


def test_a_click_that_nothing_takes_is_lost_aloud_and_the_friend_goes_on(store: SqliteStore) -> None:
    door = Door()
    store.close()
    again = open_store(store.path)
    with served(door.app(again)) as server:
        server.ask("/r/anna")
        store.fallback.path.symlink_to("/dev/full")
        with pytest.raises(ClickLostError):
            store.record(click("a"))
        again.clicks_degraded = 0
        with locked(store.path):
            again.writer._failing_since = time.monotonic() - 60
            answer = server.ask("/r/anna")
            second = server.ask("/r/anna")
    again.close()
    assert (answer.status, second.status) == (302, 302)
    assert door.lost == 2
    assert again.clicks_degraded == 0


def test_the_fallback_file_is_ingested_once_however_often(store: SqliteStore) -> None:
    store.record(click("in the store already"))
    for hit in ("a", "b", "in the store already", "b"):
        store.fallback.append(click(hit))
    copy = store.fallback.path.read_bytes()
    assert store.fallback.path.stat().st_mode & 0o777 == 0o600
    assert store.ingest_fallback().clicks == 4
    assert not store.fallback.path.exists()
    store.fallback.path.write_bytes(copy)
    assert store.ingest_fallback().clicks == 4
    assert store.ingest_fallback().clicks == 0
    assert sorted(ids(store.path)) == ["a", "b", "in the store already"]
    store.write(click_sums.roll_up)
    with store.read() as db:
        assert click_sums.totals(db).people == 3


def test_a_torn_line_costs_nobody_but_itself(store: SqliteStore) -> None:
    store.fallback.append(click("before"))
    with store.fallback.path.open("ab") as file:
        file.write(b'\n{"hit_id": "torn", "link_')
    store.fallback.append(click("after"))
    with store.fallback.path.open("ab") as file:
        for strange in (b'{"hit_id": 5}', b"[]", b"\xff\xfe", b"[" * 5000, b'{"kind": {}}', b'"\\ud800"'):
            file.write(strange + b"\n")
        surrogate = json.dumps(click("\ud800")._asdict()).encode()
        huge = json.dumps(click("huge", at=2**70)._asdict()).encode()
        file.write(surrogate + b"\n" + huge + b"\n")
    told = store.ingest_fallback()
    assert (told.clicks, told.unreadable) == (2, 9)
    assert sorted(ids(store.path)) == ["after", "before"]
    assert b'"torn"' in store.fallback.unreadable_path.read_bytes()


def test_what_is_appended_while_the_file_is_taken_in_is_not_lost(store: SqliteStore) -> None:
    other = SqliteStore(store.path)
    done = threading.Event()

    def append(first: int) -> None:
        for number in range(first, first + 40):
            store.fallback.append(click(f"h{number}"))

    def ingest(one: SqliteStore) -> None:
        while not done.is_set():
            one.ingest_fallback()

    with ThreadPoolExecutor(6) as threads:
        readers = [threads.submit(ingest, one) for one in (store, other)]
        writers = [threads.submit(append, first) for first in (0, 100, 200, 300)]
        for writer in writers:
            writer.result()
        done.set()
        for reader in readers:
            reader.result()
    store.ingest_fallback()
    other.close()
    assert sorted(ids(store.path)) == sorted(f"h{n + m}" for n in (0, 100, 200, 300) for m in range(40))


def test_a_file_set_aside_by_a_process_that_died_is_taken_in_by_the_next(store: SqliteStore) -> None:
    store.fallback.append(click("a"))
    store.fallback.take()
    store.fallback.append(click("b"))
    store.close()
    again = open_store(store.path)
    assert again.ingest_fallback().clicks == 2
    again.close()
    assert [file.name for file in store.path.parent.iterdir()] == ["referral.sqlite"]


def test_clicks_stay_in_the_fallback_file_while_the_store_takes_none(store: SqliteStore) -> None:
    store.fallback.append(click("a"))
    store.close()
    with pytest.raises(StoreUnavailableError):
        store.ingest_fallback()
    again = open_store(store.path)
    assert again.ingest_fallback().clicks == 1
    again.close()


def test_the_writer_comes_back_after_the_file_was_out_of_reach(store: SqliteStore, tmp_path: Path) -> None:
    store.record(click("before"))
    broken = store.writer._db
    assert broken is not None
    connect = store.writer._connect
    store.writer._connect = lambda: sqlite3.connect(tmp_path / "no" / "file")

    def lose(db: object) -> None:
        raise type("Gone", (sqlite3.OperationalError,), {"sqlite_errorcode": sqlite3.SQLITE_IOERR})

    def leave(db: object) -> None:
        broken.execute("rollback")
        lose(db)

    with pytest.raises(StoreUnavailableError):
        store.write(leave)
    store.record(click("meanwhile"))
    assert store.clicks_degraded == 1
    store.writer._connect = connect
    store.record(click("after"))
    assert sorted(ids(store.path)) == ["after", "before"]
    assert store.ingest_fallback().clicks == 1
