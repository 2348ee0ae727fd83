"""The same rows in another order, in other files and computed by two cores make the same tables.

What is not compared stands in ``two_shops``, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from test_order_of_queries import HISTORY, SECOND_KEYS

from clientela.sample_data.folder import make_shop_folder
from clientela.settings.engine import Engine
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build
from clientela.warehouse.connection import open_shop
from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.pipeline import load_file
from clientela.warehouse.predictions.purchase_model.model import fit_model
from clientela.warehouse.predictions.report_card.backtest import backtest
from tests.worlds.made_shop import every, order, raw_shop, settings
from tests.worlds.real_data import HERE, sales_file
from tests.yardsticks.two_shops import MADE_AT, differences, report, rows_of, same, shuffled, tables, unlike

Shop = DuckDBPyConnection
DEMO, DEMO_SINCE = date(2026, 10, 31), date(2026, 7, 1)
CDNOW, CDNOW_SINCE = date(1998, 6, 30), date(1998, 4, 1)


@contextmanager
def engine_of(path: Path, cores: int) -> Iterator[Shop]:
    """A new shop; with two cores every table is divided between them, however small it is."""
    with open_shop(path, create=True, engine=Engine(threads=cores)) as db:
        if cores > 1:
            db.execute("pragma verify_parallelism")
        yield db


def by_cores(known: Settings, cores: int) -> Settings:
    return replace(known, engine=Engine(threads=cores))


@dataclass(frozen=True)
class Twins:
    """A shop as its files stand, by one core; and its rows shuffled, in several files, by two."""

    one: Shop
    other: Shop
    known: Settings
    as_of: date


@contextmanager
def demos(folder: Path) -> Iterator[Twins]:
    """The fictional shop, and its rows in two files of each kind."""
    known, files = make_shop_folder(folder / "shop")
    with engine_of(folder / "one.duckdb", 1) as one, engine_of(folder / "other.duckdb", 2) as other:
        for path in files:
            load_file(one, path, today=MADE_AT.date(), timezone="Europe/Rome")
            for part in shuffled(path, folder / "parts", seed=7, parts=2):
                load_file(other, part, today=MADE_AT.date(), timezone="Europe/Rome", table=path.stem)
        report(one, by_cores(known, 1), DEMO, DEMO_SINCE)
        report(other, by_cores(known, 2), DEMO, DEMO_SINCE)
        yield Twins(one, other, known, DEMO)


@contextmanager
def cdnows(folder: Path) -> Iterator[Twins]:
    """CDNOW, and its rows in three files."""
    path, known = sales_file("cdnow_master.txt.gz"), settings()
    mapping = read_mapping(HERE / "docs" / "examples" / "cdnow.toml")
    with engine_of(folder / "one.duckdb", 1) as one, engine_of(folder / "other.duckdb", 2) as other:
        for db, parts in ((one, [path]), (other, shuffled(path, folder / "parts", seed=11, parts=3))):
            for part in parts:
                load_file(db, part, today=MADE_AT.date(), timezone="Europe/Rome", mapping=mapping)
        report(one, by_cores(known, 1), CDNOW, CDNOW_SINCE)
        report(other, by_cores(known, 2), CDNOW, CDNOW_SINCE)
        yield Twins(one, other, known, CDNOW)


@pytest.mark.parametrize(
    ("made", "purchases", "snapshots"), [(demos, 9_000, 4 * 1_500), (cdnows, 69_000, 3 * 23_000)]
)
def test_a_shop_is_the_same_in_every_order(
    made: Callable[[Path], AbstractContextManager[Twins]], purchases: int, snapshots: int, tmp_path: Path
) -> None:
    with made(tmp_path) as shop:
        assert differences(shop.one, shop.other, shop.known, shop.as_of) == {}
        assert list(unlike(said_by_models(shop.one, shop), said_by_models(shop.other, shop))) == []
        assert len(rows_of(shop.one, "steps.purchase_sequence")) >= purchases
        assert len(rows_of(shop.one, "history.category_snapshots")) >= snapshots
        assert len(rows_of(shop.one, "history.graded_misses")) >= 9
        used = [db.execute("select current_setting('threads')").fetchall() for db in (shop.one, shop.other)]
        assert used == [[(1,)], [(2,)]]
        check_keys(shop.one)


def said_by_models(db: Shop, shop: Twins) -> list[Any]:
    """Return what ``model show`` and ``backtest`` print as JSON."""
    model, past = fit_model(db, shop.as_of).as_json(), backtest(db, shop.known, shop.as_of, limit=3).as_json()
    assert model["abstained"] is None
    assert len(past["origins"]) == 3
    return [model, past]


def check_keys(db: Shop) -> None:
    """See that what the orders of the queries end with names a row."""
    keys = {f"history.{name}": columns for name, columns in HISTORY.items()} | SECOND_KEYS
    for table, columns in keys.items():
        listed = columns.replace(" ", ", ")
        twice = f"select {listed} from {table} group by {listed} having count(*) > 1 limit 3"
        assert db.execute(twice).fetchall() == [], table


ANNA, BRUNO = {"email": "anna@example.com"}, {"email": "bruno@example.com"}
"""Without a customer's number: each is one person, whichever source tells of them."""

