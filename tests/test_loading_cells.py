"""Amounts and days as people write them, read for what they are or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.worlds.empty_shop import Shop, codes, shop

__all__ = ["shop"]


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
