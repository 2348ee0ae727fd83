"""A sales file goes in whole: every record and every euro in exactly one place, or nothing at all."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from clientela.errors import ClientelaError, MappingError, UnreadableFileError, WarehouseError
from clientela.i18n import speaking
from clientela.warehouse import store
from clientela.warehouse.input_tables import PROVENANCE, input_tables
from clientela.warehouse.loading.mapping import Mapping, read_mapping
from clientela.warehouse.loading.pipeline import load_file
from clientela.warehouse.loading.result import LoadResult
from clientela.warehouse.schema import migrations
from tests.worlds.real_data import DATA, sales_file

ROOT = Path(__file__).parent.parent
TODAY = date(2025, 6, 30)


@dataclass
class Shop:
    """An empty shop in memory, and a folder for its files."""

    db: duckdb.DuckDBPyConnection
    folder: Path

    def file(self, text: str | bytes, name: str = "orders.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
        return path

    def mapping(self, text: str) -> Mapping:
        return read_mapping(self.file(text, "m.toml"))

    def load(self, text: str | bytes | Path, **more: Any) -> LoadResult:
        path = text if isinstance(text, Path) else self.file(text)
        if isinstance(more.get("mapping"), str):
            more["mapping"] = self.mapping(more["mapping"])
        return load_file(self.db, path, **{"today": TODAY, "timezone": "Europe/Rome"} | more)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.db.execute(sql).fetchall()

    def everything(self) -> list[list[tuple[Any, ...]]]:
        tables = [f"raw.{name}" for name in input_tables()]
        tables += ["meta.batches", "meta.refused_records", "meta.superseded_rows"]
        return [self.rows(f"select * from {table} order by all") for table in tables]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with duckdb.connect() as db:
        for _version, sql in migrations():
            db.execute(sql)
        store.create(db)
        yield Shop(db, tmp_path)


def codes(result: LoadResult) -> dict[str, int]:
    return {reason.code: reason.records for reason in result.reasons}


def test_the_tables_in_the_database_are_those_in_the_words(shop: Shop) -> None:
    for table in input_tables().values():
        rows = shop.rows(
            "select column_name, lower(data_type) from information_schema.columns "
            f"where table_schema = 'raw' and table_name = '{table.name}' order by ordinal_position"
        )
        assert dict(rows) == {**PROVENANCE, **table.fields}


def test_a_file_with_our_own_headers_needs_nothing_else(shop: Shop) -> None:
    result = shop.load("""
        order_id,order_date,customer_id,net_amount
        1,2025-01-02 10:30:00,rossi,10.50
        2,2025-01-03,,5
    """)
    assert result.as_json() == {
        "batch": 1,
        "source": "shop",
        "records": {
            "in": 2, "merged": 2, "unchanged": 0, "corrected": 0, "set_aside": 0, "quarantined": 0
        },
        "money": {
            "in": "15.50", "merged": "15.50", "unchanged": "0.00", "corrected": "0.00",
            "set_aside": "0.00", "quarantined": "0.00",
        },
        "reasons": [],
    }  # fmt: skip
    assert (result.first_event_on, result.last_event_on) == (date(2025, 1, 2), date(2025, 1, 3))
    columns = "order_id, order_date::varchar, customer_id, net_amount, record_no"
    assert shop.rows(f"select {columns} from raw.orders") == [
        ("1", "2025-01-02 10:30:00", "rossi", Decimal("10.5"), 1),
        ("2", "2025-01-03 00:00:00", None, Decimal(5), 2),
    ]  # fmt: skip


def test_every_kind_of_fault_is_counted_with_its_line(shop: Shop) -> None:
    result = shop.load("""
        order_id,order_date,customer_id,net_amount,due_date,is_gift
        1,2025-01-02,a,1.00,,
        2,,a,2.00,,
        3,31/01/2025,a,3.00,,
        4,2025-07-01,a,4.00,,
        5,2025-01-02,a,,,
        6,2025-01-02,a,1e3,,
        7,2025-01-02,a,1_000,,
        8,2025-01-02,a,8.00,soon,
        9,2025-01-02,a,9.00,,perhaps
        1,2025-01-02,a,10.00,,
        1,2025-01-02,a,1.00,,
        11,2025-01-02,a
    """)
    assert codes(result) == {
        "missing_date": 1,
        "unreadable_date": 2,
        "future_date": 1,
        "missing_amount": 1,
        "unreadable_amount": 2,
        "unknown_word": 1,
        "duplicate_key": 1,
        "wrong_cell_count": 1,
    }
    assert result.records.as_dict() == {
        "in": 12, "merged": 1, "unchanged": 1, "corrected": 0, "set_aside": 0, "quarantined": 10
    }  # fmt: skip
    # 2 + 3 + 4 + 8 + 9 + 10: what cannot be read counts nothing.
    assert result.money.quarantined == 36
    assert result.unreadable_amounts == 4
    refused = shop.rows(
        "select line_no, code, column_name, value, raw from meta.refused_records order by line_no"
    )
    assert refused[2] == (5, "future_date", "order_date", "2025-07-01", "4,2025-07-01,a,4.00,,")
    assert refused[-1] == (13, "wrong_cell_count", None, None, "11,2025-01-02,a")


def test_the_same_faults_are_found_where_our_own_splitter_reads(shop: Shop) -> None:
    text = dedent("""
        order_id,order_date,customer_id,net_amount
        1,2025-01-02,{a},1.00
        2,,a,2.00

        4,2025-07-01,a,4.00
        5,2025-01-02,a,1e3
    """).lstrip()
    plain = shop.load(text.format(a="a"), preview=True)
    split = shop.load(text.format(a='"a"'), preview=True)
    assert plain.as_json() == split.as_json()
    assert plain.reasons == split.reasons


def test_a_total_a_blank_line_and_what_the_mapping_leaves_out_are_set_aside(shop: Shop) -> None:
    result = shop.load(
        """
        data;tipo;cliente;totale
        01/02/2025;vendita;a;10,00
        02/02/2025;prova;a;20,00

        03/02/2025;vendita;b;1.030,50
        TOTALE;;;1.060,50
        """,
        mapping="""
        [columns]
        order_date = "data"
        customer_id = "cliente"
        gross_amount = "totale"
        [format]
        date = "%d/%m/%Y"
        decimal = ","
        thousands = "."
        [set_aside]
        column = "tipo"
        values = ["Prova"]
        """,
    )
    assert codes(result) == {"blank_line": 1, "left_out": 1, "total_row": 1}
    assert result.money.as_dict() == {
        "in": Decimal("2121"), "merged": Decimal("1040.5"), "unchanged": 0, "corrected": 0,
        "set_aside": Decimal("1080.5"), "quarantined": 0,
    }  # fmt: skip


def test_a_last_row_that_is_the_sum_of_the_others_is_a_total(shop: Shop) -> None:
    result = shop.load("order_date,customer_id,net_amount\n2025-01-02,a,1.50\n2025-01-03,b,2\n,,3.50\n")
    assert codes(result) == {"total_row": 1}


def test_1_234_is_a_point_unless_the_mapping_says_thousands(shop: Shop) -> None:
    text = "order_date,net_amount\n2025-01-02,1.234\n"
    columns = '[columns]\norder_date = "order_date"\nnet_amount = "net_amount"\n'
    assert shop.load(text, preview=True).money.in_ == Decimal("1.234")
    italian = columns + '[format]\ndecimal = ","\nthousands = "."\n'
    assert shop.load(text, preview=True, mapping=italian).money.in_ == 1234
    comma = columns + '[format]\ndecimal = ","\n'
    assert codes(shop.load(text, preview=True, mapping=comma)) == {"unreadable_amount": 1}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("10", "10"), ("-10.5", "-10.5"), ("+1", "1"), (".5", "0.5"), ("5.", "5"), ("€ 12.30", "12.3"),
        ("12.30 EUR", "12.3"), ("(122.00)", "-122"), ("12-", "-12"), ("1 000", "1000"), ("1.23456", "1.2346"),
        (" 7 ", "7"), ("12\u00a0€", "12"),
    ],
)  # fmt: skip
def test_amounts_people_write(shop: Shop, cell: str, value: str) -> None:
    result = shop.load(f"order_date,net_amount\n2025-01-02,{cell}\n")
    assert (result.money.merged, result.records.merged) == (Decimal(value), 1)


@pytest.mark.parametrize(
    "cell", ["1e3", "1_000", "1,5x", "--1", "(1", "-1-", "12 chf x", "nan", "inf", "0x1f", "1..2", "-"]
)
def test_amounts_that_are_none(shop: Shop, cell: str) -> None:
    assert codes(shop.load(f"order_date;net_amount\n2025-01-02;{cell}\n")) == {"unreadable_amount": 1}


@pytest.mark.parametrize(
    ("cell", "local"),
    [
        ("2025-01-02", "2025-01-02 00:00:00"),
        ("2025-01-02 10:30", "2025-01-02 10:30:00"),
        ("2025-01-02T10:30:05", "2025-01-02 10:30:05"),
        ("2025-01-31T23:30:00Z", "2025-02-01 00:30:00"),
        ("2025-06-01 23:30:00+00:00", "2025-06-02 01:30:00"),
        ("2025-01-15 17:41:00 +0100", "2025-01-15 17:41:00"),
        (" 2025-01-02 ", "2025-01-02 00:00:00"),
    ],
)
def test_an_instant_is_kept_in_the_shops_local_time(shop: Shop, cell: str, local: str) -> None:
    shop.load(f"order_date,net_amount\n{cell},1\n")
    assert shop.rows("select order_date::varchar from raw.orders") == [(local,)]


@pytest.mark.parametrize(
    "cell", ["2025-02-30", "02/01/2025", "epoch", "infinity", "0025-01-01", "12", "2025-01-02 25:00"]
)
def test_dates_that_are_none(shop: Shop, cell: str) -> None:
    assert codes(shop.load(f"order_date,net_amount\n{cell},1\n")) == {"unreadable_date": 1}


def test_loading_twice_changes_nothing(shop: Shop) -> None:
    text = "order_date,customer_id,net_amount\n2025-01-02,a,1\n2025-01-02,a,1\nx,a,1\n"
    first = shop.load(text)
    before = shop.everything()
    again = shop.load(text)
    assert (again.already_loaded, again.batch_id) == (True, first.batch_id)
    assert again.records.as_dict() == {
        "in": 3, "merged": 0, "unchanged": 2, "corrected": 0, "set_aside": 0, "quarantined": 1
    }  # fmt: skip
    assert shop.everything() == before


def test_a_future_row_is_read_again_when_its_day_has_come(shop: Shop) -> None:
    text = "order_id,order_date,net_amount\n1,2025-06-30 23:59:59,1\n2,2025-07-01 00:00:00,2\n"
    assert codes(shop.load(text)) == {"future_date": 1}
    later = shop.load(text, today=date(2025, 7, 1))
    assert later.records.as_dict() == {
        "in": 2, "merged": 1, "unchanged": 1, "corrected": 0, "set_aside": 0, "quarantined": 0
    }  # fmt: skip


def test_a_corrected_row_replaces_the_former_one_which_is_kept_aside(shop: Shop) -> None:
    shop.load(
        "order_id,order_date,customer_id,net_amount,channel\n1,2025-03-02,a,1,web\n2,2025-03-03,a,2,web\n"
    )
    result = shop.load("order_id,order_date,customer_id,net_amount\n1,2025-04-02,a,9\n2,2025-03-03,a,2\n")
    assert (result.records.merged, result.records.corrected, result.records.unchanged) == (0, 1, 1)
    assert (result.money.merged, result.money.corrected, result.money.unchanged) == (0, 9, 2)
    assert shop.rows("select order_id, net_amount, channel, batch_id from raw.orders order by 1") == [
        ("1", Decimal(9), "web", 2),
        ("2", Decimal(2), "web", 1),
    ]
    columns = "row_key, batch_id, superseded_by, content->>'net_amount'"
    assert shop.rows(f"select {columns} from meta.superseded_rows") == [("1", 1, 2, "1.0000")]
    # The correction moves a sale out of March: March must be told again.
    assert shop.rows("select first_changed_on from meta.batches order by batch_id") == [
        (date(2025, 3, 2),),
        (date(2025, 3, 2),),
    ]


def test_overlapping_exports_without_numbers_add_nothing_twice_and_keep_true_twins(shop: Shop) -> None:
    header = "order_date,net_amount\n"
    shop.load(header + "2025-01-01,2.50\n2025-01-02,2.50\n2025-01-02,2.50\n")
    second = shop.load(header + "2025-01-02,2.50\n2025-01-02,2.50\n2025-01-02,2.50\n2025-01-03,2.50\n")
    assert (second.records.merged, second.records.unchanged) == (2, 2)
    assert shop.rows("select order_date::date::varchar, count(*) from raw.orders group by 1 order by 1") == [
        ("2025-01-01", 1),
        ("2025-01-02", 3),
        ("2025-01-03", 1),
    ]


LINES = """
rows = "line"
[columns]
order_id = "doc"
order_date = "day"
customer_id = "who"
net_amount = "qty * price"
product_id = "sku"
quantity = "qty"
"""


def test_the_lines_of_a_document_make_one_order(shop: Shop) -> None:
    result = shop.load(
        """
        doc,day,who,sku,qty,price
        A,2025-01-03,rossi,x,2,1.10
        B,2025-01-02,,y,1,5
        A,2025-01-02,rossi,z,-1,0.20
        """,
        mapping=LINES,
    )
    assert (result.records.in_, result.records.merged, result.money.merged) == (3, 3, 7)
    columns = "order_id, order_date::date::varchar, customer_id, net_amount"
    assert shop.rows(f"select {columns} from raw.orders order by 1") == [
        ("A", "2025-01-02", "rossi", Decimal(2)),
        ("B", "2025-01-02", None, Decimal(5)),
    ]  # fmt: skip
    assert shop.rows(
        "select order_id, product_id, quantity, net_amount from raw.order_lines order by all"
    ) == [
        ("A", "x", Decimal(2), Decimal("2.2")),
        ("A", "z", Decimal(-1), Decimal("-0.2")),
        ("B", "y", Decimal(1), Decimal(5)),
    ]


def test_there_are_no_half_orders(shop: Shop) -> None:
    result = shop.load(
        """
        doc,day,who,sku,qty,price
        A,2025-01-02,rossi,x,2,1.00
        A,2025-01-02,rossi,y,two,1.00
        B,2025-01-02,rossi,x,1,1.00
        B,2025-01-02,verdi,x,1,1.00
        C,2025-01-02,rossi,x,1,1.00,stray
        C,2025-01-02,rossi,x,1,1.00
        D,2025-01-02,rossi,x,1,4.00
        ,2025-01-02,rossi,x,1,1.00
        """,
        mapping=LINES,
    )
    assert codes(result) == {
        "order_incomplete": 2, "two_customers_in_one_order": 2, "unreadable_amount": 1,
        "wrong_cell_count": 1, "missing_value": 1,
    }  # fmt: skip
    assert (result.records.merged, result.money.merged) == (1, 4)
    assert shop.rows("select order_id from raw.orders") == [("D",)]


def test_a_document_that_comes_again_with_another_line_replaces_the_former_one(shop: Shop) -> None:
    header = "doc,day,who,sku,qty,price\n"
    shop.load(header + "A,2025-01-02,a,x,1,1\nB,2025-01-02,a,x,1,1\nB,2025-01-02,a,x,1,1\n", mapping=LINES)
    again = shop.load(
        header + "A,2025-01-02,a,x,1,3\nB,2025-01-02,a,x,1,1\nB,2025-01-02,a,x,1,1\n", mapping=LINES
    )
    assert (again.records.merged, again.records.corrected, again.records.unchanged) == (0, 1, 2)
    assert (again.money.merged, again.money.corrected) == (0, 3)
    assert shop.rows("select records_merged, records_corrected, money_corrected from meta.batches") == [
        (3, 0, 0),
        (0, 1, 3),
    ]
    assert shop.rows("select order_id, net_amount from raw.orders order by 1") == [
        ("A", Decimal(3)),
        ("B", Decimal(2)),
    ]
    assert shop.rows("select count(*), sum(net_amount) from raw.order_lines") == [(3, Decimal(5))]
    assert shop.rows("select table_name from meta.superseded_rows order by 1") == [
        ("order_lines",),
        ("orders",),
    ]


def test_status_words_sign_and_constant(shop: Shop) -> None:
    result = shop.load(
        """
        n,day,kind,state,total
        1,2025-01-02,invoice,pagato,10
        2,2025-01-02,TD04,pagato,4
        3,2025-01-02,td04,Annullato,-5
        4,2025-01-02,invoice,preventivo,6
        5,2025-01-02,invoice,boh,7
        6,2025-01-02,invoice,prova,8
        """,
        mapping="""
        [columns]
        order_id = "n"
        order_date = "day"
        net_amount = "total"
        currency = { value = "EUR" }
        [sign]
        column = "kind"
        negative = ["TD04"]
        [status]
        column = "state"
        counts = ["pagato"]
        cancelled = ["annullato"]
        quote = ["preventivo"]
        set_aside = ["prova"]
        """,
    )
    assert shop.rows("select order_id, net_amount, status, currency from raw.orders order by 1") == [
        ("1", Decimal(10), "completed", "EUR"),
        ("2", Decimal(-4), "completed", "EUR"),
        ("3", Decimal(-5), "cancelled", "EUR"),
        ("4", Decimal(6), "quote", "EUR"),
    ]
    assert codes(result) == {"unknown_word": 1, "left_out": 1}


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
        shop.file(b"PK\x03\x04 not really", "o.xlsx"): "cannot be read as a sheet",
        shop.file(b"%PDF-1.7 x", "o.pdf"): "is not a table",
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
    shop.load("order_id,order_date,net_amount\n1,2025-01-02,1\n")
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


def test_other_tables_are_loaded_by_the_same_rules(shop: Shop) -> None:
    customers = shop.load("customer_id,name,do_not_contact,owner_rating\na,Anna,sì,1\nb,Bruno,no,x\n")
    assert (customers.table, codes(customers)) == ("customers", {"unreadable_number": 1})
    consents = shop.load("""
        customer_id,purpose,channel,action,ts
        a,Marketing,email,grant,2025-01-02
        a,fun,any,grant,2025-01-02
        ,survey,any,grant,2025-01-02
    """)
    assert codes(consents) == {"unknown_word": 1, "missing_person": 1}
    assert shop.rows("select do_not_contact, owner_rating from raw.customers") == [(True, 1)]


def test_reasons_advise_in_italian(shop: Shop) -> None:
    with speaking("it"):
        result = shop.load("order_date,net_amount\n,1\n")
    assert result.reasons[0].advice == "Scrivi la data nella riga."


def test_a_column_of_the_mapping_that_is_missing_is_refused(shop: Shop) -> None:
    with pytest.raises(MappingError), speaking("en"):
        shop.load("a,b\n1,2\n", mapping='[columns]\norder_date = "day"\nnet_amount = "b"\n')


MESSY = [
    path for ending in ("csv", "xlsx", "xls") for path in sorted((DATA / "imports").rglob(f"*.{ending}"))
]


def test_the_messy_files_are_there() -> None:
    assert len(MESSY) == 26


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


def test_a_line_is_known_by_its_own_number_and_not_by_its_place_in_the_file(shop: Shop) -> None:
    header = "order_id,line_no,net_amount\n"
    shop.load(header + "A,1,5.00\nA,2,6.00\n", table="order_lines")
    found = shop.load(header + "A,1,5.00\nA,3,6.00\n", table="order_lines")
    assert (found.records.merged, found.records.unchanged) == (1, 1)
    found_lines = shop.rows("select line_no, net_amount from raw.order_lines order by all")
    assert found_lines == [
        (1, Decimal(5)),
        (2, Decimal(6)),
        (3, Decimal(6)),
    ]


def test_new_and_corrected_rows_are_counted_apart_in_one_file(shop: Shop) -> None:
    header = "order_id,order_date,customer_id,net_amount\n"
    shop.load(header + "1,2025-03-02,a,1\n2,2025-03-03,a,2\n")
    found = shop.load(header + "1,2025-03-02,a,4\n2,2025-03-03,a,2\n3,2025-03-04,b,8\n,,,\nx,y,b,16\n")
    assert found.records.as_dict() == {
        "in": 5, "merged": 1, "unchanged": 1, "corrected": 1, "set_aside": 1, "quarantined": 1
    }  # fmt: skip
    assert found.money.as_dict() == {
        "in": 30, "merged": 8, "unchanged": 2, "corrected": 4, "set_aside": 0, "quarantined": 16
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "mapping", "currency"),
    [
        ("1,2025-03-02,1\n", '[columns]\ncurrency = { value = "gbp" }\n', "GBP"),
        ("1,2025-03-02,1\n", "[columns]\n", None),
        ("1,2025-03-02,1,USD\n2,2025-03-02,1, usd \n", '[columns]\ncurrency = "currency"\n', "USD"),
        ("1,2025-03-02,1,USD\n2,2025-03-02,1,EUR\n", '[columns]\ncurrency = "currency"\n', "EUR+USD"),
        ("1,2025-03-02,1,USD\n2,never,1,EUR\n", '[columns]\ncurrency = "currency"\n', "USD"),
    ],
)
def test_the_currency_of_a_load_is_the_one_that_the_file_gives(
    rows: str, mapping: str, currency: str | None, shop: Shop
) -> None:
    header = "order_id,order_date,net_amount" + (",currency" if "USD" in rows else "") + "\n"
    fields = "".join(f'{name} = "{name}"\n' for name in ("order_id", "order_date", "net_amount"))
    told = mapping.replace("[columns]\n", f'source = "s"\ntable = "orders"\n[columns]\n{fields}')
    assert shop.load(header + rows, mapping=told).currency == currency
