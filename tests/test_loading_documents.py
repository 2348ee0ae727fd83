"""Lines that make a document, and documents that come again."""

from __future__ import annotations

from decimal import Decimal

from tests.worlds.empty_shop import LINES, Shop, codes, shop

__all__ = ["shop"]


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
        header + "A,2025-01-03,a,x,1,3\nB,2025-01-02,a,x,1,1\nB,2025-01-02,a,x,1,1\n", mapping=LINES
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
