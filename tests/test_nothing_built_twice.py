"""What stands in the shop's file is not built again, and what stands is what a whole build would give."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from clientela.exchange import invite
from clientela.settings.reading import read_settings
from clientela.warehouse.building import build
from clientela.warehouse.building.catalogue import build_order, models, needed_for
from clientela.warehouse.building.latest_month import bring_to_latest_month
from clientela.warehouse.building.refresh import PREDICTED
from clientela.warehouse.connection import open_shop
from clientela.warehouse.history.carrying import TARGETS
from clientela.warehouse.loading.pipeline import load_file
from tests.test_marts_found import COUNT, built_by, python

SAID_BY_REPORTS = {*PREDICTED, "history.call_trials", "history.call_outcomes"}

LATER = (
    ("surveys", "response_id,ts,customer_id,score_0_10\nS9001,2026-10-20 10:00:00,C0042,2\n"),
    (
        "payments",
        "payment_id,order_id,payment_date,amount,due_date,open_amount\nP9001,2023/00001,2026-06-01,90.00,2026-06-01,90.00\n",
    ),
    ("targets", "target_id,name,source_of_list,legal_basis\nT9001,Zelinda Prova,fiera,consenso\n"),
    ("orders", "order_id,customer_id,order_date,net_amount\nO900001,C0042,2026-10-30,55.00\n"),
)
"""Files that come one after the other, each to another table."""


def read_by(tables: set[str]) -> set[str]:
    """Return the models that read some tables, themselves or through others."""
    found = set(tables)
    for model in build_order():
        if model.reads & found:
            found.add(model.name)
    return found - tables


def load_later(folder: Path, to: Path, table: str, text: str, today: date) -> None:
    """Load a file into the shop and bring its marts to the last closed month, as the command does."""
    file = to / f"{table}.csv"
    file.write_text(text, encoding="utf-8")
    settings = read_settings(folder)
    with open_shop(settings.database) as db:
        result = load_file(db, file, today=today, timezone="Europe/Rome", table=table)
        assert result.records.written, file.name
        bring_to_latest_month(db, settings, today)


def differing(folder: Path) -> list[str]:
    """Return the tables of the file that hold other rows than a whole build at their date gives."""
    settings = read_settings(folder)
    found = []
    with open_shop(settings.database, read_only=True) as db:
        ((as_of,),) = db.execute("select as_of from meta.builds").fetchall()
        with build.in_memory(db):
            build.build(db, settings, as_of)
            for name in models():
                here, there = (
                    f"select {_told(db, name)} from {place}.{name}" for place in ("memory", "shop")
                )
                rows = db.execute(
                    f"select (select count(*) from ({here} except all {there})) "
                    f"+ (select count(*) from ({there} except all {here}))"
                ).fetchall()
                found += [name] if rows != [(0,)] else []
    return found


def _told(db: duckdb.DuckDBPyConnection, table: str) -> str:
    """Return a table's columns; the last digits of a sum of doubles are those of the order of adding."""
    columns = db.execute(f"describe shop.{table}").fetchall()
    told = [
        f'round("{column}", 6)' if kind == "DOUBLE" else f'"{column}"' for column, kind, *_rest in columns
    ]
    return ", ".join(told)


def test_what_stands_is_what_a_whole_build_gives(demo_copy: Path, tmp_path: Path) -> None:
    for table, text in LATER:
        load_later(demo_copy, tmp_path, table, text, date(2026, 11, 22))
    assert differing(demo_copy) == []


def test_a_month_later_too(demo_copy: Path, tmp_path: Path) -> None:
    load_later(
        demo_copy,
        tmp_path,
        "orders",
        "order_id,customer_id,order_date,net_amount\nO900002,C0042,2026-12-02,55.00\n",
        date(2026, 12, 20),
    )
    with duckdb.connect(demo_copy / "clientela.duckdb", read_only=True) as db:
        assert db.execute("select as_of from marts.report_date").fetchall() == [(date(2026, 11, 30),)]
    assert differing(demo_copy) == []


def test_a_changed_rule_reaches_everything_that_asks_for_it(demo_copy: Path) -> None:
    path = demo_copy / "clientela.toml"
    settings = read_settings(demo_copy)
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = ["fan_share = 0.05" if line.startswith("fan_share") else line for line in lines]
    path.write_text("\n".join(changed), encoding="utf-8")
    assert read_settings(demo_copy) != settings
    with open_shop(settings.database) as db:
        bring_to_latest_month(db, read_settings(demo_copy), date(2026, 11, 22))
    assert differing(demo_copy) == []


def test_a_file_that_no_number_reads_builds_only_what_counts_loads(demo_copy: Path, tmp_path: Path) -> None:
    more = tmp_path / "promises.csv"
    more.write_text("promise_id,customer_id,what,due_on\nPR9,C0042,Chiamare,2026-10-09\n", encoding="utf-8")
    built = set(built_by(demo_copy, "load", str(more)))
    assert built <= read_by({"meta.batches", "meta.refused_records", "raw.promises"})
    assert "marts.batches" in built


def test_a_file_loaded_twice_builds_nothing(demo_copy: Path, tmp_path: Path) -> None:
    more = tmp_path / "surveys.csv"
    more.write_text(LATER[0][1], encoding="utf-8")
    assert built_by(demo_copy, "load", str(more))
    assert built_by(demo_copy, "load", str(more)) == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Counter[str]]:
    """The shop of ``clientela demo``, and how many times it built each model."""
    folder = tmp_path_factory.mktemp("whole") / "demo"
    answer = python("-c", COUNT, "demo", "--to", str(folder))
    return folder, Counter(json.loads(answer.rsplit("BUILT ", 1)[1]))


def test_a_whole_demo_builds_each_table_once(demo: tuple[Path, Counter[str]]) -> None:
    _folder, built = demo
    assert set(built) == set(models()), "all of them"
    for_month_ends = {model.name for model in needed_for(TARGETS)}
    # The links of the fans that were just invited, and the predictions, are themselves made on the way.
    for_invitations = {model.name for model in needed_for(invite.TABLES)}
    by_links = read_by({"raw.referral_links"}) & for_invitations
    by_predictions = read_by(SAID_BY_REPORTS)
    twice = {name for name, times in built.items() if times > 1} - for_month_ends
    assert twice <= by_links | by_predictions
    assert len(twice) < 25
    assert max(built[name] for name in twice) <= 2


def test_the_file_of_the_demo_takes_no_more_than_15_mb(demo: tuple[Path, Counter[str]]) -> None:
    folder, _built = demo
    assert (folder / "clientela.duckdb").stat().st_size <= 15_000_000


def test_the_marts_that_a_demo_leaves_are_those_of_a_whole_build(demo: tuple[Path, Counter[str]]) -> None:
    folder, _built = demo
    assert differing(folder) == []


def test_a_second_report_builds_nothing(demo: tuple[Path, Counter[str]]) -> None:
    folder, _built = demo
    assert built_by(folder, "report", "--no-pdf") == []
