"""The same files in any order, split or overlap make the same shop; what shares nothing changes nothing."""

from __future__ import annotations

import gzip
import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_loading_properties import fresh_shop
from tests.worlds.empty_shop import LINES, Shop, shop

__all__ = ["shop"]

HEADER = "order_id,order_date,customer_id,net_amount,status\n"

Row = tuple[str, str, str, str, str]

a_row = st.tuples(
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from(
        ["2024-03-01", "2025-01-02", "2025-01-03", "2025-01-20", "2025-02-10", "2025-03-01", "2025-05-30"]
    ),
    st.sampled_from(["a", "b", ""]),
    st.sampled_from(["10.00", "12.50", "-4.00"]),
    st.sampled_from(["paid", "", "refunded"]),
)
a_file = st.lists(a_row, min_size=1, max_size=5, unique_by=lambda row: row[0])


def text_of(rows: list[Row]) -> str:
    return HEADER + "".join(",".join(row) + "\n" for row in rows)


def stands(shop: Shop) -> list[tuple[Any, ...]]:
    """Return what stands, without the numbers of the loads."""
    fields = "source, row_key, order_id, order_date, customer_id, net_amount, status"
    return shop.rows(f"select {fields} from raw.orders order by all")


def aside(shop: Shop) -> list[tuple[Any, ...]]:
    """Return what is kept of former versions, without the numbers of the loads and files' twins."""
    return shop.rows(
        "select distinct row_key, content ->> 'net_amount', content ->> 'order_date' "
        "from meta.superseded_rows order by all"
    )


@settings(max_examples=12, deadline=None)
@given(st.lists(a_file, min_size=2, max_size=4), st.randoms())
def test_whatever_the_order_the_same_versions_stand(files: list[list[Row]], chance: random.Random) -> None:
    """With corrections, restarting numbers, refunds, names that come and go; twice changes nothing."""
    texts = [text_of(rows) for rows in files]
    shuffled = texts[:]
    chance.shuffle(shuffled)
    with fresh_shop() as one, fresh_shop() as other:
        for text in texts:
            result = one.load(text)
            assert result.records.balances
            assert result.money.balances
        for text in shuffled:
            other.load(text)
        if one.rows("from meta.document_keys") == other.rows("from meta.document_keys"):
            assert stands(one) == stands(other)
            assert aside(one) == aside(other)
        before = stands(one)
        for text in texts:
            one.load(text)
        assert stands(one) == before


def twice_counted_by_hand(files: list[list[Row]]) -> dict[str, Row]:
    """Say independently which version stands of documents that are plainly one."""
    best: dict[str, tuple[str, Decimal, Row]] = {}
    for rows in files:
        newest = max(row[1] for row in rows)
        for row in rows:
            rank = (newest, -Decimal(row[3]), row)
            if row[0] not in best or rank[:2] > best[row[0]][:2]:
                best[row[0]] = rank
    return {number: rank[2] for number, rank in best.items()}


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_the_version_of_the_file_with_the_later_newest_day_stands(data: st.DataObject) -> None:
    """Each file ends on a day of its own; held against plain Python."""
    count = data.draw(st.integers(2, 4))
    files: list[list[Row]] = []
    for place in range(count):
        last = (date(2025, 3, 1) + timedelta(days=place)).isoformat()
        numbers = data.draw(st.sets(st.sampled_from("123"), min_size=1))
        cents = data.draw(st.integers(1, 99))
        rows = [(n, "2025-02-20", "a", f"{place + 1}.{cents:02d}", "paid") for n in sorted(numbers)]
        files.append([*rows, (f"L{place}", last, "z", "1.00", "paid")])
    expected = twice_counted_by_hand(files)
    for order in data.draw(st.lists(st.permutations(range(count)), min_size=1, max_size=3)):
        with fresh_shop() as shop:
            for place in order:
                shop.load(text_of(files[place]))
            found = shop.rows("select order_id, net_amount from raw.orders order by 1")
            assert found == [(number, Decimal(row[3])) for number, row in sorted(expected.items())]


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.sampled_from("12")),
            min_size=1,
            max_size=5,
        ),
        min_size=2,
        max_size=3,
    ),
    st.randoms(),
)
def test_lines_of_documents_come_in_any_order_too(
    files: list[list[tuple[str, str, str]]], chance: random.Random
) -> None:
    texts = [
        "doc,day,who,sku,qty,price\n"
        + "".join(f"{doc},2025-01-0{place + 1},anna,{sku},{qty},1.10\n" for doc, sku, qty in lines)
        for place, lines in enumerate(files)
    ]
    shuffled = texts[:]
    chance.shuffle(shuffled)
    columns = "row_key, order_key, order_id, product_id, quantity, net_amount"
    with fresh_shop() as one, fresh_shop() as other:
        for text in texts:
            one.load(text, mapping=LINES)
        for text in shuffled:
            other.load(text, mapping=LINES)
        lines = f"select {columns} from raw.order_lines order by all"
        assert one.rows(lines) == other.rows(lines)
        assert one.rows("select row_key, net_amount from raw.orders order by 1") == other.rows(
            "select order_key, sum(net_amount) from raw.order_lines group by 1 order by 1"
        )


