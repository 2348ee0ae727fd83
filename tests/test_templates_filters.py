"""Numbers, money and dates as the reader's country writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clientela.i18n import speaking
from clientela.templates import filters

NB = "\u00a0"


@pytest.mark.parametrize(
    ("amount", "italian", "english"),
    [
        ("87.5", f"87,50{NB}€", "€87.50"),
        ("1234.50", f"1.234{NB}€", "€1,234"),
        ("1234567", f"1.234.567{NB}€", "€1,234,567"),
        ("999.99", f"999,99{NB}€", "€999.99"),
        ("12", f"12{NB}€", "€12"),
        ("-40.20", f"-40,20{NB}€", "-€40.20"),
    ],
)
def test_money_has_cents_below_a_thousand(amount: str, italian: str, english: str) -> None:
    with speaking("it"):
        assert filters.money(Decimal(amount)) == italian
    with speaking("en"):
        assert filters.money(Decimal(amount)) == english


def test_shares_have_one_decimal_and_a_space_in_italian() -> None:
    with speaking("it"):
        assert (filters.share(0.123), filters.share(0.2)) == (f"12,3{NB}%", f"20{NB}%")
        assert filters.share_in_column(0.2) == f"20,0{NB}%"
    with speaking("en"):
        assert (filters.share(0.123), filters.share_in_column(0.2)) == ("12.3%", "20.0%")


def test_dates_are_long_in_text_and_short_in_tables() -> None:
    on = date(2026, 9, 30)
    with speaking("it"):
        assert (filters.day(on), filters.short_day(on)) == ("30 settembre 2026", "30/09/26")
        assert (filters.month_name(on), filters.short_month(on)) == ("settembre 2026", "set")
    with speaking("en"):
        assert (filters.day(on), filters.short_day(on)) == ("30 Sep 2026", "30 Sep 2026")
    assert filters.day(None) == filters.short_day(None) == ""


def test_a_change_has_a_true_minus() -> None:
    assert [filters.signed(n) for n in (9, -3, 0)] == ["+9", "−3", "="]


@pytest.mark.parametrize(
    ("phone", "link"), [("+39 333 120-4400", "tel:+393331204400"), ("(059) 12 34", "tel:0591234")]
)
def test_a_phone_number_can_be_touched(phone: str, link: str) -> None:
    assert filters.phone_link(phone) == link
