"""The referral store on a real file: private, durable, and nobody's mistake touches another's work."""

from __future__ import annotations

import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clientela.i18n import speaking
from clientela.loyalty.store.errors import (
    AlreadyThereError,
    NewerStoreError,
    NoStoreError,
    StoreUnavailableError,
)
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.store.migrate import Migration, migrate, migrations, statements
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from tests.worlds.followed_links import click, count, locked, wait_with_writer_stuck


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "referral.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = open_store(path, create=True)
    yield opened
    opened.close()


def mark(name: str, value: int) -> Any:
    """Return a write that adds a mark."""
    return lambda db: db.add("marks", name=name, value=value)


def marks(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("select name, value from marks"))


def test_nobody_else_can_read_the_file_or_its_log(store: SqliteStore, path: Path) -> None:
    store.record(click("a"))
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["referral.sqlite", "referral.sqlite-shm", "referral.sqlite-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_that_anybody_could_read_is_made_private(path: Path) -> None:
    open_store(path, create=True).close()
    path.chmod(0o644)
    open_store(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_commit_waits_for_the_disk(store: SqliteStore) -> None:
    def settings(db: Connection) -> dict[str, Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
        return {name: (db.one(f"pragma {name}") or {}).get(name) for name in names}

    assert store.write(settings) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 4000,
    }
    with store.read() as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.run("delete from marks")


def test_one_large_write_does_not_keep_its_size_on_the_disk(store: SqliteStore, path: Path) -> None:
    """48 MB in one transaction stand in the log first; once they are in the file, the log is cut again."""
    log = path.with_name(f"{path.name}-wal")
    mebibyte = 1024 * 1024

    def much(db: Any) -> None:
        for number in range(48):
            db.run(
                "insert into secrets (name, value) values (:name, :value)",
                name=f"much {number}",
                value="x" * mebibyte,
            )

    store.write(much)
    assert log.stat().st_size > 40 * mebibyte
    for number in range(3):
        store.record(click(f"after {number}"))
    assert log.stat().st_size <= 17 * mebibyte
    assert count(path) == 3


def test_a_missing_store_is_made_only_when_asked_for(path: Path) -> None:
    with pytest.raises(NoStoreError, match=r"referral\.sqlite is missing"):
        open_store(path)
    assert not path.exists()


def test_what_is_no_store_of_ours_is_refused_in_words(tmp_path: Path) -> None:
    text = tmp_path / "notes.sqlite"
    text.write_text("milk, bread\n" * 100, encoding="utf-8")
    with pytest.raises(StoreUnavailableError, match="damaged or is no referral database"):
        open_store(text)
    assert text.read_text(encoding="utf-8") == "milk, bread\n" * 100
    other = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(other)) as db:
        db.execute("create table places (url)")
    with pytest.raises(StoreUnavailableError, match="another program"):
        open_store(other)
    with pytest.raises(StoreUnavailableError, match="cannot be opened"):
        open_store(tmp_path / "no folder" / "referral.sqlite", create=True)


def test_a_file_of_a_newer_program_is_left_alone(path: Path) -> None:
    open_store(path, create=True).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("insert into migrations values (99, 'tomorrow', 0)")
        db.commit()
    with pytest.raises(NewerStoreError, match="schema 99, this one knows"):
        open_store(path)


def test_two_who_open_a_new_store_at_once_get_one(path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: open_store(path, create=True), range(4)))
    for store in stores:
        store.close()
    assert count(path, "select count(*) from migrations") == len(migrations())


