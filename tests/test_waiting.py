"""While another program has the shop's file, a command waits; then it says which program that is."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.worlds.program import Run

HOLD = """
import duckdb, sys, time
db = duckdb.connect(":memory:")
db.execute(f"attach '{sys.argv[1]}' as shop" + sys.argv[2])
print("held", flush=True)
sys.stdin.readline()
time.sleep(float(sys.argv[3]))
db.close()
"""
"""Open a shop's file as clientela does, and close it so many seconds after a word on standard input."""

READ, WRITE = " (read_only)", ""

READER = ("segments", "--format", "json")
WRITER = ("report", "--no-pdf")


@pytest.fixture
def small_shop(small_shop_reported: Path) -> Path:
    """The small shop with its month reported: what a command costs beside the wait is little."""
    return small_shop_reported


@contextmanager
def holding(shop: Path, mode: str, seconds: float = 0) -> Iterator[subprocess.Popen[bytes]]:
    """Let another process hold the shop's file until it is told, and then for some seconds more."""
    words = [sys.executable, "-c", HOLD, str(shop / "clientela.duckdb"), mode, str(seconds)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield other
        other.communicate(b"\n" if other.poll() is None else None)


def let_go(other: subprocess.Popen[bytes]) -> None:
    """Begin the last seconds of the other process."""
    assert other.stdin is not None
    other.stdin.write(b"\n")
    other.stdin.flush()


@pytest.mark.parametrize("words", [READER, WRITER], ids=["reader", "writer"])
def test_whoever_meets_a_writer_waits_for_it(small_shop: Path, start: Run, words: tuple[str, ...]) -> None:
    with holding(small_shop, WRITE, seconds=2) as other:
        let_go(other)
        answer = start("--wait", "60", *words, shop=small_shop)
    assert answer.code == 0, answer.err
    assert "open in another program" not in answer.err, "no terminal, no narration of the wait"


def test_ten_seconds_are_waited_unless_something_else_is_asked(small_shop: Path, start: Run) -> None:
    with holding(small_shop, WRITE, seconds=2) as other:
        let_go(other)
        assert start(*READER, shop=small_shop).code == 0


def test_a_writer_waits_for_readers(small_shop: Path, start: Run) -> None:
    with holding(small_shop, READ, seconds=2) as other:
        let_go(other)
        assert start("--wait", "60", *WRITER, shop=small_shop).code == 0


def test_readers_do_not_wait_for_each_other(small_shop: Path, start: Run) -> None:
    with holding(small_shop, READ), holding(small_shop, READ):
        assert start("--wait", "0", *READER, shop=small_shop).code == 0


@pytest.mark.parametrize("held", [READ, WRITE], ids=["held by a reader", "held by a writer"])
def test_a_writer_that_gives_up_says_who_has_the_file(small_shop: Path, start: Run, held: str) -> None:
    with holding(small_shop, held) as other:
        answer = start("--wait", "0", *WRITER, shop=small_shop)
    assert answer.code == 2
    who = re.search(r"clientela\.duckdb is open in another program: (\S+), process (\d+)\.", answer.err)
    assert who, answer.err
    assert int(who[2]) == other.pid
    assert who[1].startswith("python")
    assert "clientela --wait 60" in answer.err


@pytest.mark.parametrize("behind", [True, False], ids=["behind the command", "before it"])
def test_no_wait_may_be_asked_in_either_place(small_shop: Path, start: Run, behind: bool) -> None:
    words = (*READER, "--wait", "0") if behind else ("--wait", "0", *READER)
    with holding(small_shop, WRITE):
        began = time.monotonic()
        answer = start(*words, shop=small_shop)
        assert answer.code == 2
        assert time.monotonic() - began < 10, "ten seconds are the default"


def test_the_wait_ends_when_its_seconds_are_over(small_shop: Path, start: Run) -> None:
    with holding(small_shop, WRITE):
        began = time.monotonic()
        answer = start("--wait", "1", *READER, shop=small_shop)
    assert answer.code == 2
    assert 1 <= time.monotonic() - began < 60


def test_a_clientela_that_has_the_file_is_called_by_its_name(small_shop: Path, start: Run) -> None:
    stop = (
        "import sys; sys.argv = ['clientela']; from pathlib import Path;"
        "from clientela.warehouse.connection import open_shop;"
        "shop = open_shop(Path(sys.stdin.readline().strip())); shop.__enter__(); print('held', flush=True);"
        "sys.stdin.readline()"
    )
    script = small_shop / "clientela"
    script.write_text(stop, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), "load", "sales.csv"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(f"{small_shop / 'clientela.duckdb'}\n")
        other.stdin.flush()
        assert other.stdout.readline() == "held\n"
        answer = start("--wait", "0", *READER, shop=small_shop)
        other.communicate("\n")
    assert f"is open in another program: clientela, process {other.pid}." in answer.err


def test_one_line_on_a_terminal_says_that_it_waits(small_shop: Path) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "clientela.cli", "--lang", "en", "--wait", "60", "--shop", str(small_shop)]
    with holding(small_shop, WRITE, seconds=1) as other:
        with subprocess.Popen([*words, *READER], stdout=subprocess.PIPE, stderr=theirs) as waiting:
            os.close(theirs)
            said = b""
            while b"Waiting" not in said:
                said += os.read(ours, 1000)
            let_go(other)
            assert waiting.stdout is not None
            assert b'"people"' in waiting.stdout.read()
        os.close(ours)
    assert waiting.returncode == 0
    assert b"open in another program: python" in said
    assert f"process {other.pid}. Waiting up to 60 s for it." in said.decode()
    assert said.count(b"Waiting") == 1


def test_a_wait_is_a_number_of_seconds(small_shop: Path, start: Run) -> None:
    for wrong in ("-1", "soon", "nan", "1e9"):
        assert start("--wait", wrong, *READER, shop=small_shop).code == 2
