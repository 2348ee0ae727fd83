"""Whole files: packed, refused, broken off, messy, and the real ones to the cent."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clientela.errors import ClientelaError, UnreadableFileError, WarehouseError
from clientela.i18n import speaking
from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.pipeline import load_file
from tests.worlds.empty_shop import TODAY, Shop, shop
from tests.worlds.real_data import DATA, sales_file

__all__ = ["shop"]


ROOT = Path(__file__).parent.parent


def test_a_preview_counts_as_a_load_and_writes_nothing(shop: Shop) -> None:
    text = "order_id,order_date,net_amount\n1,2025-01-02,1\n1,2025-01-02,2\n2,x,3\n"
    before = shop.everything()
    preview = shop.load(text, preview=True)
    assert shop.everything() == before
    assert preview.batch_id is None
    loaded = shop.load(text)
    assert (preview.records, preview.money, preview.reasons) == (loaded.records, loaded.money, loaded.reasons)


def test_a_compressed_file_a_sheet_and_parquet_say_the_same(shop: Shop) -> None:
    import xlsxwriter

    text = "order_id,order_date,customer_id,net_amount\n007,2025-01-02,a,1.5\n008,2025-01-03,,2\n"
    shop.load(shop.file(gzip.compress(text.encode()), "o.csv.gz"), source="gz")
    with xlsxwriter.Workbook(str(shop.folder / "o.xlsx")) as book:
        hidden, sheet = book.add_worksheet("old"), book.add_worksheet("orders")
        sheet.activate()
        hidden.hide()
        sheet.write_row(0, 0, ["order_id", "order_date", "customer_id", "net_amount"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, (number, when, who, amount) in enumerate(
            [("007", date(2025, 1, 2), "a", 1.5), ("008", date(2025, 1, 3), "", 2)], 1
        ):
            sheet.write_string(row, 0, number)
            sheet.write_datetime(row, 1, when, day)
            sheet.write_string(row, 2, who)
            sheet.write_number(row, 3, amount)
    shop.load(shop.folder / "o.xlsx", source="sheet")
    shop.db.execute(
        "copy (select order_id, order_date::date as order_date, customer_id, net_amount from raw.orders "
        f"where source = 'gz' order by 1) to '{shop.folder / 'o.parquet'}'"
    )
    shop.load(shop.folder / "o.parquet", source="parquet")
    counts = shop.rows(
        "select order_id, order_date, customer_id, net_amount, count(distinct source) from raw.orders "
        "group by all"
    )
    assert len(counts) == 2
    assert {row[-1] for row in counts} == {3}


def test_refused_files_say_what_to_do_and_write_nothing(shop: Shop) -> None:
    forbidden = shop.file("order_date,net_amount\n", "header.csv")
    cases = {
        shop.folder / "none.csv": "There is no file",
        shop.folder: "is a folder",
        shop.file("", "empty.csv"): "is empty",
        shop.file("\n\n", "blank.csv"): "is empty",
        forbidden: "has a header and no rows",
        shop.file(b"\x1f\x8b\x08broken", "o.csv.gz"): "is damaged",
        shop.file(gzip.compress(b"a,b\n1,2\n" * 500)[:-9], "cut.csv.gz"): "is damaged",
        shop.file(b"PAR1 not really", "o.parquet"): "not readable as Parquet",
        shop.file(b"PK\x03\x04 not really", "o.xlsx"): "is damaged",
        shop.file(b"%PDF-1.7 x", "o.pdf"): "is a PDF",
    }
    before = shop.everything()
    for path, said in cases.items():
        with speaking("en"), pytest.raises(UnreadableFileError, match=said) as refused:
            shop.load(path)
        assert refused.value.hint
        assert refused.value.exit_code == 2
    assert shop.everything() == before


@pytest.mark.parametrize(
    "step", ["insert into store", "insert into meta.refused", "insert into meta.batches", "commit"]
)
def test_a_failure_at_any_step_leaves_the_shop_as_it_was(shop: Shop, step: str) -> None:
    shop.load("order_id,order_date,net_amount\n1,2025-01-02,9\n")
    before = shop.everything()

    class Breaking:
        """The database, whose disk is full at one step."""

        def execute(self, sql: str, *values: Any) -> duckdb.DuckDBPyConnection:
            if sql.strip().startswith(step):
                raise duckdb.IOException("No space left on device")
            return shop.db.execute(sql, *values)

    path = shop.file("order_id,order_date,net_amount\n1,2025-01-02,5\n2,2025-01-02,1\n3,x,1\n", "b.csv")
    with speaking("en"), pytest.raises(WarehouseError, match="cannot be written: No space left"):
        load_file(Breaking(), path, today=TODAY, timezone="Europe/Rome")  # type: ignore[arg-type]
    assert shop.everything() == before
    assert shop.load(path).records.written == 2
    assert shop.rows("select table_name from duckdb_tables() where temporary") == []


MESSY = [
    path for ending in ("csv", "xlsx", "xls") for path in sorted((DATA / "imports").rglob(f"*.{ending}"))
]


def test_the_messy_files_are_there() -> None:
    assert len(MESSY) == 27


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "mapping", "records", "money", "orders", "anonymous_lines"),
    [
        ("cdnow_master.txt.gz", "cdnow", 69_659, "2500315.63", 69_659, 0),
        ("online_retail_10000.csv.gz", "online_retail", 10_000, "180667.75", 512, 2_291),
        ("online_retail.csv.gz", "online_retail", 541_909, "9747747.93", 25_900, 135_080),
    ],
)
def test_real_shops_reconcile_to_the_cent(
    shop: Shop, file: str, mapping: str, records: int, money: str, orders: int, anonymous_lines: int
) -> None:
    rules = read_mapping(ROOT / "docs" / "examples" / f"{mapping}.toml")
    result = shop.load(sales_file(file), mapping=rules)
    assert (result.records.in_, result.records.merged, result.records.quarantined) == (records, records, 0)
    assert result.as_json()["money"]["merged"] == money  # type: ignore[index]
    assert shop.rows("select count(*), round(sum(net_amount), 2)::varchar from raw.orders") == [
        (orders, money)
    ]
    assert (
        shop.rows(
            "select count(*) from raw.order_lines l join raw.orders o using (source, order_id) "
            "where o.customer_id is null"
        )[0][0]
        == anonymous_lines
    )


@pytest.mark.parametrize("file", MESSY, ids=lambda path: path.name)
def test_a_messy_file_is_refused_in_words_or_accounted_for(shop: Shop, file: Path) -> None:
    before = shop.everything()
    try:
        result = shop.load(file)
    except ClientelaError:
        assert shop.everything() == before
    else:
        assert result.records.balances
        assert result.money.balances
