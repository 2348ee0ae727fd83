"""The store cannot vanish: what happens to its files is noticed, and no empty one takes its place."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clientela.i18n import speaking
from clientela.loyalty.store import former
from clientela.loyalty.store.errors import LostStoreError, OtherStoreError, StoreGoneError, StrangeLogError
from clientela.loyalty.store.sqlite import SqliteStore, open_or_begin, open_store
from clientela.referral_server.running import backup
from clientela.referral_server.running.lock import ServerLock
from tests.worlds.followed_links import click
from tests.worlds.loyalty_world import World, open_world
from tests.worlds.program import Run
from tests.worlds.served import Running, serving, settings_in

STORE = "referral.sqlite"

PHONE = "User-Agent: Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile Safari/537.36"

SERVERS = ("waitress", "granian")


@contextlib.contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """Open a shop with two members in a folder, made if it is missing."""
    folder.mkdir(exist_ok=True)
    with open_world(folder) as found:
        yield found


# ---- what happens to the files ----


def removed(folder: Path) -> None:
    (folder / STORE).unlink()


def removed_with_its_log(folder: Path) -> None:
    for file in folder.glob(f"{STORE}*"):
        file.unlink()


def log_removed(folder: Path) -> None:
    (folder / f"{STORE}-wal").unlink()


def shared_file_removed(folder: Path) -> None:
    (folder / f"{STORE}-shm").unlink()


def folder_moved(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def folder_removed(folder: Path) -> None:
    shutil.rmtree(folder)


def emptied(folder: Path) -> None:
    (folder / STORE).write_bytes(b"")


def replaced_by_an_empty_one(folder: Path) -> None:
    removed_with_its_log(folder)
    (folder / STORE).touch()


def replaced_by_an_older_copy(folder: Path) -> None:
    shutil.copy(folder.parent / "copy.sqlite", folder / "new")
    (folder / "new").replace(folder / STORE)


def overwritten_by_an_older_copy(folder: Path) -> None:
    shutil.copy(folder.parent / "copy.sqlite", folder / STORE)


def replaced_by_another_shops(folder: Path) -> None:
    other = folder.parent / "other"
    with a_world(other) as elsewhere:
        elsewhere.link()
    (other / STORE).replace(folder / STORE)


def overwritten_by_another_shops(folder: Path) -> None:
    other = folder.parent / "other"
    with a_world(other) as elsewhere:
        elsewhere.link()
    shutil.copy(other / STORE, folder / STORE)


GONE: list[Callable[[Path], None]] = [
    removed,
    removed_with_its_log,
    log_removed,
    shared_file_removed,
    folder_moved,
    folder_removed,
    emptied,
    replaced_by_an_empty_one,
    replaced_by_an_older_copy,
    overwritten_by_an_older_copy,
    replaced_by_another_shops,
]


def status(answer: bytes) -> int:
    """Return the status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


def save(running: Running, page: bytes) -> bytes:
    """Send the form of a friend's page, filled in."""
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.decode()))
    typed = hidden | {"name": "Luca", "contact": "luca%40posta.example"}
    body = "&".join(f"{name}={value}" for name, value in typed.items())
    head = [f"POST /i/{running.code} HTTP/1.1", "Host: a", "Connection: close"]
    head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "", body]
    return running.say("\r\n".join(head).encode())


def copied(folder: Path) -> None:
    """Make a copy of the store beside the shop's folder, in the way that a running server allows."""
    backup.backup(folder / STORE, folder.parent / "copy.sqlite")


def each_on(
    servers: dict[str, list[Callable[[Path], None]]],
) -> list[tuple[str, Callable[[Path], None]]]:
    """Return what happens on which server."""
    return [(server, happens) for server, all_of_it in servers.items() for happens in all_of_it]


ON_BOTH = [removed_with_its_log, folder_removed, overwritten_by_an_older_copy, replaced_by_another_shops]


