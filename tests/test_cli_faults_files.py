"""A file that cannot be loaded is refused in one sentence, and the shop stays as it was."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.program import Run

HEADER = "order_id,customer_id,order_date,net_amount\n"
GOOD = HEADER + "9,anna,2026-10-01,10.00\n"


def contents(shop: Path) -> list[Any]:
    """Return every order and every load of a shop."""
    import duckdb

    with duckdb.connect(shop / "clientela.duckdb", read_only=True) as db:
        orders = db.execute("select * from raw.orders order by all").fetchall()
        return orders + db.execute("select * from meta.batches order by all").fetchall()


FAULTS = {
    "a file that is not there": (None, [], "There is no file sales.csv", "Check the name"),
    "an empty file": ("", [], "sales.csv is empty", "Export it again"),
    "a header without rows": (HEADER, [], "sales.csv has a header and no rows", "with its rows"),
    "headers that are nobody's": (
        "foo,bar\n1,2\n",
        [],
        "sales.csv fits no table: its columns are foo, bar, and sales need a date and an amount.",
        "--mapping",
    ),
    "an amount without a date": (
        "id,total\n1,20.00\n",
        [],
        "its columns are id, total, and sales need a date and an amount.",
        "--mapping",
    ),
    "a table that does not exist": (GOOD, ["--table", "ordrs"], "no table “ordrs”", "“orders”"),
    "a mapping that is not there": (
        GOOD,
        ["--mapping", "m.toml"],
        "The mapping m.toml cannot be read",
        "Check",
    ),
    "bytes that are no text": (os.urandom(64) + b"\x00\xff", [], "sales.csv", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_file_is_refused_in_a_sentence(
    fault: str, small_shop: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, options, what, next_step = FAULTS[fault]
    monkeypatch.chdir(tmp_path)
    path = Path("sales.csv")
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = contents(small_shop)
    answer = run("load", path, *options, shop=small_shop)
    assert answer.code == 2
    assert answer.data == b""
    assert what in answer.err
    assert next_step in answer.err
    assert contents(small_shop) == before


MAPPINGS = {
    "broken": ("table = 'orders\n", "The mapping m.toml is not valid TOML"),
    "a column that the file does not have": (
        "table = 'orders'\n[columns]\norder_date = 'order_dat'\ncustomer_id = 'customer_id'\n"
        "net_amount = 'net_amount'\norder_id = 'order_id'\n",
        "Did you mean “order_date”?",
    ),
    "for a table that does not exist": ("table = 'ordres'\n[columns]\nx = 'y'\n", "orders"),
    "a field that the table does not have": (
        "table = 'orders'\n[columns]\norder_day = 'order_date'\n",
        "order_day",
    ),
}


@pytest.mark.parametrize("fault", MAPPINGS)
def test_a_mapping_that_does_not_fit_is_refused(
    fault: str, small_shop: Path, tmp_path: Path, run: Run
) -> None:
    text, what = MAPPINGS[fault]
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    (tmp_path / "new.csv").write_text(GOOD, encoding="utf-8")
    before = contents(small_shop)
    answer = run("load", tmp_path / "new.csv", "--mapping", tmp_path / "m.toml", shop=small_shop)
    assert answer.code == 2
    assert what in answer.err
    assert contents(small_shop) == before


def test_a_folder_is_no_file(small_shop: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "exports").mkdir()
    answer = run("load", tmp_path / "exports", shop=small_shop)
    assert answer.code == 2
    assert "exports is a folder, not a file." in answer.err


def test_a_cut_archive_is_refused(small_shop: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "sales.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode() * 50)[:-20])
    before = contents(small_shop)
    answer = run("load", path, shop=small_shop)
    assert answer.code == 2
    assert "sales.csv.gz" in answer.err
    assert contents(small_shop) == before


def test_a_date_in_another_format_is_a_finding(small_shop: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "dates.csv"
    path.write_text(HEADER + "8,anna,01/10/2026,7.00\n9,anna,2026-10-02,5.00\n", encoding="utf-8")
    answer = run("load", path, shop=small_shop)
    assert answer.code == 1
    assert "dates.csv, line 2: 1 row to correct (unreadable_date). Write the date" in answer.err
    assert "1 row is new." in answer.err


def test_the_files_before_the_bad_one_are_loaded_and_said(
    small_shop: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    answer = run("load", "good.csv", "missing.csv", shop=small_shop)
    assert answer.code == 2
    assert "good.csv" in answer.out
    assert "There is no file missing.csv." in answer.err
    assert len(run("sql", "select * from raw.orders", "--format", "csv", shop=small_shop).out.split()) == 5


def test_the_same_file_twice_changes_nothing(small_shop: Path, tmp_path: Path, run: Run) -> None:
    before = contents(small_shop)
    answer = run("load", tmp_path / "sales.csv", shop=small_shop)
    assert answer.code == 0
    assert "sales.csv had been loaded before: nothing changed." in answer.err
    assert contents(small_shop) == before


def test_a_preview_changes_nothing(small_shop: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "new.csv").write_text(GOOD, encoding="utf-8")
    before = contents(small_shop)
    answer = run("load", tmp_path / "new.csv", "--preview", "--format", "json", shop=small_shop)
    assert answer.code == 0
    assert answer.json["batch"] is None
    assert answer.json["records"]["merged"] == 1
    assert answer.err.endswith("This was a preview: nothing was written.\n")
    assert contents(small_shop) == before
