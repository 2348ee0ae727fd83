"""Ctrl-C at any moment of a load: the words say what is so, and the shop goes on from there."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clientela.settings.reading import read_settings
from clientela.warehouse.building.build import read_calendar
from clientela.warehouse.building.kept_builds import are_marts_current
from clientela.warehouse.connection import open_shop
from tests.worlds.demo import TODAY
from tests.worlds.program import Run

STOP = """
import os, signal, sys
from contextlib import contextmanager
signal.signal(signal.SIGINT, signal.default_int_handler)
when, number, arguments = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
seen = 0
def reached():
    global seen
    seen += 1
    if seen == number:
        os.kill(os.getpid(), signal.SIGINT)
from clientela.cli import narration
from clientela.cli.commands import load
@contextmanager
def progress(label, **_more):
    def tell(what, share):
        if when == f"{what} {share}":
            reached()
    yield tell
load.progress = progress
from clientela.cli import load_answer
answered = load_answer.write_load
def write_load(*given, **more):
    if when == "answer":
        reached()
    answered(*given, **more)
load_answer.write_load = load.write_load = write_load
def watch(event, what):
    if event == "clientela.create_model" and when == "model":
        reached()
sys.addaudithook(watch)
from clientela.cli.__main__ import run
sys.argv[1:] = arguments
run()
"""
"""Run a command and press Ctrl-C when a stage of a load or a model is reached for the nth time."""

STAGES = ("Reading 0.0", "Checking 0.15", "Merging 0.4", "Accounting 0.9", "Done 1.0")
"""The boundaries that a load tells: reading, checking, merging, accounting, done (after the commit)."""

FILES = {
    "august.csv": "a1,anna,2026-08-09,10.00\na2,dora,2026-08-11,5.50\n",
    "september.csv": "b1,bruno,2026-09-12,7.00\n",
    "october.csv": "c1,anna,2026-10-02,8.00\nc2,emil,2026-10-05,9.00\nc3,dora,2026-10-07,1.00\n",
}
ROWS = {name: text.count("\n") for name, text in FILES.items()}


@pytest.fixture
def files(small_shop: Path) -> list[Path]:
    """Three more files for the small shop, which holds three receipts."""
    found = []
    for name, text in FILES.items():
        path = small_shop.parent / name
        path.write_text(f"order_id,customer_id,order_date,net_amount\n{text}", encoding="utf-8")
        found.append(path)
    return found


def press(shop: Path, when: str, number: int, *words: Any) -> tuple[int, str]:
    """Return the exit code of an interrupted command, and what it said on standard error."""
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            STOP,
            when,
            str(number),
            "--lang",
            "en",
            "--shop",
            str(shop),
            *map(str, words),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in found.stderr, found.stderr
    assert "made a mistake" not in found.stderr, found.stderr
    return found.returncode, found.stderr


def open_files(pid: int) -> set[str]:
    """Return the names of the files that a process has open; one may be closed while we look."""
    found = set()
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(link.readlink().name)
    return found


def state(shop: Path) -> tuple[list[str], int, bool]:
    """Return the files loaded after the first, the rows beyond its three, and whether the marts stand."""
    settings = read_settings(shop)
    with open_shop(settings.database, read_only=True) as db:
        names = db.execute(
            "select file_name from meta.batches where batch_id > 1 order by batch_id"
        ).fetchall()
        ((rows,),) = db.execute("select count(*) - 3 from raw.orders").fetchall()
        as_of = read_calendar(db).default_as_of(settings, date.fromisoformat(TODAY))
        return [name for (name,) in names], rows, are_marts_current(db, settings, as_of)


def check_words(said: str, shop: Path) -> list[str]:
    """Hold the words against the shop's file; return the files that are loaded."""
    names, rows, is_current = state(shop)
    assert rows == sum(ROWS[name] for name in names), "a file is loaded whole or not at all"
    if not names:
        assert "Stopped; nothing was loaded." in said
    else:
        told = re.search(r"Stopped; (\d) of (\d) files? (?:is|are) loaded: (.*)\.", said)
        assert told, said
        assert told[3].split(", ") == names
        assert int(told[1]) == len(names)
        assert ("The tables are yet to be computed" in said) is not is_current
        missing = [name for name in FILES if name not in names][: int(told[2]) - len(names)]
        assert ("Yet to be loaded" in said) is bool(missing)
        for name in missing:
            assert name in said.partition("Yet to be loaded: ")[2]
    return names


