"""A shop made of literal rows, judged at a date: what the tests of the rules stand on.

A test says which rows there are and asks; a table is built when somebody first reads it, with what it needs
and nothing else: to build all of them costs a second, and what most tests read costs a quarter of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow

from clientela.settings.shop_settings import Categories, Settings
from clientela.warehouse.building.build import create_model, prepare
from clientela.warehouse.building.catalogue import needed_for, texts
from clientela.warehouse.building.given import MEASURE_UNITS, create_given
from clientela.warehouse.building.parameters import set_variables
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


MADE: Final = re.compile(r"\s*create or replace (?:table|view) ((?:staging|steps|marts)\.\w+)")
USED: Final = re.compile(r"\s*use (\w+)")
DROPPED: Final = re.compile(r"\s*drop schema if exists (\w+) cascade")
NAMED: Final = re.compile(r"\b(?:staging|steps|marts)\.\w+")


class Shop:
    """A connection to a shop in memory that builds what is read; all else is the connection's own."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db
        self._given: Settings | None = None
        self._is_away = False
        self._built: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def at(self, as_of: str | date, given: Settings | None = None, /, **rules: Any) -> Shop:
        """Let the shop stand at a date; what was built for another one is built again when it is read."""
        chosen = given or settings(**rules)
        prepare(self._db, chosen, ())
        set_variables(self._db, chosen, date.fromisoformat(str(as_of)))
        self._given = chosen
        self._built.clear()
        return self

    def execute(self, sql: str, *values: Any) -> duckdb.DuckDBPyConnection:
        """Build the tables that a query names where they are not there yet, then run it."""
        if used := USED.match(sql):
            self._is_away = used[1] != "shop"
        elif self._is_away:
            # What is built in another catalogue is not there when this one is looked at again.
            pass
        elif dropped := DROPPED.match(sql):
            self._built -= {name for name in self._built if name.startswith(f"{dropped[1]}.")}
        elif made := MADE.match(sql):
            self._built.add(made[1])
        elif self._given:
            self.build(*NAMED.findall(sql))
        return self._db.execute(sql, *values)

    def build(self, *names: str) -> Shop:
        """Build tables before anybody reads them: what is inserted afterwards they do not know."""
        missing = tuple({name for name in names if name in texts()} - self._built)
        for model in needed_for(missing, frozenset(self._built)) if missing else ():
            if model.name in self._built:
                continue
            if MEASURE_UNITS in model.reads - self._built and self._given:
                create_given(self._db, self._given, (MEASURE_UNITS,))
                self._built.add(MEASURE_UNITS)
            create_model(self._db, model)
            self._built.add(model.name)
        return self


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
def raw_shop(file: Path | None = None, /, **tables: list[Row]) -> Iterator[Any]:
    """A shop with rows, not yet asked for a date; in memory, or in a file that is made or goes on."""
    db = duckdb.connect(":memory:")
    try:
        # A small shop has a hundred and fifty tables, and a block is the least that one of them takes.
        blocks = "(block_size 16384)" if file and not file.exists() else ""
        db.execute(f"attach '{file or ':memory:'}' as shop {blocks}")
        db.execute("use shop")
        migrate(db, Path("shop"))
        for table, rows in tables.items():
            insert(db, table, rows)
        yield Shop(db)
    finally:
        db.close()


@contextmanager
def built_shop(
    as_of: str | date, given: Settings | dict[str, Any] | None = None, /, **tables: list[Row]
) -> Iterator[Any]:
    """A shop whose customers are judged at a date.

    Args:
        as_of: the date.
        given: the shop's settings, or the category parameters that are not the usual ones.
        tables: rows by the table that holds them.
    """
    with raw_shop(**tables) as shop:
        yield shop.at(as_of, given if isinstance(given, Settings) else settings(**(given or {})))


def categories(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Category by customer id."""
    return dict(
        db.execute(
            "select people.customer_id, categories.category from marts.categories "
            "inner join marts.people on people.person_no = categories.person_no"
        ).fetchall()
    )


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
