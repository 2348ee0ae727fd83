"""The same rows loaded twice, the second time in another order: are all tables the same?"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest
from math import isclose
from pathlib import Path
from typing import Any, Final

from duckdb import DuckDBPyConnection

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build_marts
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.history.snapshots import write_snapshots
from clientela.warehouse.predictions.report_card.kept_grades import keep_report_card
from tests.worlds.real_data import lines_of

MADE_AT: Final = datetime(2026, 11, 22, 8, 0)
PROVENANCE: Final = frozenset(["batch_id", "last_batch_id", "record_no"])
"""Not compared: the number of a load, and the place of a row in its file, are what is different."""

FILES: Final = frozenset(["marts.batches", "staging.made_of"])
"""Not compared: one lists the files, and they are others; one notes what each table was made of, by a
mark over its input as it lies there, numbers of loads and all."""

SCHEMAS: Final = ("staging", "steps", "marts", "history")
CLOSE: Final = 1e-9
"""How far two doubles may differ, as a part of the larger: they are summed in another order."""


def shuffled(path: Path, folder: Path, seed: int, parts: int, *, has_header: bool = True) -> list[Path]:
    """Write a file's rows in another order, as several files; equal rows, twins, stay in one file."""
    header, rows = (lines_of(path)[:1], lines_of(path)[1:]) if has_header else ([], lines_of(path))
    random.Random(seed).shuffle(rows)
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for part in range(parts):
        chosen = [row for row in rows if zlib.crc32(row.encode()) % parts == part]
        place = folder / f"{path.name.partition('.')[0]}_{part}.csv"
        place.write_text("".join(f"{row}\n" for row in [*header, *chosen]), encoding="utf-8")
        found += [place] if chosen else []
    return found


def report(db: DuckDBPyConnection, settings: Settings, as_of: date, since: date) -> None:
    """Keep the month ends since a day, the predictions and their grades, and build what a report reads."""
    rules = replace(settings.categories, history_start=since)
    build_marts(db, settings, as_of)
    write_snapshots(db, replace(settings, categories=rules), as_of, made_at=MADE_AT)
    keep_report_card(db, settings, as_of, made_at=MADE_AT)
    build_marts(db, settings, as_of)


def tables(db: DuckDBPyConnection) -> list[str]:
    """Return every table and view that holds rows of the shop."""
    rows = db.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_catalog = current_catalog() and list_contains(?, table_schema) order by 1",
        [list(SCHEMAS)],
    ).fetchall()
    return [row[0] for row in rows if row[0] not in FILES]


def rows_of(db: DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    """Return a table's rows without their provenance, by their exact cells, then roughly by their doubles."""
    schema, name = table.split(".")
    columns = db.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_catalog = current_catalog() and table_schema = ? and table_name = ? "
        "order by ordinal_position",
        [schema, name],
    ).fetchall()
    kept = {f'"{column}"': kind for column, kind in columns if column not in PROVENANCE}
    exact = [column for column, kind in kept.items() if kind != "DOUBLE"]
    rough = [f"cast({column} as float)" for column, kind in kept.items() if kind == "DOUBLE"]
    return db.execute(
        f"select {', '.join(kept)} from {table} order by {', '.join([*exact, *rough])}"
    ).fetchall()


def differences(
    one: DuckDBPyConnection, other: DuckDBPyConnection, settings: Settings, as_of: date
) -> dict[str, str]:
    """Return the tables whose rows are not the same, each with how many differ and the first that does."""
    for db in (one, other):
        set_variables(db, settings, as_of)
    assert tables(one) == tables(other)
    found = {}
    for table in tables(one):
        here, there = rows_of(one, table), rows_of(other, table)
        wrong = list(unlike(here, there)) if here != there else []
        if wrong:
            found[table] = f"{len(wrong)} rows, as {wrong[0]}"
    return found


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal, doubles to nine digits; lists and objects all through."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or isclose(one, other, rel_tol=CLOSE)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def unlike(one: Iterable[Any], other: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs that are not the same."""
    return ((here, there) for here, there in zip_longest(one, other) if not same(here, there))
