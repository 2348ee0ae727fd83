"""A shop whose marts were made by another state of the code is built again, whatever stands there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from clientela.errors import WarehouseError
from clientela.warehouse.building.catalogue import models
from clientela.warehouse.connection import open_shop
from clientela.warehouse.older_schema import show_in_todays_schema
from tests.worlds.program import Run

LEFT_BEHIND = "marts.given_up"


def make_every_model_the_other_kind(path: Path) -> None:
    """Put a view where a table stands and a table where a view stands, as another version would have."""
    with duckdb.connect(path) as db:
        for model in models().values():
            old, new = ("view", "table") if model.is_view else ("table", "view")
            db.execute(f"drop {old} {model.name}")
            db.execute(f"create {new} {model.name} as select 1 as of_old")
        db.execute("drop table staging.closures")
        db.execute("create view staging.closures as select 1 as of_old")
        db.execute("drop macro account_no")
        db.execute("create macro account_no(a) as table select a")
        db.execute(f"create table {LEFT_BEHIND} as select 1 as of_old")
        db.execute("update meta.builds set code_hash = 'older'")


def kept(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what no build may touch, table by table."""
    with duckdb.connect(path, read_only=True) as db:
        names = db.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where schema_name in ('store', 'history', 'meta') and table_name <> 'builds'"
        ).fetchall()
        return {name: db.execute(f"from {name} order by all").fetchall() for (name,) in names}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def other_kind(small_shop: Path, run: Run) -> Path:
    """A shop with a report, then every staging table and mart turned into the other kind."""
    assert run("report", "--no-pdf", shop=small_shop).code == 0
    make_every_model_the_other_kind(small_shop / "clientela.duckdb")
    return small_shop


def test_every_mart_may_have_been_the_other_kind(other_kind: Path, run: Run) -> None:
    path = other_kind / "clientela.duckdb"
    before = kept(path)
    assert run("report", "--no-pdf", shop=other_kind).code == 0
    assert kept(path) == before, "the second report of a month has nothing to add"
    with duckdb.connect(path, read_only=True) as db:
        stands = dict(
            db.execute(
                "select schema_name || '.' || table_name, 'table' from duckdb_tables() union all "
                "select schema_name || '.' || view_name, 'view' from duckdb_views() where not internal"
            ).fetchall()
        )
    assert LEFT_BEHIND not in stands
    assert {name: "view" if model.is_view else "table" for name, model in models().items()} == {
        name: stands.get(name) for name in models()
    }


def test_a_reading_command_answers_from_memory_and_leaves_the_file(other_kind: Path, run: Run) -> None:
    path = other_kind / "clientela.duckdb"
    before = digest(path)
    for words in (("segments",), ("customers",), ("explain", "anna"), ("ladder",), ("measures",)):
        assert run(*words, shop=other_kind).code == 0, words
    found = run("sql", "select count(*) as n from marts.people", "--format", "json", shop=other_kind)
    assert found.code == 0
    assert found.json["rows"] == [[2]]
    assert digest(path) == before


def test_a_build_that_fails_leaves_the_old_marts(
    other_kind: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clientela.warehouse.building import build

    def fail(*_all: object, **_more: object) -> None:
        raise WarehouseError("the last step failed", "")

    path = other_kind / "clientela.duckdb"
    monkeypatch.setattr(build, "note_build", fail)
    assert run("report", "--no-pdf", shop=other_kind).code == 2
    with duckdb.connect(path, read_only=True) as db:
        assert db.execute(f"from {LEFT_BEHIND}").fetchall() == [(1,)]
        assert db.execute("from marts.people").fetchall() == [(1,)]


def test_a_preview_leaves_the_folder_as_it_was(small_shop: Path, run: Run) -> None:
    before = digest(small_shop / "clientela.duckdb")
    more = small_shop.parent / "more.csv"
    more.write_text("order_id,customer_id,order_date,net_amount\n4,carla,2026-09-06,9.00\n", encoding="utf-8")
    assert run("load", more, "--preview", shop=small_shop).code == 0
    assert digest(small_shop / "clientela.duckdb") == before
    (small_shop / "clientela.duckdb").unlink()
    found = run("load", more, "--preview", "--format", "json", shop=small_shop)
    assert found.code == 0
    assert sorted(path.name for path in small_shop.iterdir()) == ["clientela.toml"]


def test_a_file_that_another_process_upgrades_meanwhile_is_read_all_the_same(small_shop: Path) -> None:
    path = small_shop / "clientela.duckdb"
    before = digest(path)
    with open_shop(path, read_only=True) as db:
        show_in_todays_schema(db, path)
        assert db.execute("select count(*) from raw.orders").fetchall() == [(3,)]
        assert db.execute("select count(*) from meta.builds").fetchall() == [(0,)]
    assert digest(path) == before
