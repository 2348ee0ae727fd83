"""The steps that are timed: ``python -m benchmarks.steps NAME CSV FOLDER`` does one and reports its cost."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

from benchmarks.bench import Bench
from benchmarks.build_steps import marts, measures, models, models_kept, timeless
from benchmarks.measure import CORES, Clock, use_two_cores
from benchmarks.orders import LAST_DAY, TODAY, read_csv
from clientela.month import Month

Step = Callable[[Bench, Clock], dict[str, Any]]


def floor(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Read the file with pinned types and aggregate every column: nobody can read it for less."""
    import duckdb

    with clock, duckdb.connect() as db:
        db.execute(f"set threads = {CORES}")
        row = db.execute(
            "select count(*), max(order_id), max(order_date), max(customer_id), sum(net_amount), "
            f"sum(vat_amount), max(channel), max(store_id), max(status) from {read_csv(bench.csv)}"
        ).fetchone()
    return {"rows": row[0] if row else 0, "money": str(row[4]) if row else ""}


def bare(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Store the file as a typed table: no check, no account, no key."""
    import duckdb

    path = _without(bench.folder / "bare.duckdb")
    with clock, duckdb.connect(path) as db:
        db.execute(f"set threads = {CORES}")
        db.execute(f"create table orders as from {read_csv(bench.csv)}")
    size = path.stat().st_size
    _without(path)
    return {"bytes": size}


def load(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Load the file into a new shop, every record accounted for."""
    return _load(bench, clock, keep=False)


def load_kept(bench: Bench, clock: Clock) -> dict[str, Any]:
    """The same, and build of the category models those that are the same at every date."""
    return _load(bench, clock, keep=True)


def _load(bench: Bench, clock: Clock, *, keep: bool) -> dict[str, Any]:
    import duckdb  # noqa: F401 - imported before the clock starts

    from clientela.warehouse.building.build import build
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.loading.pipeline import load_file

    path = _without(bench.settings.database)
    timezone = bench.settings.categories.timezone
    kept = tuple(sorted(timeless())) if keep else ()
    with clock, open_shop(path, create=True, coming=bench.csv.stat().st_size) as db:
        result = load_file(db, bench.csv, today=TODAY, timezone=timezone)
        if kept:
            build(db, bench.settings, LAST_DAY, targets=kept)
    return {
        "records": result.records.as_dict(),
        "money_in": str(result.money.in_),
        "balances": result.records.balances and result.money.balances,
        "bytes": path.stat().st_size,
    }


def forget(bench: Bench, _clock: Clock) -> dict[str, Any]:
    """Forget every snapshot and bring the marts up to date: the state before the history."""
    from clientela.warehouse.connection import open_shop

    with open_shop(bench.settings.database) as db:
        for table in ("category_spans", "told_people", "sayings", "category_totals", "snapshots"):
            db.execute(f"delete from history.{table}")
    return refresh(bench, _clock)


def history(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Compute and keep 24 month ends, each from the rows dated by its day alone."""
    from clientela.warehouse.building.catalogue import build_order
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.history.snapshots import write_snapshots

    build_order()
    made_at = datetime.combine(TODAY, time())
    with clock, open_shop(bench.settings.database) as db:
        written = write_snapshots(db, bench.history_settings, LAST_DAY, made_at=made_at)
    return {"month_ends": len(written)}


def refresh(bench: Bench, _clock: Clock) -> dict[str, Any]:
    """Bring the marts up to date, snapshots included: the state before the report."""
    from clientela.warehouse.building.build import build_marts
    from clientela.warehouse.connection import open_shop

    with open_shop(bench.settings.database) as db:
        return {"built": build_marts(db, bench.history_settings, LAST_DAY)}


def report(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Write the report, page, PDF and lists, from finished marts."""
    import duckdb  # noqa: F401 - imported before the clock starts

    from clientela.reports.monthly import draw, read
    from clientela.reports.section import Shop
    from clientela.warehouse.connection import open_shop

    shop = Shop("Bottega")
    with clock:
        with open_shop(bench.settings.database, read_only=True) as db:
            found = read(db, Month.of(LAST_DAY), shop=shop, language="it", to=bench.folder / "reports")
        written = draw(found)
    return {"html": written.html.name, "pdf": written.pdf.name if written.pdf else written.pdf_reason}


_SUMMARY: Final = f"""
    create temp table summary as
    with days as (
        select distinct customer_id, cast(order_date as date) as day
        from {{rows}}
    )

    select
        customer_id,
        count(*) - 1 as frequency,
        max(day) - min(day) as recency,
        date '{LAST_DAY}' - min(day) as age
    from days
    group by customer_id
"""


def summary_csv(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Give frequency, recency and age of every customer, from the CSV file."""
    import duckdb

    with duckdb.connect() as db:
        with clock:
            db.execute(f"set threads = {CORES}")
            db.execute(_SUMMARY.format(rows=read_csv(bench.csv)))
        return _totals(db)


def summary_rows(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Give the same from the rows that are loaded."""
    import duckdb  # noqa: F401 - imported before the clock starts

    from clientela.warehouse.connection import open_shop

    with open_shop(bench.settings.database, read_only=True) as db:
        with clock:
            db.execute(_SUMMARY.format(rows="raw.orders"))
        return _totals(db)


def _totals(db: Any) -> dict[str, Any]:
    """Return sums by which two summaries are compared."""
    row = db.execute("select count(*), sum(frequency), sum(recency), sum(age) from temp.summary").fetchone()
    return {"totals": [int(value) for value in row]}


def _without(path: Path) -> Path:
    """Remove a database."""
    for name in (path, path.with_name(path.name + ".wal")):
        name.unlink(missing_ok=True)
    return path


STEPS: Final[dict[str, Step]] = {
    step.__name__: step
    for step in (
        floor,
        bare,
        load_kept,
        models_kept,
        load,
        models,
        marts,
        forget,
        history,
        refresh,
        measures,
        report,
        summary_csv,
        summary_rows,
    )
}

if __name__ == "__main__":
    use_two_cores()
    name, csv, folder = sys.argv[1:]
    ticking = Clock()
    found = STEPS[name](Bench(Path(csv), Path(folder)), ticking)
    ticking.report(found)
