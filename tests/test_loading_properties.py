"""Whatever the file, however it is cut, in whatever order it comes: nothing is lost and nothing doubled."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.warehouse import store
from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.schema import migrations
from tests.worlds.empty_shop import LINES, Shop

AMOUNTS = {"1": "1", "2.50": "2.5", "-3": "-3", "": None, "x": None, "1e3": None}
"""Cells, and their value by hand."""

DATES = ("2025-01-01", "2025-01-02", "2025-02-30", "2031-01-01", "")
READABLE = ("2025-01-01", "2025-01-02")

Row = tuple[str, str, str, str]

dirty_row = st.tuples(
    st.sampled_from(["1", "2", "3", "4", ""]),
    st.sampled_from(DATES),
    st.sampled_from(["a", 'b "the baker"', ""]),
    st.sampled_from(list(AMOUNTS)),
)
sale = st.tuples(st.sampled_from(READABLE), st.sampled_from(["a", "b", ""]), st.sampled_from(["1", "2.50"]))

line = st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.sampled_from("12"))
"""Document, article, quantity."""

few = settings(max_examples=12, deadline=None)


class fresh_shop:
    """An empty shop for one example; a fixture would be shared by all of them."""

    def __enter__(self) -> Shop:
        self.folder = TemporaryDirectory()
        self.db = duckdb.connect()
        for _version, sql in migrations():
            self.db.execute(sql)
        store.create(self.db)
        return Shop(self.db, Path(self.folder.name))

    def __exit__(self, *_error: object) -> None:
        self.db.close()
        self.folder.cleanup()


def text_of(header: str, rows: list[tuple[str, ...]]) -> bytes:
    quoted = [
        "\t".join('"' + cell.replace('"', '""') + '"' if '"' in cell else cell for cell in row)
        for row in rows
    ]
    return "\n".join([header.replace(",", "\t"), *quoted, ""]).encode()


def content(shop: Shop, table: str) -> list[tuple[object, ...]]:
    fields = ", ".join(f'"{name}"' for name in input_tables()[table].fields)
    return shop.rows(f"select row_key, {fields} from raw.{table} order by all")


@few
@given(st.lists(dirty_row, min_size=1, max_size=15))
def test_every_record_and_every_euro_is_in_one_place(rows: list[Row]) -> None:
    text = text_of("order_id,order_date,customer_id,net_amount", list(rows))
    with fresh_shop() as shop:
        result = shop.load(text)
        assert result.records.in_ == len(rows)
        assert result.records.balances
        assert result.money.balances
        readable = [AMOUNTS[row[3]] for row in rows]
        assert result.money.in_ == sum(Decimal(value) for value in readable if value)
        stored = shop.rows("select count(*), coalesce(sum(net_amount), 0) from raw.orders")
        assert stored == [(result.records.merged, result.money.merged)]
        refused = shop.rows("select disposition, count(*), sum(amount) from meta.refused_records group by 1")
        for disposition, records, money in refused:
            assert (records, money) == (
                result.records.as_dict()[disposition],
                result.money.as_dict()[disposition],
            )
        before = shop.everything()
        shop.load(text)
        assert shop.everything() == before


@few
@given(st.lists(st.lists(sale, min_size=1, max_size=6), min_size=1, max_size=4), st.randoms())
def test_overlapping_exports_without_numbers_in_any_order_make_the_same_shop(
    files: list[list[tuple[str, str, str]]], random: object
) -> None:
    header = "order_date,customer_id,net_amount"
    expected: Counter[tuple[str, str, str]] = Counter()
    for file in files:
        expected |= Counter(file)
    with fresh_shop() as one, fresh_shop() as other:
        for file in files:
            one.load(text_of(header, list(file)))
        for file in reversed(files):
            other.load(text_of(header, list(reversed(file))))
        assert content(one, "orders") == content(other, "orders")
        assert len(content(one, "orders")) == expected.total()


@few
@given(st.lists(sale, min_size=1, max_size=10), st.data())
def test_numbered_sales_may_be_cut_and_repeated_at_will(
    sales: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    rows = [(str(number), *sale) for number, sale in enumerate(sales)]
    header = "order_id,order_date,customer_id,net_amount"
    with fresh_shop() as whole, fresh_shop() as parts:
        whole.load(text_of(header, list(rows)))
        cut = data.draw(st.integers(0, len(rows)))
        overlap = data.draw(st.integers(0, 3))
        shuffled = data.draw(st.permutations(rows))
        for part in (shuffled[max(0, cut - overlap) :], shuffled[:cut], rows):
            if part:
                parts.load(text_of(header, list(part)))
        assert content(parts, "orders") == content(whole, "orders")


@few
@given(st.lists(line, min_size=1, max_size=9), st.data())
def test_documents_may_come_in_any_order(lines: list[tuple[str, str, str]], data: st.DataObject) -> None:
    rows = [(doc, "2025-01-02", "anna", sku, qty, "1.10") for doc, sku, qty in lines]
    header = "doc,day,who,sku,qty,price"
    with fresh_shop() as whole, fresh_shop() as parts:
        result = whole.load(text_of(header, list(rows)), mapping=LINES)
        assert result.records.balances
        for document in data.draw(st.permutations("ABCA")):
            if part := [row for row in rows if row[0] == document]:
                parts.load(text_of(header, list(data.draw(st.permutations(part)))), mapping=LINES)
        for table in ("orders", "order_lines"):
            assert content(parts, table) == content(whole, table)
        assert whole.rows("select sum(net_amount) from raw.orders") == whole.rows(
            "select sum(net_amount) from raw.order_lines"
        )
