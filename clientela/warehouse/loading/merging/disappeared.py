"""Rows that a file no longer brings, of the days that it covers: they are listed, and stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def note(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> int:
    """Note the rows of the file's source that stand between its first and last moment and are not in it.

    Only where the file brings at least one row again: two files that share none are of two tills, not
        one export
    twice. Returns how many.
    """
    table, source = binding.table, literal(binding.mapping.source)
    if table.event not in binding.types:
        return 0
    return _note(db, table.name, quoted(str(table.event)), source, batch_id, _money(binding))


def _money(binding: Binding) -> str:
    names = [quoted(name) for name in binding.table.money]
    return f"coalesce({', '.join(names)})" if names else "cast(null as decimal(38, 4))"


def _note(db: DuckDBPyConnection, table: str, event: str, source: str, batch_id: int, money: str) -> int:
    """Write the list and return its length."""
    seen = f"select row_key from meta.confirmed_rows where batch_id = {batch_id} and table_name = '{table}'"
    met = db.execute(
        f"select exists ({seen}) or exists (from meta.superseded_rows where superseded_by = {batch_id} "
        f"and table_name = '{table}')"
    ).fetchall()[0][0]
    if not met:
        return 0
    days = f"select min({event}), max({event}) from temp.staged where fault is null"
    first, last = db.execute(days).fetchall()[0]
    found = db.execute(
        f"""
        insert into meta.disappeared_rows
        select {batch_id}, '{table}', {source}, row_key, cast({event} as date), {money}
        from raw.{quoted(table)}
        where source = {source} and batch_id <> {batch_id} and {event} between ? and ?
            and row_key not in ({seen})
            and row_key not in (
                select row_key from meta.superseded_rows where batch_id = {batch_id} and table_name =
                    '{table}'
            )
        """,
        [first, last],
    ).fetchall()
    return int(found[0][0])
