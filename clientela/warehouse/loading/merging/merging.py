"""Merge staged rows into their raw table: new, unchanged, corrected, older, or twice in the file.

A row is named by its source and its key (document_key.py). Where a key is missing the row's content and its
n-th occurrence in the file name it, so that overlapping exports add nothing twice and true twins are both
kept. Which of several versions stands is decided in settling.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.merging import rekeying
from clientela.warehouse.loading.merging.document_key import DocumentParts
from clientela.warehouse.loading.merging.identity import told_apart
from clientela.warehouse.loading.merging.inserting import insert
from clientela.warehouse.loading.merging.outcomes import Written, judged
from clientela.warehouse.loading.merging.settling import settle
from clientela.warehouse.loading.merging.versions import Ground, base_of, content
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.store import ensure_columns, key_field

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def merge(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> Written:
    """Merge the accepted records of ``staged``; each is one row of the table."""
    fields = list(binding.types)
    ensure_columns(db, binding.table.name, fields)
    parts = rekeying.current_parts(db, binding, batch_id)
    key = parts.sql(binding.table, binding.types)
    if _are_keys_new(db, binding, key):
        stored = key if parts.is_composed or not key_field(binding.table) else "null"
        return Written(insert(db, binding, batch_id, stored, "temp.staged where fault is null"))
    ground = ground_of(db, binding, batch_id, parts)
    parts = rekeying.measured_parts(db, binding, batch_id, parts)
    rekeying.adopt_kept(db, binding, ground, parts)
    _name_rows(db, binding, parts.sql(binding.table, binding.types))
    _judge_repeated(db, binding, replace(ground, is_said=parts.is_said))
    _meet(db, ground)
    new = f"(select s.*, k.row_key from {verdicts.ACCEPTED} s join temp.keyed k using (record_no)"
    new += " where not k.by_content and k.row_key not in (select base from temp.contested)"
    new += " or k.by_content)"
    field = key_field(binding.table)
    named = f"nullif(row_key, cast({quoted(field)} as varchar))" if field in fields else "row_key"
    inserted = insert(db, binding, batch_id, named, new)
    settled = _settle(db, ground)
    return replace(settled, new=settled.new + inserted)


def ground_of(db: DuckDBPyConnection, binding: Binding, batch_id: int, parts: DocumentParts) -> Ground:
    """Return where the file's rows are compared."""
    return Ground(
        binding.table,
        binding.mapping.source,
        batch_id,
        is_said=parts.is_said,
        fields=tuple(binding.fields),
        newest_on=newest_on(db, binding),
        has_lines=binding.mapping.rows == "line",
    )


def newest_on(db: DuckDBPyConnection, binding: Binding) -> str:
    """Return the SQL of the newest day among the file's readable rows."""
    event = binding.table.event
    if binding.newest_on:
        return f"date '{binding.newest_on}'"
    if event not in binding.types:
        return "cast(null as date)"
    found = db.execute(
        f"select cast(max({quoted(str(event))}) as date) from temp.staged where fault is null"
    ).fetchall()[0][0]
    return f"date '{found}'" if found else "cast(null as date)"


def has_rows(db: DuckDBPyConnection, table: str, source: str) -> bool:
    """Tell whether the source has brought rows to the table before."""
    found = db.execute(f"select exists (from raw.{quoted(table)} where source = ?)", [source]).fetchall()
    return bool(found[0][0])


def same(fields: list[str], one: str, other: str) -> str:
    """Return the SQL test that two rows have the same content."""
    return " and ".join(
        f"{one}.{quoted(name)} is not distinct from {other}.{quoted(name)}" for name in fields
    )


def _are_keys_new(db: DuckDBPyConnection, binding: Binding, key: str) -> bool:
    """Tell whether every row has a key that nothing else has, so that all are simply new.

    Numbers are grouped instead of texts, which is twice as fast; where two hashes agree by chance, the
    longer way finds out.
    """
    if key.startswith("cast(null") or has_rows(db, binding.table.name, binding.mapping.source):
        return False
    accepted = "from temp.staged where fault is null"
    if db.execute(f"select exists (select 1 {accepted} and {key} is null)").fetchall()[0][0]:
        return False
    return not db.execute(
        f"select exists (select 1 {accepted} group by hash({key}) having count(*) > 1)"
    ).fetchall()[0][0]


def _name_rows(db: DuckDBPyConnection, binding: Binding, key: str) -> None:
    """Create ``keyed`` (record_no, row_key, by_content): the name of each accepted row."""
    fields = list(binding.types)
    db.execute(
        f"""
        create or replace temp table keyed as
        select record_no, by_content,
            case when by_content then name || ':' || row_number() over (partition by name order by record_no)
                else name end as row_key
        from (
            select record_no, coalesce(key, 'content:' || md5({content(fields)})) as name, key is null
                as by_content
            from (select *, {key} as key from {verdicts.ACCEPTED})
        )
        """
        if _has_unnamed(db, key)
        else f"""
        create or replace temp table keyed as
        select record_no, false as by_content, {key} as row_key from {verdicts.ACCEPTED}
        """
    )