@pytest.mark.parametrize(
    ("server", "happens"),
    each_on({"waitress": GONE, "granian": ON_BOTH}),
    ids=lambda each: getattr(each, "__name__", each),
)
def test_a_running_server_that_loses_its_store_says_so_and_sends_friends_on(
    happens: Callable[[Path], None], server: str, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    with serving(folder, "--server", server) as running:
        assert status(running.get(f"/r/{running.code}", PHONE)) == 302
        page = running.get(f"/i/{running.code}", PHONE)
        assert status(running.get("/readyz")) == 200
        copied(folder)
        happens(folder)
        ready = running.get("/readyz", "Accept-Language: en")
        assert status(ready) == 503
        assert re.search(rb"referral\.sqlite(-wal|-shm)? (is gone|has been replaced)", ready), ready
        saved = save(running, page)
        assert status(saved) == 503
        assert not re.search(rb"\r\nLocation:", saved, re.IGNORECASE)
        assert [status(running.get(f"/r/{running.code}", PHONE)) for _friend in range(5)] == [302] * 5
        assert status(running.get("/healthz")) == 200
        if folder.exists():
            # Some may have been set aside, to be brought in once the store takes them.
            waiting = "".join(path.read_text() for path in folder.glob("referral-clicks.fallback*"))
            assert waiting.count('"person"') == 5
        else:
            numbers = running.get("/metrics").decode()
            assert re.search(r"^clicks_lost_total 5(\.0)?$", numbers, re.M), numbers


@pytest.mark.parametrize("server", SERVERS)
def test_a_store_that_is_put_back_is_taken_up_again_and_nothing_is_missing(
    server: str, tmp_path: Path
) -> None:
    folder, away = tmp_path / "shop", tmp_path / "away"
    folder.mkdir()
    with serving(folder, "--server", server) as running:
        page = running.get(f"/i/{running.code}", PHONE)
        folder.rename(away)
        assert status(running.get("/readyz")) == 503
        assert status(save(running, page)) == 503
        away.rename(folder)
        assert status(running.get("/readyz")) == 200
        assert status(save(running, page)) == 303
        assert status(running.get(f"/r/{running.code}", PHONE)) == 302
        running.stop()
    with contextlib.closing(sqlite3.connect(folder / STORE)) as db:
        assert db.execute("select count(*) from saves").fetchone() == (1,)
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("server", "happens"),
    each_on(
        {
            "waitress": [removed, emptied, replaced_by_an_empty_one, replaced_by_another_shops],
            "granian": [removed_with_its_log],
        }
    ),
    ids=lambda each: getattr(each, "__name__", each),
)
def test_a_restart_makes_no_empty_store_and_a_copy_comes_back_whole(
    happens: Callable[[Path], None], server: str, tmp_path: Path, start: Run
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    with serving(folder, "--server", server) as running:
        page = running.get(f"/i/{running.code}", PHONE)
        assert status(save(running, page)) == 303
        assert status(running.get(f"/r/{running.code}", PHONE)) == 302
        (folder / "backups").mkdir()
        backup.backup(folder / STORE, folder / "backups" / "referral-2026-11-22T031500.sqlite")
        happens(folder)
        assert status(running.get(f"/r/{running.code}", PHONE)) == 302
    for words in (("serve", "--port", 0, "--server", server), ("referral", "key", "new", "--scope", "sync")):
        answer = start(*words, shop=folder)
        assert (answer.code, answer.out) == (2, ""), answer.err
        assert re.search(
            r"clientela --shop \S+ referral restore \S*backups/referral-2026-11-22T031500", answer.err
        )
        assert STORE in answer.err
    copy = folder / "backups" / "referral-2026-11-22T031500.sqlite"
    back = start("referral", "restore", copy, shop=folder)
    assert back.code == 0, back.err
    again = start("referral", "key", "new", "--scope", "sync", shop=folder)
    assert again.code == 0, again.err
    with contextlib.closing(open_store(folder / STORE)) as store:
        # The click that came while the store was away waited beside it.
        assert store.ingest_fallback().clicks == 1
        with store.read() as db:
            assert db.one("select count(*) as n from saves") == {"n": 1}
            assert db.one("select count(*) as n from links where code = :code", code=running.code) == {"n": 1}
            assert db.one("pragma integrity_check") == {"integrity_check": "ok"}


def test_a_copy_put_in_place_while_the_server_runs_is_not_written_to(tmp_path: Path, start: Run) -> None:
    """Restore is refused while a server runs; with its lock removed by hand it is noticed."""
    folder = tmp_path / "shop"
    folder.mkdir()
    with serving(folder) as running:
        page = running.get(f"/i/{running.code}", PHONE)
        copied(folder)
        refused = start("referral", "restore", folder.parent / "copy.sqlite", shop=folder)
        assert refused.code == 2
        assert "is being served already" in refused.err
        former.lock_of(folder / STORE).unlink()
        assert start("referral", "restore", folder.parent / "copy.sqlite", shop=folder).code == 0
        assert status(running.get("/readyz")) == 503
        assert status(save(running, page)) == 503
    with contextlib.closing(sqlite3.connect(folder / STORE)) as db:
        assert db.execute("select count(*) from saves").fetchone() == (0,)
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)