def check_shop(shop: Path, run: Run, loaded: list[str], files: list[Path], fresh: Path) -> None:
    """Hold the next answer against that of a shop that loaded the same files undisturbed."""
    chosen = [path for path in files if path.name in loaded]
    if chosen:
        assert run("load", *chosen, shop=fresh).code == 0
    for words in (("segments",), ("customers",), ("explain", "anna")):
        mine, theirs = (run(*words, "--format", "json", shop=each) for each in (shop, fresh))
        assert mine.code == theirs.code == 0
        assert mine.json == theirs.json, words
    unbalanced = run(
        "sql",
        "select count(*) as n from meta.batches where records_in <> records_merged + records_unchanged "
        "+ records_corrected + records_set_aside + records_quarantined",
        "--format",
        "json",
        shop=shop,
    )
    assert unbalanced.json["rows"] == [[0]]
    assert run("load", *files, shop=shop).code == 0
    names, rows, is_current = state(shop)
    assert sorted(names) == sorted(FILES)
    assert rows == sum(ROWS.values())
    assert is_current, "the next load builds what was left"


@pytest.fixture
def fresh(small_shop: Path, tmp_path: Path) -> Path:
    """A second copy of the small shop, loaded undisturbed."""
    import shutil

    shutil.copytree(small_shop, tmp_path / "fresh")
    return tmp_path / "fresh"


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("stage", STAGES)
def test_ctrl_c_at_each_stage_of_each_file(
    small_shop: Path, fresh: Path, files: list[Path], run: Run, stage: str, number: int
) -> None:
    code, said = press(small_shop, stage, number, "load", *files)
    assert code == 2
    loaded = check_words(said, small_shop)
    assert len(loaded) == (number if stage == "Done 1.0" else number - 1)
    if number == 2:
        check_shop(small_shop, run, loaded, files, fresh)


@pytest.mark.parametrize("number", [1, 40, 90])
def test_ctrl_c_while_the_tables_are_computed(
    small_shop: Path, fresh: Path, files: list[Path], run: Run, number: int
) -> None:
    code, said = press(small_shop, "model", number, "load", *files)
    assert code == 2
    assert check_words(said, small_shop) == list(FILES)
    assert not state(small_shop)[2]
    check_shop(small_shop, run, list(FILES), files, fresh)


def test_ctrl_c_in_a_preview_says_that_nothing_was_loaded(small_shop: Path, files: list[Path]) -> None:
    for stage in ("Merging 0.4", "Done 1.0"):
        code, said = press(small_shop, stage, 1, "load", "--preview", *files)
        assert code == 2
        assert check_words(said, small_shop) == []


def test_ctrl_c_in_a_load_of_what_had_been_loaded(small_shop: Path) -> None:
    code, said = press(small_shop, "Done 1.0", 1, "load", small_shop.parent / "sales.csv")
    assert code == 2
    assert check_words(said, small_shop) == []


def test_ctrl_c_while_the_answer_is_written_says_that_all_is_loaded(
    small_shop: Path, files: list[Path]
) -> None:
    code, said = press(small_shop, "answer", 1, "load", *files)
    assert code == 2
    assert check_words(said, small_shop) == list(FILES)


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.2, 1.8, 2.5])
def test_ctrl_c_at_any_moment(small_shop: Path, files: list[Path], seconds: float) -> None:
    words = [sys.executable, "-c", STOP, "never", "0", "--lang", "en", "--shop", str(small_shop), "load"]
    with subprocess.Popen(
        [*words, *map(str, files)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        # Python itself starts with Ctrl-C as it finds it; our handler stands once modules are loaded.
        while process.poll() is None and "clientela.duckdb" not in open_files(process.pid):
            time.sleep(0.01)
        time.sleep(seconds)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        _out, said = process.communicate(timeout=300)
    assert "Traceback" not in said
    if process.returncode == 2:
        check_words(said, small_shop)
    else:
        assert process.returncode == 0
        assert state(small_shop) == (list(FILES), sum(ROWS.values()), True)


def test_ctrl_c_while_reading_leaves_nothing_half_done(demo_shop: Path) -> None:
    code, said = press(demo_shop, "model", 3, "segments", "--as-of", "2026-05-31")
    assert code == 2
    assert "Stopped; nothing was left half done." in said


def test_ctrl_c_in_a_report_says_that_what_was_finished_is_kept(small_shop: Path, run: Run) -> None:
    code, said = press(small_shop, "model", 5, "report", "--no-pdf")
    assert code == 2
    assert "Stopped. What was finished is kept" in said
    assert run("report", "--no-pdf", shop=small_shop).code == 0
