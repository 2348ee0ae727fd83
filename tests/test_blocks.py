"""A small shop's file has small blocks, a large one's large ones, and it moves over whole or not at all."""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from clientela.warehouse.connection import open_shop
from clientela.warehouse.loading.pipeline import load_file
from tests.worlds.program import Run, arguments

SMALL, LARGE = 16 * 1024, 256 * 1024

DIE_AT = """
import os, signal, sys
left = [int(sys.argv.pop(1))]
def look(event, what):
    if event.startswith(("open", "os.")) and any(".anew" in str(each) for each in what):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(look)
from clientela.cli.main import main
main(args=sys.argv[1:])
"""
"""Run a command and kill it before the so-manieth thing that it does with the unfinished copy."""


def block_size(path: Path) -> int:
    with duckdb.connect(path, read_only=True) as db:
        return int(db.execute("select block_size from pragma_database_size()").fetchall()[0][0])


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, whatever their order."""
    with duckdb.connect(path, read_only=True) as db:
        tables = db.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        return {
            f"{schema}.{table}": sorted(db.execute(f'from "{schema}"."{table}"').fetchall(), key=repr)
            for schema, table in tables
        }


def give_large_blocks(path: Path) -> None:
    """Make of a shop's file what the versions before made: one in the engine's own blocks."""
    former = path.with_name("of-before.duckdb")
    with duckdb.connect() as db:
        db.execute(f"attach '{path}' as small (read_only)")
        db.execute(f"attach '{former}' as large")
        db.execute("copy from database small to large")
    former.replace(path)


@pytest.fixture
def old_shop(small_shop: Path) -> Path:
    """A small shop of before: its blocks are large."""
    give_large_blocks(small_shop / "clientela.duckdb")
    return small_shop


def names(shop: Path) -> set[str]:
    """Return what lies in a shop's folder, unfinished copies included."""
    return {entry.name for entry in shop.iterdir()}


def test_a_new_shop_has_small_blocks(tmp_path: Path, run: Run) -> None:
    assert run("init", tmp_path / "shop").code == 0
    assert block_size(tmp_path / "shop" / "clientela.duckdb") == SMALL


def test_a_small_shop_of_before_moves_to_small_blocks_with_all_it_holds(old_shop: Path, run: Run) -> None:
    path = old_shop / "clientela.duckdb"
    before, size = content(path), path.stat().st_size
    path.chmod(0o640)
    assert block_size(path) == LARGE
    assert run("load", old_shop.parent / "sales.csv", shop=old_shop).code == 0
    assert block_size(path) == SMALL
    assert content(path) == before
    assert path.stat().st_size < size / 4
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(old_shop) == {"clientela.toml", "clientela.duckdb"}
    assert run("segments", shop=old_shop).code == 0


def test_a_file_that_has_moved_stays_where_it_is(old_shop: Path, run: Run) -> None:
    path = old_shop / "clientela.duckdb"
    run("load", old_shop.parent / "sales.csv", shop=old_shop)
    before = path.stat()
    run("load", old_shop.parent / "sales.csv", shop=old_shop)
    assert (path.stat().st_ino, path.read_bytes()) == (before.st_ino, path.read_bytes())


@pytest.mark.parametrize(
    "words", [("segments",), ("customers",), ("measures",), ("sql", "select 1"), ("load", "--preview")]
)
def test_a_command_that_only_reads_moves_nothing(old_shop: Path, run: Run, words: tuple[str, ...]) -> None:
    path = old_shop / "clientela.duckdb"
    before = path.read_bytes()
    more = [str(old_shop.parent / "sales.csv")] if words[0] == "load" else []
    assert run(*words, *more, shop=old_shop).code == 0
    assert path.read_bytes() == before


def write_sales(path: Path, rows: int, note: str = "") -> Path:
    """Write receipts of a thousand customers."""
    lines = [f"{row},c{row % 1000},2026-08-{row % 28 + 1:02},1.00{note}\n" for row in range(rows)]
    header = "order_id,customer_id,order_date,net_amount" + (",customer_name" if note else "")
    path.write_text(header + "\n" + "".join(lines), encoding="utf-8")
    return path


def load(shop: Path, file: Path, coming: int = 0) -> None:
    with open_shop(shop, create=True, coming=coming) as db:
        load_file(db, file, today=date(2026, 11, 22), timezone="Europe/Rome")


def test_a_shop_that_grows_moves_to_large_blocks_once(tmp_path: Path) -> None:
    shop = tmp_path / "shop.duckdb"
    load(shop, write_sales(tmp_path / "few.csv", 1000))
    assert block_size(shop) == SMALL
    load(shop, write_sales(tmp_path / "many.csv", 260_000))
    assert block_size(shop) == LARGE
    with duckdb.connect(shop, read_only=True) as db:
        assert db.execute("select count(*), sum(net_amount) from raw.orders").fetchall() == [
            (260_000, 260_000)
        ], "the first thousand have the same numbers"
    before = shop.stat().st_ino
    load(shop, write_sales(tmp_path / "more.csv", 1001))
    assert shop.stat().st_ino == before