# ---- the store by itself ----


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


# ---- was there one before? ----


def shop_folder(tmp_path: Path) -> Path:
    """Return the folder of a shop that never had links."""
    settings_in(tmp_path)
    return tmp_path


def a_lock(folder: Path) -> None:
    former.lock_of(folder / STORE).touch()


def a_log(folder: Path) -> None:
    (folder / f"{STORE}-wal").write_bytes(b"x" * 100)


def waiting_clicks(folder: Path) -> None:
    (folder / "referral-clicks.fallback.jsonl").write_text("{}\n")


def clicks_set_aside(folder: Path) -> None:
    (folder / "referral-clicks.fallback.0a0b.taken").write_text("{}\n")


def a_copy(folder: Path) -> None:
    (folder / "backups").mkdir()
    with a_world(folder.parent / "made") as made:
        made.link()
    shutil.copy(folder.parent / "made" / STORE, folder / "backups" / "referral-2026-01-01T000000.sqlite")


def a_former_store(folder: Path) -> None:
    a_copy(folder)
    copy = folder / "backups" / "referral-2026-01-01T000000.sqlite"
    copy.rename(folder / "referral.before-2026-01-01T000000.sqlite")


SIGNS: list[Callable[[Path], None]] = [
    a_lock,
    a_log,
    waiting_clicks,
    clicks_set_aside,
    a_copy,
    a_former_store,
]


