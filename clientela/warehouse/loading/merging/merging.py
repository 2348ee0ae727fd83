"""Merge staged rows into their raw table: new, unchanged, corrected, or twice in the file.

A row is named by its source and its key. Where a key is missing the row's content and its n-th occurrence
in the file name it, so that overlapping exports add nothing twice and true twins are both kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import PROVENANCE, input_tables
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.store import ensure_columns, key_field, row_key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MANY: Final = 500_000
"""Records from which the order in which they are stored is left to the threads."""


@dataclass(frozen=True)
class Written:
    """What a merge wrote."""

    new: int
    """Records that nothing in the table had the name of."""

    corrected: int = 0
    """Records in whose place another content stood."""

    corrected_records: str = "select record_no from temp.staged where false"
    """SQL of the numbers of these records."""


def merge(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> Written:
    """Merge the accepted records of ``staged``; each is one row of the table."""
    fields = list(binding.types)
    ensure_columns(db, binding.table.name, fields)
    if _are_keys_new(db, binding):
        key = "null" if key_field(binding.table) else _key(binding)
        return Written(_insert(db, binding, batch_id, fields, key, "temp.staged where fault is null"))
    _name_rows(db, binding, fields)
    _judge_repeated(db, fields)
    _compare(db, binding, fields)
    corrected = _correct(db, binding, batch_id, fields)
    new = f"(select * from {verdicts.ACCEPTED} anti join temp.corrected using (record_no))"
    rows = f"{new} join temp.keyed using (record_no)"
    field = key_field(binding.table)
    key = f"nullif(row_key, cast({quoted(field)} as varchar))" if field in fields else "row_key"
    inserted = _insert(db, binding, batch_id, fields, key, rows)
    return Written(inserted, corrected, "select record_no from temp.corrected")


def content(fields: list[str], alias: str = "") -> str:
    """Return the SQL of a row's content as text: only the fields that have a value."""
    parts = ", ".join(f"{literal(name + '=')} || {alias}{quoted(name)}" for name in fields)
    return f"concat_ws(chr(31), {parts})"


def has_rows(db: DuckDBPyConnection, table: str, source: str) -> bool:
    """Tell whether the source has brought rows to the table before."""
    found = db.execute(f"select exists (from raw.{quoted(table)} where source = ?)", [source]).fetchall()
    return bool(found[0][0])


def same(fields: list[str], one: str, other: str) -> str:
    """Return the SQL test that two rows have the same content."""
    return " and ".join(
        f"{one}.{quoted(name)} is not distinct from {other}.{quoted(name)}" for name in fields
    )


def _key(binding: Binding) -> str:
    """Return the SQL of a row's key, null where a part of it is missing."""
    names = binding.table.key
    if not names or any(name not in binding.types for name in names):
        return "cast(null as varchar)"
    return " || chr(31) || ".join(f"cast({quoted(name)} as varchar)" for name in names)


def _are_keys_new(db: DuckDBPyConnection, binding: Binding) -> bool:
    """Tell whether every row has a key that nothing else has, so that all are simply new.

    Numbers are grouped instead of texts, which is twice as fast; where two hashes agree by chance, the
    longer way finds out.
    """
    key = _key(binding)
    if key.startswith("cast(null") or has_rows(db, binding.table.name, binding.mapping.source):
        return False
    accepted = "from temp.staged where fault is null"
    if db.execute(f"select exists (select 1 {accepted} and {key} is null)").fetchall()[0][0]:
        return False
    return not db.execute(
        f"select exists (select 1 {accepted} group by hash({key}) having count(*) > 1)"
    ).fetchall()[0][0]


