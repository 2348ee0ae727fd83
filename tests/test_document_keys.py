"""A document number is not a name: what else must be the same, and what is a correction."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.worlds.empty_shop import LINES, Shop, codes, shop

__all__ = ["shop"]

HEADER = "order_id,order_date,customer_id,net_amount\n"


def amounts(shop: Shop) -> list[tuple[str, Decimal]]:
    """Return day and amount of what stands, in order."""
    return shop.rows("select strftime(order_date, '%Y-%m-%d'), net_amount from raw.orders order by all")


def both_ways(shop: Shop, first: str, second: str) -> None:
    """Load two files, take the other order in another source, and hold the two against each other."""
    shop.load(first)
    shop.load(second)
    shop.load(second, source="other")
    shop.load(first, source="other")
    rows = "select row_key, order_id, order_date, customer_id, net_amount from raw.orders where source ="
    assert shop.rows(f"{rows} 'shop' order by all") == shop.rows(f"{rows} 'other' order by all")
    shop.db.execute("delete from store.orders where source = 'other'")


def test_invoices_that_restart_each_year_are_other_invoices(shop: Shop) -> None:
    """On the former code the second year overwrote the first: 1 row of 20.00."""
    both_ways(shop, HEADER + "1,2024-03-05,a,10\n2,2024-03-06,b,11\n", HEADER + "1,2025-03-05,a,20\n")
    assert amounts(shop) == [
        ("2024-03-05", Decimal(10)),
        ("2024-03-06", Decimal(11)),
        ("2025-03-05", Decimal(20)),
    ]
    assert shop.rows("select count(distinct row_key) from raw.orders") == [(3,)]


def test_a_number_of_another_customer_is_another_document(shop: Shop) -> None:
    both_ways(shop, HEADER + "7,2025-03-05,a,10\n", HEADER + "7,2025-03-05,b,20\n8,2025-03-09,b,1\n")
    assert shop.rows("select customer_id, net_amount from raw.orders order by all") == [
        ("a", Decimal(10)),
        ("b", Decimal(1)),
        ("b", Decimal(20)),
    ]


def test_a_name_that_a_later_export_adds_is_a_correction(shop: Shop) -> None:
    both_ways(shop, HEADER + "7,2025-03-05,,10\n", HEADER + "7,2025-03-05,b,10\n8,2025-03-09,b,1\n")
    assert shop.rows("select customer_id, net_amount from raw.orders order by all") == [
        ("b", Decimal(1)),
        ("b", Decimal(10)),
    ]


def test_a_day_far_away_is_another_document_and_a_near_one_a_correction(shop: Shop) -> None:
    both_ways(
        shop,
        HEADER + "1,2025-01-10,a,10\n2,2025-01-10,a,10\n3,2025-03-01,c,1\n",
        HEADER + "1,2025-03-10,a,12\n2,2025-01-12,a,12\n3,2025-03-01,c,1\n4,2025-03-11,c,1\n",
    )
    assert amounts(shop) == [
        ("2025-01-10", Decimal(10)),
        ("2025-01-12", Decimal(12)),
        ("2025-03-01", Decimal(1)),
        ("2025-03-10", Decimal(12)),
        ("2025-03-11", Decimal(1)),
    ]


def test_a_refund_may_carry_the_number_of_the_sale(shop: Shop) -> None:
    both_ways(shop, HEADER + "7,2025-03-05,a,10\n", HEADER + "7,2025-03-07,a,-4\n")
    assert [amount for _day, amount in amounts(shop)] == [10, -4]
    header = "order_id,order_date,doc_type,net_amount\n"
    shop.load(header + "7,2025-03-05,TD01,10\n7,2025-03-05,TD04,4\n", source="invoices")
    assert shop.rows("select doc_type, net_amount from raw.orders where source = 'invoices' order by 1") == [
        ("TD01", Decimal(10)),
        ("TD04", Decimal(4)),
    ]


def test_branches_share_numbers(shop: Shop) -> None:
    header = "order_id,order_date,store_id,net_amount\n"
    both_ways(shop, header + "7,2025-03-05,N,10\n", header + "7,2025-03-05,S,20\n")
    assert [amount for _day, amount in amounts(shop)] == [10, 20]


def till(days: list[int], receipts: int = 4) -> str:
    """Write the receipts of a till that begins anew each day: receipt n of day d is of n euro and d cents."""
    rows = [
        f"{number},2025-03-{day:02d} 10:0{number},,{number}.{day:02d}\n"
        for day in days
        for number in range(1, receipts + 1)
    ]
    return HEADER + "".join(rows)


@pytest.mark.parametrize(
    "files", [[[1, 2, 3]], [[1], [2], [3]], [[3], [1], [2]], [[2, 3], [1, 2]], [[1, 2], [2, 3], [1, 2, 3]]]
)
def test_a_till_that_restarts_each_day_keeps_every_receipt(shop: Shop, files: list[list[int]]) -> None:
    """On the former code of 12 receipts 4 stood."""
    for days in files:
        shop.load(till(days))
    assert shop.rows("select count(*), sum(net_amount), count(distinct row_key) from raw.orders") == [
        (12, Decimal("30.24"), 12)
    ]
    keys = shop.rows("select min(row_key), max(row_key) from raw.orders")
    assert keys == [("1\x1f2025-03-01", "4\x1f2025-03-03")]
    again = shop.load(till([1, 2, 3]), source="shop")
    assert again.records.merged == again.records.corrected == 0


def test_receipts_of_one_amount_on_two_days_both_stay(shop: Shop) -> None:
    text = "1,2025-03-0{0} 10:00,,2.50\n2,2025-03-0{0} 10:01,,2.50\n3,2025-03-0{0} 10:02,,7.0{0}\n"
    for day in "123":
        shop.load(HEADER + text.format(day))
    assert shop.rows("select count(*), sum(net_amount) from raw.orders") == [(9, Decimal("36.06"))]


def test_rows_of_one_number_with_another_content_are_all_to_correct(shop: Shop) -> None:
    result = shop.load(HEADER + "1,2025-03-05,a,10\n1,2025-03-05,a,11\n2,2025-03-05,a,5\n1,2025-03-05,a,10\n")
    assert codes(result) == {"duplicate_key": 3}
    assert result.records.balances
    assert amounts(shop) == [("2025-03-05", Decimal(5))]


SAID = """
[columns]
order_id = "n"
order_date = "day"
customer_id = "who"
net_amount = "total"
doc_type = "kind"
[key]
document = ["order_id", "doc_type", "year"]
"""


def test_the_key_that_a_mapping_says_names_the_documents(shop: Shop) -> None:
    text = "n,day,who,total,kind\n1,2024-03-05,a,10,TD01\n1,2025-03-05,a,20,TD01\n1,2025-03-06,a,3,TD06\n"
    assert shop.load(text, mapping=SAID).records.merged == 3
    assert shop.rows("select row_key from raw.orders order by 1") == [
        ("1\x1fTD01\x1f2024",),
        ("1\x1fTD01\x1f2025",),
        ("1\x1fTD06\x1f2025",),
    ]
    corrected = shop.load(
        "n,day,who,total,kind\n1,2025-03-07,a,25,TD01\n2,2025-03-08,a,1,TD01\n", mapping=SAID
    )
    assert (corrected.records.merged, corrected.records.corrected, corrected.money_before) == (1, 1, 20)
    assert [amount for _day, amount in amounts(shop)] == [10, 3, 25, 1]


def test_lines_belong_to_the_document_and_not_to_its_number(shop: Shop) -> None:
    """On the former code the second year's lines replaced the first's."""
    header = "doc,day,who,sku,qty,price\n"
    shop.load(header + "A,2024-01-02,a,x,1,1\nA,2024-01-02,a,y,1,2\n", mapping=LINES)
    shop.load(header + "A,2025-01-02,a,x,1,5\n", mapping=LINES)
    shop.load(header + "A,2025-01-03,a,x,1,6\nB,2025-01-04,a,x,1,1\n", mapping=LINES)
    assert shop.rows(
        "select o.order_date::date::varchar, o.net_amount, sum(l.net_amount) from raw.orders o "
        "join raw.order_lines l on l.source = o.source and l.order_key = o.row_key group by all order by 1"
    ) == [("2024-01-02", 3, 3), ("2025-01-03", 6, 6), ("2025-01-04", 1, 1)]
    assert shop.rows("select count(*) from raw.order_lines") == [(4,)]
