"""Shops that once gave a wrong answer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from clientela.errors import MappingError
from clientela.warehouse.building.build import build_marts
from clientela.warehouse.history.snapshots import write_snapshots
from clientela.warehouse.loading.pipeline import load_file
from tests.worlds.made_shop import batch, built_shop, insert, one, order, raw_shop, settings


def test_a_card_number_equal_to_a_customer_number_is_another_person() -> None:
    rows = [
        order("1001", "2025-09-01"),
        {"card_number": "1001", "order_date": "2025-10-01", "net_amount": 20},
    ]
    with built_shop("2025-10-31", orders=rows) as db:
        found = db.execute("select customer_id, revenue_total from marts.customers order by 1").fetchall()
    assert found == [("card_number:1001", 20), ("shop:1001", 10)]


def test_an_anonymous_credit_note_undoes_the_order_it_names() -> None:
    rows = [
        order("anna", "2025-11-03", 100, order_id="1"),
        order(None, "2025-11-10", -100, order_id="2", refund_of="1"),
    ]
    with built_shop("2025-11-30", orders=rows) as db:
        assert one(db, "anna", "category", "purchases", "revenue_total") == ("prospect", 0, 0)
    with built_shop("2025-11-09", orders=rows) as db:
        assert one(db, "anna", "category", "revenue_total") == ("buyer", 100)


def test_a_refund_under_another_name_takes_from_the_buyer_of_the_order() -> None:
    rows = [
        order("anna", "2025-11-03", 100, order_id="1"),
        order("bruno", "2025-11-10", -100, order_id="2", refund_of="1"),
    ]
    with built_shop("2025-11-30", orders=rows) as db:
        assert one(db, "anna", "category", "revenue_total") == ("prospect", 0)
        assert one(db, "bruno", "category", "revenue_total") == ("prospect", 0)


def test_an_address_on_twenty_five_receipts_a_day_is_nobody() -> None:
    rows = [
        {"email": "shop@example.com", "order_date": "2025-11-03", "net_amount": 10, "order_id": str(place)}
        for place in range(25)
    ]
    with raw_shop(orders=[*rows, order("anna", "2025-11-04", 7)]) as db:
        build_marts(db, settings(), date(2025, 11, 30))
        assert db.execute("select customer_id from marts.customers").fetchall() == [("anna",)]
        assert db.execute("select receipts, revenue from marts.anonymous_sales").fetchall() == [(25, 250)]


@pytest.mark.parametrize("status", ["Cancelled", "annullato", "TEST", "Bozza"])
def test_a_word_counts_in_any_spelling(status: str) -> None:
    with built_shop("2025-11-30", orders=[order("anna", "2025-11-03", 100, status=status)]) as db:
        assert one(db, "anna", "category") == ("prospect",)


def test_a_deferred_invoice_that_comes_late_restates_the_month_of_its_delivery(tmp_path: Path) -> None:
    with raw_shop() as db:
        insert(db, "orders", [order("anna", "2025-10-02", 30), order("bruno", "2025-11-02", 30)])
        batch(db, 1, "orders", date(2025, 10, 2))
        build_marts(db, settings(), date(2025, 11, 30))
        write_snapshots(db, settings(), date(2025, 11, 30), made_at=datetime(2025, 12, 5))
        path = tmp_path / "invoices.csv"
        path.write_text(
            "order_id,order_date,customer_id,net_amount,doc_type,delivery_date\n"
            "9,2025-11-30,carla,100,TD24,2025-10-15\n"
        )
        load_file(db, path, today=date(2025, 12, 5), timezone="Europe/Rome")
        build_marts(db, settings(), date(2025, 11, 30))
        assert write_snapshots(db, settings(), date(2025, 11, 30), made_at=datetime(2025, 12, 5)) == [
            date(2025, 10, 31),
            date(2025, 11, 30),
        ]


def test_a_sales_file_is_not_taken_for_a_list_of_competitors(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("id,name,total\n1,Anna,20\n")
    with raw_shop() as db, pytest.raises(MappingError):
        load_file(db, path, today=date(2025, 12, 5), timezone="Europe/Rome")
