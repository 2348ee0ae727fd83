"""Time commands from a cold start: ``python -m benchmarks.commands --customers 1000000``."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from string import Template
from typing import Final

from benchmarks import sections
from benchmarks.machine import machine, versions
from benchmarks.measure import CORES, WORK, Measured, middle
from benchmarks.orders import ORDERS_PER_PERSON, TODAY, MadeUpShop
from benchmarks.tables import markdown
from benchmarks.targets import AT_A_MILLION, DEMO, DEMO_FILE_MB, ON_THE_DEMO, Target
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import Settings

DEMO_TODAY: Final = date(2026, 11, 22)
"""The day on which the fictional shop is asked; its latest closed month is October 2026."""

FLOOR: Final = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True).close()"

COMMANDS: Final = ("segments", "customers --limit 20", "explain CUSTOMER", "ladder", "actions list")
"""Answered from the tables in the file: nothing is built."""

ELSEWHERE: Final = ("segments --as-of DAY", "explain CUSTOMER --as-of DAY")
"""At another date: what the command needs is built in memory."""


@dataclass(frozen=True)
class Bench:
    """A shop that is asked."""

    name: str
    settings: Settings
    today: date


def demo(folder: Path) -> Bench:
    """Return the fictional shop, made and loaded unless it is there."""
    from clientela.sample_data.folder import make_shop_folder

    if not (folder / "clientela.toml").exists():
        settings, files = make_shop_folder(folder)
        _load(settings, files, DEMO_TODAY)
    return Bench("the demo", read_settings(folder), DEMO_TODAY)


def made_up(folder: Path, customers: int) -> Bench:
    """Return the made-up shop of so many customers, drawn and loaded unless it is there."""
    from clientela.settings.writing import write_settings

    if not (folder / "clientela.toml").exists():
        csv = MadeUpShop(ORDERS_PER_PERSON * customers).write(folder)
        settings = write_settings(folder, name="Bottega", trade="shop", language="it")
        _load(settings, [csv], TODAY)
    return Bench(f"{customers:,} customers", read_settings(folder), TODAY)


def _load(settings: Settings, files: list[Path], today: date) -> None:
    """Load files and build the marts, as ``clientela load`` does."""
    from clientela.warehouse import blocks
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.loading.pipeline import load_file

    with open_shop(settings.database, create=True, coming=blocks.bytes_of(files)) as db:
        for path in files:
            load_file(db, path, today=today, timezone=settings.categories.timezone)
        bring_to_latest_month(db, settings, today)


def _facts(bench: Bench) -> dict[str, str]:
    """Return the end of a month half a year before the marts' date, and somebody who was there by then."""
    import duckdb

    with duckdb.connect(bench.settings.database, read_only=True) as db:
        ((day,),) = db.execute(
            "select cast(date_trunc('month', as_of) - interval 5 month as date) - 1 from meta.builds"
        ).fetchall()
        ((customer,),) = db.execute(
            "select min(customer_id) from marts.customers "
            "where is_listed and category = 'customer' and first_purchase_on < ?",
            [day],
        ).fetchall()
    return {"CUSTOMER": customer, "DAY": str(day)}


def words_of(bench: Bench) -> Iterator[tuple[str, list[str]]]:
    """Yield every program to time, the floor first, with its name."""
    yield "floor", [sys.executable, "-c", FLOOR, str(bench.settings.database)]
    facts = _facts(bench)
    start = [sys.executable, "-m", "clientela.cli", "--shop", str(bench.settings.folder)]
    for command in (*COMMANDS, *ELSEWHERE):
        yield command, [*start, *(facts.get(word, word) for word in command.split())]


def cold(words: list[str], today: date) -> Measured:
    """Return the cost of one process from its start to its end.

    Raises:
        RuntimeError: if it fails; says what it printed last.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "CLIENTELA_TODAY": str(today)},
        preexec_fn=_two_cores(),
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6)


def _two_cores() -> Callable[[], None] | None:
    """Return what keeps a child to as many cores as every other step has."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    return partial(os.sched_setaffinity, 0, sorted(os.sched_getaffinity(0))[:CORES])


