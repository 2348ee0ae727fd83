"""Every version of a row that a shop has seen: what stands, what was kept aside, what a file brings.

Which of them stands is a function of the versions alone (settling.py), so that files may come in any order
and a load may be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import InputTable
from clientela.warehouse.loading.merging.document_key import APART
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINE_PARTS: Final = "split_part(row_key, chr(31), -1)"
"""SQL of what names a line within its document."""


@dataclass(frozen=True)
class Ground:
    """Where versions are compared: a table of one source."""

    table: InputTable
    source: str
    batch_id: int
    """The load that looks; its own row in the register is not written yet."""

    is_said: bool = False
    """Whether a mapping says what the key is."""

    fields: tuple[str, ...] = ()
    """What the file brings; empty where there is none."""

    newest_on: str = "cast(null as date)"
    """SQL of the file's newest day."""

    has_lines: bool = False
    """Whether the file's rows are lines of documents."""

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def is_of_documents(self) -> bool:
        """Whether the rows are documents: a number on them is no name, and the newer file wins."""
        return self.table.name == "orders"

    @property
    def money(self) -> str:
        """SQL of a row's money."""
        return f"coalesce({', '.join(map(quoted, self.table.money))})" if self.table.money else "null"


def base_of(row_key: str) -> str:
    """Return the SQL of the key itself, without what tells documents apart that bear it together."""
    return f"split_part({row_key}, {APART}, 1)"


def content(fields: list[str] | tuple[str, ...], alias: str = "") -> str:
    """Return the SQL of a row's content as text: only the fields that have a value."""
    parts = ", ".join(f"{literal(name + '=')} || {alias}{quoted(name)}" for name in fields)
    return f"concat_ws(chr(31), {parts})"


def gather(db: DuckDBPyConnection, ground: Ground, *, from_file: bool) -> None:
    """Create ``versions`` of the keys in ``contested`` (base).

    Args:
        db: the shop's database, inside a transaction.
        ground: where.
        from_file: whether ``incoming`` (base, record_no, the ground's fields, lines_hash) brings some.
    """
    fields = list(ground.table.fields)
    stored = [_standing(ground, fields), _kept(ground, fields)]
    both = " union all by name ".join([*stored, *([_from_file(ground)] if from_file else [])])
    pure = ", ".join(
        f"case when fields is null or list_contains(fields, {literal(name)}) then {quoted(name)} end as "
        f"{quoted(name)}"
        for name in fields
    )
    text = f"md5({content(fields)} || coalesce(lines_hash, ''))"
    db.execute(
        f"""
        create or replace temp table versions as
        select *, {text} as digest from (
            select base, place, former_key, batch_id, record_no, fields, newest_on, lines_hash, {pure}
                from ({both})
        )
        """
    )


def _registered() -> str:
    """Return the SQL of the loads, by what decides between versions."""
    return (
        "select batch_id, string_split(fields, ',') as fields, "
        "coalesce(newest_on, last_event_on) as newest_on from meta.batches"
    )


def _newest(ground: Ground) -> str:
    """Return the SQL of the newest file that brought each row again, by (row_key, same_as)."""
    return f"""
        select c.row_key, c.same_as,
            max(coalesce(b.newest_on, case when c.batch_id = {ground.batch_id} then {ground.newest_on}
                end)) as newest_on
        from meta.confirmed_rows c left join ({_registered()}) b on b.batch_id = c.batch_id
        where c.table_name = {literal(ground.name)} and c.source = {literal(ground.source)}
        group by c.row_key, c.same_as
    """


def _standing(ground: Ground, fields: list[str]) -> str:
    """Return the SQL of the rows as they stand; a document brings its lines' digest."""
    listed = ", ".join(f"r.{quoted(name)}" for name in fields)
    return f"""
        select {base_of("r.row_key")} as base, 'standing' as place, r.row_key as former_key, r.batch_id,
            r.record_no,
            b.fields, greatest(b.newest_on, n.newest_on) as newest_on,
            l.lines_hash, {listed}
        from raw.{quoted(ground.name)} r
        left join ({_registered()}) b on b.batch_id = r.batch_id
        left join ({_newest(ground)}) n on n.row_key = r.row_key and n.same_as = r.batch_id
        {_lines(ground, "r")}
        where r.source = {literal(ground.source)}
            and {base_of("r.row_key")} in (select base from temp.contested)
    """


def _kept(ground: Ground, fields: list[str]) -> str:
    """Return the SQL of the rows kept aside."""
    types = ground.table.fields
    listed = ", ".join(
        f"try_cast(s.content ->> {literal(name)} as {types[name]}) as {quoted(name)}" for name in fields
    )
    return f"""
        select {base_of("s.row_key")} as base, 'kept' as place, s.row_key as former_key, s.batch_id,
            coalesce(try_cast(s.content ->> 'record_no' as bigint), 0) as record_no,
            b.fields, greatest(b.newest_on, n.newest_on) as newest_on,
            l.lines_hash, {listed}
        from meta.superseded_rows s
        left join ({_registered()}) b on b.batch_id = s.batch_id
        left join ({_newest(ground)}) n on n.row_key = s.row_key and n.same_as = s.batch_id
        {_lines(ground, "s")}
        where s.table_name = {literal(ground.name)} and s.source = {literal(ground.source)}
            and {base_of("s.row_key")} in (select base from temp.contested)
    """


def _lines(ground: Ground, alias: str) -> str:
    """Return the SQL that joins the digest of the lines that a document's load brought with it."""
    if not ground.is_of_documents:
        return "left join (select null as lines_hash) l on false"
    source = literal(ground.source)
    return f"""
        left join (
            select order_key, batch_id, md5(string_agg({LINE_PARTS}, chr(30) order by {LINE_PARTS})) as
                lines_hash
            from (
                select order_key, batch_id, row_key from raw.order_lines where source = {source}
                union all
                select coalesce(content ->> 'order_key', content ->> 'order_id'), batch_id, row_key
                from meta.superseded_rows where table_name = 'order_lines' and source = {source}
            ) group by order_key, batch_id
        ) l on l.order_key = {alias}.row_key and l.batch_id = {alias}.batch_id
    """


def _from_file(ground: Ground) -> str:
    """Return the SQL of the rows that the file brings."""
    listed = ", ".join(map(quoted, ground.fields))
    said = ", ".join(map(literal, ground.fields))
    return f"""
        select base, 'file' as place, null as former_key, {ground.batch_id} as batch_id, record_no,
            [{said}] as fields, {ground.newest_on} as newest_on, lines_hash, {listed}
        from temp.incoming where base in (select base from temp.contested)
    """
