"""A shop made of literal rows, built for a date: what the tests of the rules stand on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from clientela.settings.shop_settings import Categories, Settings
from clientela.warehouse.building.build import build
from clientela.warehouse.input_tables import PROVENANCE, input_tables
from clientela.warehouse.schema import migrate
from clientela.warehouse.store import ensure_columns

Row = dict[str, Any]


def order(customer: str | None, on: str | date, amount: float = 10, **more: Any) -> Row:
    """One receipt of a customer; a negative amount is a refund."""
    return {"customer_id": customer, "order_date": str(on), "net_amount": amount, **more}


def every(customer: str, first: str, gap: int, times: int, amount: float = 10) -> list[Row]:
    """Receipts at a steady gap in days."""
    start = date.fromisoformat(first)
    return [order(customer, start + timedelta(days=gap * place), amount) for place in range(times)]


def insert(db: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row], source: str = "shop") -> None:
    """Put rows into a raw table as a load would."""
    types = input_tables()[table].fields
    start = (db.execute(f"select count(*) from raw.{table}").fetchone() or (0,))[0]
    filled = [_filled(row, table, source, place) for place, row in enumerate(rows, start=start + 1)]
    names = list(dict.fromkeys(name for row in filled for name in row))
    unknown = set(names) - set(types) - set(PROVENANCE)
    assert not unknown, unknown
    if not filled:
        return
    ensure_columns(db, table, [name for name in names if name in types])
    texts = {name: [None if row.get(name) is None else str(row[name]) for row in filled] for name in names}
    db.register("given_rows", pyarrow.table(texts))
    columns = ", ".join(f'"{name}"' for name in names)
    db.execute(f"insert into store.{table} ({columns}) select {columns} from given_rows")
    db.unregister("given_rows")


def _filled(row: Row, table: str, source: str, place: int) -> Row:
    key = row.get("order_id") or f"{table}-{place}"
    return {"source": source, "row_key": key, "batch_id": 1, "record_no": place, **row}


def batch(db: duckdb.DuckDBPyConnection, number: int, table: str, first_changed_on: date | None) -> None:
    """Note a load as the loader does."""
    db.execute(
        """
        insert into meta.batches by name
        select ? as batch_id, timestamp '2025-07-01' as loaded_at, 'shop' as source, ? as table_name,
            'f' as file_name,
            'x' as file_sha512, 0 as file_bytes, '' as mapping_sha256, 1 as records_in, 1 as records_merged,
            0 as records_unchanged, 0 as records_set_aside, 0 as records_quarantined, 0 as money_in,
            0 as money_merged, 0 as money_unchanged, 0 as money_set_aside, 0 as money_quarantined,
            0 as unreadable_amounts, ? as first_changed_on
        """,
        [number, table, first_changed_on],
    )


def settings(**rules: Any) -> Settings:
    """Settings with some category parameters changed."""
    given = {"history_complete": True, **rules}
    return replace(Settings(Path()), categories=Categories(**given))


@contextmanager
def raw_shop(**tables: list[Row]) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory shop with rows and no marts."""
    db = duckdb.connect(":memory:")
    try:
        db.execute("attach ':memory:' as shop")
        db.execute("use shop")
        migrate(db, Path("shop"))
        for table, rows in tables.items():
            insert(db, table, rows)
        yield db
    finally:
        db.close()


@contextmanager
def built_shop(
    as_of: str, /, rules: dict[str, Any] | None = None, **tables: list[Row]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory shop whose customers are judged at a date."""
    with raw_shop(**tables) as db:
        build(
            db,
            settings(**(rules or {})),
            date.fromisoformat(as_of),
            targets=("marts.customers", "marts.call_list"),
        )
        yield db


def categories(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Category by customer id."""
    return dict(db.execute("select customer_id, category from marts.customers").fetchall())


def judged(as_of: str, /, rules: dict[str, Any] | None = None, **tables: list[Row]) -> dict[str, str]:
    """Category by customer id, at a date."""
    with built_shop(as_of, rules, **tables) as db:
        return categories(db)


def one(db: duckdb.DuckDBPyConnection, customer: str, *columns: str) -> tuple[Any, ...]:
    """Read columns of one person's row."""
    row = db.execute(
        f"select {', '.join(columns)} from marts.customers where customer_id = ?", [customer]
    ).fetchone()
    assert row is not None, f"{customer} is not there"
    return tuple(row)
