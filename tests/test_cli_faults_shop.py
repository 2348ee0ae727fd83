"""A shop folder, a database or a question that does not fit is refused in one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.program import Run

WRITERS = (["segments"], ["report", "--no-pdf"])
"""One command that only reads, one that writes."""


def change(shop: Path, sql: str) -> None:
    """Change a shop's database behind the program's back."""
    import duckdb

    with duckdb.connect(shop / "clientela.duckdb") as db:
        db.execute(sql)


def test_a_folder_without_settings_is_no_shop(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = run("segments", shop=tmp_path / "elsewhere")
    assert answer.code == 2
    assert "elsewhere is not a shop folder" in answer.err
    assert "clientela init" in answer.err
    monkeypatch.chdir(tmp_path)
    answer = run("segments")
    assert answer.code == 2
    assert "This folder is not a shop folder: there is no clientela.toml in it." in answer.err
    assert list(tmp_path.iterdir()) == []


def test_init_leaves_an_existing_shop_alone(small_shop: Path, run: Run) -> None:
    before = (small_shop / "clientela.toml").read_bytes()
    answer = run("init", small_shop)
    assert answer.code == 2
    assert "is a shop folder already." in answer.err
    assert (small_shop / "clientela.toml").read_bytes() == before


def test_a_shop_without_sales_asks_for_them(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path / "new")
    for command in WRITERS:
        answer = run(*command, shop=tmp_path / "new")
        assert answer.code == 2
        assert "No sales have been loaded yet." in answer.err
        assert re.search(r"clientela (--shop \S+ )?load FILE", answer.err)


@pytest.mark.parametrize("command", WRITERS, ids=lambda words: words[0])
def test_a_missing_database(small_shop: Path, run: Run, command: list[str]) -> None:
    (small_shop / "clientela.duckdb").unlink()
    answer = run(*command, shop=small_shop)
    assert answer.code == 2
    assert "There is no database yet" in answer.err
    assert not (small_shop / "clientela.duckdb").exists()


@pytest.mark.parametrize("command", WRITERS, ids=lambda words: words[0])
def test_a_database_of_a_newer_version(small_shop: Path, run: Run, command: list[str]) -> None:
    change(small_shop, "insert into meta.migrations values (9999)")
    before = (small_shop / "clientela.duckdb").read_bytes()
    answer = run(*command, shop=small_shop)
    assert answer.code == 2
    assert "clientela.duckdb was written by a newer version." in answer.err
    assert "Update clientela" in answer.err
    assert (small_shop / "clientela.duckdb").read_bytes() == before


@pytest.mark.parametrize("command", [*WRITERS, ["segments"]], ids=lambda words: words[0])
def test_a_database_of_another_program_is_refused_and_left_alone(
    small_shop: Path, run: Run, command: list[str]
) -> None:
    path = small_shop / "clientela.duckdb"
    path.unlink()
    change(small_shop, "create table notes (text varchar)")
    before = path.read_bytes()
    answer = run(*command, shop=small_shop)
    assert answer.code == 2
    assert "clientela.duckdb is not a clientela database" in answer.err
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", WRITERS, ids=lambda words: words[0])
def test_a_database_that_another_program_holds(small_shop: Path, start: Run, command: list[str]) -> None:
    hold = "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    database = str(small_shop / "clientela.duckdb")
    with subprocess.Popen(
        [sys.executable, "-c", hold, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        answer = start("--wait", "0", *command, shop=small_shop)
        other.communicate(b"")
    assert answer.code == 2
    assert "clientela.duckdb is open in another program: python" in answer.err
    assert f", process {other.pid}." in answer.err
    assert "Close it there" in answer.err


@pytest.mark.parametrize("command", WRITERS, ids=lambda words: words[0])
@pytest.mark.parametrize("damage", ["noise", "cut", "empty", "middle"])
def test_a_damaged_database(small_shop: Path, run: Run, command: list[str], damage: str) -> None:
    path = small_shop / "clientela.duckdb"
    whole = path.read_bytes()
    path.write_bytes(
        {
            "noise": os.urandom(5000),
            "cut": whole[:20_000],
            "empty": b"",
            "middle": whole[:12_288] + os.urandom(len(whole) - 12_288),
        }[damage]
    )
    before = path.read_bytes()
    answer = run(*command, shop=small_shop)
    assert answer.code == 2
    assert "clientela.duckdb is not a clientela database, or it is damaged." in answer.err
    assert "Restore it from a backup" in answer.err
    assert path.read_bytes() == before


def test_a_folder_in_the_place_of_the_database(small_shop: Path, run: Run) -> None:
    (small_shop / "clientela.duckdb").unlink()
    (small_shop / "clientela.duckdb").mkdir()
    answer = run("segments", shop=small_shop)
    assert answer.code == 2
    assert "is a folder, not a database." in answer.err


QUESTIONS = {
    "a category that is none": (
        ["customers", "friends"],
        "“friends” is not a category; they are: potentials",
    ),
    "a day that is none": (["segments", "--as-of", "2026-13-01"], "“2026-13-01” is not a day; write it as"),
    "a day long ago": (["segments", "--as-of", "1066-10-14"], "1066-10-14 is outside 1990–2069."),
    "a day to come": (["segments", "--as-of", "2026-12-31"], "2026-12-31 has not come yet."),
    "a month that is none": (["report", "--month", "2026-00"], "“2026-00” is not a month; write it as"),
    "a month not closed": (["report", "--month", "2026-11"], "2026-11 has not ended yet."),
    "a month before the shop": (["report", "--month", "2020-01"], "There are no sales up to 2020-01."),
    "nobody of that name": (["explain", "zoroaster"], "No customer “zoroaster”."),
    "a language that is not spoken": (["report", "--lang", "fr"], "'fr' is not one of 'it', 'en'"),
    "a command that is none": (["segmnts"], "No such command 'segmnts'"),
    "an option that is none": (["segments", "--asof", "2026-01-01"], "No such option '--asof'"),
    "no people at all": (["customers", "--limit", "0"], "0 is not in the range"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_without_an_answer(question: str, demo_shop: Path, run: Run) -> None:
    words, sentence = QUESTIONS[question]
    answer = run(*words, shop=demo_shop)
    assert answer.code == 2
    assert answer.data == b""
    assert sentence in answer.err


def test_a_day_before_the_first_sale_is_answered_and_said(demo_shop: Path, run: Run) -> None:
    answer = run("segments", "--as-of", "2020-01-31", "--format", "json", shop=demo_shop)
    assert answer.code == 0
    assert answer.json["people"] == 0
    assert "There are no sales up to that day: the first is of 1 Oct 2023." in answer.err


REFUSED_SQL = {
    "insert": "insert into raw.orders (row_key) values ('x')",
    "two statements": "select 1; select 2",
    "nothing": "",
    "attach": "attach 'other.duckdb'",
    "copy": "copy (select 1) to 'out.csv'",
    "pragma": "pragma database_size",
    "set": "set enable_external_access = true",
    "read another file": "select * from read_csv('/etc/passwd')",
    "a file as a table": "select * from '/etc/passwd'",
    "an extension": "install httpfs",
    "a misspelt word": "selec 1",
    "a table that is not there": "select * from marts.custmers",
}


@pytest.mark.parametrize("attempt", REFUSED_SQL)
def test_sql_reads_the_shop_and_nothing_else(attempt: str, demo_shop: Path, run: Run) -> None:
    answer = run("sql", REFUSED_SQL[attempt], shop=demo_shop)
    assert answer.code == 2
    assert answer.data == b""
    assert "The query does not work" in answer.err or "read-only" in answer.err
    assert "root:" not in answer.err
