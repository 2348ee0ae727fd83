"""The measurements as tables, on the screen and in the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.measure import Measured
from benchmarks.targets import TARGETS, TIMES_FASTER, Target

TITLES: Final = {
    "floor": "floor: read the CSV, aggregate every column",
    "bare": "bare: the CSV as a typed table",
    "load_kept": "load, with the tables that no date changes",
    "models_kept": "category models, one date, those tables kept",
    "load": "load, every record accounted for",
    "models": "all category models, one date",
    "marts": "all marts, one date",
    "history": "24 month ends of history",
    "measures": "all measures, after the categories",
    "report": "report, HTML and PDF",
}


@dataclass(frozen=True)
class Contest:
    """One peer's summary against ours."""

    name: str
    ours_csv: Measured
    ours_rows: Measured
    peer: Measured

    @property
    def agrees(self) -> bool:
        """Whether both sides give the same people and the same sums."""
        totals = self.peer.detail["totals"]
        return bool(totals == self.ours_csv.detail["totals"] == self.ours_rows.detail["totals"])

    @property
    def from_csv(self) -> float:
        """How many times faster we are from the file to the summary."""
        return self.peer.wall_s / self.ours_csv.wall_s

    @property
    def from_rows(self) -> float:
        """How many times faster we are from rows already read: theirs in memory, ours in the shop's file."""
        return float(self.peer.detail["summary_s"]) / self.ours_rows.wall_s


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Return a table whose columns line up; all but the first are aligned to the right."""
    widths = [max(len(row[place]) for row in [header, *rows]) for place in range(len(header))]

    def line(cells: list[str]) -> str:
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "| " + " | ".join([first, *others]) + " |"

    rule = "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])])
    return "\n".join([line(header), f"|{rule}|", *map(line, rows)])


def steps_table(steps: dict[str, Measured]) -> str:
    """Return one row per step, beside the bare table, the floor and its target."""
    header = ["step", "time", "CPU", "peak", "× bare", "× floor", "target", "reached"]
    floor, bare = steps["floor"], steps["bare"]
    rows = []
    for name, step in steps.items():
        target = TARGETS.get(name, Target())
        verdict = "yes" if target.reached(step, bare) else "no"
        rows.append(
            [
                TITLES[name],
                *_cost(step),
                f"{step.wall_s / bare.wall_s:.2f}",
                f"{step.wall_s / floor.wall_s:.2f}",
                target.in_words() or "–",
                verdict if name in TARGETS else "–",
            ]
        )
    return markdown(header, rows)


def peers_table(contests: list[Contest]) -> str:
    """Return ours and each peer's, from the file and from rows already read."""
    header = [
        "frequency, recency, T",
        "time",
        "CPU",
        "peak",
        "ours is faster",
        "same sums",
        "reached",
    ]
    ours_csv, ours_rows = contests[0].ours_csv, contests[0].ours_rows
    rows = [["ours, from the CSV", *_cost(ours_csv), "", "", ""]]
    rows += [
        [
            f"{contest.name}, from the CSV",
            *_cost(contest.peer),
            f"{contest.from_csv:.1f} ×",
            "yes" if contest.agrees else "no",
            "yes" if contest.agrees and contest.from_csv >= TIMES_FASTER else "no",
        ]
        for contest in contests
    ]
    rows += [["ours, from the loaded rows", *_cost(ours_rows), "", "", ""]]
    rows += [
        [
            f"{contest.name}, from its data frame",
            f"{contest.peer.detail['summary_s']:.2f} s",
            f"{contest.peer.detail['summary_cpu_s']:.2f} s",
            f"{contest.peer.peak_mb:,.0f} MB",
            f"{contest.from_rows:.1f} ×",
            "yes" if contest.agrees else "no",
            "yes" if contest.agrees and contest.from_rows >= TIMES_FASTER else "no",
        ]
        for contest in contests
    ]
    return markdown(header, rows)


def _cost(step: Measured) -> list[str]:
    """Return time, processor time and peak as cells."""
    return [f"{step.wall_s:.2f} s", f"{step.cpu_s:.2f} s", f"{step.peak_mb:,.0f} MB"]
