"""Month-end snapshots: kept once, restated in the open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clientela.warehouse.building.build import build_marts
from clientela.warehouse.history.snapshots import write_snapshots
from tests.worlds.made_shop import Shop, batch, every, insert, order, raw_shop, settings

MADE_AT = datetime(2025, 7, 1)


def keep(db: Shop, until: str, **rules: Any) -> list[date]:
    """Bring marts and snapshots to a month end, as a report does; what is read then has heard of both."""
    chosen = settings(**rules)
    build_marts(db, chosen, date.fromisoformat(until))
    written = write_snapshots(db, chosen, date.fromisoformat(until), made_at=MADE_AT)
    db.at(until, chosen)
    return written


ROWS = [
    *every("anna", "2025-01-07", 7, 8),
    order("bruno", "2025-03-10"),
    *every("carla", "2025-01-20", 30, 6),
]


class Kept(NamedTuple):
    """A shop with its month ends until May, in a file of its own."""

    file: Path
    written: list[date]


@pytest.fixture(scope="module")
def until_may(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Made once; ``shop`` goes on from a copy."""
    path = tmp_path_factory.mktemp("may") / "shop.duckdb"
    with raw_shop(path, orders=ROWS) as db:
        batch(db, 1, "orders", date(2025, 1, 7))
        return Kept(path, keep(db, "2025-05-31"))


@pytest.fixture
def shop(until_may: Kept, tmp_path: Path) -> Iterator[Shop]:
    """Copied, to be changed."""
    with raw_shop(Path(shutil.copy(until_may.file, tmp_path / "shop.duckdb"))) as db:
        yield db


@pytest.fixture(scope="module")
def june() -> Iterator[Shop]:
    """A shop whose six month ends were kept at once, to be read only."""
    with raw_shop(orders=ROWS) as db:
        batch(db, 1, "orders", date(2025, 1, 7))
        keep(db, "2025-06-30")
        yield db


def test_every_month_end_is_kept_once(until_may: Kept, shop: Shop) -> None:
    ends = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31)]
    assert until_may.written == ends
    assert keep(shop, "2025-05-31") == []
    assert keep(shop, "2025-06-30") == [date(2025, 6, 30)]


def test_the_register_of_losses_files_under_the_first_month_end_that_said_lost(june: Shop) -> None:
    lost = june.execute(
        "select min(as_of) from history.category_snapshots where customer_id = 'anna' and category = 'lost'"
    ).fetchall()[0][0]
    assert june.execute(
        "select category, lost_on from marts.customers where customer_id = 'anna'"
    ).fetchall() == [("lost", lost)]
    assert lost < date(2025, 6, 30)


def test_a_late_row_restates_its_months_and_both_figures_are_shown(shop: Shop) -> None:
    insert(shop, "orders", [order("dino", "2025-04-10")])
    batch(shop, 2, "orders", date(2025, 4, 10))
    assert keep(shop, "2025-05-31") == [date(2025, 4, 30), date(2025, 5, 31)]
    told = shop.execute(
        "select category, people_before, people_after, reason from marts.restatements "
        "where as_of = date '2025-04-30' order by 1"
    ).fetchall()
    assert told == [("buyer", 1, 2, "late_rows")]
    kept = shop.execute(
        "select version, people from history.category_totals "
        "where as_of = date '2025-04-30' and category = 'buyer' order by version"
    ).fetchall()
    assert kept == [(1, 1), (2, 2)], "what was said first is still there"


def test_a_newer_row_restates_nothing(shop: Shop) -> None:
    insert(shop, "orders", [order("dino", "2025-06-10")])
    batch(shop, 2, "orders", date(2025, 6, 10))
    assert keep(shop, "2025-06-30") == [date(2025, 6, 30)]
    assert shop.execute("select count(*) from marts.restatements").fetchall() == [(0,)]


def test_a_refund_after_the_month_restates_no_month() -> None:
    with raw_shop(orders=[*ROWS, order("elio", "2025-04-20", 40, order_id="E")]) as db:
        batch(db, 1, "orders", date(2025, 1, 7))
        keep(db, "2025-04-30")
        insert(db, "orders", [order("elio", "2025-05-05", -40, refund_of="E")])
        batch(db, 2, "orders", date(2025, 5, 5))
        assert keep(db, "2025-05-31") == [date(2025, 5, 31)]
        said = db.execute(
            "select as_of, category from history.category_snapshots where customer_id = 'elio' order by 1"
        ).fetchall()
        assert said == [(date(2025, 4, 30), "buyer"), (date(2025, 5, 31), "prospect")]


def test_changed_parameters_restate_with_that_reason(shop: Shop) -> None:
    assert keep(shop, "2025-05-31", floor_days=300), "nobody can be lost within 300 days"
    reasons = shop.execute("select distinct reason from history.snapshots where version = 2").fetchall()
    assert reasons == [("parameters",)]


def test_changes_are_counted_against_the_kept_month_ends(june: Shop) -> None:
    rows = june.execute("select category, people, people_month_before from marts.category_totals").fetchall()
    before = dict(
        june.execute(
            "select category, count(*) from history.category_snapshots "
            "where as_of = date '2025-05-31' group by 1"
        ).fetchall()
    )
    assert [(category, before.get(category, 0)) for category, _now, _then in rows] == [
        (category, then) for category, _now, then in rows
    ]
    steps = dict(june.execute("select step, people from marts.movement_steps").fetchall())
    assert steps["end"] == sum(people for step, people in steps.items() if step != "end")


def test_a_corrected_amount_is_a_new_version_too(shop: Shop) -> None:
    shop.execute("update store.orders set net_amount = 99 where order_date::date = date '2025-05-20'")
    batch(shop, 2, "orders", date(2025, 5, 20))
    assert keep(shop, "2025-05-31") == [date(2025, 5, 31)]
    kept = shop.execute(
        "select sum(revenue_12m) from history.category_totals where as_of = date '2025-05-31' "
        "group by version order by version"
    ).fetchall()
    assert kept[1][0] - kept[0][0] == 89, "one receipt of 10 became 99"
