"""Time every step from the file to the report: ``python -m benchmarks.warehouse --orders 1000000``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from string import Template
from typing import Final

from benchmarks import peers, sections
from benchmarks.machine import machine, versions
from benchmarks.measure import ROOT, WORK, Measured, in_fresh_process, middle
from benchmarks.orders import COLUMNS, LAST_DAY, ORDERS_PER_PERSON, MadeUpShop
from benchmarks.tables import TITLES, Contest, peers_table, steps_table

FULL_SIZE: Final = 10_000_000
BEFORE: Final = {"history": "forget", "measures": "refresh", "report": "refresh"}
"""What is done before every run of a step, outside its clock."""


def say(text: str) -> None:
    """Tell how far the work is."""
    print(text, file=sys.stderr, flush=True)


def run_step(name: str, csv: Path, folder: Path, repeats: int) -> Measured:
    """Return the median cost of a step."""
    runs = []
    for turn in range(repeats):
        if name in BEFORE:
            in_fresh_process("benchmarks.steps", BEFORE[name], str(csv), str(folder))
        say(f"{name} {turn + 1}/{repeats}")
        runs.append(in_fresh_process("benchmarks.steps", name, str(csv), str(folder)))
    return middle(runs)


def run_peers(csv: Path, folder: Path, repeats: int, peer_repeats: int) -> list[Contest]:
    """Return each peer's cost of the summary beside ours."""
    python = peers.environment(folder / "peers")
    ours = {name: run_step(name, csv, folder, repeats) for name in ("summary_csv", "summary_rows")}
    say("lifetimes, pymc-marketing")
    theirs = peers.measure(python, csv, peer_repeats)
    return [Contest(name, ours["summary_csv"], ours["summary_rows"], peer) for name, peer in theirs.items()]


def page(options: argparse.Namespace, csv: Path, steps: dict[str, Measured], contests: list[Contest]) -> str:
    """Return the page for the docs."""
    shop = MadeUpShop(options.orders, options.refunds)
    template = Template(Path(__file__).with_name("benchmarks.md.in").read_text(encoding="utf-8"))
    return template.substitute(
        orders=f"{shop.orders:,}",
        people=f"{shop.orders // ORDERS_PER_PERSON:,}",
        date=options.date,
        machine=machine(),
        versions=versions(),
        repeats=options.repeats,
        steps=steps_table(steps),
        peers=_peers_page(steps, contests),
        refunds=f"{shop.refund_share:.1%} give money back" if shop.refund_share else "none gives money back",
        columns=", ".join(COLUMNS),
        size=f"{csv.stat().st_size / 1e6:,.0f}",
        as_of=LAST_DAY,
    )


def _peers_page(steps: dict[str, Measured], contests: list[Contest]) -> str:
    """Return the peers' table and what it leaves out, empty where they were not asked for."""
    if not contests:
        return ""
    whole = steps["load"].wall_s + steps["models"].wall_s
    scale = ", ".join(f"{contest.name} {contest.peer.wall_s:.1f} s" for contest in contests)
    return (
        f"{peers_table(contests)}\n\n"
        f"For scale: loading the CSV with full accounting and computing everybody's category takes us "
        f"{whole:.1f} s; the summary alone, from the CSV: {scale}.\n\n"
    )


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warehouse", description=__doc__)
    parser.add_argument("--orders", type=int, default=FULL_SIZE, help="how many; at least 1,000")
    parser.add_argument("--refunds", type=float, default=0.0, help="share of receipts that give money back")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the files")
    parser.add_argument("--repeats", type=int, default=3, help="runs of every step")
    parser.add_argument("--peers", action="store_true", help="also time lifetimes and pymc-marketing")
    parser.add_argument("--peer-repeats", type=int, default=1, help="runs of every peer")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="date on the page")
    parser.add_argument("--to", type=Path, help="the page; docs/benchmarks.md at full size, else none")
    options = parser.parse_args(arguments)
    if options.orders < 1000:
        parser.error("--orders must be at least 1000")
    if options.repeats < 1 or options.peer_repeats < 1:
        parser.error("a step must run at least once")
    if options.to is None and options.orders >= FULL_SIZE:
        options.to = ROOT / "docs" / "benchmarks.md"
    options.work = options.work.resolve()
    return options


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, write the page."""
    options = options_of(arguments)
    shop = MadeUpShop(options.orders, options.refunds)
    say(f"{shop.file_name} in {options.work}")
    csv = shop.write(options.work)
    steps = {name: run_step(name, csv, options.work, options.repeats) for name in TITLES}
    print(steps_table(steps), flush=True)
    contests = []
    if options.peers:
        contests = run_peers(csv, options.work, options.repeats, options.peer_repeats)
        print(f"\n{_peers_page(steps, contests).rstrip()}")
    results = {
        "orders": options.orders,
        "date": str(options.date),
        "machine": machine(),
        "versions": versions(),
        "steps": {name: asdict(step) for name, step in steps.items()},
        "peers": [asdict(contest) for contest in contests],
    }
    (options.work / f"results-{options.orders}.json").write_text(json.dumps(results, indent=1), "utf-8")
    if options.to:
        made = page(options, csv, steps, contests) + sections.kept(options.to)
        options.to.write_text(made, encoding="utf-8")
        say(f"written: {options.to}")


if __name__ == "__main__":
    main()
