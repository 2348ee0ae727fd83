"""A shop made by any earlier state of the code opens, loads, reports, serves and exchanges with today's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.old_shops import (
    NAMES,
    OldShop,
    Table,
    as_json,
    get,
    rows_of,
    schema_of,
    served,
    store_schema_of,
    unpack,
)

WITH_PDF = ("before-people",)

REWARDS = "select public_id, amount_cents, rule, earned_on from rewards"

FOUND_AGAIN = ("last_batch_id", "parameters_hash")
"""What a snapshot's row notes of the newest load and parameters that it still agrees with."""

SAID_FOR_EVER = (
    "category_snapshots",
    "category_totals",
    "snapshots",
    "prediction_sets",
    "predictions",
    "call_outcomes",
    "call_trials",
)


@dataclass
class Upgraded:
    """A shop before and after its first day with today's code."""

    shop: OldShop
    before: dict[str, Table]
    files_before: dict[str, str]
    files_after_reading: dict[str, str] = field(default_factory=dict)
    links: list[tuple[Any, ...]] = field(default_factory=list)
    rewards: list[tuple[Any, ...]] = field(default_factory=list)
    read: dict[str, Any] = field(default_factory=dict)
    """What the commands answered before anything was written."""

    told: dict[str, Any] = field(default_factory=dict)
    """What they answered afterwards."""

    opened: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Paths of the server, and what it answered."""


def upgrade(shop: OldShop) -> Upgraded:
    """Spend the first day: read, load October, report, exchange, serve."""
    has_store = shop.store.exists()
    found = Upgraded(shop, shop.tables("history", "meta", "store"), shop.digests())
    found.read["segments"] = as_json(shop.must("segments", "--format", "json"))
    found.files_after_reading = shop.digests()
    new = [shop.files / f"{table}-2026-10.csv" for table in ("orders", "order_lines")]
    shop.must("load", *new)
    if has_store:
        found.links, found.rewards = shop.ask_store("select code from links"), shop.ask_store(REWARDS)
    else:
        settings = shop.folder / "clientela.toml"
        settings.write_text(with_address(settings.read_text("utf-8")), "utf-8")
        shop.must("referral", "invite", "--customer", "C00")
        found.links = shop.ask_store("select code from links")
    shop.must("referral", "sync")
    pdf = [] if shop.name in WITH_PDF else ["--no-pdf"]
    found.told["report"] = as_json(shop.must("report", *pdf, "--format", "json"))
    found.told["segments"] = as_json(shop.must("segments", "--format", "json"))
    found.told["links"] = as_json(shop.must("referral", "list", "--format", "json"))["links"]
    with served(shop) as address:
        for path in ("/readyz", *(f"/r/{code}" for (code,) in found.links)):
            found.opened[path] = get(address, path)
    return found


def with_address(settings: str) -> str:
    """Give the pages an address in settings of before there were pages."""
    assert "base_url" not in settings
    return settings.replace("[referral]\n", '[referral]\nbase_url = "https://negozio.example"\n')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shops are unpacked."""
    return tmp_path_factory.mktemp("shops")


@pytest.fixture(scope="module", params=NAMES)
def upgraded(request: pytest.FixtureRequest, folder: Path) -> Upgraded:
    """Each shop after its first day."""
    return upgrade(unpack(request.param, folder / request.param))


def test_reading_an_old_shop_leaves_every_file_alone(upgraded: Upgraded) -> None:
    assert upgraded.files_after_reading == upgraded.files_before


def test_an_old_shop_answers_before_anything_is_written(upgraded: Upgraded) -> None:
    """The file's 32 customers, Luca and Mara by their e-mail; after an exchange Piero, Nora and Otto too."""
    has_exchanged = bool(upgraded.before.get("store.referral_links", ((), []))[1])
    assert upgraded.read["segments"]["as_of"] == "2026-09-30"
    assert known_people(upgraded.read["segments"]) == (37 if has_exchanged else 34)


def known_people(segments: Any) -> int:
    """Count the people who have bought or come through a friend."""
    people = {row["category"]: row["people"] for row in segments["categories"]}
    return sum(people.values()) - people["potential"] - people["prospect"]