FIRST = "order_id,order_date,customer_id,net_amount\n1,2025-01-02,a,10\n2,2025-01-20,b,20\n3,2025-01-21,,30\n"
SECOND = (
    "order_id,order_date,customer_id,net_amount\n2,2025-01-20,b,15\n3,2025-01-21,,30\n4,2025-02-03,c,40\n"
)


def sums(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.rows("select order_id, order_date, customer_id, net_amount from raw.orders order by all")


def test_a_file_that_shares_no_key_and_no_source_changes_no_row(shop: Shop) -> None:
    shop.load(FIRST)
    before = shop.rows("select * from raw.orders order by all")
    shop.load(
        "order_id,order_date,customer_id,net_amount\n91,2025-01-02,x,1\n1,2025-01-02,y,2\n", source="till"
    )
    assert shop.rows("select * from raw.orders where source = 'shop' order by all") == before


@pytest.mark.parametrize(
    "written",
    [
        lambda text: ("renamed (copy).csv", text.encode()),
        lambda text: ("utf16.csv", text.encode("utf-16")),
        lambda text: ("bom.csv", b"\xef\xbb\xbf" + text.encode()),
        lambda text: ("semicolons.csv", text.replace(",", ";").encode()),
        lambda text: ("packed.csv.gz", gzip.compress(text.encode())),
        lambda text: ("windows.csv", text.replace("\n", "\r\n").encode()),
        lambda text: ("turned.csv", _turned(text).encode()),
        lambda text: ("columns.csv", _other_columns(text).encode()),
    ],
)
def test_a_file_saved_otherwise_is_the_same_file(shop: Shop, written: Any) -> None:
    """Renamed, in another encoding or format, rows and columns in another order: nothing changes."""
    shop.load(FIRST)
    shop.load(SECOND)
    before = sums(shop)
    for text in (SECOND, FIRST):
        name, data = written(text)
        again = shop.load(shop.file(data, name))
        assert again.records.merged == again.records.corrected == 0
    assert sums(shop) == before


def _turned(text: str) -> str:
    header, *rows = text.splitlines()
    return "\n".join([header, *reversed(rows), ""])


def _other_columns(text: str) -> str:
    return "\n".join(",".join(reversed(line.split(","))) for line in text.splitlines()) + "\n"


OVERLAPS = [
    "order_id,order_date,customer_id,gross_amount\n1,2025-01-01,a,10\n2,2025-01-07,a,20\n3,2025-01-07,b,30\n",
    "order_id,order_date,customer_id,gross_amount\n2,2025-01-07,a,20\n3,2025-01-07,b,25\n4,2025-01-13,,40\n",
    "order_id,order_date,customer_id,net_amount,gross_amount\n3,2025-01-07,b,20,24\n4,2025-01-13,c,33,40\n",
]
"""Two weeks of exports: a correction, a name that comes later, a column that comes later."""


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_overlapping_exports_make_one_shop_in_every_order(shop: Shop, order: tuple[int, ...]) -> None:
    """By hand: 1 and 2 once; 3 and 4 as the third says, whose newest day is the second's, its net smaller."""
    for place in order:
        shop.load(OVERLAPS[place])
    found = shop.rows("select order_id, customer_id, net_amount, gross_amount from raw.orders order by 1")
    assert [row[0] for row in found] == ["1", "2", "3", "4"]
    assert found[0] == ("1", "a", None, Decimal(10))
    assert found[2] == ("3", "b", Decimal(20), Decimal(24))
    assert found[3] == ("4", "c", Decimal(33), Decimal(40))
