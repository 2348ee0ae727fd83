"""An upgrade that breaks off, a log that the old program left, and every way of reading before a load."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.worlds.old_shops import TODAY, OldShop, as_json, unpack

OLDEST = "raw-tables"

KILL = "os.kill(os.getpid(), signal.SIGKILL)"

STAGES = {
    "the migrations have run": ("clientela.warehouse.store", "create", "before"),
    "the rows have moved": ("clientela.warehouse.store", "create", "after"),
    "the old marts are dropped": ("clientela.warehouse.building.build", "drop_layers", "after"),
    "the new marts are built": ("clientela.warehouse.building.build", "note_build", "after"),
    "everything is committed": ("clientela.warehouse.building.build", "build_marts", "after"),
}

DIES_THERE = """
import importlib, os, signal, sys
from unittest.mock import patch
module, name, when, *words = sys.argv[1:]
target = getattr(importlib.import_module(module), name)
def last(*given, **named):
    if when == "after":
        target(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ["clientela", *words]
with patch(f"{module}.{name}", last):
    from clientela.cli.main import main
    main()
"""

WRITES_AND_DIES = """
import duckdb, os, sys
db = duckdb.connect(sys.argv[1])
db.execute(
    "insert into raw.orders by name select 'shop' as source, 'R9999' as row_key, 1 as batch_id, "
    "9999 as record_no, 'R9999' as order_id, timestamp '2026-09-29' as order_date, 12.50 as net_amount"
)
os._exit(0)
"""

READERS = (
    ("segments",),
    ("segments", "--as-of", "2026-06-30"),
    ("customers", "buyer"),
    ("explain", "C00"),
    ("ladder",),
    ("measures",),
    ("actions", "list"),
    ("model", "show"),
    ("referral", "list"),
    ("sql", "select count(*) from marts.people"),
    ("load", "--preview"),
)


@pytest.mark.parametrize("stage", STAGES)
def test_a_load_that_is_killed_leaves_an_old_shop_whole(tmp_path: Path, stage: str) -> None:
    shop = unpack(OLDEST, tmp_path)
    before = {table: sorted(map(str, rows)) for table, (_names, rows) in shop.tables("history").items()}
    orders = shop.ask("select count(*) from raw.orders")
    words = ["--shop", str(shop.folder), "load", str(shop.files / "orders-2026-10.csv")]
    ended = subprocess.run(
        [sys.executable, "-c", DIES_THERE, *STAGES[stage], *words],
        env={**os.environ, "CLIENTELA_TODAY": TODAY},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    after = {table: sorted(map(str, rows)) for table, (_names, rows) in shop.tables("history").items()}
    assert {table: after[table] for table in before} == before
    has_loaded = STAGES[stage][0].endswith("build")
    # October's file overlaps September's: 62 of its receipts are new, which the files themselves say.
    added = 0 if not has_loaded else new_in_october(shop)
    assert shop.ask("select count(*) from raw.orders") == [(orders[0][0] + added,)]
    assert as_json(shop.must("segments", "--format", "json"))["people"] >= 34
    shop.must("load", shop.files / "orders-2026-10.csv")
    assert shop.ask("select count(*) from raw.orders") == [(orders[0][0] + new_in_october(shop),)]


def new_in_october(shop: OldShop) -> int:
    """Count the receipts that only October's file has."""
    numbers = [
        {line.split(",")[0] for line in (shop.files / f"orders-2026-{month}.csv").read_text().splitlines()}
        for month in ("08", "09", "10")
    ]
    return len(numbers[2] - numbers[0] - numbers[1])


def test_a_log_that_the_old_program_left_is_read_and_stays(tmp_path: Path) -> None:
    shop = unpack(OLDEST, tmp_path)
    subprocess.run([sys.executable, "-c", WRITES_AND_DIES, str(shop.database)], check=True)
    assert shop.database.with_name("clientela.duckdb.wal").stat().st_size > 0
    before = shop.digests()
    count = "sql", "select count(*) from raw.orders where order_id = 'R9999'", "--format", "json"
    assert as_json(shop.must(*count))["rows"] == [[1]]
    assert shop.digests() == before
    shop.must("load", shop.files / "orders-2026-10.csv")
    assert as_json(shop.must(*count))["rows"] == [[1]]


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> OldShop:
    """The oldest shop, to be read only."""
    return unpack(OLDEST, tmp_path_factory.mktemp("oldest"))


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_every_command_that_reads_answers_on_the_oldest_shop(oldest: OldShop, words: tuple[str, ...]) -> None:
    before = oldest.digests()
    files = [oldest.files / "orders-2026-10.csv"] if "--preview" in words else []
    oldest.must(*words, *files)
    assert oldest.digests() == before


def test_an_old_shop_tells_the_same_from_memory_as_from_its_file(tmp_path: Path) -> None:
    shop = unpack(OLDEST, tmp_path)
    query = "sql", "select customer_id, category, revenue_12m from marts.customers order by all"
    from_memory = shop.must(*query, "--format", "json").data
    shop.must("report", "--no-pdf")
    with duckdb.connect(shop.database, read_only=True) as db:
        assert db.execute("select count(*) from duckdb_tables() where schema_name = 'raw'").fetchall() == [
            (0,)
        ]
    assert shop.must(*query, "--format", "json").data == from_memory
