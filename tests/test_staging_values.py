"""What a cell means: money has a currency, time a zone, a date must be believable, errors are errors."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from clientela.warehouse.history.snapshots import month_ends
from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.staging.shop_rules import ShopRules
from clientela.warehouse.loading.staging.zones import zone_named
from clientela.warehouse.lonely_days import first_day, lonely_spans
from tests.worlds.empty_shop import Shop, codes, shop
from tests.worlds.made_shop import order, raw_shop, settings

__all__ = ["shop"]

FIELD = Path(__file__).parent / "data" / "field"
TODAY = date(2026, 11, 30)
COLUMNS = 'source = "s"\n[columns]\norder_id = "n"\norder_date = "day"\nnet_amount = "sum"\n'


def test_foreign_rows_are_set_aside_with_their_own_sums(shop: Shop) -> None:
    found = shop.load(FIELD / "06_multi_currency" / "orders.csv", today=TODAY)
    assert found.money.in_ == found.money.merged == 180
    assert found.records.as_dict() == {
        "in": 4, "merged": 2, "unchanged": 0, "corrected": 0, "set_aside": 2, "quarantined": 0
    }  # fmt: skip
    assert found.foreign == {"JPY": Decimal(15000), "USD": Decimal(100)}


def test_the_sign_in_the_cell_says_the_money(shop: Shop) -> None:
    found = shop.load(FIELD / "06_multi_currency" / "symbols.csv", today=TODAY)
    assert (found.money.merged, codes(found)) == (100, {"foreign_currency": 3})
    assert found.foreign == {"CHF": 100, "GBP": 100, "USD": 100}


@pytest.mark.parametrize(
    ("cell", "code"),
    [("12,50 USD", "USD"), ("-$12,50", "USD"), ("(¥12,50)", "JPY"), ("zł 12,50", "PLN"), ("12,50 kr", None)],
)
def test_a_sign_is_read_wherever_it_stands(shop: Shop, cell: str, code: str | None) -> None:
    text = f"n;day;sum\n1;2025-01-02;{cell}\n2;2025-01-02;€ 7,00\n"
    found = shop.load(text, mapping=COLUMNS + '[format]\ndecimal = ","\n')
    assert found.money.merged == 7
    assert list(found.foreign) == ([code] if code else [])
    assert codes(found) == {"foreign_currency" if code else "unreadable_amount": 1}


def test_the_column_beats_the_sign_and_the_sign_the_mapping(shop: Shop) -> None:
    text = "n,day,sum,cur\n1,2025-01-02,$ 1.00,EUR\n2,2025-01-02,$ 2.00,\n3,2025-01-02,4.00,\n"
    told = COLUMNS + 'currency = "cur"\n[money]\ncurrency = "CHF"\n'
    found = shop.load(text, mapping=told)
    assert found.foreign == {"EUR": 1, "USD": 2}
    assert (found.money.merged, found.currency) == (4, None)


def test_a_rate_turns_other_money_into_the_shops(shop: Shop) -> None:
    text = "n,day,sum,cur\n1,2025-01-02,100.00,USD\n2,2025-01-02,10.00,EUR\n3,2025-01-02,5,GBP\n"
    told = COLUMNS + 'currency = "cur"\n[money]\nrates = { USD = 0.92 }\n'
    found = shop.load(text, mapping=told)
    assert (found.money.merged, found.foreign) == (102, {"GBP": 5})
    assert shop.rows("select net_amount, currency from raw.orders order by 1") == [
        (Decimal(10), "EUR"), (Decimal(92), "EUR"),
    ]  # fmt: skip


def test_amounts_in_hundredths_are_divided_but_not_where_there_are_none(shop: Shop) -> None:
    text = "n,day,sum,cur\n1,2025-01-02,2000,eur\n2,2025-01-02,1500,jpy\n"
    found = shop.load(text, mapping=COLUMNS + 'currency = "cur"\n[money]\nminor_units = true\n')
    assert (found.money.merged, found.foreign) == (20, {"JPY": 1500})


def test_a_shop_that_counts_in_dollars_takes_a_dollar_sign_for_its_own(shop: Shop) -> None:
    text = "order_id,order_date,net_amount\n1,2025-01-02,$5.00\n2,2025-01-02,€ 3.00\n"
    found = shop.load(text, rules=ShopRules(currency="CAD"))
    assert (found.money.merged, found.foreign) == (5, {"EUR": 3})


@pytest.mark.parametrize(
    ("file", "mapping"),
    [
        ("transactions.csv", "export.toml"), ("transactions.csv", "no_format.toml"),
        ("transactions_z.csv", "z_in_format.toml"), ("transactions_z.csv", "no_format.toml"),
    ],
)  # fmt: skip
def test_days_are_the_shops_where_the_file_counts_in_utc(shop: Shop, file: str, mapping: str) -> None:
    folder = FIELD / "07_utc_csv"
    shop.load(folder / file, today=TODAY, mapping=read_mapping(folder / mapping))
    days = dict(shop.rows("select order_id, cast(order_date as date) from raw.orders"))
    assert (days["901"], days["902"], days["904"]) == (date(2026, 1, 1), date(2026, 9, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("heading", "zone"),
    [
        ("Created (UTC)", "UTC"), ("Date / Time (GMT)", "UTC"), ("Orario UTC+2", "Etc/GMT-2"),
        ("Time (America/New_York)", "America/New_York"), ("Data", None), ("Outcome", None), ("A/B", None),
    ],
)  # fmt: skip
def test_a_heading_may_name_its_zone(heading: str, zone: str | None) -> None:
    assert zone_named(heading) == zone


def test_the_mappings_zone_is_the_files_and_days_without_an_hour_do_not_move(shop: Shop) -> None:
    told = COLUMNS + '[format]\ntimezone = "Asia/Tokyo"\n'
    shop.load("n,day,sum\n1,2025-01-02 03:00:00,1\n2,2025-01-02,1\n", mapping=told)
    assert shop.rows("select cast(order_date as varchar) from raw.orders order by order_id") == [
        ("2025-01-01 19:00:00",), ("2025-01-02 00:00:00",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "local"),
    [("46099", "2026-03-18 00:00:00"), ("45658.5", "2025-01-01 12:00:00"), ("20000", "1954-10-03 00:00:00")],
)
def test_a_spreadsheets_count_of_days_is_a_date(shop: Shop, cell: str, local: str) -> None:
    rules = ShopRules(believable_from=date(1950, 1, 1))
    shop.load(f"order_id,order_date,net_amount\n1,{cell},1\n", today=TODAY, rules=rules)
    assert shop.rows("select order_date::varchar from raw.orders") == [(local,)]


@pytest.mark.parametrize("cell", ["19999", "60001", "123", "4609", "460999"])
def test_other_numbers_are_no_date(shop: Shop, cell: str) -> None:
    found = shop.load(f"order_id,order_date,net_amount\n1,{cell},1\n", today=TODAY)
    assert codes(found) == {"unreadable_date": 1}


def test_dates_that_cannot_be_are_to_correct(shop: Shop) -> None:
    found = shop.load(FIELD / "15_epoch_date" / "orders.csv", today=TODAY)
    assert codes(found) == {"not_believed_date": 2}
    assert (found.money.merged, found.money.quarantined) == (165, 35)
    assert found.first_event_on == date(2026, 8, 3)


def test_a_shop_older_than_1990_says_so_and_the_zero_of_the_clock_stays_a_filler(shop: Shop) -> None:
    rows = "".join(f"{n},1985-03-{1 + n % 28:02},1\n" for n in range(200))
    text = f"order_id,order_date,net_amount\n{rows}900,1970-01-01,1\n901,1899-12-30,1\n"
    found = shop.load(text, rules=ShopRules(believable_from=date(1960, 1, 1)))
    assert (found.records.merged, codes(found)) == (200, {"not_believed_date": 2})
    again = shop.load(text + "902,1985-03-01,1\n")
    assert codes(again) == {"not_believed_date": 203}


def test_the_zero_of_the_clock_is_a_day_where_enough_rows_lie_around_it(shop: Shop) -> None:
    rows = "".join(f"{n},{day},1\n" for n, day in enumerate(["1970-01-01", "1970-01-05", "1970-01-20"]))
    found = shop.load(
        f"order_id,order_date,net_amount\n{rows}", rules=ShopRules(believable_from=date(1960, 1, 1))
    )
    assert found.records.merged == 3


def test_a_few_rows_years_from_all_others_are_listed_and_stay(shop: Shop) -> None:
    rows = "".join(f"{n},2025-03-{1 + n % 28:02},1\n" for n in range(300))
    found = shop.load(f"order_id,order_date,net_amount\n{rows}900,1995-03-01,1\n")
    assert found.records.merged == 301
    assert [(one.code, one.cells, one.example) for one in found.findings] == [
        ("lonely_date", 1, "1995-03-01")
    ]


def test_three_years_of_nothing_are_not_lonely() -> None:
    days = [(date(2010, 1, 1), 1), (date(2014, 1, 1), 500), (date(2022, 1, 1), 2), (date(2022, 2, 1), 3)]
    assert lonely_spans(days) == [(date(2022, 1, 1), date(2022, 2, 1))]
    assert lonely_spans([(date(2010, 1, 1), 20), (date(2022, 1, 1), 500)]) == []


def test_one_wrong_year_makes_no_history_of_three_hundred_months() -> None:
    rows = [order("a", date(2025, 1, 1) + timedelta(days=n)) for n in range(200)]
    with raw_shop(orders=[*rows, order("b", "1995-03-01")]) as db:
        db.at("2025-06-30")
        ends = list(month_ends(db, settings(), date(2025, 6, 30)))
    assert (len(ends), ends[0]) == (6, date(2025, 1, 31))
    assert first_day([]) is None


def test_a_day_of_another_column_that_cannot_be_is_left_empty_and_listed(shop: Shop) -> None:
    found = shop.load("customer_id,name,created_at,birth_date\na,Anna,1970-01-01,1931-05-06\n")
    assert found.records.merged == 1
    assert [(one.code, one.column) for one in found.findings] == [("not_believed_date", "created_at")]
    assert shop.rows("select created_at, birth_date from raw.customers") == [(None, date(1931, 5, 6))]


def test_a_spreadsheet_error_in_a_mapped_column_is_to_correct(shop: Shop) -> None:
    found = shop.load(FIELD / "27_excel_errors" / "vendite.csv", today=TODAY)
    assert codes(found) == {"spreadsheet_error": 4}
    assert (found.money.merged, found.money.quarantined) == (100, 330)
    assert shop.rows("select distinct customer_id from raw.orders") == [("C1",)]


@pytest.mark.parametrize("error", ["#N/A", "#WERT!", "#DIV/0!", "Err:502", "#valore!"])
@pytest.mark.parametrize("column", ["order_id", "order_date", "customer_name", "net_amount"])
def test_an_error_is_one_in_any_language_and_column(shop: Shop, error: str, column: str) -> None:
    row = {"order_id": "1", "order_date": "2025-01-02", "customer_name": "Anna", "net_amount": "5"}
    line = ",".join((row | {column: error}).values())
    assert codes(shop.load(f"{','.join(row)}\n{line}\n")) == {"spreadsheet_error": 1}


def test_a_number_with_a_sharp_is_no_error_nor_is_one_in_a_column_nobody_reads(shop: Shop) -> None:
    found = shop.load("order_id,order_date,net_amount,note\n#1001,2025-01-02,5,#N/A\n")
    assert found.records.merged == 1


def test_a_day_at_the_end_of_february_counts_on_its_day(shop: Shop) -> None:
    shop.load(FIELD / "21_leap_day" / "orders.csv", today=TODAY)
    sums = {
        day: shop.rows(
            "select sum(net_amount) from raw.orders where cast(order_date as date) "
            f"between date '{day}' - 364 and date '{day}'"
        )[0][0]
        for day in ("2024-02-29", "2025-02-28", "2025-03-01", "2024-12-31", "2025-01-01")
    }
    assert list(map(int, sums.values())) == [36, 216, 208, 108, 236]
