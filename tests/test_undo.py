"""A load can be taken back: what stands is what the other loads bring, to the row."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from clientela.errors import WarehouseError
from clientela.i18n import speaking
from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.merging.undo import Undone, undo
from tests.worlds.empty_shop import LINES, TODAY, Shop, shop

__all__ = ["shop"]

HEADER = "order_id,order_date,customer_id,net_amount\n"
JANUARY = HEADER + "1,2025-01-02,a,10\n2,2025-01-20,b,20\n3,2025-01-21,,30\n"
FEBRUARY = HEADER + "2,2025-01-20,b,15\n3,2025-01-21,,30\n4,2025-02-03,c,40\n"
MARCH = HEADER + "2,2025-01-22,b,12\n3,2025-01-21,d,30\n4,2025-02-03,c,40\n5,2025-03-03,c,50\n"


def taken_back(shop: Shop, batch_id: int) -> Undone:
    return undo(shop.db, batch_id, TODAY)


def raw(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """Return every raw table, where each row came from included."""
    return {
        table: found
        for table in input_tables()
        if (found := shop.rows(f"select * from raw.{table} order by all"))
    }


def without_numbers(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Leave out which load brought a row: the second column after the key."""
    return {name: sorted((row[:2] + row[4:] for row in rows), key=str) for name, rows in tables.items()}


def kept(shop: Shop) -> list[list[tuple[object, ...]]]:
    tables = ("superseded_rows", "confirmed_rows", "refused_records", "disappeared_rows", "document_keys")
    return [shop.rows(f"select * from meta.{table} order by all") for table in tables]


def test_the_last_load_goes_and_leaves_the_shop_as_it_was(shop: Shop) -> None:
    shop.load(JANUARY)
    shop.load(FEBRUARY)
    before, notes = raw(shop), kept(shop)
    shop.load(MARCH)
    assert raw(shop) != before
    done = taken_back(shop, 3)
    assert (done.removed, done.changed) == (1, 2)
    assert raw(shop) == before
    assert kept(shop) == notes


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_what_stands_is_what_the_remaining_loads_give(shop: Shop, gone: int) -> None:
    files = [JANUARY, FEBRUARY, MARCH]
    for text in files:
        shop.load(text)
    taken_back(shop, gone)
    there = without_numbers(raw(shop))
    shop.db.execute("delete from store.orders")
    for table in ("superseded_rows", "confirmed_rows", "batches"):
        shop.db.execute(f"delete from meta.{table}")
    for number, text in enumerate(files, start=1):
        if number != gone:
            shop.load(text)
    assert there == without_numbers(raw(shop))


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_loads_may_be_taken_back_in_any_order_until_nothing_is_left(
    shop: Shop, order: tuple[int, ...]
) -> None:
    for text in (JANUARY, FEBRUARY, MARCH):
        shop.load(text)
    for number in order:
        taken_back(shop, number)
    assert raw(shop) == {}
    assert all(not rows for rows in kept(shop))
    assert [row[0] for row in shop.rows("select kind from meta.batches")] == ["undo"] * 3


def test_a_load_that_was_taken_back_can_be_loaded_again(shop: Shop) -> None:
    shop.load(JANUARY)
    before = without_numbers(raw(shop))
    taken_back(shop, 1)
    again = shop.load(JANUARY)
    assert (again.already_loaded, again.records.merged, again.batch_id) == (False, 3, 3)
    assert without_numbers(raw(shop)) == before


def test_lines_come_back_with_their_document(shop: Shop) -> None:
    header = "doc,day,who,sku,qty,price\n"
    shop.load(header + "A,2025-01-02,a,x,1,1\nA,2025-01-02,a,y,1,2\nB,2025-01-03,a,x,1,1\n", mapping=LINES)
    before = raw(shop)
    shop.load(header + "A,2025-01-05,a,x,1,5\nB,2025-01-03,a,x,1,1\nC,2025-01-06,a,x,1,9\n", mapping=LINES)
    after = without_numbers(raw(shop))
    taken_back(shop, 2)
    assert raw(shop) == before
    shop.load(header + "A,2025-01-05,a,x,1,5\nB,2025-01-03,a,x,1,1\nC,2025-01-06,a,x,1,9\n", mapping=LINES)
    assert without_numbers(raw(shop)) == after
    taken_back(shop, 1)
    assert without_numbers(raw(shop)) == after
    assert shop.rows("select distinct batch_id from raw.order_lines") == [(4,)]
    assert shop.rows("select record_no from raw.order_lines order by 1") == [(1,), (2,), (3,)]


def test_a_number_that_two_years_share_has_its_own_name_again(shop: Shop) -> None:
    shop.load(HEADER + "1,2024-01-02,a,10\n2,2024-01-02,a,11\n")
    before = raw(shop)
    shop.load(HEADER + "1,2025-01-02,a,20\n")
    assert shop.rows("select count(*) from raw.orders where row_key = '1'") == [(0,)]
    taken_back(shop, 2)
    assert raw(shop) == before


def test_a_till_counted_by_day_goes_back_to_its_numbers(shop: Shop) -> None:
    day = "{0},2025-03-0{1} 10:0{0},,{0}.{1}\n"
    shop.load(HEADER + "".join(day.format(number, 1) for number in (1, 2, 3)))
    before = raw(shop)
    shop.load(HEADER + "".join(day.format(number, 2) for number in (1, 2, 3)))
    assert shop.rows("select count(*) from raw.orders") == [(6,)]
    taken_back(shop, 2)
    assert raw(shop) == before
    assert shop.rows("from meta.document_keys") == []


def test_customers_and_rows_without_a_key_come_back_too(shop: Shop) -> None:
    shop.load("customer_id,name,phone\na,Anna,\nb,Bruno,3331234567\n")
    shop.load("order_date,net_amount\n2025-01-01,2.50\n2025-01-01,2.50\n", table="orders")
    before = raw(shop)
    shop.load("customer_id,name\na,Anna Rossi\nc,Carla\n")
    shop.load("order_date,net_amount\n2025-01-01,2.50\n2025-01-01,2.50\n2025-01-01,2.50\n", table="orders")
    assert shop.rows("select name, phone from raw.customers order by 1")[:2] == [
        ("Anna Rossi", None),
        ("Bruno", "+393331234567"),
    ]
    taken_back(shop, 3)
    taken_back(shop, 4)
    assert raw(shop) == before


def test_the_register_says_it_and_months_are_told_anew(shop: Shop) -> None:
    shop.load(JANUARY)
    shop.load(FEBRUARY)
    taken_back(shop, 2)
    columns = "batch_id, kind, file_name, records_corrected, first_changed_on"
    assert shop.rows(f"select {columns} from meta.batches order by 1") == [
        (1, "load", "orders.csv", 0, date(2025, 1, 2)),
        (3, "undo", "undo 2: orders.csv", 2, date(2025, 1, 20)),
    ]


def test_what_cannot_be_taken_back_is_refused(shop: Shop) -> None:
    shop.load(JANUARY)
    taken_back(shop, 1)
    with speaking("en"):
        for number in (1, 2, 9):
            with pytest.raises(WarehouseError, match=f"no load {number}"):
                taken_back(shop, number)
        shop.load(shop.file(JANUARY, "referral-server-7.csv"))
        with pytest.raises(WarehouseError, match="referral server"):
            taken_back(shop, 3)
