"""The rules that every shop's numbers keep, as the files in ``warehouse/checks`` say them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import duckdb
import pytest

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build, in_memory
from clientela.warehouse.building.catalogue import models, read_header
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.connection import open_shop
from clientela.warehouse.history.snapshots import write_snapshots
from tests.worlds.made_shop import every, order, raw_shop, settings

CHECKS = {
    item.name.removesuffix(".sql"): item.read_text(encoding="utf-8")
    for item in (files("clientela.warehouse") / "checks").iterdir()
    if item.name.endswith(".sql")
}
AS_OF = date(2026, 10, 31)
EARLIER = date(2025, 6, 30)

BREAKS = {
    "one_category_each": "insert into marts.categories select * from marts.categories limit 1",
    "totals_add_up": "update marts.category_totals set people = people + 1 where category = 'buyer'",
    "seven_totals": "delete from marts.category_totals where category = 'fan'",
    "money_is_conserved": "update steps.standing set revenue_total = revenue_total + 0.01",
    "account_numbers_collide": (
        "create or replace macro account_no(source, customer_id, vat_number, tax_code, card_number, email, "
        "phone) as case when customer_id is not null then cast(7 as ubigint) end"
    ),
    "refunds_are_negative": "update steps.refunds set goods = -goods",
    "purchases_count_up": "update steps.purchase_sequence set nth = nth + 1 where nth = 2",
    "activity_agrees_with_purchases": "update steps.standing set purchases = purchases + 1",
    "nothing_after_the_date": "update marts.customers set last_purchase_on = date '2026-12-24'",
    "late_is_not_lost": "update marts.customers set is_late = true where category = 'buyer'",
    "fans_pass_every_gate": "update marts.fan_scores set is_fan = true",
    "calls_are_allowed": "update marts.customers set do_not_contact = true",
    "loads_balance": (
        "insert into meta.batches by name select 1 as batch_id, now() as loaded_at, 'shop' as source, "
        "'orders' as table_name, 'sales.csv' as file_name, '' as file_sha512, 0 as file_bytes, "
        "'' as mapping_sha256, 10 as records_in, 6 as records_merged, 0 as records_unchanged, "
        "3 as records_corrected, 0 as records_set_aside, 0 as records_quarantined, 0 as money_in, "
        "0 as money_merged, 0 as money_unchanged, 0 as money_set_aside, 0 as money_quarantined, "
        "0 as unreadable_amounts"
    ),
    "the_month_adds_up": (
        "insert into marts.movement_steps values (1, 'start', 1, 10, false), (12, 'end', 2, 10, false)"
    ),
    "snapshots_add_up": "update history.category_totals set people = people + 1",
}
"""What a fault would do, check by check: a rule that nothing can break guards nothing."""


def grain_of(grain: str) -> list[str] | None:
    """Return the columns of a grain; none for one row; None where it is told in words alone."""
    if grain == "one row":
        return []
    inside = re.search(r"\(([a-z_]+(?:, [a-z_]+)+)\)", grain)
    words = inside.group(1) if inside else grain.partition(" (")[0]
    columns = [word for word in words.split(", ") if " " not in word]
    return columns or None


GRAINS = {
    name: columns
    for name, model in models().items()
    if (columns := grain_of(model.header["grain"])) is not None
}


def broken(db: duckdb.DuckDBPyConnection, check: str) -> list[tuple[Any, ...]]:
    """Return the rows that break a rule."""
    return db.execute(CHECKS[check]).fetchall()


@pytest.fixture(scope="module")
def demo(demo_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The fictional shop at its last closed month."""
    with open_shop(demo_settings.database, read_only=True) as db:
        set_variables(db, demo_settings, AS_OF)
        yield db


@pytest.fixture(scope="module")
def earlier(demo_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The fictional shop as it stood more than a year before."""
    with open_shop(demo_settings.database, read_only=True) as db, in_memory(db):
        build(db, demo_settings, EARLIER)
        yield db


@pytest.fixture(scope="module")
def small() -> Iterator[duckdb.DuckDBPyConnection]:
    """
    Anna comes every ten days until she does not, Bruno every thirty days; Carla bought once and brought
    back a part of it, Dario is late; the end of January is kept.
    """
    orders = [
        *every("anna", "2026-01-01", 10, 6),
        *every("bruno", "2026-01-05", 30, 10),
        *every("dario", "2026-01-03", 20, 12),
        order("carla", "2026-09-20", 40, order_id="c1"),
        order("carla", "2026-09-25", -15, refund_of="c1"),
        order(None, "2026-09-30", 3),
    ]
    rules = settings()
    with raw_shop(orders=orders) as db:
        build(db, rules, AS_OF)
        write_snapshots(db, rules, date(2026, 1, 31), made_at=datetime(2026, 2, 1))
        build(db, rules, AS_OF)
        yield db


def test_the_fictional_shop_stands_at_the_date_that_is_checked(demo: duckdb.DuckDBPyConnection) -> None:
    assert demo.execute("select as_of from marts.report_date").fetchall() == [(AS_OF,)]


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_the_fictional_shop_keeps_the_rule(demo: duckdb.DuckDBPyConnection, check: str) -> None:
    assert broken(demo, check) == []


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_it_keeps_the_rule_at_a_past_date(earlier: duckdb.DuckDBPyConnection, check: str) -> None:
    assert broken(earlier, check) == []


@pytest.mark.parametrize("name", sorted(GRAINS))
def test_a_table_has_one_row_for_each_of_what_its_header_says(
    demo: duckdb.DuckDBPyConnection, name: str
) -> None:
    columns = GRAINS[name]
    if not columns:
        assert demo.execute(f"select count(*) from {name}").fetchall() == [(1,)]
        return
    listed = ", ".join(columns)
    assert (
        demo.execute(f"select {listed} from {name} group by {listed} having count(*) > 1 limit 5").fetchall()
        == []
    )


def test_nearly_every_table_says_its_grain_in_columns() -> None:
    assert set(models()) - set(GRAINS) == {"steps.purchase_sequence"}


def test_a_check_says_what_it_guards() -> None:
    for name, sql in CHECKS.items():
        header = read_header(sql)
        assert header["sentence"].endswith("."), name
        assert header["rule"], name


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert set(BREAKS) == set(CHECKS)


@pytest.mark.parametrize("check", sorted(BREAKS))
def test_a_check_finds_the_fault(small: duckdb.DuckDBPyConnection, check: str) -> None:
    assert broken(small, check) == []
    small.execute("begin")
    try:
        small.execute(BREAKS[check])
        assert broken(small, check) != []
    finally:
        small.execute("rollback")
