"""Time the model beside lifetimes: ``python -m benchmarks.model --customers 1000000 --peers``."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from string import Template
from typing import Final

from benchmarks import sections
from benchmarks.machine import machine, versions
from benchmarks.measure import WORK, Measured, in_fresh_process, middle
from benchmarks.model_steps import STEPS, SUMMARY
from benchmarks.orders import ORDERS_PER_PERSON, MadeUpShop
from benchmarks.peers import environment
from benchmarks.tables import markdown
from benchmarks.targets import PEAK_MB

TIMES_FASTER: Final = 25.0
"""Than lifetimes at the fit."""

CLOSE: Final = 0.005
"""Largest relative difference of a parameter."""

BACKTEST_SECONDS: Final = 60.0
GROUP_BYS: Final = 2.0
SECONDS_MORE: Final = 5.0
"""Fit and scoring may take so many times the group-by that feeds them, and so many seconds more."""

TITLES: Final = {
    "prepare": "marts that the model reads",
    "group_by": "equal histories counted once",
    "fit_bg": "fit BG/NBD",
    "fit_and_score": "fit MBG/NBD and Gamma-Gamma, score everybody",
    "grade": "back-test of 12 month ends",
    "lifetimes": "lifetimes' BetaGeoFitter",
}


def difference(ours: Measured, theirs: Measured) -> float:
    """Return the largest relative difference of a parameter."""
    pairs = zip(ours.detail["parameters"], theirs.detail["parameters"], strict=True)
    return max(abs(a - b) / abs(b) for a, b in pairs)


def verdicts(steps: dict[str, Measured]) -> list[str]:
    """Say of each target what was reached."""
    limit = GROUP_BYS * steps["group_by"].wall_s + SECONDS_MORE
    scored, graded = steps["fit_and_score"].wall_s, steps["grade"]
    said = [
        f"fit and scoring {scored:.2f} s, target {limit:.2f} s: {_yes(scored <= limit)}",
        f"back-test {graded.wall_s:.1f} s, target {BACKTEST_SECONDS:g} s: "
        f"{_yes(graded.wall_s <= BACKTEST_SECONDS)}",
        f"peak {max(step.peak_mb for step in steps.values()):,.0f} MB, target {PEAK_MB:,.0f} MB: "
        f"{_yes(all(step.peak_mb < PEAK_MB for step in steps.values()))}",
    ]
    if "lifetimes" in steps:
        ours, theirs = steps["fit_bg"], steps["lifetimes"]
        faster, apart = theirs.wall_s / ours.wall_s, difference(ours, theirs)
        said.append(
            f"fit {faster:.0f} × faster than lifetimes, target {TIMES_FASTER:g} ×: "
            f"{_yes(faster >= TIMES_FASTER)}; parameters apart {apart:.3%}, target {CLOSE:.1%}: "
            f"{_yes(apart <= CLOSE)}"
        )
    return said


def _yes(reached: bool) -> str:
    return "reached" if reached else "missed"


def table(steps: dict[str, Measured]) -> str:
    """Return each step's cost."""
    rows = [
        [TITLES[name], f"{step.wall_s:.2f} s", f"{step.cpu_s:.2f} s", f"{step.peak_mb:,.0f} MB"]
        for name, step in steps.items()
    ]
    return markdown(["step", "time", "CPU", "peak"], rows)


def section(options: argparse.Namespace, steps: dict[str, Measured]) -> str:
    """Return the part of the page."""
    template = Template(Path(__file__).with_name("model.md.in").read_text(encoding="utf-8"))
    return template.substitute(
        date=options.date,
        customers=f"{options.customers:,}",
        orders=f"{ORDERS_PER_PERSON * options.customers:,}",
        histories=f"{steps['group_by'].detail['histories']:,}",
        repeats=options.repeats,
        machine=machine(),
        versions=versions(),
        table=table(steps),
        verdicts="\n".join(f"- {verdict}" for verdict in verdicts(steps)),
    )


def load(folder: Path, orders: int) -> None:
    """Make the shop and load it, unless it is there."""
    if (folder / "clientela.duckdb").exists():
        return
    csv = MadeUpShop(orders).write(folder)
    in_fresh_process("benchmarks.steps", "load", str(csv), str(folder))


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.model", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the files")
    parser.add_argument("--repeats", type=int, default=3, help="runs of every step")
    parser.add_argument("--peers", action="store_true", help="also time lifetimes")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="date on the page")
    parser.add_argument("--to", type=Path, help="write the section into this page")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    options = options_of(arguments)
    folder = options.work.resolve() / f"model-{options.customers}"
    load(folder, ORDERS_PER_PERSON * options.customers)
    steps = {}
    for name in STEPS:
        repeats = 1 if name == "prepare" else options.repeats
        runs = [in_fresh_process("benchmarks.model_steps", name, str(folder)) for _ in range(repeats)]
        steps[name] = middle(runs)
    if options.peers:
        python = environment(options.work.resolve() / "peers")
        steps["lifetimes"] = in_fresh_process(
            "benchmarks.peer_model", str(folder / SUMMARY), python=str(python)
        )
    print(f"{table(steps)}\n\n" + "\n".join(verdicts(steps)))
    if options.to:
        sections.put(options.to, sections.MODEL, section(options, steps))
    results = {name: asdict(step) for name, step in steps.items()}
    (folder / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
