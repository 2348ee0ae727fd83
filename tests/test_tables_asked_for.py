"""A command names the tables it reads: at another date those are built with what they need, no others."""

from __future__ import annotations

import ast
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from test_marts_found import built_by

from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build_marts
from clientela.warehouse.building.catalogue import needed_for, tables_named, tables_read, texts
from clientela.warehouse.connection import open_shop
from clientela.warehouse.predictions import queries_by_name as statistics
from clientela.warehouse.segments import keep_former_counts
from tests.worlds.program import Run

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-05-31"

READING = (
    ("segments",),
    ("customers",),
    ("explain", "C0042"),
    ("ladder",),
    ("ladder", "--in-time"),
    ("measures",),
    ("actions", "list"),
    ("model", "fit"),
    ("backtest", "--origins", "2"),
    ("sql", "select category, people from marts.category_totals order by position"),
)
"""Every command that answers at a date."""

MOST_CPU_S = 0.35


@pytest.fixture(scope="module")
def there(demo_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the fictional shop whose file holds every table at the other date."""
    import shutil

    folder = tmp_path_factory.mktemp("there") / "demo"
    shutil.copytree(demo_settings.folder, folder)
    settings = read_settings(folder)
    with open_shop(settings.database) as db:
        build_marts(db, settings, date.fromisoformat(DAY))
        keep_former_counts(db, settings, date.fromisoformat(DAY))
    return folder


@pytest.mark.parametrize("words", READING, ids=lambda words: "-".join(words[:2]))
def test_an_answer_at_another_date_is_the_one_of_all_tables(
    demo_shop: Path, there: Path, run: Run, words: tuple[str, ...]
) -> None:
    asked = (*words, "--as-of", DAY, "--format", "json")
    in_part, in_full = run(*asked, shop=demo_shop), run(*asked, shop=there)
    assert in_part.code == in_full.code == 0
    assert in_part.json == in_full.json
    assert in_part.json


def test_everybody_is_explained_from_the_tables_that_explain_names(
    demo_shop: Path, there: Path, run: Run
) -> None:
    with open_shop(read_settings(there).database, read_only=True) as db:
        one_each = db.execute(
            "select min(customer_id) from marts.customers where is_listed group by category order by category"
        ).fetchall()
    assert len(one_each) == 7
    for (customer,) in one_each:
        asked = ("explain", customer, "--as-of", DAY, "--format", "json")
        assert run(*asked, shop=demo_shop).json == run(*asked, shop=there).json


def test_segments_at_another_date_builds_about_a_quarter_of_the_tables(demo_shop: Path) -> None:
    built = built_by(demo_shop, "segments", "--as-of", DAY)
    times = {name: built.count(name) for name in built}
    assert times["marts.categories"] == 3, "at the date, a month before and a year before"
    assert 20 < len(times) <= 40
    assert len(texts()) > 140
    assert set(times) <= {
        model.name
        for model in needed_for(("marts.category_totals", "marts.report_date", "marts.anonymous_sales"))
    }


def test_what_is_the_same_at_every_date_is_read_and_not_built(demo_shop: Path) -> None:
    built = set(built_by(demo_shop, "customers", "--as-of", DAY))
    assert "marts.customers" in built
    assert built.isdisjoint({"staging.identity_links", "staging.accounts", "staging.calendar"})


def test_a_question_that_names_no_table_builds_none(demo_shop: Path) -> None:
    assert built_by(demo_shop, "sql", "select 1 as one", "--as-of", DAY) == []
    assert built_by(demo_shop, "sql", "select count(*) as n from raw.orders", "--as-of", DAY) == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("select 1", ()),
        ("from marts.people", ("marts.people",)),
        ("with a as (from marts.people) select * from a", ("marts.people",)),
        ("select 'from marts.people' as words", ()),
        ("from marts.people where x in (select y from staging.orders)", ("marts.people", "staging.orders")),
        ("from shop.marts.people", ("marts.people",)),
        ("from people", None),
        ("select * from duckdb_tables()", None),
        ("from marts.people where 'a' in (select table_name from information_schema.tables)", None),
        ("describe marts.people", None),
        ("from query_table('marts.people')", None),
        ("select from where", None),
        ("explain select 1", None),
    ],
)
def test_the_tables_of_a_question(query: str, named: tuple[str, ...] | None) -> None:
    assert tables_named(query) == named


def test_the_model_names_every_table_of_its_queries() -> None:
    folder = ROOT / "clientela" / "warehouse" / "predictions" / "queries"
    read = {
        table
        for path in folder.glob("*.sql")
        for table in tables_read(path.name, path.read_text(encoding="utf-8"))
    }
    assert read
    assert read <= set(statistics.TABLES)
    assert set(statistics.TABLES) <= set(texts())


def test_no_command_asks_for_all_tables() -> None:
    calls = []
    for path in sorted((ROOT / "cli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "shop_at":
                calls.append((path.name, ast.unparse(node.args[2])))
    assert len(calls) > 8
    assert [call for call in calls if "TABLES" not in call[1]] == [("sql.py", "tables_named(query)")]


def test_a_shop_that_was_only_loaded_compares_as_one_that_computes_it(demo_shop: Path, run: Run) -> None:
    """The counts of the month before and the year before are those of these dates themselves."""
    answer = run("segments", "--format", "json", shop=demo_shop).json
    assert answer["as_of"] == "2026-10-31"
    for key, day in (("change_month", "2026-09-30"), ("change_year", "2025-10-31")):
        former = run("segments", "--as-of", day, "--format", "json", shop=demo_shop).json
        people = {row["category"]: row["people"] for row in former["categories"]}
        assert {row["category"]: row["people"] - row[key] for row in answer["categories"]} == people


def test_a_report_of_an_earlier_month_leaves_the_marts_found(demo_copy: Path, run: Run) -> None:
    assert run("report", "--no-pdf", "--month", "2026-05", shop=demo_copy).code == 0
    assert built_by(demo_copy, "segments") == []


def test_a_load_that_brings_nothing_new_leaves_the_marts_found(small_shop: Path, run: Run) -> None:
    path = small_shop.parent / "worse.csv"
    path.write_text("order_id,customer_id,order_date,net_amount\n9,anna,2099-01-01,1.00\n", encoding="utf-8")
    assert run("load", path, shop=small_shop).code == 1
    assert built_by(small_shop, "segments") == []


@pytest.mark.parametrize(
    "change",
    [
        ("[referral]", "window_days = 31"),
        ("[shop]", 'currency = "CHF"'),
        ("[shop]", "hourly_cost = 20"),
        ("[categories]", "floor_days = 50"),
        ("[categories]", 'trade = "restaurant"'),
    ],
    ids=lambda change: change[1].split(" =")[0],
)
def test_a_changed_setting_is_noticed(small_shop: Path, change: tuple[str, str]) -> None:
    path = small_shop / "clientela.toml"
    key = change[1].split(" =")[0]
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{key} ")]
    assert change[0] in lines
    lines.insert(lines.index(change[0]) + 1, change[1])
    path.write_text("\n".join(lines), encoding="utf-8")
    assert built_by(small_shop, "ladder") != []


@pytest.mark.parametrize(
    "words",
    [("segments",), ("customers", "--limit", "20"), ("explain", "C0042"), ("ladder",), ("actions", "list")],
    ids="-".join,
)
def test_an_answer_at_the_marts_date_costs_a_third_of_a_second(
    demo_shop: Path, words: tuple[str, ...]
) -> None:
    """Beside the cost of the floor in the same minute: the machine may be busy with other things."""
    floor_words = ["-c", "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True)"]
    floor_words.append(str(demo_shop / "clientela.duckdb"))
    ours_words = ["-m", "clientela.cli", "--shop", str(demo_shop), *words]
    pairs = [(cpu_s(floor_words), cpu_s(ours_words)) for _ in range(3)]
    floor, ours = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    assert ours <= max(MOST_CPU_S, 3 * floor), (ours, floor)


def cpu_s(words: list[str]) -> float:
    """Return the processor time of a process of Python, user and system, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
