"""How far the exchange has come: a few words in the shop's database, each written after what it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def get(db: DuckDBPyConnection, name: str) -> str:
    """Return a word, empty where it has never been said."""
    rows = db.execute("select value from meta.exchange where name = ?", [name]).fetchall()
    return str(rows[0][0]) if rows else ""


def put(db: DuckDBPyConnection, name: str, value: str) -> None:
    """Keep a word in place of the former one."""
    db.execute("insert or replace into meta.exchange (name, value) values (?, ?)", [name, value])
