"""Measure the referral server against a bare function: ``python -m benchmarks.server --seconds 15``."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks import sections, server_load, server_page, server_shop
from benchmarks.machine import machine
from benchmarks.measure import WORK
from benchmarks.server_load import Load

SERVERS: Final = ("waitress", "granian")
LINKS: Final = 200
PEOPLE: Final = 5000
FRIENDS: Final = 2000
PAGES: Final = 9


def say(text: str) -> None:
    """Tell how far the work is."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def folder_in(work: Path) -> Iterator[Path]:
    """Make a folder on the disk that is measured; gone afterwards."""
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work, prefix="server-") as made:
        yield Path(made)


def sync_ms(folder: Path, times: int = 300) -> tuple[float, float]:
    """Return how long the disk takes to make 4 KiB durable, median and 99th percentile in milliseconds."""
    found = []
    file = os.open(folder / "sync", os.O_WRONLY | os.O_CREAT)
    try:
        for place in range(times):
            os.pwrite(file, os.urandom(4096), place % 64 * 4096)
            begun = time.perf_counter()
            os.fdatasync(file)
            found.append((time.perf_counter() - begun) * 1000)
    finally:
        os.close(file)
    return median(found), quantiles(found, n=100)[98]


def run_redirects(server: str, work: Path, rounds: int, seconds: int) -> dict[str, list[Load]]:
    """Let ours and the bare function take turns, each on a new store."""
    runs: dict[str, list[Load]] = {"ours": [], "bare": []}
    for turn in range(rounds):
        for side in ("bare", "ours") if turn % 2 == 0 else ("ours", "bare"):
            with folder_in(work) as folder:
                shop = folder / "shop"
                codes = server_shop.make(shop, LINKS)
                start = server_load.ours if side == "ours" else server_load.bare
                with start(server, shop) as running:
                    load = server_load.follow(running, shop, codes, seconds)
                runs[side].append(load)
                say(
                    f"{server} {side} {turn + 1}/{rounds}: {load.per_second:,.0f}/s, "
                    f"p99 {load.p99_ms:.1f} ms, {load.cpu_us:.0f} µs of processor each"
                )
    return runs


def run_aged(server: str, aged: Path, work: Path, seconds: int) -> dict[str, Any]:
    """Return memory and the time of the owner's page with many clicks in the store."""
    with folder_in(work) as folder:
        shop = folder / "shop"
        shutil.copytree(aged, shop)
        cookie = server_shop.owners_cookie(shop / "referral.sqlite")
        codes = (shop / "codes.txt").read_text(encoding="utf-8").split()[:LINKS]
        with server_load.ours(server, shop) as running:
            load = server_load.follow(running, shop, codes, seconds)
            memory = [running.memory_mb()]
            headers = {"Cookie": cookie, "User-Agent": server_load.PHONE}
            pages = [running.get("/owner", headers) for _ in range(PAGES)]
            found = all(status == 200 for status, _ in pages)
            memory.append(running.memory_mb())
    if not found:
        say(f"the owner's page answers {pages[0][0]}: not measured")
    return {
        "memory_mb": max(memory),
        "load": asdict(load),
        "page_ms": median(seconds for _, seconds in pages) * 1000 if found else None,
        "first_page_ms": pages[0][1] * 1000 if found else None,
    }


def versions() -> str:
    """Return the versions that matter in one line."""
    import platform
    import sqlite3
    from importlib.metadata import version

    named = [f"{name} {version(name)}" for name in SERVERS]
    return ", ".join([f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", *named])


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=15, help="length of a run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--clicks", type=int, default=1_000_000, help="in the store for memory and page")
    parser.add_argument("--people", type=int, default=PEOPLE, help="members then")
    parser.add_argument("--servers", nargs="+", default=list(SERVERS), choices=SERVERS)
    parser.add_argument("--work", type=Path, default=WORK, help="folder on the disk that is measured")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="date on the page")
    parser.add_argument("--to", type=Path, help="write the section into this page")
    options = parser.parse_args(arguments)
    if options.seconds < 1 or options.rounds < 1 or options.people < LINKS:
        parser.error(f"at least one second, one round and {LINKS} people")
    if not shutil.which("wrk"):
        parser.error("wrk is missing; on Debian: apt install wrk")
    return options


def make_aged(shop: Path, people: int, clicks: int) -> None:
    """Make the shop of the memory and of the owner's page."""
    say(f"{clicks:,} clicks of {people:,} members")
    codes = server_shop.make(shop, people)
    (shop / "codes.txt").write_text("\n".join(codes), encoding="utf-8")
    server_shop.add_clicks(shop / "referral.sqlite", clicks)
    server_shop.add_friends(shop / "referral.sqlite", min(FRIENDS, people))


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, write the section."""
    options = options_of(arguments)
    with folder_in(options.work) as folder:
        p50, p99 = sync_ms(folder)
        runs = {
            server: run_redirects(server, options.work, options.rounds, options.seconds)
            for server in options.servers
        }
        make_aged(folder / "aged", options.people, options.clicks)
        aged = {
            server: run_aged(server, folder / "aged", options.work, options.seconds)
            for server in options.servers
        }
    firsts = [found["first_page_ms"] for found in aged.values() if found["first_page_ms"] is not None]
    made = server_page.section(
        {
            "date": options.date,
            "links": LINKS,
            "seconds": options.seconds,
            "rounds": options.rounds,
            "machine": machine(),
            "versions": versions(),
            "sync_p50": f"{p50:.2f}",
            "sync_p99": f"{p99:.2f}",
            "redirects": server_page.redirects_table(runs, p50),
            "many": f"{options.clicks:,}",
            "people": f"{options.people:,}",
            "friends": f"{min(FRIENDS, options.people):,}",
            "aged": server_page.aged_rows(aged),
            "pages": PAGES,
            "first_page": " and ".join(f"{first:.0f} ms" for first in firsts) or "–",
        }
    )
    print(made)
    results = {
        "date": str(options.date),
        "machine": machine(),
        "sync_ms": [p50, p99],
        "runs": {
            server: {side: [asdict(run) for run in each] for side, each in sides.items()}
            for server, sides in runs.items()
        },
        "aged": aged,
    }
    (options.work / "results-server.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    if options.to:
        sections.put(options.to, sections.SERVER, made)
        say(f"written: {options.to}")


if __name__ == "__main__":
    main()
