"""Was there a store before? What says so keeps a new one away; a shop that never had one begins."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from clientela.i18n import speaking
from clientela.loyalty.store import former
from clientela.loyalty.store.errors import LostStoreError, OtherStoreError, StrangeLogError
from clientela.loyalty.store.opening import open_or_begin, open_store
from clientela.referral_server.running import backup
from clientela.referral_server.running.lock import ServerLock
from tests.worlds.lost_store import STORE, a_world, copied
from tests.worlds.program import Run
from tests.worlds.served import settings_in


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
