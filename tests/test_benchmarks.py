"""The benchmark at five thousand orders: every step runs and says what it did; nothing about speed."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDERS = 5000
STEPS = ["floor", "bare", "load_kept", "models_kept", "load", "models", "marts", "history"]
STEPS += ["measures", "report"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the whole benchmark once, in a folder of its own."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "benchmarks.warehouse", "--orders", str(ORDERS), "--repeats", "1"]
    command += ["--date", "2026-01-31", "--work", str(folder), "--to", str(folder / "page.md")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (folder / "printed.txt").write_text(ran.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def steps(bench: Path) -> dict[str, Any]:
    """What each step cost and did."""
    results = json.loads((bench / f"results-{ORDERS}.json").read_text(encoding="utf-8"))
    return dict(results["steps"])


@pytest.fixture(scope="module")
def receipts(bench: Path) -> list[dict[str, str]]:
    """The made-up receipts, read without DuckDB."""
    with (bench / f"orders-{ORDERS}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_step_is_timed(steps: dict[str, Any]) -> None:
    assert list(steps) == STEPS
    for step in steps.values():
        assert step["wall_s"] > 0
        assert step["cpu_s"] > 0
        assert step["peak_mb"] > 1


def test_the_file_is_the_shop_that_was_asked_for(receipts: list[dict[str, str]]) -> None:
    assert len(receipts) == ORDERS
    assert [int(row["order_id"]) for row in receipts] == list(range(1, ORDERS + 1))
    times = [row["order_date"] for row in receipts]
    assert times == sorted(times)
    assert "2022-01-01" <= times[0] < times[-1] < "2026-01-01"
    assert len({row["customer_id"] for row in receipts}) == ORDERS // 8


def test_a_third_of_the_people_buy_on_one_day_only_and_some_often(
    receipts: list[dict[str, str]],
) -> None:
    days = defaultdict(set)
    for row in receipts:
        days[row["customer_id"]].add(row["order_date"][:10])
    once = sum(len(bought) == 1 for bought in days.values()) / len(days)
    assert 0.30 < once < 0.40
    assert max(map(len, days.values())) > 50


def test_the_same_shop_comes_out_every_time(bench: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; from pathlib import Path; "]
    command[2] += "from benchmarks.orders import MadeUpShop; MadeUpShop(5000).write(Path(sys.argv[1]))"
    subprocess.run([*command, str(tmp_path)], cwd=ROOT, check=True)
    name = f"orders-{ORDERS}.csv"
    assert (tmp_path / name).read_bytes() == (bench / name).read_bytes()


def test_all_that_is_read_is_loaded(steps: dict[str, Any], receipts: list[dict[str, str]]) -> None:
    money = sum(Decimal(row["net_amount"]) for row in receipts)
    assert steps["floor"]["detail"]["rows"] == ORDERS
    assert Decimal(steps["floor"]["detail"]["money"]) == money
    load = steps["load"]["detail"]
    assert load["balances"]
    assert load["records"]["merged"] == ORDERS
    assert Decimal(load["money_in"]) == money


def test_both_builds_give_everybody_a_category(steps: dict[str, Any]) -> None:
    categories = steps["models"]["detail"]["categories"]
    # Whose only receipt was cancelled is still a person: a prospect.
    assert sum(categories.values()) == ORDERS // 8
    assert categories == steps["marts"]["detail"]["categories"]
    assert categories == steps["models_kept"]["detail"]["categories"]


def test_the_history_has_24_month_ends_and_the_report_its_month(steps: dict[str, Any]) -> None:
    assert steps["history"]["detail"]["month_ends"] == 24
    assert steps["report"]["detail"]["html"] == "clientela-2025-12.html"
    assert 100 < steps["measures"]["detail"]["with_value"] < steps["measures"]["detail"]["measures"]


def test_the_page_names_the_day_and_carries_the_printed_table(bench: Path) -> None:
    page = (bench / "page.md").read_text(encoding="utf-8")
    assert "5,000 orders of 625 people over four years, measured on 2026-01-31." in page
    assert (bench / "printed.txt").read_text(encoding="utf-8").strip() in page
    assert "$" not in page


def test_too_few_orders_are_refused() -> None:
    command = [sys.executable, "-m", "benchmarks.warehouse", "--orders", "10"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "--orders must be at least 1000" in ran.stderr


def test_commands_are_timed_from_a_cold_start_beside_the_floor(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Benchmarks\n\n## The model\n\nkept\n", encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.commands", "--customers", "200", "--repeats", "1"]
    command += ["--date", "2026-01-31", "--work", str(tmp_path), "--to", str(page)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    results = json.loads((tmp_path / "results-commands.json").read_text(encoding="utf-8"))
    assert list(results) == ["the demo", "200 customers"]
    for costs in results.values():
        assert list(costs)[:3] == ["floor", "segments", "customers --limit 20"]
        assert len(costs) == 8
        assert all(
            0 < costs["floor"]["cpu_s"] < cost["cpu_s"] for name, cost in costs.items() if name != "floor"
        )
    text = page.read_text(encoding="utf-8")
    assert text.index("## Commands from a cold start") < text.index("## The model")
    assert text.endswith("kept\n")
    assert text.count("floor: python, import duckdb, open the file") == 2