def _has_unnamed(db: DuckDBPyConnection, key: str) -> bool:
    """Tell whether a row has no key."""
    found = db.execute(f"select exists (select 1 from {verdicts.ACCEPTED} where {key} is null)").fetchall()
    return bool(found[0][0])


def _judge_repeated(db: DuckDBPyConnection, binding: Binding, ground: Ground) -> None:
    """A twin in the file is unchanged; rows of one key with different content are all faulty, none stands.

    Where nothing says what the key is, rows that nothing but their number has in common are documents
    of their own.
    """
    fields = list(binding.types)
    repeated = "select row_key from temp.keyed where not by_content group by row_key having count(*) > 1"
    if not db.execute(f"select exists ({repeated})").fetchall()[0][0]:
        return
    missing = ", ".join(
        f"cast(null as {kind}) as {quoted(name)}"
        for name, kind in binding.table.fields.items()
        if name not in binding.types
    )
    db.execute(
        f"""
        create or replace temp table repeated as
        select k.row_key as base, {ground.batch_id} as batch_id, s.*, md5({content(fields, "s.")}) as digest
            {", " + missing if missing else ""}
        from temp.keyed k join temp.staged s using (record_no) where k.row_key in ({repeated})
        """
    )
    apart = (
        "select *, base as doc_key from temp.repeated"
        if ground.is_said
        else told_apart(ground, "temp.repeated")
    )
    db.execute(
        f"""
        create or replace temp table later as
        select record_no, base as row_key,
            min(digest) over (partition by doc_key) <> max(digest) over (partition by doc_key) as is_faulty,
            row_number() over (partition by doc_key order by record_no) > 1 as is_twin
        from ({apart})
        """
    )
    columns = "record_no, null as column_name, row_key as value from temp.later where"
    verdicts.add(db, "quarantined", "duplicate_key", f"select {columns} is_faulty")
    verdicts.add(db, "unchanged", "twin", f"select {columns} not is_faulty and is_twin")


def _meet(db: DuckDBPyConnection, ground: Ground) -> None:
    """Judge what is unchanged, and create ``contested`` (base) and ``incoming``: what must be settled."""
    table, source = quoted(ground.name), literal(ground.source)
    said = ",".join(ground.fields)
    db.execute(
        f"""
        create or replace temp table met as
        select k.record_no, k.row_key as base, r.row_key, r.batch_id, k.by_content or (
            {same(list(ground.fields), "s", "r")} and coalesce(b.fields = {literal(said)}, true)) as is_same
        from temp.keyed k
        join {verdicts.ACCEPTED} s using (record_no)
        join raw.{table} r
            on r.source = {source} and {base_of("r.row_key") if ground.is_of_documents else "r.row_key"}
                = k.row_key
        left join meta.batches b on b.batch_id = r.batch_id
        """
    )
    confirm(db, ground, "select record_no, row_key, batch_id from temp.met where is_same")
    verdicts.add(
        db,
        "unchanged",
        "unchanged",
        "select distinct record_no, null as column_name, null as value from temp.met where is_same",
    )
    db.execute(
        f"""
        create or replace temp table contested as
        select distinct base from temp.met m
        where not is_same and record_no not in (select record_no from temp.met where is_same)
        union
        select row_key from temp.keyed k semi join {verdicts.ACCEPTED} using (record_no)
        where not by_content group by row_key having count(*) > 1
        """
    )
    listed = ", ".join(f"s.{quoted(name)}" for name in ground.fields)
    db.execute(
        f"""
        create or replace temp table incoming as
        select k.row_key as base, s.record_no, cast(null as varchar) as lines_hash, {listed}
        from {verdicts.ACCEPTED} s join temp.keyed k using (record_no)
        where k.row_key in (select base from temp.contested)
        """
    )


def confirm(db: DuckDBPyConnection, ground: Ground, rows: str) -> None:
    """Note that this load brought rows again as they stand; ``rows`` says record_no, row_key, batch_id."""
    db.execute(
        f"""
        insert into meta.confirmed_rows
        select {literal(ground.name)}, {literal(ground.source)}, row_key, {ground.batch_id},
            min(record_no), batch_id
        from ({rows}) group by row_key, batch_id
        """
    )


def _settle(db: DuckDBPyConnection, ground: Ground) -> Written:
    """Settle the contested keys and judge their records by what came of them."""
    if not db.execute("select exists (from temp.contested)").fetchall()[0][0]:
        return Written(0)
    settle(db, ground, from_file=True)
    return judged(db, ground, "select record_no, record_no as document_no from temp.incoming")
