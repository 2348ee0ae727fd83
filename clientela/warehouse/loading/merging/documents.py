"""Merge a file whose rows are the lines of documents: a document is whole or it is not there.

The lines belong to the document's key; of several versions the one that stands brings its lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clientela.warehouse.input_tables import MONEY, PERSON_KEYS, input_tables
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.merging import rekeying
from clientela.warehouse.loading.merging.document_key import DocumentParts
from clientela.warehouse.loading.merging.merging import confirm, ground_of, same
from clientela.warehouse.loading.merging.outcomes import Written, judged
from clientela.warehouse.loading.merging.settling import settle
from clientela.warehouse.loading.merging.versions import LINE_PARTS, Ground, base_of, content
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.store import ORDER_KEY, ensure_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FRESH = "(select base from temp.documents group by base having count(*) = 1)"
"""Keys that one document of the file bears."""


def merge_documents(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> Written:
    """Merge the accepted lines of ``staged`` and the documents that they make; a record is a line."""
    parts = rekeying.current_parts(db, binding, batch_id)
    parts = rekeying.measured_parts(db, binding, batch_id, parts)
    ground = replace(ground_of(db, binding, batch_id, parts), is_said=parts.is_said)
    rekeying.adopt_kept(db, binding, ground, parts)
    _number_documents(db, binding, parts)
    _two_customers(db, binding)
    _incomplete(db)
    _make_documents(db, binding)
    _make_lines(db, binding)
    _meet(db, ground)
    ensure_columns(db, "orders", binding.fields)
    ensure_columns(db, "order_lines", binding.line_fields)
    new = _insert_new(db, binding, ground)
    if not db.execute("select exists (from temp.contested)").fetchall()[0][0]:
        return Written(new)
    settle(db, ground, from_file=True)
    of_document = (
        "select l.record_no, d.record_no as document_no "
        "from temp.incoming_lines l join temp.incoming d using (place_in)"
    )
    settled = judged(db, ground, of_document)
    return replace(settled, new=settled.new + new)


def _number_documents(db: DuckDBPyConnection, binding: Binding, parts: DocumentParts) -> None:
    """Create ``numbered`` (record_no, base, place_in): the document of each line that has a number.

    Where nothing says what the key is, lines of one number in different years, shops or kinds of
    document are of
    different documents.
    """
    key = parts.sql(binding.table, binding.fields)
    apart = []
    if not parts.is_said:
        apart = [name for name in ("doc_type", "store_id") if name in binding.fields]
    within = "over (partition by base)"
    values = [
        "cast(year(order_date) as varchar)",
        *(f"upper(cast({quoted(name)} as varchar))" for name in apart),
    ]
    split = [
        f"case when min({value}) {within} <> max({value}) {within} then coalesce({value}, '') else '' end"
        for value in (values if not parts.is_said else [])
    ]
    place = " || chr(31) || ".join(["base", *split])
    db.execute(
        f"""
        create or replace temp table numbered as
        select record_no, base, {place} as place_in
        from (select *, {key} as base from temp.staged where {key} is not null)
        """
    )


def _two_customers(db: DuckDBPyConnection, binding: Binding) -> None:
    """Quarantine every line of a document that names two people."""
    keys = [name for name in PERSON_KEYS if name in binding.fields]
    if not keys:
        return
    test = " or ".join(f"count(distinct {quoted(name)}) > 1" for name in keys)
    accepted = f"{verdicts.ACCEPTED} join temp.numbered using (record_no)"
    verdicts.add(
        db,
        "quarantined",
        "two_customers_in_one_order",
        f"""
        select record_no, 'order_id' as column_name, order_id as value from {accepted}
        semi join (select place_in from {accepted} group by place_in having {test}) using (place_in)
        """,
    )


def _incomplete(db: DuckDBPyConnection) -> None:
    """Quarantine the good lines of a document that has a bad one."""
    verdicts.add(
        db,
        "quarantined",
        "order_incomplete",
        f"""
        select record_no, 'order_id' as column_name, order_id as value
        from {verdicts.ACCEPTED} join temp.numbered using (record_no)
        semi join (
            select place_in from temp.numbered semi join
            (select record_no from temp.verdicts where disposition = 'quarantined') using (record_no)
        ) using (place_in)
        """,
    )


def _make_documents(db: DuckDBPyConnection, binding: Binding) -> None:
    """Create ``documents``: the earliest date, the summed amounts, the first of every other field."""
    fields = []
    for name in binding.fields:
        column = quoted(name)
        if name == binding.table.event:
            fields.append(f"min({column}) as {column}")
        elif binding.types[name] == MONEY:
            fields.append(f"cast(sum({column}) as {MONEY}) as {column}")
        else:
            fields.append(f"arg_min({column}, record_no) as {column}")
    db.execute(
        f"""
        create or replace temp table documents as
        select any_value(base) as base, place_in, min(record_no) as record_no, {", ".join(fields)}
        from {verdicts.ACCEPTED} join temp.numbered using (record_no) group by place_in
        """
    )


def _make_lines(db: DuckDBPyConnection, binding: Binding) -> None:
    """Create ``document_lines``, named by their document, their content and their n-th occurrence."""
    fields = list(binding.line_fields)
    db.execute(
        f"""
        create or replace temp table document_lines as
        select * exclude (digest),
            base || chr(31) || digest || ':' || row_number() over (
                partition by place_in, digest order by record_no
            ) as row_key
        from (
            select record_no, base, place_in, {", ".join(map(quoted, fields))}, md5({content(fields)})
                as digest
            from {verdicts.ACCEPTED} join temp.numbered using (record_no)
        )
        """
    )


def _meet(db: DuckDBPyConnection, ground: Ground) -> None:
    """Judge documents that are there as they are, and create ``contested``, ``incoming`` and their lines."""
    source = literal(ground.source)
    digest = f"md5(string_agg({LINE_PARTS}, chr(30) order by {LINE_PARTS}))"
    said = literal(",".join(ground.fields))
    db.execute(
        f"""
        create or replace temp table met as
        select d.place_in, d.base, d.record_no, r.row_key, r.batch_id,
            {same(list(ground.fields), "d", "r")} and n.digest is not distinct from o.digest
                and coalesce(b.fields = {said}, true) as is_same
        from temp.documents d
        join raw.orders r on r.source = {source} and {base_of("r.row_key")} = d.base
        left join meta.batches b on b.batch_id = r.batch_id
        join (select place_in, {digest} as digest from temp.document_lines group by place_in) n
            on n.place_in = d.place_in
        left join (
            select {ORDER_KEY}, batch_id, {digest} as digest
            from raw.order_lines where source = {source} group by all
        ) o on o.{ORDER_KEY} = r.row_key and o.batch_id = r.batch_id
        """
    )
    confirm(db, ground, "select record_no, row_key, batch_id from temp.met where is_same")
    unchanged = "(select place_in from temp.met where is_same)"
    _confirm_lines(db, ground)
    verdicts.add(
        db,
        "unchanged",
        "unchanged",
        "select record_no, null as column_name, null as value from temp.document_lines "
        f"where place_in in {unchanged}",
    )
    db.execute(
        f"""
        create or replace temp table contested as
        select distinct base from temp.met where place_in not in {unchanged}
        union
        select base from temp.documents where place_in not in {unchanged} group by base having count(*) > 1
        """
    )
    chosen = f"place_in not in {unchanged} and base in (select base from temp.contested)"
    db.execute(
        f"create or replace temp table incoming_lines as select * exclude (base) from "
        f"temp.document_lines where {chosen}"
    )
    db.execute(
        f"""
        create or replace temp table incoming as
        select d.*, l.lines_hash from temp.documents d
        join (select place_in, {digest} as lines_hash from temp.document_lines group by place_in) l
            using (place_in)
        where {chosen}
        """
    )


def _confirm_lines(db: DuckDBPyConnection, ground: Ground) -> None:
    """Note where the lines stand in this file too, so that it can bear them where the other load goes."""
    lines = replace(ground, table=input_tables()["order_lines"])
    confirm(
        db,
        lines,
        f"""
        select l.record_no, m.row_key || chr(31) || {LINE_PARTS.replace("row_key", "l.row_key")} as row_key,
            m.batch_id
        from temp.document_lines l join temp.met m using (place_in) where m.is_same
        """,
    )


def _insert_new(db: DuckDBPyConnection, binding: Binding, ground: Ground) -> int:
    """Insert the documents that nothing has the key of, and their lines; return how many lines."""
    columns = ", ".join(map(quoted, binding.fields))
    fresh = (
        "base not in (select base from temp.contested) and place_in not in (select place_in from temp.met)"
    )
    source = literal(ground.source)
    db.execute(
        f"""
        insert into store.orders (source, row_key, batch_id, record_no, {columns})
        select {source}, nullif(base, order_id), {ground.batch_id}, record_no, {columns}
        from temp.documents where {fresh}
        """
    )
    longer = f"select exists (from temp.documents where {fresh} and base <> order_id)"
    key = ""
    if db.execute(longer).fetchall()[0][0]:
        ensure_columns(db, "order_lines", (ORDER_KEY,))
        key = f"{ORDER_KEY}, "
    columns = ", ".join(map(quoted, binding.line_fields))
    inserted = db.execute(
        f"""
        insert into store.order_lines (source, row_key, batch_id, record_no, {key}{columns})
        select {source}, row_key, {ground.batch_id}, record_no,
            {"nullif(base, order_id), " if key else ""}{columns}
        from temp.document_lines where {fresh}
        """
    ).fetchall()
    return int(inserted[0][0])