def test_a_large_file_goes_into_large_blocks_from_the_start(tmp_path: Path) -> None:
    shop = tmp_path / "shop.duckdb"
    with open_shop(shop, create=True, coming=600_000_000):
        assert block_size_while_open(shop) == LARGE
    with open_shop(tmp_path / "made.duckdb", create=True):
        pass
    with open_shop(tmp_path / "made.duckdb", create=True, coming=600_000_000):
        assert block_size_while_open(tmp_path / "made.duckdb") == LARGE, "a shop that init has made"


def block_size_while_open(path: Path) -> int:
    """Read the size where the file format keeps it: in the first header behind the magic word."""
    copy = path.with_name("look.duckdb")
    shutil.copyfile(path, copy)
    return block_size(copy)


def test_long_rows_mislead_nobody_for_long(tmp_path: Path) -> None:
    shop = tmp_path / "shop.duckdb"
    file = write_sales(tmp_path / "long.csv", 50_000, ",Anna " + "Lunga " * 60)
    load(shop, file, coming=file.stat().st_size)
    assert block_size(shop) == SMALL


def test_a_move_that_is_killed_leaves_one_whole_file(old_shop: Path, start: Run) -> None:
    path = old_shop / "clientela.duckdb"
    kept = path.read_bytes()
    before = content(path)
    words = arguments(("load", old_shop.parent / "sales.csv"), old_shop, "en")
    killed = 0
    for moment in range(1, 50):
        path.write_bytes(kept)
        ended = subprocess.run([sys.executable, "-c", DIE_AT, str(moment), *words], capture_output=True)
        assert content(path) == before
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
        killed += 1
        assert start("segments", shop=old_shop).code == 0
    assert killed >= 5, "the copy is opened, given its rights, written out, put in its place"
    assert block_size(path) == SMALL
    assert names(old_shop) == {"clientela.toml", "clientela.duckdb"}, "nothing is left of those killed before"


def test_a_move_that_is_killed_while_it_copies_leaves_the_old_file(old_shop: Path, start: Run) -> None:
    path = old_shop / "clientela.duckdb"
    kept, before = path.read_bytes(), content(path)
    words = arguments(("load", old_shop.parent / "sales.csv"), old_shop, "en")
    caught = 0
    for least in (1, 50_000, 400_000, 1_000_000):
        path.write_bytes(kept)
        with subprocess.Popen(
            [sys.executable, "-m", "clientela.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as moving:
            while moving.poll() is None:
                sizes = [part.stat().st_size for part in old_shop.glob(".*.anew") if part.exists()]
                if sizes and sizes[0] >= least:
                    moving.kill()
                time.sleep(0.001)
            caught += moving.returncode == -signal.SIGKILL
        assert content(path) == before
    assert caught, "at least one was killed in the middle"
    assert start("load", old_shop.parent / "sales.csv", shop=old_shop).code == 0
    assert names(old_shop) == {"clientela.toml", "clientela.duckdb"}


def test_a_disk_without_room_for_the_copy_costs_nothing_but_the_move(old_shop: Path, start: Run) -> None:
    path = old_shop / "clientela.duckdb"
    before = path.read_bytes()

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    answer = start("load", old_shop.parent / "sales.csv", shop=old_shop, preexec_fn=little_room)
    assert answer.code == 0, answer.err
    assert path.read_bytes() == before
    assert names(old_shop) == {"clientela.toml", "clientela.duckdb"}


def test_who_is_forgotten_in_a_shop_of_before_leaves_a_file_in_small_blocks(old_shop: Path, run: Run) -> None:
    path = old_shop / "clientela.duckdb"
    assert run("referral", "forget", "anna", shop=old_shop).code == 0
    assert block_size(path) == SMALL


def test_what_an_earlier_version_left_unfinished_goes(old_shop: Path, run: Run) -> None:
    left = old_shop / ".clientela.duckdb.0a0b0c0d.wiped"
    left.write_bytes(b"anna")
    (old_shop / (left.name + ".tmp")).mkdir()
    run("load", old_shop.parent / "sales.csv", shop=old_shop)
    assert names(old_shop) == {"clientela.toml", "clientela.duckdb"}


def test_a_large_load_leaves_no_file_twice_as_large_as_what_it_holds(tmp_path: Path) -> None:
    shop = tmp_path / "shop.duckdb"
    file = write_sales(tmp_path / "many.csv", 1_500_000)
    load(shop, file, coming=600_000_000)
    with duckdb.connect(shop, read_only=True) as db:
        used, total = db.execute("select used_blocks, total_blocks from pragma_database_size()").fetchall()[0]
        assert used > total * 0.8
        assert db.execute(
            "select count(*), count(distinct order_id), sum(net_amount), "
            "count(*) filter (where record_no - cast(order_id as integer) = min_no) "
            "from raw.orders, (select min(record_no) as min_no from raw.orders)"
        ).fetchall() == [(1_500_000, 1_500_000, 1_500_000, 1_500_000)], (
            "each row with the number that it has in the file"
        )