def test_a_step_that_fails_leaves_nothing_and_those_before_it_stay(path: Path) -> None:
    steps = [
        Migration(1, "good", "create table a (x);\ncreate table b (x);"),
        Migration(2, "bad", "create table c (x);\ncreate table a (x);"),
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            migrate(db, path, steps)
        tables = [row[0] for row in db.execute("select name from sqlite_master order by name")]
        assert tables == ["a", "b", "migrations"]
        assert migrate(db, path, steps[:1]) == 0


def test_a_step_that_arrives_late_is_applied_after_a_higher_one(path: Path) -> None:
    first, late, higher = (Migration(number, "", f"create table t{number} (x);") for number in (1, 2, 3))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        assert migrate(db, path, [first, higher]) == 2
        assert migrate(db, path, [first, late, higher]) == 1
        assert db.execute("select count(*) from t2").fetchone() == (0,)
        with pytest.raises(NewerStoreError):
            migrate(db, path, [first, higher])


def test_a_semicolon_in_a_comment_or_a_text_ends_no_statement() -> None:
    sql = "/* one; two */\ncreate table a (x); -- three; four\ninsert into a values ('five; six');\n"
    found = list(statements(sql))
    assert [piece.strip().splitlines()[-1] for piece in found] == [
        "create table a (x); -- three; four",
        "insert into a values ('five; six');",
    ]


def test_a_taken_key_is_told_from_every_other_refusal(store: SqliteStore) -> None:
    store.write(mark("a", 1))
    with pytest.raises(AlreadyThereError):
        store.write(mark("a", 2))
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        store.write(lambda db: db.add("marks", name="b", value=None))
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.write(lambda db: db.add("links", member_id=9, code="a", short_code="a", spoken="a", made_at=0))
    with pytest.raises(ValueError, match="name is expected"):
        store.write(lambda db: db.add("marks; drop table marks", name="c", value=1))


def test_a_function_that_fails_undoes_only_what_it_wrote(store: SqliteStore, path: Path) -> None:
    def work(number: int) -> int:
        def write(db: Connection) -> int:
            db.add("marks", name=f"n{number}", value=number)
            if number % 2:
                raise ZeroDivisionError(number)
            return number

        try:
            return store.write(write)
        except ZeroDivisionError as error:
            return -int(error.args[0])

    with locked(path) as let_go, ThreadPoolExecutor(20) as threads:
        # Held back so that all twenty meet in one transaction.
        answers = [threads.submit(work, 0)]
        wait_with_writer_stuck(store, 0)
        answers += [threads.submit(work, number) for number in range(1, 20)]
        wait_with_writer_stuck(store, 19)
        let_go()
        assert [answer.result() for answer in answers] == [n if n % 2 == 0 else -n for n in range(20)]
    assert store.writer.commits == 2
    assert marks(path) == {f"n{number}": number for number in range(0, 20, 2)}


def test_many_clicks_share_a_commit(store: SqliteStore, path: Path) -> None:
    with ThreadPoolExecutor(32) as threads:
        list(threads.map(lambda number: store.record(click(f"h{number}"), timeout=60), range(640)))
    assert count(path) == 640
    assert store.writer.commits < 320
    assert store.clicks_degraded == 0


def test_a_click_that_cannot_be_stored_does_not_take_others_with_it(store: SqliteStore, path: Path) -> None:
    with locked(path) as let_go, ThreadPoolExecutor(9) as threads:
        waiting = [threads.submit(store.record, click("h0"))]
        wait_with_writer_stuck(store, 0)
        waiting.append(threads.submit(store.record, click("bad", kind="no such kind")))
        waiting += [threads.submit(store.record, click(f"h{number}")) for number in range(1, 8)]
        wait_with_writer_stuck(store, 8)
        let_go()
        for one in waiting:
            one.result()
    assert count(path) == 8
    assert store.clicks_degraded == 1
    assert store.ingest_fallback().unreadable == 1
    assert "no such kind" in store.fallback.unreadable_path.read_text(encoding="utf-8")


def test_a_write_that_was_given_up_never_happens(store: SqliteStore, path: Path) -> None:
    with locked(path), pytest.raises(StoreUnavailableError):
        store.write(mark("late", 1), timeout=0.2)
    store.write(mark("next", 2))
    assert marks(path) == {"next": 2}


def test_a_write_that_has_to_wait_for_another_process_happens_once(store: SqliteStore, path: Path) -> None:
    with locked(path) as let_go, ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(store.write, mark("late", 1))
        time.sleep(0.3)
        assert not waiting.done()
        let_go()
        waiting.result()
    assert marks(path) == {"late": 1}


def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_ever(store: SqliteStore) -> None:
    with pytest.raises(RuntimeError, match="inside a write"):
        store.write(lambda db: store.write(mark("inner", 1)))
    store.write(mark("after", 1))


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(store: SqliteStore) -> None:
    store.write(mark("a", 1))
    with store.read() as db:
        before = db.all("select name from marks")
        store.write(mark("b", 2))
        assert db.all("select name from marks") == before == [{"name": "a"}]
    with store.read() as db:
        assert len(db.all("select name from marks")) == 2


def test_more_threads_than_kept_readers_read_at_once(store: SqliteStore) -> None:
    store.write(mark("a", 1))
    inside = threading.Barrier(20)

    def read(_: int) -> int:
        with store.read() as db:
            row = db.one("select value from marks where name = :name", name="a")
            inside.wait(timeout=10)
            return int((row or {})["value"])

    with ThreadPoolExecutor(20) as threads:
        assert list(threads.map(read, range(20))) == [1] * 20


def test_closing_finishes_what_is_queued(path: Path) -> None:
    store = open_store(path, create=True)
    with locked(path) as let_go, ThreadPoolExecutor(11) as threads:
        waiting = [threads.submit(store.record, click("h0"))]
        wait_with_writer_stuck(store, 0)
        waiting += [threads.submit(store.record, click(f"h{number}")) for number in range(1, 10)]
        wait_with_writer_stuck(store, 9)
        closing_down = threads.submit(store.close)
        time.sleep(0.1)
        let_go()
        closing_down.result()
        for one in waiting:
            one.result()
    assert count(path) == 10
    store.record(click("too late"))
    assert count(path) == 10
    with pytest.raises(StoreUnavailableError), store.read():
        pass
    with pytest.raises(StoreUnavailableError):
        store.write(mark("a", 1))
    again = open_store(path)
    assert again.ingest_fallback().clicks == 1
    again.close()
    assert count(path) == 11


def test_what_the_watcher_raises_stops_nothing(store: SqliteStore, path: Path) -> None:
    seen: list[int] = []

    def watch(jobs: int, seconds: float) -> None:
        seen.append(jobs)
        raise ZeroDivisionError

    store.writer.on_commit = watch
    for number in range(3):
        store.record(click(f"h{number}"))
    store.close()
    assert seen == [1, 1, 1]
