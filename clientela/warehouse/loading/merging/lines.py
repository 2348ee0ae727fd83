"""The lines of documents whose versions are settled: they follow the version that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.merging.versions import LINE_PARTS, Ground
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.store import ORDER_KEY, ensure_columns, stored_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write_lines(db: DuckDBPyConnection, ground: Ground, *, from_file: bool) -> None:
    """Let the lines follow their documents: those of the version that brings some stand, others are kept."""
    if not ground.is_of_documents:
        return
    if not db.execute("select exists (from temp.settled where lines_hash is not null)").fetchall()[0][0]:
        return
    _see_lines(db, ground, from_file=from_file)
    source = literal(ground.source)
    table = input_tables()["order_lines"]
    db.execute(
        f"delete from store.order_lines where source = {source} and (row_key, batch_id) in "
        "(select former_line, batch_id from temp.lines_seen where place = 'standing')"
    )
    db.execute(
        f"delete from meta.superseded_rows where table_name = 'order_lines' and source = {source} "
        "and (row_key, batch_id) in (select former_line, batch_id from temp.lines_seen where place = 'kept')"
    )
    ensure_columns(db, "order_lines", (ORDER_KEY,)) if _has_longer_keys(db) else None
    has_key = _stores_order_key(db)
    columns = [*([ORDER_KEY] if has_key else []), *stored_columns(db, "order_lines")]
    values = [f"nullif({ORDER_KEY}, order_id)" if name == ORDER_KEY else quoted(name) for name in columns]
    db.execute(
        f"insert into store.order_lines (source, row_key, batch_id, record_no, "
        f"{', '.join(map(quoted, columns))}) "
        f"select {source}, row_key, batch_id, record_no, {', '.join(values)} from temp.lines_seen where "
        f"stands"
    )
    fields = [ORDER_KEY, *table.fields]
    row = ", ".join(f"{quoted(name)}: cast({quoted(name)} as varchar)" for name in fields)
    provenance = (
        f"source: {source}, row_key: row_key, batch_id: cast(batch_id as varchar), "
        "record_no: cast(record_no as varchar)"
    )
    db.execute(
        f"""
        insert into meta.superseded_rows
        select 'order_lines', {source}, row_key, batch_id, superseded_by,
            cast(to_json({{{provenance}, {row}}}) as varchar)
        from temp.lines_seen where not stands
        """
    )


def _has_longer_keys(db: DuckDBPyConnection) -> bool:
    """Tell whether a line belongs to a document whose key is more than its number."""
    found = db.execute(f"select exists (from temp.lines_seen where {ORDER_KEY} <> order_id)").fetchall()
    return bool(found[0][0])


def _stores_order_key(db: DuckDBPyConnection) -> bool:
    found = db.execute(
        "select exists (from duckdb_columns() where database_name = current_database() "
        "and schema_name = 'store' and table_name = 'order_lines' and column_name = ?)",
        [ORDER_KEY],
    ).fetchall()
    return bool(found[0][0])


def _see_lines(db: DuckDBPyConnection, ground: Ground, *, from_file: bool) -> None:
    """Create ``lines_seen``: every line of these versions, under the name that it has from now on."""
    source = literal(ground.source)
    lines = input_tables()["order_lines"].fields
    standing = ", ".join(f"r.{quoted(name)}" for name in lines)
    kept = ", ".join(
        f"try_cast(s.content ->> {literal(name)} as {kind}) as {quoted(name)}" for name, kind in lines.items()
    )
    known = "(select distinct former_key, batch_id from temp.settled where place <> 'file')"
    brought = ""
    if from_file and ground.has_lines:
        brought = f"""
            union all by name
            select l.* exclude (place_in), 'file' as place, null as former_key, d.record_no as document_no,
                l.row_key as former_line, {ground.batch_id} as batch_id
            from temp.incoming_lines l join temp.incoming d using (place_in)
        """
    db.execute(
        f"""
        create or replace temp table lines_seen as
        select l.* exclude (row_key, former_key, document_no),
            v.doc_key as {ORDER_KEY}, v.doc_key || chr(31) ||
                {LINE_PARTS.replace("row_key", "l.former_line")} as row_key,
            s.batch_id as superseded_by, s.lines_batch = l.batch_id and s.lines_digest = v.digest as stands
        from (
            select {standing}, r.row_key, r.record_no, 'standing' as place, r.order_key as former_key,
                cast(null as bigint) as document_no, r.row_key as former_line, r.batch_id
            from raw.order_lines r join {known} k on k.former_key = r.order_key and k.batch_id = r.batch_id
            where r.source = {source}
            union all by name
            select {kept}, s.row_key, coalesce(try_cast(s.content ->> 'record_no' as bigint), 0) as record_no,
                'kept' as place, k.former_key, cast(null as bigint) as document_no, s.row_key as
                    former_line, s.batch_id
            from meta.superseded_rows s join {known} k
                on k.former_key = coalesce(s.content ->> 'order_key', s.content ->> 'order_id') and
                k.batch_id = s.batch_id
            where s.table_name = 'order_lines' and s.source = {source}
            {brought}
        ) l
        join temp.settled v on v.batch_id = l.batch_id
            and (v.former_key = l.former_key or (v.place = 'file' and v.record_no = l.document_no))
        join temp.stands s on s.doc_key = v.doc_key
        """
    )
