"""Who was forgotten, as the shop's database knows it, and the journal beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clientela.forgotten import Erasure, Journal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def keys(db: DuckDBPyConnection) -> list[str]:
    """Return the keys of the marks; none while nobody was forgotten."""
    return [
        row[0] for row in db.execute("select distinct mark_key from meta.forgotten order by 1").fetchall()
    ]


def erasures(db: DuckDBPyConnection) -> list[Erasure]:
    """Return who was forgotten, oldest first."""
    rows = db.execute(
        "select erasure_id, min(forgotten_at), min(mark_key), list(mark order by mark) from meta.forgotten "
        "group by erasure_id order by 2, 1"
    ).fetchall()
    return [Erasure(name, at, key, frozenset(marks)) for name, at, key, marks in rows]


def missing(db: DuckDBPyConnection, said: Iterable[Erasure]) -> list[Erasure]:
    """Return those of some erasures of which the database does not know everything."""
    known = {each.erasure_id: each.marks for each in erasures(db)}
    return [each for each in said if not each.marks <= known.get(each.erasure_id, frozenset())]


def is_behind(db: DuckDBPyConnection, path: Path) -> bool:
    """Tell whether the journal beside the file says somebody whom the file still knows."""
    return bool(unknown(db, path))


def note(db: DuckDBPyConnection, said: Iterable[Erasure]) -> None:
    """Keep erasures; those that are there already stay as they are."""
    for each in said:
        db.execute(
            """
            insert into meta.forgotten
            select ?, mark, ?, ?, false from (select unnest(from_json(?, '["varchar"]')) as mark)
            where mark not in (select mark from meta.forgotten where erasure_id = ?)
            """,
            [each.erasure_id, each.key, each.at, json.dumps(sorted(each.marks)), each.erasure_id],
        )


def unknown(db: DuckDBPyConnection, path: Path) -> list[Erasure]:
    """Return whom the journal beside the file says and the file still knows: it is a copy from before."""
    said = Journal.beside(path).erasures()
    return missing(db, said) if said else []


def write_beside(db: DuckDBPyConnection, path: Path) -> None:
    """Write into the journal beside the file whom the file has forgotten."""
    Journal.beside(path).add(erasures(db))