@pytest.mark.parametrize("sign", SIGNS, ids=[each.__name__ for each in SIGNS])
@pytest.mark.parametrize("is_empty", [False, True], ids=["missing", "empty"])
def test_whatever_says_that_there_was_a_store_keeps_a_new_one_away(
    sign: Callable[[Path], None], is_empty: bool, tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    shop_folder(folder)
    sign(folder)
    if is_empty:
        (folder / STORE).touch()
    before = sorted(path.name for path in folder.rglob("*"))
    for words in (("serve", "--port", 0), ("referral", "key", "new", "--scope", "till")):
        answer = run(*words, shop=folder)
        assert answer.code == 2
        assert "referral.sqlite is missing or empty, but there was one: " in answer.err
        assert re.search(r"clientela (--shop \S+ )?referral restore ", answer.err)
        assert "first move these files out of the folder" in answer.err
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_the_words_are_there_in_italian(tmp_path: Path, run: Run) -> None:
    a_lock(shop_folder(tmp_path))
    answer = run("serve", "--port", 0, shop=tmp_path, lang="it")
    assert "manca o è vuoto, ma un archivio c’era: referral.sqlite.lock." in answer.err


def test_a_shop_that_never_had_one_begins(tmp_path: Path, run: Run) -> None:
    folder = shop_folder(tmp_path)
    assert run("referral", "key", "new", "--scope", "till", shop=folder).code == 0
    assert run("referral", "key", "new", "--scope", "till", shop=folder).code == 0
    assert former.lock_of(folder / STORE).exists()
    (folder / STORE).unlink()
    assert run("referral", "key", "list", shop=folder).code == 2
    assert "there was one: referral.sqlite.lock" in run("referral", "key", "list", shop=folder).err


def test_a_first_evening_is_begun_as_often_as_one_likes(tmp_path: Path) -> None:
    """No member yet, a lock, and an empty copy: that is how it begins, not what is left of something."""
    folder = tmp_path / "shop"
    folder.mkdir()
    open_or_begin(folder / STORE, folder / "backups").close()
    (folder / "backups").mkdir()
    backup.backup(folder / STORE, folder / "backups" / "referral-2026-01-01T000000.sqlite")
    open_or_begin(folder / STORE, folder / "backups").close()


def test_a_store_that_lost_everybody_is_refused_while_a_copy_knows_them(tmp_path: Path) -> None:
    """The empty store that an older program made of a store that had vanished."""
    folder = tmp_path / "shop"
    folder.mkdir()
    a_copy(folder)
    with contextlib.closing(open_store(folder / STORE, create=True)):
        pass
    with pytest.raises(LostStoreError, match="referral-2026-01-01T000000"):
        former.require(folder / STORE)


def test_another_shops_store_is_not_served_here(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with a_world(folder) as mine:
        mine.link()
    with ServerLock(folder / STORE) as lock:
        lock.note()
    former.require(folder / STORE)
    with a_world(tmp_path / "theirs") as theirs:
        theirs.link()
    shutil.copy(tmp_path / "theirs" / STORE, folder / STORE)
    with speaking("en"), pytest.raises(OtherStoreError, match="is not the database that was served here"):
        former.require(folder / STORE)
    former.lock_of(folder / STORE).unlink()
    former.require(folder / STORE)


def test_another_shops_copy_is_served_once_it_was_restored_on_purpose(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with a_world(folder) as mine:
        mine.link()
    with ServerLock(folder / STORE) as lock:
        lock.note()
    with a_world(tmp_path / "theirs") as theirs:
        theirs.link()
        backup.backup(tmp_path / "theirs" / STORE, tmp_path / "copy.sqlite")
    backup.restore(folder / STORE, tmp_path / "copy.sqlite", "2026-11-22T103000")
    former.require(folder / STORE)


def test_a_lock_taken_in_vain_is_no_sign(tmp_path: Path) -> None:
    with ServerLock(tmp_path / STORE):
        pass
    former.require(tmp_path / STORE)
    (tmp_path / STORE).touch()
    with ServerLock(tmp_path / STORE):
        pass
    assert former.lock_of(tmp_path / STORE).exists()


def test_a_copy_beside_the_log_of_another_file_is_not_opened(tmp_path: Path, run: Run) -> None:
    """The server was killed, and somebody copied a backup over the file: SQLite would mix the two."""
    folder = tmp_path / "shop"
    with a_world(folder) as shop:
        shop.save("luca@posta.example")
        copied(folder)
        shop.save("ugo@posta.example")
        log = (folder / f"{STORE}-wal").read_bytes()
    settings_in(folder)
    shutil.copy(tmp_path / "copy.sqlite", folder / STORE)
    (folder / f"{STORE}-wal").write_bytes(log)
    with pytest.raises(StrangeLogError):
        open_store(folder / STORE)
    answer = run("serve", "--port", 0, shop=folder)
    assert answer.code == 2
    assert (
        "referral.sqlite is a copy, and referral.sqlite-wal beside it belongs to another file." in answer.err
    )
    assert (folder / STORE).read_bytes() == (tmp_path / "copy.sqlite").read_bytes()
    assert run("referral", "restore", tmp_path / "copy.sqlite", shop=folder).code == 0
    with contextlib.closing(open_store(folder / STORE)) as store, store.read() as db:
        assert db.one("select count(*) as n from saves") == {"n": 1}


def test_a_log_without_its_file_is_not_taken_for_the_copys(tmp_path: Path) -> None:
    """The file was removed, its log was not: a copy put in its place must not read the other's log."""
    folder = tmp_path / "shop"
    with a_world(folder) as shop:
        shop.save("luca@posta.example")
        copied(folder)
        shop.save("ugo@posta.example")
        log = (folder / f"{STORE}-wal").read_bytes()
    (folder / STORE).unlink()
    (folder / f"{STORE}-wal").write_bytes(log)
    backup.restore(folder / STORE, tmp_path / "copy.sqlite", "2026-11-22T103000")
    assert not (folder / f"{STORE}-wal").exists()
    with contextlib.closing(sqlite3.connect(folder / STORE)) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert db.execute("select count(*) from saves").fetchone() == (1,)
