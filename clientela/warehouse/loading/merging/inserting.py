"""New rows into their table, in the order of the file or as the threads have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MANY: Final = 500_000
"""Records from which the order in which they are stored is left to the threads."""


def insert(db: DuckDBPyConnection, binding: Binding, batch_id: int, key: str, rows: str) -> int:
    """Insert rows with their provenance."""
    columns = ", ".join(map(quoted, binding.types))
    with _as_they_come(db):
        inserted = db.execute(
            f"insert into store.{quoted(binding.table.name)} "
            f"(source, row_key, batch_id, record_no, {columns}) "
            f"select {literal(binding.mapping.source)}, {key}, {batch_id}, record_no, {columns} from {rows}"
        ).fetchall()
    return int(inserted[0][0])


@contextmanager
def _as_they_come(db: DuckDBPyConnection) -> Iterator[None]:
    """Let each thread store the rows that it has, where there are many; ``record_no`` keeps their order.

    Kept in the file's order, the pieces of two threads do not fit, and the next checkpoint writes all of them
    again: half as much work more, and a file of twice the size.
    """
    import duckdb

    if not db.execute("select count(*) > ? from temp.staged", [MANY]).fetchall()[0][0]:
        yield
        return
    db.execute("set preserve_insertion_order = false")
    try:
        yield
    finally:
        # A transaction that has failed takes no further word; the load resets it when that is taken back.
        with suppress(duckdb.Error):
            db.execute("reset preserve_insertion_order")
