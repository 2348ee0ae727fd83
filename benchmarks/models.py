"""Show where a build spends its time: ``python -m benchmarks.models --orders 1000000``."""

from __future__ import annotations

import argparse
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.measure import WORK, peak_mb, use_two_cores
from benchmarks.orders import LAST_DAY, TODAY, MadeUpShop
from benchmarks.tables import markdown
from clientela.settings.shop_settings import Settings


def seconds_of_each(settings: Settings, csv: Path) -> list[tuple[str, float]]:
    """Load the file into a new shop, build all marts and return the seconds of each model, slowest first."""
    from clientela.warehouse.building.build import build
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.loading.pipeline import load_file

    for name in (settings.database, settings.database.with_name(settings.database.name + ".wal")):
        name.unlink(missing_ok=True)
    starts: list[tuple[str, float]] = []

    def note(name: str, _share: float) -> None:
        starts.append((name, time.perf_counter()))

    with open_shop(settings.database, create=True, coming=csv.stat().st_size) as db:
        load_file(db, csv, today=TODAY, timezone=settings.categories.timezone)
        build(db, settings, LAST_DAY, progress=note)
        note("", 1.0)
    spent = [(name, after - before) for (name, before), (_next, after) in pairwise(starts)]
    return sorted(spent, key=lambda pair: -pair[1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.models", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--refunds", type=float, default=0.0, help="share of receipts that give money back")
    parser.add_argument("--work", type=Path, default=WORK)
    options = parser.parse_args()
    use_two_cores()
    csv = MadeUpShop(options.orders, options.refunds).write(options.work)
    spent = seconds_of_each(Settings(options.work), csv)
    whole = sum(seconds for _name, seconds in spent)
    rows = [[name, f"{seconds:.3f} s", f"{seconds / whole:.1%}"] for name, seconds in spent]
    print(markdown(["model", "time", "share"], [*rows, ["all", f"{whole:.3f} s", "100.0%"]]))
    print(f"\npeak of load and build: {peak_mb():,.0f} MB")


if __name__ == "__main__":
    main()