def _name_rows(db: DuckDBPyConnection, binding: Binding, fields: list[str]) -> None:
    """Create ``keyed`` (record_no, row_key, nth): the name of each accepted row."""
    db.execute(
        f"""
        create or replace temp table named as
        select record_no, coalesce(key, 'content:' || md5({content(fields)})) as name,
            key is null as by_content
        from (select *, {_key(binding)} as key from {verdicts.ACCEPTED})
        """
    )
    db.execute(
        """
        create or replace temp table repeated as
        select record_no, row_number() over (partition by name order by record_no) as nth
        from temp.named semi join (select name from temp.named group by name having count(*) > 1) using (name)
        """
    )
    db.execute(
        """
        create or replace temp table keyed as
        select record_no, name || case when by_content then ':' || coalesce(nth, 1) else '' end as row_key,
            case when by_content then 1 else coalesce(nth, 1) end as nth
        from temp.named left join temp.repeated using (record_no)
        """
    )


def _judge_repeated(db: DuckDBPyConnection, fields: list[str]) -> None:
    """The first row of a key stands; a twin of it is unchanged, another content under its key is a fault."""
    if not db.execute("select exists (from temp.keyed where nth > 1)").fetchall()[0][0]:
        return
    db.execute(
        f"""
        create or replace temp table later as
        select k.record_no, k.row_key, {same(fields, "s", "f")} as is_twin
        from temp.keyed k
        join temp.staged s using (record_no)
        join temp.keyed first_one on first_one.row_key = k.row_key and first_one.nth = 1
        join temp.staged f on f.record_no = first_one.record_no
        where k.nth > 1
        """
    )
    columns = "record_no, null as column_name, row_key as value from temp.later where"
    verdicts.add(db, "unchanged", "twin", f"select {columns} is_twin")
    verdicts.add(db, "quarantined", "duplicate_key", f"select {columns} not is_twin")


def _compare(db: DuckDBPyConnection, binding: Binding, fields: list[str]) -> None:
    """Create ``corrected`` and give the verdict unchanged: what the table has already under that name."""
    table, source = quoted(binding.table.name), literal(binding.mapping.source)
    db.execute(
        f"""
        create or replace temp table met as
        select k.record_no, k.row_key, {same(fields, "s", "r")} as is_same
        from temp.keyed k
        join temp.staged s using (record_no)
        join raw.{table} r on r.source = {source} and r.row_key = k.row_key
        where k.nth = 1
        """
    )
    verdicts.add(
        db,
        "unchanged",
        "unchanged",
        "select record_no, null as column_name, null as value from temp.met where is_same",
    )
    db.execute(
        "create or replace temp table corrected as select record_no, row_key from temp.met where not is_same"
    )


def _correct(db: DuckDBPyConnection, binding: Binding, batch_id: int, fields: list[str]) -> int:
    """Keep the former rows, then overwrite the fields that this file brings."""
    if not db.execute("select exists (from temp.corrected)").fetchall()[0][0]:
        return 0
    table, source = binding.table.name, literal(binding.mapping.source)
    supersede(db, table, binding.mapping.source, batch_id, "select row_key from temp.corrected")
    changes = ", ".join(f"{quoted(name)} = s.{quoted(name)}" for name in fields)
    changed = db.execute(
        f"""
        update store.{quoted(table)} as r set batch_id = {batch_id}, record_no = s.record_no, {changes}
        from (select * from temp.staged join temp.corrected using (record_no)) s
        where r.source = {source} and {row_key(binding.table, fields, "r.")} = s.row_key
        """
    ).fetchall()
    return int(changed[0][0])


def supersede(db: DuckDBPyConnection, table: str, source: str, batch_id: int, row_keys: str) -> None:
    """Copy rows that are about to change into ``meta.superseded_rows``, every value as exact text."""
    columns = [*PROVENANCE, *input_tables()[table].fields]
    row = ", ".join(f"{quoted(name)}: cast(r.{quoted(name)} as varchar)" for name in columns)
    db.execute(
        f"""
        insert into meta.superseded_rows
        select {literal(table)}, r.source, r.row_key, r.batch_id, {batch_id},
            cast(to_json({{{row}}}) as varchar)
        from raw.{quoted(table)} r
        where r.source = {literal(source)} and r.row_key in ({row_keys})
        """
    )


def _insert(
    db: DuckDBPyConnection, binding: Binding, batch_id: int, fields: list[str], key: str, rows: str
) -> int:
    """Insert rows with their provenance."""
    columns = ", ".join(map(quoted, fields))
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
