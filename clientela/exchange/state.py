"""How far the exchange has come: a few words in the shop's database, each written after what it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection


def get(db: DuckDBPyConnection, name: str) -> str:
    """Return a word, empty where it has never been said."""
    rows = db.execute("select value from meta.exchange where name = ?", [name]).fetchall()
    return str(rows[0][0]) if rows else ""


def put(db: DuckDBPyConnection, name: str, value: str) -> None:
    """Keep a word in place of the former one."""
    db.execute("insert or replace into meta.exchange (name, value) values (?, ?)", [name, value])


def folders(db: DuckDBPyConnection) -> list[str]:
    """Return the folders by which something was exchanged."""
    rows = db.execute("select name from meta.exchange where name like 'path %' order by name").fetchall()
    return [row[0].removeprefix("path ") for row in rows]


def remember_folder(db: DuckDBPyConnection, folder: Path) -> None:
    """Keep a folder in mind: what lies in it is looked at when somebody is forgotten."""
    put(db, f"path {folder.resolve()}", "")
