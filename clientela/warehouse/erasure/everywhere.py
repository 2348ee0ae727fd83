"""Forget people everywhere in the shop's database: in rows, in texts, in what the marts were made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from clientela.forgotten import Erasure
from clientela.warehouse.erasure import claims, journal, marks, rows, said, texts
from clientela.warehouse.erasure.marks import PART
from clientela.warehouse.erasure.persons import Marked
from clientela.warehouse.input_tables import input_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMES: Final = {
    "customers": ("name", "concat_ws(' ', first_name, last_name)", "company_name"),
    "orders": ("customer_name",),
    "targets": ("name",),
}
"""Where the rows say what somebody is called."""


def adopt(db: DuckDBPyConnection, told: Iterable[Erasure]) -> int:
    """Keep erasures that are new and forget whom they mean, in one transaction; return how many were new."""
    new = journal.missing(db, told)
    if not new:
        return 0
    db.execute("begin")
    try:
        journal.note(db, new)
        forget(db)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise
    return len(new)


def forget(db: DuckDBPyConnection) -> None:
    """Forget everywhere whom ``meta.forgotten`` means; inside a transaction. Again changes nothing.

    The marts are made of what was there before: they go, to be built anew.
    """
    for key in journal.keys(db):
        known = {table: rows.stored(db, table) for table in input_tables()}
        marks.find_cells(db, key, [(f"store.{table}", "source", has) for table, has in known.items()])
        found = Marked(db, key)
        _note_ids(db)
        claims.forget(db, known, found)
        for table, has in known.items():
            _mark_rows(db, table, has)
            found.names |= _names(db, table, has)
            rows.scrub_marked(db, table, key, has)
        found.keep_unique_names(db)
        for table, has in known.items():
            rows.forget_others(db, f"store.{table}", table, has, found)
        texts.forget(db, found)
        said.forget(db, found)
    _drop_marts(db)


def _note_ids(db: DuckDBPyConnection) -> None:
    """Keep the shop's own numbers of who was forgotten: by them the models know whom no list may name."""
    db.execute(
        f"""
        insert into meta.forgotten_ids
        select split_part(value, '{PART}', 1), split_part(value, '{PART}', 2) from {marks.CELLS}
        where
            kind = 'customer_id'
            and value not in (select source || chr(31) || customer_id from meta.forgotten_ids)
        """
    )


def _mark_rows(db: DuckDBPyConnection, table: str, has: Collection[str]) -> None:
    """Create ``ROWS`` for a table."""
    db.execute(
        f"create or replace temp table forgotten_rows as select rowid as place from store.{table} "
        f"where {marks.is_whose(has, 'source')}"
    )


def _names(db: DuckDBPyConnection, table: str, has: Collection[str]) -> set[str]:
    """Return what the forgotten rows call their people."""
    found: set[str] = set()
    for column in NAMES.get(table, ()):
        if column in has or ("(" in column and {"first_name", "last_name"} <= set(has)):
            cells = db.execute(
                f"select distinct {column} from store.{table} where rowid in (select place from {rows.ROWS})"
            ).fetchall()
            found |= {row[0] for row in cells if row[0]}
    return found


def _drop_marts(db: DuckDBPyConnection) -> None:
    from clientela.warehouse.building.layers import drop_layers

    drop_layers(db)
    db.execute("delete from meta.builds")
