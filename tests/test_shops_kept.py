"""A change of schema adds its shop: ``tests/shops`` knows every migration and every kind of a mart."""

from __future__ import annotations

import sqlite3
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from clientela.loyalty.store.migrate import migrations as store_migrations
from clientela.warehouse.building.catalogue import models
from clientela.warehouse.schema import migrations
from scripts import old_shops
from scripts.mart_kinds import kinds_at
from tests.worlds.old_shops import ARCHIVES, NAMES

ADD_ONE = "add its shop: see tests/shops/README.md"


class Kept(NamedTuple):
    """What a shop has."""

    warehouse: frozenset[int]
    """Numbers of the migrations that its warehouse has had."""

    store: frozenset[int]
    """The same of its referral store."""

    kinds: frozenset[tuple[str, str]]
    """Tables and views of its warehouse."""


def unpacked(archive: Path, folder: Path) -> Kept:
    """Read a shop's two databases."""
    with tarfile.open(archive) as opened:
        wanted = [each for each in opened if Path(each.name).suffix in (".duckdb", ".sqlite")]
        opened.extractall(folder, wanted, filter="data")
    with duckdb.connect(folder / "shop" / "clientela.duckdb", read_only=True) as db:
        numbers = db.execute("select version from meta.migrations").fetchall()
        kinds = db.execute(
            "select schema_name || '.' || table_name, 'table' from duckdb_tables() union all "
            "select schema_name || '.' || view_name, 'view' from duckdb_views() where not internal"
        ).fetchall()
    steps: list[tuple[int]] = []
    if (folder / "shop" / "referral.sqlite").exists():
        with closing(sqlite3.connect(folder / "shop" / "referral.sqlite")) as store:
            steps = store.execute("select number from migrations").fetchall()
    return Kept(frozenset(n for (n,) in numbers), frozenset(n for (n,) in steps), frozenset(kinds))


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What at least one of the shops has."""
    every = [unpacked(path, tmp_path_factory.mktemp("shop")) for path in ARCHIVES]
    return Kept(
        frozenset().union(*(each.warehouse for each in every)),
        frozenset().union(*(each.store for each in every)),
        frozenset().union(*(each.kinds for each in every)),
    )


def test_every_migration_of_the_warehouse_has_a_shop(together: Kept) -> None:
    assert {number for number, _sql in migrations()} <= together.warehouse, ADD_ONE


def test_every_migration_of_the_store_has_a_shop(together: Kept) -> None:
    assert {step.number for step in store_migrations()} <= together.store, ADD_ONE


def test_every_mart_that_the_shops_know_has_been_of_todays_kind_in_one(together: Kept) -> None:
    """Compared by the name without its schema: some that were in ``marts`` are in ``steps`` today."""
    known = {(name.partition(".")[2], kind) for name, kind in together.kinds}
    today = {(model.partition(".")[2], "view" if it.is_view else "table") for model, it in models().items()}
    names = {name for name, _kind in known}
    assert {(name, kind) for name, kind in today if name in names} <= known, ADD_ONE


def test_each_shop_is_small_listed_and_said_how_it_was_made() -> None:
    told = (Path(__file__).parent / "shops" / "README.md").read_text(encoding="utf-8")
    assert sorted(old_shops.COMMITS) == NAMES
    for path, name in zip(ARCHIVES, NAMES, strict=True):
        assert path.stat().st_size <= 2_000_000
        assert f"| `{name}` | `{old_shops.COMMITS[name]}` |" in told


def test_the_history_is_read_as_the_models_are() -> None:
    """The kinds at the commit that made a view of ``recent_contacts``, by hand: a table before it."""
    if subprocess.run(["git", "cat-file", "-e", "bfbfea9"], capture_output=True, check=False).returncode:
        pytest.skip("no history here: this is no clone, or a shallow one")
    assert kinds_at("4bcbdbd")["marts.recent_contacts"] == "table"
    assert kinds_at("bfbfea9")["marts.recent_contacts"] == "view"
