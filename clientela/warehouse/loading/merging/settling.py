"""Which version of each document stands: decided from all versions, whatever the order in which they came.

Of two versions of a document the one from the file with the later newest day stands, at a tie the one with
the larger refund, then the one with the larger digest. Rows of other tables are what the file loaded last
says of them. Fields that a version does not bring are those of the next one. The others are kept in
``meta.superseded_rows``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.warehouse.input_tables import PROVENANCE
from clientela.warehouse.loading.merging.identity import told_apart
from clientela.warehouse.loading.merging.lines import write_lines
from clientela.warehouse.loading.merging.versions import LINE_PARTS, Ground, content, gather
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.store import ensure_columns, key_field, stored_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def settle(db: DuckDBPyConnection, ground: Ground, *, from_file: bool = False) -> None:
    """Let the right version stand for each key in ``contested``; leaves ``settled``, ``stands``, ``before``.

    Args:
        db: the shop's database, inside a transaction.
        ground: where.
        from_file: whether ``incoming`` brings versions, and ``incoming_lines`` their lines.
    """
    gather(db, ground, from_file=from_file)
    order = (
        f"newest_on desc nulls last, {ground.money} nulls last, digest desc, batch_id desc, record_no desc"
        if ground.is_of_documents
        else "batch_id desc, record_no desc"
    )
    db.execute(
        f"""
        create or replace temp table settled as
        select *, row_number() over (partition by doc_key order by {order}) as place_of
        from ({told_apart(ground, "temp.versions")})
        """
    )
    _fold(db, ground)
    fields = list(ground.table.fields)
    db.execute(
        f"""
        create or replace temp table before as
        select r.row_key as former_key, {ground.money} as money, md5({content(fields)}) as digest
        from raw.{quoted(ground.name)} r
        where r.source = {literal(ground.source)}
            and r.row_key in (select former_key from temp.settled where place = 'standing')
        """
    )
    _note_restated(db, ground)
    _note_names(db, ground)
    write_lines(db, ground, from_file=from_file)
    _write_rows(db, ground)
    _keep_others(db, ground)


def _fold(db: DuckDBPyConnection, ground: Ground) -> None:
    """Create ``stands``: of each document the first version, with what it does not bring from the next."""
    money = ground.table.money
    chosen = []
    for name in ground.table.fields:
        asked = money if name in money else (name,)
        brought = " or ".join(
            f"list_contains(fields, {literal(each)}) or (fields is null and {quoted(each)} is not null)"
            for each in asked
        )
        cell = quoted(name)
        chosen.append(f"first({cell} order by place_of) filter (where {brought}) as {cell}")
    db.execute(
        f"""
        create or replace temp table stands as
        select doc_key, arg_min(batch_id, place_of) as batch_id, arg_min(record_no, place_of) as record_no,
            arg_min(place, place_of) as place,
            arg_min(batch_id, place_of) filter (where lines_hash is not null) as lines_batch,
            arg_min(digest, place_of) filter (where lines_hash is not null) as lines_digest,
            {", ".join(chosen)}
        from temp.settled group by doc_key
        """
    )


def _note_restated(db: DuckDBPyConnection, ground: Ground) -> None:
    """Add to ``restated`` (happened_on) the rows that say otherwise without a record that says so."""
    event = ground.table.event
    day = f"cast(s.{quoted(event)} as date)" if event else "cast(null as date)"
    db.execute("create temp table if not exists restated (happened_on date)")
    db.execute(
        f"""
        insert into temp.restated
        select {day} from (select *, md5({content(list(ground.table.fields))}) as digest from temp.stands) s
        where s.place <> 'file' and not exists (
            from temp.settled v join temp.before b on b.former_key = v.former_key
            where v.place = 'standing' and v.doc_key = s.doc_key and b.digest = s.digest
        )
        """
    )


def _note_names(db: DuckDBPyConnection, ground: Ground) -> None:
    """Keep which former name became which, and let what confirms a row follow it."""
    db.execute(
        """
        create or replace temp table renamed as
        select former_key, batch_id, max(doc_key) as doc_key, bool_or(place = 'standing') as stood
        from temp.settled where former_key is not null and former_key <> doc_key group by former_key, batch_id
        """
    )
    if not db.execute("select exists (from temp.renamed)").fetchall()[0][0]:
        return
    rename_confirmed(db, ground, "temp.renamed", "doc_key")
    source = literal(ground.source)
    db.execute(
        f"insert into meta.rekeyed_rows select {literal(ground.name)}, {source}, former_key, {source}, "
        f"doc_key, "
        f"{ground.batch_id}, 'rekeyed' from temp.renamed where stood"
    )


def _write_rows(db: DuckDBPyConnection, ground: Ground) -> None:
    """Put what stands in the place of what stood."""
    ensure_columns(db, ground.name, ground.fields)
    columns = ", ".join(map(quoted, stored_columns(db, ground.name)))
    field = key_field(ground.table)
    named = f"nullif(doc_key, cast({quoted(field)} as varchar))" if field else "doc_key"
    stored = f"coalesce(row_key, cast({quoted(field)} as varchar))" if field else "row_key"
    if field and field not in stored_columns(db, ground.name):
        named, stored = "doc_key", "row_key"
    db.execute(
        f"delete from store.{quoted(ground.name)} where source = {literal(ground.source)} "
        f"and {stored} in (select former_key from temp.before)"
    )
    db.execute(
        f"insert into store.{quoted(ground.name)} (source, row_key, batch_id, record_no, {columns}) "
        f"select {literal(ground.source)}, {named}, batch_id, record_no, {columns} from temp.stands"
    )


def _keep_others(db: DuckDBPyConnection, ground: Ground) -> None:
    """Write anew which versions of these documents are kept aside, every value as exact text."""
    where = f"table_name = {literal(ground.name)} and source = {literal(ground.source)}"
    db.execute(
        f"delete from meta.superseded_rows where {where} "
        "and (row_key, batch_id) in (select former_key, batch_id from temp.settled where place = 'kept')"
    )
    fields = [name for name in ground.table.fields if name not in PROVENANCE]
    values = ", ".join(f"{quoted(name)}: cast(v.{quoted(name)} as varchar)" for name in fields)
    provenance = (
        f"source: {literal(ground.source)}, row_key: v.doc_key, batch_id: cast(v.batch_id as varchar), "
        "record_no: cast(v.record_no as varchar)"
    )
    db.execute(
        f"""
        insert into meta.superseded_rows
        select {literal(ground.name)}, {literal(ground.source)}, v.doc_key, v.batch_id, s.batch_id,
            cast(to_json({{{provenance}, {values}}}) as varchar)
        from temp.settled v join temp.stands s using (doc_key) where v.place_of > 1
        """
    )


def rename_confirmed(db: DuckDBPyConnection, ground: Ground, names: str, column: str) -> None:
    """Let what confirms a row follow its name; ``names`` has former_key and batch_id."""
    source = literal(ground.source)
    db.execute(
        f"update meta.confirmed_rows as c set row_key = n.{column} from {names} n "
        f"where c.table_name = {literal(ground.name)} and c.source = {source} "
        "and c.row_key = n.former_key and c.same_as = n.batch_id"
    )
    if not ground.is_of_documents:
        return
    line = LINE_PARTS.replace("row_key", "c.row_key")
    db.execute(
        f"update meta.confirmed_rows as c set row_key = n.{column} || chr(31) || {line} from {names} n "
        f"where c.table_name = 'order_lines' and c.source = {source} and c.same_as = n.batch_id "
        f"and c.row_key = n.former_key || chr(31) || {line}"
    )
