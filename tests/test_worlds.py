"""What tests stand on: a shop that builds what is read, and what is made once in a run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import LONG

from clientela.warehouse.building.build import build
from clientela.warehouse.building.catalogue import models
from tests.worlds.made_shop import built_shop, categories, every, order, raw_shop, settings
from tests.worlds.once import copy_of, made_once

ROWS = [
    *every("anna", "2025-01-07", 7, 8),
    order("bruno", "2025-03-10"),
    *every("carla", "2025-01-20", 30, 5),
]


def tables(db: Any) -> set[str]:
    """Return what stands in the layers that models make."""
    return {
        f"{schema}.{name}"
        for schema, name in db.execute(
            "select schema_name, table_name from duckdb_tables() union all "
            "select schema_name, view_name from duckdb_views() where not internal"
        ).fetchall()
        if schema in ("staging", "steps", "marts")
    } & set(models())


def test_a_shop_builds_what_is_read_with_what_it_needs_and_nothing_else() -> None:
    with built_shop("2025-05-31", orders=ROWS) as shop:
        assert tables(shop) == set()
        shop.execute("select count(*) from marts.people")
        needed = {"marts.people"}
        while more := {name for each in needed for name in models()[each].reads} & set(models()) - needed:
            needed |= more
        assert tables(shop) == needed


def test_what_is_built_when_it_is_read_is_what_is_built_at_once() -> None:
    with built_shop("2025-05-31", orders=ROWS) as read, raw_shop(orders=ROWS) as whole:
        build(whole, settings(), date(2025, 5, 31))
        for name in sorted(models(), reverse=True):
            question = f"select * from {name} order by all"
            assert read.execute(question).fetchall() == whole.execute(question).fetchall(), name


def test_another_date_is_another_answer_and_another_catalogue_is_no_answer() -> None:
    with built_shop("2025-02-28", orders=ROWS) as shop:
        assert categories(shop)["anna"] != "lost"
        shop.execute("use memory")
        shop.execute("create schema marts")
        shop.execute("create or replace table marts.categories as select 1 as person_no")
        shop.execute("use shop")
        assert categories(shop.at("2025-12-31"))["anna"] == "lost"


def test_a_shop_in_a_file_goes_on_where_it_was_left(tmp_path: Path) -> None:
    with raw_shop(tmp_path / "shop.duckdb", orders=ROWS):
        pass
    with raw_shop(tmp_path / "shop.duckdb") as shop:
        assert shop.execute("select count(*) from raw.orders").fetchall() == [(len(ROWS),)]


class Run:
    """As much of pytest's factory as is asked for: where the temporary folders of a worker lie."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def getbasetemp(self) -> Path:
        return self.folder

    def mktemp(self, name: str) -> Path:
        made = self.folder / name
        made.mkdir()
        return made


def test_eight_workers_make_a_folder_once_and_each_has_its_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    made: list[Path] = []

    def make(folder: Path) -> None:
        folder.mkdir()
        (folder / "file").write_text("whole")
        made.append(folder)

    def work(number: int) -> Path:
        worker: Any = Run(tmp_path / f"gw{number}")
        return copy_of(worker, "shop", make)

    with ThreadPoolExecutor(8) as workers:
        copies = list(workers.map(work, range(8)))
    assert len(made) == 1
    assert len(set(copies)) == 8
    assert {(copy / "file").read_text() for copy in copies} == {"whole"}
    assert made[0] not in copies


def test_what_a_worker_left_half_made_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    run: Any = Run(tmp_path / "run")

    def breaks_off(folder: Path) -> None:
        folder.mkdir()
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made_once(run, "shop", breaks_off)
    folder = made_once(run, "shop", lambda folder: folder.mkdir())
    assert list(folder.iterdir()) == []


def test_the_long_ones_that_come_first_are_there() -> None:
    there = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    assert set(LONG) <= there
