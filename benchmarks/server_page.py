"""The server's figures as a section of ``docs/benchmarks.md``."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from string import Template
from typing import Any, Final

from benchmarks.server_load import CONNECTIONS, Load
from benchmarks.tables import markdown

SHARES: Final = {"waitress": 0.75, "granian": 0.65}
"""Of the bare function's throughput, by server."""

TIMES_P99: Final = 5.0
FAST_DISK_MS: Final = 1.0
PER_SECOND: Final = 2000.0
"""With granian where a 4 KiB fdatasync takes less than ``FAST_DISK_MS``."""

MEMORY_MB: Final = 120.0
PAGE_MS: Final = 300.0

Runs = dict[str, dict[str, list[Load]]]
"""Server → ours or bare → its runs."""


def middle(runs: list[Load]) -> Load:
    """Return the median of each figure; errors and rows of all runs together."""
    return Load(
        sum(run.requests for run in runs),
        median(run.per_second for run in runs),
        median(run.p50_ms for run in runs),
        median(run.p99_ms for run in runs),
        sum(run.errors for run in runs),
        sum(run.stored for run in runs),
        median(run.cpu_us for run in runs),
    )


def redirects_table(runs: Runs, sync_ms: float) -> str:
    """Return ours and the bare function under each server, and whether the targets are reached."""
    header = [
        "redirect",
        "per second",
        "p50",
        "p99",
        "CPU each",
        "of bare",
        "× its p99",
        "stored",
        "target",
        "reached",
    ]
    rows = []
    for server, sides in runs.items():
        mine, theirs = middle(sides["ours"]), middle(sides["bare"])
        share, times = mine.per_second / theirs.per_second, mine.p99_ms / theirs.p99_ms
        stored = all(run.all_stored and not run.errors for run in sides["ours"])
        wants_rate = server == "granian" and sync_ms < FAST_DISK_MS
        is_reached = share >= SHARES[server] and times <= TIMES_P99 and stored
        is_reached = is_reached and not (wants_rate and mine.per_second < PER_SECOND)
        target = f"≥ {SHARES[server]:.0%}, ≤ 5 ×" + (", ≥ 2,000/s" if wants_rate else "")
        rows += [
            [
                f"{server}, ours",
                *_figures(mine),
                f"{share:.0%}",
                f"{times:.2f}",
                _yes(stored),
                target,
                _yes(is_reached),
            ],
            [
                f"{server}, bare",
                *_figures(theirs),
                "",
                "",
                _yes(all(run.all_stored and not run.errors for run in sides["bare"])),
                "",
                "",
            ],
        ]
    return markdown(header, rows)


def aged_rows(aged: dict[str, dict[str, Any]]) -> str:
    """Return memory and the owner's page as rows of a table."""
    rows = []
    for server, found in aged.items():
        memory = found["memory_mb"]
        rows.append(f"| memory | {server} | {memory:.0f} MB | < 120 MB | {_yes(memory < MEMORY_MB)} |")
        page = found["page_ms"]
        shown = "not measured" if page is None else f"{page:.0f} ms"
        reached = "–" if page is None else _yes(page < PAGE_MS)
        rows.append(f"| the owner's page | {server} | {shown} | < 300 ms | {reached} |")
    return "\n".join(rows)


def section(values: dict[str, Any]) -> str:
    """Return the section."""
    template = Template(Path(__file__).with_name("server.md.in").read_text(encoding="utf-8"))
    return template.substitute(connections=CONNECTIONS, **values)


def _figures(load: Load) -> list[str]:
    return [
        f"{load.per_second:,.0f}",
        f"{load.p50_ms:.1f} ms",
        f"{load.p99_ms:.1f} ms",
        f"{load.cpu_us:.0f} µs",
    ]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