def measured(bench: Bench, repeats: int) -> dict[str, Measured]:
    """Return the cost of the floor and of every command; the runs take turns, for a machine has moods."""
    programs = list(words_of(bench))
    turns = [{name: cold(words, bench.today) for name, words in programs} for _ in range(repeats)]
    return {name: middle([turn[name] for turn in turns]) for name, _words in programs}


def whole_demo(folder: Path, repeats: int) -> tuple[Measured, float]:
    """Return the cost of ``clientela demo`` into a new folder, and the size of its database in 10^6 bytes."""
    runs = []
    for _ in range(repeats):
        shutil.rmtree(folder, ignore_errors=True)
        runs.append(cold([sys.executable, "-m", "clientela.cli", "demo", "--to", str(folder)], DEMO_TODAY))
    return middle(runs), read_settings(folder).database.stat().st_size / 1e6


def demo_table(cost: Measured, size_mb: float) -> str:
    """Return what the demo costs, beside its targets."""
    rows = [
        [
            "`clientela demo`, twenty files to page and PDF",
            f"{cost.cpu_s:.2f} s CPU",
            DEMO.in_words(),
            DEMO.reached(cost),
        ],
        ["its database", f"{size_mb:.1f} MB", f"≤ {DEMO_FILE_MB:g} MB", size_mb <= DEMO_FILE_MB],
    ]
    cells = [[title, found, target, "yes" if reached else "no"] for title, found, target, reached in rows]
    return markdown(["the demo", "measured", "target", "reached"], cells)


def table(benches: dict[str, dict[str, Measured]]) -> str:
    """Return a row a shop and command, beside the floor of the same shop."""
    rows = []
    for name, costs in benches.items():
        floor = costs["floor"]
        for command, cost in costs.items():
            title = "floor: python, import duckdb, open the file" if command == "floor" else command
            rows.append(
                [
                    name,
                    title,
                    f"{cost.cpu_s:.2f} s",
                    f"{cost.wall_s:.2f} s",
                    f"{cost.peak_mb:,.0f} MB",
                    f"{cost.cpu_s / floor.cpu_s:.1f}",
                    *_verdict(name, command, cost),
                ]
            )
    return markdown(["shop", "command", "CPU", "time", "peak", "× floor", "target", "reached"], rows)


def _verdict(shop: str, command: str, cost: Measured) -> tuple[str, str]:
    """Say the limit of a command at the marts' date, and whether it keeps it."""
    target: Target | None = AT_A_MILLION.get(command)
    if shop == "the demo":
        target = ON_THE_DEMO if command in COMMANDS else None
    if target is None:
        return "–", "–"
    return target.in_words(), "yes" if target.reached(cost) else "no"


def section(options: argparse.Namespace, benches: dict[str, dict[str, Measured]], demo: str) -> str:
    """Return the part of the page."""
    template = Template(Path(__file__).with_name("commands.md.in").read_text(encoding="utf-8"))
    return template.substitute(
        date=options.date,
        repeats=options.repeats,
        machine=machine(),
        versions=versions(),
        table=table(benches),
        demo=demo,
    )


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commands", description=__doc__)
    parser.add_argument(
        "--customers", type=int, default=1_000_000, help="of the made-up shop; 0: only the demo"
    )
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the files")
    parser.add_argument("--repeats", type=int, default=5, help="runs of every command")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="date on the page")
    parser.add_argument("--to", type=Path, help="write the section into this page")
    options = parser.parse_args(arguments)
    if options.repeats < 1:
        parser.error("a command must run at least once")
    return options


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, write the section."""
    options = options_of(arguments)
    work = options.work.resolve()
    shops = [demo(work / "commands-demo")]
    if options.customers:
        shops.append(made_up(work / f"commands-{options.customers}", options.customers))
    benches = {bench.name: measured(bench, options.repeats) for bench in shops}
    print(table(benches))
    cost, size_mb = whole_demo(work / "whole-demo", options.repeats)
    print(f"\n{demo_table(cost, size_mb)}")
    if options.to:
        sections.put(options.to, sections.COMMANDS, section(options, benches, demo_table(cost, size_mb)))
    results = {
        name: {command: asdict(cost) for command, cost in costs.items()} for name, costs in benches.items()
    }
    (work / "results-commands.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
