"""The store cannot vanish under a server: what happens to its files is noticed, no empty one replaces it."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from clientela.loyalty.store import former
from clientela.loyalty.store.opening import open_store
from clientela.referral_server.running import backup
from tests.worlds.lost_store import (
    GONE,
    STORE,
    copied,
    emptied,
    folder_removed,
    overwritten_by_an_older_copy,
    removed,
    removed_with_its_log,
    replaced_by_an_empty_one,
    replaced_by_another_shops,
)
from tests.worlds.program import Run
from tests.worlds.served import Running, serving

PHONE = "User-Agent: Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile Safari/537.36"

SERVERS = ("waitress", "granian")


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