TIED: dict[str, list[dict[str, Any]]] = {
    "orders": [
        {
            "order_date": f"{day} 10:00",
            "net_amount": amount,
            "source": source,
            "row_key": f"{day}-{amount}",
            **ANNA,
        }
        for day in ("2026-01-07", "2026-02-07", "2026-02-17", "2026-03-07", "2026-04-07")
        for amount, source in ((20, "till"), (5, "web"), (10, "till"), (10.01, "web"))
    ]
    + [
        {"order_date": "2026-04-08 10:00", "net_amount": 8, "source": source, "row_key": "1", **BRUNO}
        for source in ("till", "web")
    ],
    "customers": [
        {"name": "Bruno", "city": city, "source": source, "row_key": key, **BRUNO}
        for city, source, key in (("Roma", "till", "1"), ("Lodi", "web", "1"), ("Bari", "web", "2"))
    ],
    "surveys": [
        {"ts": "2026-04-09 09:00", "score_0_10": score, "source": source, "row_key": "1", **ANNA}
        | {"share_of_10": score, "shops_used": 2, "our_rank": 1 + score % 2}
        for score, source in ((10, "till"), (2, "web"), (7, "app"))
    ],
    "coupons": [
        {"code": "X1", "customer_id": "anna@example.com", "source": source, "row_key": "X1", "value": value}
        | {"valid_until": "2026-05-05", "issued_at": "2026-04-01 09:00", "status": "issued"}
        for source, value in (("till", 5), ("web", 9))
    ],
    "consents": [
        {"ts": "2026-04-01 09:00", "purpose": "marketing", "channel": "email", "action": action, **ANNA}
        | {"source": source, "row_key": "1"}
        for source, action in (("till", "grant"), ("web", "withdraw"))
    ],
    "referrals": [
        {
            "referrer_id": sender,
            "code": code,
            "arrived_at": "2026-04-02 10:00",
            "source": source,
            "row_key": "1",
        }
        | {"arrived_contact": "bruno@example.com", "referral_id": "1", "reward_due_at": "2026-04-20 10:00"}
        for sender, code, source in (("anna@example.com", "A", "till"), ("carla@example.com", "C", "web"))
    ],
    "referral_links": [
        {"customer_id": "anna@example.com", "code": "A", "short_code": short, "made_at": "2026-01-08 10:00"}
        | {"source": source, "row_key": "A"}
        for source, short in (("till", "AAAAAA"), ("web", "BBBBBB"))
    ],
}
"""A shop in which everything happens twice at the same moment, with other content."""


def tied(
    rules: dict[str, Any], rows: dict[str, list[dict[str, Any]]], targets: tuple[str, ...] | None
) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table of the shop in which everything is tied."""
    with raw_shop(**rows) as db:
        build(db, settings(**rules), date(2026, 4, 30), targets=targets)
        return {name: rows_of(db, name) for name in tables(db)}


@pytest.mark.parametrize(
    ("rules", "targets"),
    [({}, None), ({"merge": "hours:3"}, ("marts.activity", "steps.sales_by_age"))],
    ids=["days", "hours"],
)
def test_a_shop_full_of_ties_is_the_same_whichever_row_came_first(
    rules: dict[str, Any], targets: tuple[str, ...] | None
) -> None:
    one = tied(rules, TIED, targets)
    other = tied(rules, {table: rows[::-1] for table, rows in TIED.items()}, targets)
    assert {name: rows for name, rows in other.items() if not same(rows, one[name])} == {}
    assert len(one["marts.people"]) == 2
    assert len(one["steps.purchase_sequence"]) == 22


def test_the_largest_order_of_a_day_opens_the_purchase() -> None:
    rows = [order("anna", "2026-01-07", 30), order("anna", "2026-01-17", 10), order("anna", "2026-01-17", 25)]
    for given in (rows, rows[::-1]):
        with raw_shop(orders=given) as db:
            build(db, settings(), date(2026, 1, 31), targets=("steps.purchase_sequence",))
            found = db.execute(
                "select cast(goods as integer), nth, opens_purchase, gap_days "
                "from steps.purchase_sequence order by 1"
            ).fetchall()
        assert found == [(10, 2, False, None), (25, 2, True, 10), (30, 1, True, None)]


def test_a_value_right_at_the_border_is_on_one_side_of_it() -> None:
    """Six tenths of 12.00 are 7.20 to whoever reckons by hand; to the machine they are 7.199999999999999."""
    rows = every("anna", "2026-01-01", 10, 6, 12) + every("anna", "2026-03-02", 10, 3, 7.2)
    rows += [row for name in "bcdefghij" for row in every(name, "2026-03-01", 10, 3, 1)]
    with raw_shop(orders=rows) as db:
        build(db, settings(), date(2026, 3, 25), targets=("marts.silent_best",))
        found = db.execute("select customer_id, signs from marts.silent_best").fetchall()
    assert found == [("anna", "smaller")]


def test_a_difference_is_found() -> None:
    assert same({"a": [1.0, "x"]}, {"a": [1.0 + 5e-10, "x"]})
    assert not same(1.0, 1.0 + 5e-9)
    assert not same(1, 2)
    assert not same([1], [1, 2])
    assert list(unlike([(1, 2.0), (3, 4.0)], [(1, 2.0)])) == [((3, 4.0), None)]