def test_an_old_shop_answers_for_the_new_month(upgraded: Upgraded) -> None:
    """In October Otto bought too; where nobody had saved anything Piero and Nora are not known."""
    assert upgraded.told["segments"]["as_of"] == "2026-10-31"
    assert known_people(upgraded.told["segments"]) == (37 if upgraded.rewards else 35)
    buyers = {row["customer_id"]: row["buyers"] for row in upgraded.told["links"]}
    assert buyers == ({"C00": 2, "C01": 1, "C08": 1} if upgraded.rewards else {"C00": 0})


def test_what_reports_said_stays_word_for_word(upgraded: Upgraded) -> None:
    after = upgraded.shop.tables("history")
    checked = 0
    for table, (columns, rows) in upgraded.before.items():
        if table.removeprefix("history.") not in SAID_FOR_EVER:
            continue
        kept = [name for name in columns if name not in FOUND_AGAIN]
        missing = Counter(only(columns, rows, kept)) - Counter(only(*after[table], kept))
        assert not missing, (table, list(missing)[:3])
        checked += len(rows)
    assert checked > 100


def only(columns: tuple[str, ...], rows: list[tuple[Any, ...]], kept: list[str]) -> list[tuple[Any, ...]]:
    """Return some columns of rows."""
    places = [columns.index(name) for name in kept]
    return [tuple(row[place] for place in places) for row in rows]


def test_what_was_loaded_before_is_still_noted(upgraded: Upgraded) -> None:
    after = upgraded.shop.tables("meta")
    for table in ("meta.batches", "meta.refused_records", "meta.superseded_rows"):
        columns, rows = upgraded.before[table]
        assert rows, table
        kept = [name for name in columns if name in after[table][0]]
        assert set(columns) - set(kept) <= {"file_sha256"}, "one column has another name today"
        assert not Counter(only(columns, rows, kept)) - Counter(only(*after[table], kept)), table


def test_every_receipt_of_every_file_is_there_once_with_its_last_amount(upgraded: Upgraded) -> None:
    expected = rows_of(upgraded.shop.files, "orders")
    # Its day, the thirtieth of February, does not exist: it stays out.
    del expected[("R0000",)]
    rows = upgraded.shop.ask("select order_id, net_amount from raw.orders")
    assert len(rows) == len(expected)
    assert {(number,): amount for number, amount in rows} == {
        key: Decimal(amount) for key, amount in expected.items()
    }


@cache
def todays_schema(folder: Path) -> Any:
    """Return the schemas of a warehouse and a store that today's code has just made."""
    from clientela.loyalty.store.opening import open_store
    from clientela.warehouse.connection import open_shop

    with open_shop(folder / "new.duckdb", create=True):
        pass
    open_store(folder / "new.sqlite", create=True).close()
    return schema_of(folder / "new.duckdb"), store_schema_of(folder / "new.sqlite")


def test_an_old_shop_has_the_same_schema_as_a_new_one(upgraded: Upgraded, folder: Path) -> None:
    warehouse, store = todays_schema(folder)
    assert schema_of(upgraded.shop.database) == warehouse
    assert store_schema_of(upgraded.shop.store) == store


def test_the_month_is_reported(upgraded: Upgraded) -> None:
    told = upgraded.told["report"]
    assert told["month"] == "2026-10"
    assert Path(told["html"]).stat().st_size > 50_000
    if upgraded.shop.name in WITH_PDF:
        assert Path(told["pdf"]).read_bytes().startswith(b"%PDF-")


def test_the_server_is_ready_and_opens_the_old_links(upgraded: Upgraded) -> None:
    assert upgraded.opened.pop("/readyz")[0] == 200
    assert upgraded.links
    assert {path: status for path, (status, _to) in upgraded.opened.items()} == {
        f"/r/{code}": 302 for (code,) in upgraded.links
    }


def test_rewards_of_before_keep_their_amount_and_otto_brings_one_more(upgraded: Upgraded) -> None:
    """Luca, Mara and Piero bought in September, Otto in October: fifteen euro each, nobody twice."""
    after = upgraded.shop.ask_store(REWARDS)
    assert not set(upgraded.rewards) - set(after)
    # Two shops are older than the server: nobody has saved anything there.
    assert [row[1] for row in after] == [1500] * (4 if upgraded.rewards else 0)
    assert upgraded.shop.ask("select coalesce(sum(amount), 0) from raw.referral_rewards") == [
        (15 * len(after),)
    ]
