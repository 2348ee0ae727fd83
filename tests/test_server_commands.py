"""Password, keys, backup and restore from the command line."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clientela.cli.commands import serve
from clientela.loyalty.links.clicks import Click, new_hit_id
from clientela.loyalty.store.opening import open_store
from clientela.referral_server.accounts import keys, password
from clientela.referral_server.accounts.sessions import Sessions
from clientela.referral_server.running.lock import ServerLock
from tests.worlds.loyalty_world import open_world
from tests.worlds.program import Run
from tests.worlds.served import serving, settings_in

GOOD = "tre pere verdi"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop with a referral store: Anna and Carlo are members."""
    settings_in(tmp_path)
    with open_world(tmp_path):
        pass
    return tmp_path


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read a store with a connection of our own."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def change(path: Path, *statements: str) -> None:
    """Change a store with a connection of our own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


@pytest.fixture
def typed(shop: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run the program with something on its standard input."""

    def call(data: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
        program = [sys.executable, "-W", "error", "-m", "clientela.cli", "--lang", "en", "--shop", str(shop)]
        return subprocess.run([*program, *words], input=data, capture_output=True, timeout=60, check=False)

    return call


def test_a_password_is_set_from_standard_input(
    shop: Path, typed: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    found = typed(f"{GOOD}\n".encode(), "referral", "password", "--stdin")
    assert (found.returncode, found.stdout) == (0, b"")
    assert found.stderr == b"The password is set.\n"
    ((stored,),) = ask(shop / "referral.sqlite", "select value from secrets where name = 'owner_password'")
    assert password.fits(GOOD, stored)


def test_without_a_terminal_it_is_not_asked_for(run: Run, shop: Path) -> None:
    answer = run("referral", "password", shop=shop)
    assert answer.code == 2
    assert "There is no terminal to ask for the password." in answer.err


def test_it_is_asked_for_twice_on_a_terminal(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter([GOOD, "other words", GOOD, GOOD])
    asked: list[dict[str, Any]] = []

    def prompt(_text: str, **how: Any) -> str:
        asked.append(how)
        return next(given)

    monkeypatch.setattr("clientela.cli.commands.referral.password.click.prompt", prompt)
    monkeypatch.setattr("clientela.cli.commands.referral.password._has_terminal", lambda: True)
    answer = run("referral", "password", shop=shop)
    assert answer.code == 2
    assert "The two are not the same." in answer.err
    assert run("referral", "password", shop=shop).code == 0
    assert all(how["hide_input"] for how in asked)


def test_a_short_password_is_refused_and_never_repeated(
    typed: Callable[..., subprocess.CompletedProcess[bytes]],
) -> None:
    found = typed(b"pere verd\n", "referral", "password", "--stdin")
    assert found.returncode == 2
    assert b"A password needs at least 10 characters." in found.stderr
    assert b"pere" not in found.stderr


def test_a_key_is_printed_once_and_then_only_named(run: Run, shop: Path) -> None:
    made = run("referral", "key", "new", "--scope", "till", "--label", "the\ncounter", shop=shop)
    assert made.code == 0
    assert keys.FORM.fullmatch(made.out.strip())
    key_id = made.out[3:11]
    (row,) = run("referral", "key", "list", "--format", "json", shop=shop).json["keys"]
    assert (row["key_id"], row["scope"], row["label"]) == (key_id, "till", "the counter")
    assert (row["used_at"], row["revoked_at"]) == (None, None)
    assert made.out.strip()[12:] not in run("referral", "key", "list", shop=shop).out
    assert run("referral", "key", "revoke", key_id, shop=shop).code == 0
    (row,) = run("referral", "key", "list", "--format", "json", shop=shop).json["keys"]
    assert row["revoked_at"] is not None


def test_a_key_that_is_none_is_refused(run: Run, shop: Path) -> None:
    answer = run("referral", "key", "revoke", "abcdefgh", shop=shop)
    assert answer.code == 2
    assert "There is no key “abcdefgh”." in answer.err
    assert run("referral", "key", "new", "--scope", "everything", shop=shop).code == 2


def test_a_backup_is_one_whole_private_file_with_the_clicks_that_waited(run: Run, shop: Path) -> None:
    store = open_store(shop / "referral.sqlite")
    store.fallback.append(Click(new_hit_id(1), 1, 1, "2026-05-10", "person"))
    store.close()
    answer = run("referral", "backup", shop / "copy.sqlite", shop=shop)
    assert (answer.code, answer.out.strip()) == (0, str(shop / "copy.sqlite"))
    assert (shop / "copy.sqlite").stat().st_mode & 0o777 == 0o600
    assert ask(shop / "copy.sqlite", "select count(*) from clicks") == [(1,)]
    assert ask(shop / "copy.sqlite", "pragma integrity_check") == [("ok",)]
    assert sorted(path.name for path in shop.iterdir() if "copy" in path.name) == ["copy.sqlite"]


def test_a_backup_without_a_name_goes_to_its_folder(run: Run, shop: Path) -> None:
    answer = run("referral", "backup", shop=shop)
    path = Path(answer.out.strip())
    assert path.parent == shop / "backups"
    assert ask(path, "select count(*) from members") == [(2,)]
    into = run("referral", "backup", shop / "backups", shop=shop)
    assert Path(into.out.strip()).parent == shop / "backups"


@pytest.mark.parametrize("target", ["referral.sqlite", "no/such/folder/copy.sqlite"])
def test_a_backup_never_ends_in_the_wrong_place(target: str, run: Run, shop: Path) -> None:
    # The first time that people are in it, a store notes by which rule they are compared.
    assert run("referral", "key", "list", shop=shop).code == 0
    before = (shop / "referral.sqlite").read_bytes()
    assert run("referral", "backup", shop / target, shop=shop).code == 2
    assert (shop / "referral.sqlite").read_bytes() == before


def test_a_backup_of_nothing_is_refused(run: Run, tmp_path: Path) -> None:
    settings_in(tmp_path)
    answer = run("referral", "backup", shop=tmp_path)
    assert answer.code == 2
    assert "referral.sqlite is missing" in answer.err


def test_a_backup_can_be_made_while_the_server_runs_but_not_restored(run: Run, tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.get(f"/r/{running.code}", "User-Agent: Mozilla/5.0 (iPhone) Safari/604.1")
        assert run("referral", "backup", tmp_path / "copy.sqlite", shop=tmp_path).code == 0
        answer = run("referral", "restore", tmp_path / "copy.sqlite", shop=tmp_path)
        assert answer.code == 2
        assert "referral.sqlite is being served already.\nStop that server first." in answer.err
    assert ask(tmp_path / "copy.sqlite", "select count(*) from clicks") == [(1,)]


def test_a_restored_store_is_the_copy_and_the_former_one_is_kept(run: Run, shop: Path) -> None:
    store = shop / "referral.sqlite"
    run("referral", "backup", shop / "copy.sqlite", shop=shop)
    change(store, "update members set name = 'Anna Bianchi' where customer_id = 'C1'")
    answer = run("referral", "restore", shop / "copy.sqlite", shop=shop)
    assert answer.code == 0
    assert ask(store, "select name from members where customer_id = 'C1'") == [("Anna Bruni",)]
    (former,) = shop.glob("referral.before-*.sqlite")
    assert ask(former, "select name from members where customer_id = 'C1'") == [("Anna Bianchi",)]
    assert former.name in answer.err
    assert store.stat().st_mode & 0o777 == 0o600


def test_after_a_restore_the_other_machine_misses_nothing_and_everybody_logs_in_again(
    run: Run, shop: Path
) -> None:
    store = shop / "referral.sqlite"
    opened = open_store(store)
    Sessions(opened, lambda: 0).start("owner")
    opened.record(Click(new_hit_id(1), 1, 1, "2026-05-10", "person"))
    opened.close()
    run("referral", "backup", shop / "copy.sqlite", shop=shop)
    event = "insert into events (at, type, subject, body) values (1, 'member', 'C1', '{}')"
    change(store, *[event] * 40, "insert into marks values ('clicks_version', 70)")
    (last,) = ask(store, "select max(seq) from events")[0]
    run("referral", "restore", shop / "copy.sqlite", shop=shop)
    change(store, event)
    assert ask(store, "select max(seq) from events") == [(last + 1,)]
    assert ask(store, "select value from marks where name = 'clicks_version'") == [(71,)]
    assert ask(store, "select count(*) from sessions") == [(0,)]


@pytest.mark.parametrize("kind", ["letter", "other database", "cut short", "missing", "itself"])
def test_what_is_no_store_is_never_restored(kind: str, run: Run, shop: Path) -> None:
    store, copy = shop / "referral.sqlite", shop / "copy.sqlite"
    if kind == "letter":
        copy.write_bytes(b"Dear Anna, " * 1000)
    elif kind == "other database":
        change(copy, "create table songs (title text)")
    elif kind == "cut short":
        run("referral", "backup", copy, shop=shop)
        copy.write_bytes(copy.read_bytes()[:20_000])
    before = store.read_bytes()
    answer = run("referral", "restore", store if kind == "itself" else copy, shop=shop)
    assert answer.code == 2
    assert store.read_bytes() == before
    assert not list(shop.glob("*.before-*")) + list(shop.glob(".*part*"))


def test_a_damaged_store_gives_way_to_a_copy(run: Run, shop: Path) -> None:
    store = shop / "referral.sqlite"
    run("referral", "backup", shop / "copy.sqlite", shop=shop)
    store.write_bytes(b"\x00" * 5000)
    assert run("referral", "restore", shop / "copy.sqlite", shop=shop).code == 0
    assert ask(store, "select count(*) from members") == [(2,)]
    # Nobody knows how far the lost store had come: the counters jump far ahead.
    assert ask(store, "select max(seq) from sqlite_sequence where name = 'events'")[0][0] >= 1_000_000


def test_a_store_that_was_lost_comes_back(run: Run, shop: Path) -> None:
    run("referral", "backup", shop / "copy.sqlite", shop=shop)
    (shop / "referral.sqlite").unlink()
    assert run("referral", "restore", shop / "copy.sqlite", shop=shop).code == 0
    assert ask(shop / "referral.sqlite", "select count(*) from members") == [(2,)]
    with ServerLock(shop / "referral.sqlite"):
        pass


def test_unit_and_container_start_what_exists() -> None:
    root = Path(__file__).parent.parent
    unit = re.search(
        r"^ExecStart=\S+/clientela (.*)$", (root / "docs/examples/clientela.service").read_text(), re.M
    )
    container = re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])$", (root / "Dockerfile").read_text(), re.M)
    assert unit is not None
    assert len(container) == 2
    words = [word for part in container for word in json.loads(part)]
    assert words[0] == "clientela"
    for called in (unit[1].split(), words[3:]):
        assert called[0] == "serve"
        serve.command.make_context("serve", called[1:], help_option_names=["-h", "--help"])
