"""Who the files of the field cases are about, from file to people: nobody is nobody, no two are one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.pipeline import load_file
from tests.worlds.made_shop import categories, order, raw_shop

FIELD = Path(__file__).parent / "data" / "field"
TODAY = date(2026, 11, 30)


@contextmanager
def shop_of(*files: str | Path, mapping: str | None = None, as_of: str = "2026-10-31") -> Iterator[Any]:
    """A shop into which files were loaded, at a date."""
    with raw_shop() as db:
        for name in files:
            told = read_mapping(FIELD / mapping) if mapping else None
            load_file(db, FIELD / name, today=TODAY, timezone="Europe/Rome", mapping=told)
        yield db.at(as_of)


def people(db: Any) -> list[tuple[str | None, int, Decimal]]:
    """Name, purchases and revenue of everybody."""
    return db.execute(  # type: ignore[no-any-return]
        "select name, purchases, revenue_total from marts.customers order by name, revenue_total"
    ).fetchall()


def anonymous(db: Any) -> int:
    """Return how many receipts have no name."""
    return int(db.execute("select count(*) from staging.orders where account_no is null").fetchall()[0][0])


def test_guests_are_known_by_their_e_mails() -> None:
    with shop_of("01_woo_guest_zero/orders.csv") as db:
        found = people(db)
        assert len(found) == 8
        assert found[0] == ("Anna Bruni", 2, 42)
        assert sum(revenue for _name, _purchases, revenue in found) == 352


@pytest.mark.parametrize("mapping", ["orders.toml", "only_phone.toml"])
def test_numbers_cut_short_join_nobody(mapping: str) -> None:
    with shop_of("03_excel_scientific/tessere.csv", mapping=f"03_excel_scientific/{mapping}") as db:
        assert (people(db), anonymous(db)) == ([], 6)


@pytest.mark.parametrize("file", sorted(path.name for path in (FIELD / "05_walk_in").glob("*.csv")))
def test_sales_on_the_tills_own_customer_have_no_name(file: str) -> None:
    with shop_of(f"05_walk_in/{file}") as db:
        assert (len(people(db)), anonymous(db)) == (5, 157)


def test_ids_that_a_spreadsheet_wrote_as_decimals_meet_the_customers_table() -> None:
    with shop_of("09_float_ids/customers.csv", "09_float_ids/orders.csv") as db:
        assert [(name, purchases, revenue) for name, purchases, revenue in people(db)] == [
            ("Anna Bruni", 2, 45), ("Bruno Conti", 1, 30), ("Carla D'Amico", 1, 40),
        ]  # fmt: skip
        assert anonymous(db) == 1


def test_the_zero_of_a_clock_makes_no_rhythm() -> None:
    with shop_of("15_epoch_date/orders.csv") as db:
        gap = db.execute("select own_gap_days from marts.customers where customer_id = 'C1'").fetchall()
        assert gap == [(19.0,)]


def test_the_shops_own_placeholders_leave_one_person() -> None:
    with shop_of("17_shop_email/orders.csv") as db:
        assert [name for name, _purchases, _revenue in people(db)] == ["Olga Pace"]
        assert anonymous(db) == 11


def test_a_gift_card_is_an_occasion_of_its_payer_and_goods_of_who_uses_it() -> None:
    with shop_of("19_gift_card/orders.csv") as db:
        assert people(db) == [("Anna Bruni", 1, 0), ("Bruno Conti", 2, 100)]
        assert categories(db) == {"C1": "buyer", "C2": "customer"}
        prepaid = db.execute("select sum(prepaid), sum(goods) from staging.orders").fetchall()
        assert prepaid == [(100, 100)]


def test_a_gift_card_beside_goods_is_taken_off_the_goods() -> None:
    with raw_shop(
        orders=[order("a", "2026-09-01", 70, prepaid_amount=50), order("a", "2026-10-01", 20)]
    ) as db:
        db.at("2026-10-31")
        assert people(db) == [(None, 2, 40)]


def test_all_spellings_of_nobody_are_nobody() -> None:
    names = (
        "Clienti  Vari",
        "WALK-IN",
        "guest_12",
        "Cliente Banco 2",
        "Privato*",
        "consumatore finale.",
        "Ospite",
    )
    rows = [order(f"n{place}", "2026-09-01", customer_name=name) for place, name in enumerate(names)]
    with raw_shop(orders=[*rows, order("x", "2026-09-01", customer_name="Anna Banco")]) as db:
        db.at("2026-10-31")
        assert (len(people(db)), anonymous(db)) == (1, len(names))
