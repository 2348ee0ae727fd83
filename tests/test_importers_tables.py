"""Exports of shops as they come, without a mapping: right values read off their cells by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clientela.warehouse.importers.importer import importers, recognised
from tests.worlds.program import Answer, Run

SHOPS = Path(__file__).parent / "data" / "imports" / "shops"


@pytest.fixture
def shop(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLIENTELA_TODAY", "2026-11-30")
    assert run("init", tmp_path / "shop").code == 0
    return tmp_path / "shop"


def rows(run: Run, shop: Path, sql: str) -> list[list[Any]]:
    found: list[list[Any]] = run("sql", sql, "--format", "json", shop=shop).json["rows"]
    return found


def loaded(run: Run, shop: Path, path: Path) -> Answer:
    """Load a file, taking the safe answers."""
    answer = run("load", path, "--yes", "--format", "json", shop=shop)
    assert answer.code in (0, 1), answer.err
    return answer


def counting(run: Run, shop: Path) -> dict[str, Decimal]:
    """Return what each document that counts is worth in goods."""
    found = rows(run, shop, "select order_id, goods from staging.documents where counts order by order_id")
    return {str(number): Decimal(str(goods)) for number, goods in found}


def changed(tmp_path: Path, name: str, *changes: tuple[str, str]) -> Path:
    """Return a copy of a shop's file with other words in it."""
    text = (SHOPS / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    copy = tmp_path / name
    copy.write_text(text, encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("name", "importer"),
    [
        ("loyverse_receipts_by_item.csv", "loyverse_items"),
        ("prestashop_orders.csv", "prestashop"),
        ("shopify_customers.csv", "shopify_customers"),
        ("shopify_orders_79col.csv", "shopify_orders"),
        ("square_items_35col.csv", "square_items"),
        ("stripe_payments.csv", "stripe_payments"),
        ("woo_analytics_orders.csv", "woo_analytics"),
    ],
)
def test_an_export_is_known_by_its_headings_in_any_order(name: str, importer: str) -> None:
    headers = (SHOPS / name).read_text(encoding="utf-8").splitlines()[0]
    found = recognised(headers.split(";" if name.startswith("presta") else ","))
    assert found is importers()[importer]
    assert recognised([header.upper() for header in reversed(headers.replace(";", ",").split(","))]) is found


@pytest.mark.parametrize(
    "name", sorted(path.name for path in SHOPS.iterdir() if path.suffix in (".csv", ".DefXml"))
)
def test_a_known_export_is_read_again_by_the_mapping_that_was_kept(
    shop: Path, run: Run, tmp_path: Path, name: str
) -> None:
    loaded(run, shop, SHOPS / name)
    later = tmp_path / name
    # The same rows in another file: another blank line at its end.
    later.write_text((SHOPS / name).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    answer = run("load", later, "--format", "json", shop=shop)
    assert answer.code in (0, 1), answer.err
    loads = answer.json.get("files", [answer.json])
    found = [load["records"][word] for load in loads for word in ("merged", "corrected", "quarantined")]
    assert found
    assert not any(found)


def test_headings_of_ones_own_are_no_export() -> None:
    assert recognised(["order_id", "order_date", "customer_id", "email", "net_amount"]) is None


def test_shopify_counts_each_order_once_with_what_was_given_back_inside_it(shop: Path, run: Run) -> None:
    answer = loaded(run, shop, SHOPS / "shopify_orders_79col.csv")
    assert answer.json["records"] == {
        "in": 10, "merged": 7, "unchanged": 0, "corrected": 0, "set_aside": 3, "quarantined": 0,
    }  # fmt: skip
    assert answer.json["money"]["in"] == "295.50"
    # 83.50 + 12 + (40 - 40) + (100 - 25); voided 70.00 and, until it is answered, pending 55.00 do not count.
    assert counting(run, shop) == {
        "#1001": Decimal("83.5"),
        "#1002": Decimal("12"),
        "#1003": Decimal("0"),
        "#1004": Decimal("75"),
    }
    (asked,) = answer.json["questions"]
    assert (asked["code"], asked["rows"], asked["money"]) == ("status_words", 1, "55.00")


def test_a_gift_card_beside_goods_is_prepaid_by_its_own_line(shop: Path, run: Run, tmp_path: Path) -> None:
    loaded(run, shop, changed(tmp_path, "shopify_orders_79col.csv", (",CHF,", ",EUR,")))
    # A card of 50.00 and oil of 45.00 on one order.
    assert rows(
        run, shop, "select goods, prepaid from staging.documents where order_id = '#1007'"
    ) == [["45.00", "50.00"]]  # fmt: skip


def test_an_order_that_shopify_cancelled_is_no_sale_whatever_was_paid(
    shop: Path, run: Run, tmp_path: Path
) -> None:
    path = changed(tmp_path, "shopify_orders_79col.csv", (",voided,", ",paid,"))
    loaded(run, shop, path)
    assert "#1006" not in counting(run, shop)


def test_a_column_in_which_every_row_says_yes_is_no_consent(shop: Path, run: Run, tmp_path: Path) -> None:
    loaded(run, shop, SHOPS / "shopify_customers.csv")
    said = "select channel, action, count(*) from raw.consents group by all order by all"
    assert rows(run, shop, said) == [["email", "grant", 1], ["email", "withdraw", 2], ["sms", "withdraw", 3]]
    everyone = changed(
        tmp_path, "shopify_customers.csv", (",no,,,,", ",yes,,,,"), ("@esempio.it", "@altri.it")
    )
    other = tmp_path / "other"
    assert run("init", other).code == 0
    loaded(run, other, everyone)
    assert rows(run, other, "select count(*) from raw.consents where action = 'grant'") == [[0]]


def test_customer_numbers_and_phones_lose_their_apostrophe(shop: Path, run: Run) -> None:
    loaded(run, shop, SHOPS / "shopify_customers.csv")
    asked = "select customer_id, phone, postal_code from raw.customers where first_name = 'Giulia'"
    assert rows(run, shop, asked) == [["9013808660771", "+393331234567", "00100"]]


def test_square_adds_the_lines_of_a_sale_and_a_refund_is_a_document_of_its_own(shop: Path, run: Run) -> None:
    loaded(run, shop, SHOPS / "square_items_35col.csv")
    assert counting(run, shop) == {"A1": Decimal("11"), "PA1": Decimal("-8"), "A2": Decimal("1250")}
    assert rows(run, shop, "select refund_of from raw.orders where order_id = 'PA1'") == [["A1"]]


def test_loyverse_takes_a_refund_away_and_parts_the_contacts(shop: Path, run: Run) -> None:
    loaded(run, shop, SHOPS / "loyverse_receipts_by_item.csv")
    assert counting(run, shop) == {"2-1678": Decimal("15"), "2-1680": Decimal("-12")}
    asked = "select cast(order_date as varchar), email from raw.orders order by order_date"
    assert rows(run, shop, asked) == [
        ["2025-01-10 23:50:00", None],
        ["2025-01-13 10:00:00", "dina@esempio.it"],
    ]


def test_stripe_leaves_out_what_failed_and_tests_and_its_days_are_the_shops(shop: Path, run: Run) -> None:
    answer = loaded(run, shop, SHOPS / "stripe_payments.csv")
    assert answer.json["questions"] == []
    assert counting(run, shop) == {"ch_1": Decimal("49"), "ch_2": Decimal("0")}
    # 23:30 in UTC on 31 January is half past midnight in Rome.
    asked = "select cast(order_date as varchar) from raw.orders where order_id = 'ch_1'"
    assert rows(run, shop, asked) == [["2025-02-01 00:30:00"]]


def test_charges_of_stripe_are_whole_cents_and_other_numbers_are_not_taken_for_them(
    shop: Path, run: Run, tmp_path: Path
) -> None:
    charges = tmp_path / "charges.json"
    charges.write_text('[{"id": "ch_1", "amount": 2000, "created": 1790000000, "customer": "cus_1"}]')
    loaded(run, shop, charges)
    # 1790000000 seconds after 1970: 2026-09-21 14:13:20 in UTC.
    asked = "select cast(order_date as varchar), gross_amount, customer_id from raw.orders"
    assert rows(run, shop, asked) == [["2026-09-21 16:13:20", "20.00", "cus_1"]]
    others = tmp_path / "others.csv"
    others.write_text("id,amount,created,customer\n1,2000,1790000000,7\n")
    run("load", others, "--yes", shop=shop)
    assert rows(run, shop, "select count(*) from raw.orders where source = 'stripe'") == [[1]]


def test_a_row_of_prestashop_that_lacks_its_company_is_moved_back(shop: Path, run: Run) -> None:
    loaded(run, shop, SHOPS / "prestashop_orders.csv")
    # 1,081.00 and 24.90 count; the third is cancelled.
    assert counting(run, shop) == {"12": Decimal("1081"), "13": Decimal("24.9")}
    asked = "select payment_method, cast(order_date as varchar) from raw.orders where order_id = '13'"
    assert rows(run, shop, asked) == [["Contrassegno", "2025-02-10 11:00:00"]]


def test_woocommerce_without_e_mail_says_what_to_ask_for_and_joins_nobody(shop: Path, run: Run) -> None:
    answer = loaded(run, shop, SHOPS / "woo_analytics_orders.csv")
    assert "customer_email" in answer.err
    # 12.00 was refunded.
    assert counting(run, shop) == {"501": Decimal("81"), "503": Decimal("55")}


def test_danea_counts_the_invoice_and_not_its_order(shop: Path, run: Run) -> None:
    loaded(run, shop, SHOPS / "danea_easyfatt.DefXml")
    assert counting(run, shop) == {"72/A": Decimal("100")}
    asked = "select email, phone, tax_code, gross_amount from raw.orders"
    assert rows(run, shop, asked) == [
        ["mario.rossi@esempio.it", "+393331234567", "RSSMRA80A01H501U", "122.00"]
    ]


def test_takings_of_a_till_are_totals_and_no_sales(shop: Path, run: Run) -> None:
    loaded(run, shop, SHOPS / "corrispettivi_COR10.xml")
    asked = "select cast(day as varchar), device_id, receipts, net_amount, vat_amount from raw.control_totals"
    assert rows(run, shop, asked) == [["2025-01-03", "99XXX000000", 34, "200.00", "20.00"]]
    assert rows(run, shop, "select count(*) from raw.orders") == [[0]]


def test_the_answer_whose_invoices_they_are_is_kept_and_the_invoice_counts(shop: Path, run: Run) -> None:
    invoice = SHOPS.parent / "fatturapa" / "in_invoice-simple.xml"
    answer = loaded(run, shop, invoice)
    assert [asked["code"] for asked in answer.json["questions"]] == ["own_vat_number"]
    assert rows(run, shop, "select count(*) from raw.orders") == [[0]]
    mapping = shop / "mappings" / "fatturapa.toml"
    mapping.write_text('vat_number = "12345678903"\n' + mapping.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("load", invoice, shop=shop).code == 0
    asked = "select order_id, doc_type, net_amount, gross_amount from raw.orders"
    assert rows(run, shop, asked) == [["SAMPLE-001", "TD06", "1720.00", "1388.40"]]
