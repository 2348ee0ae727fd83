"""Merge a file whose rows are the lines of orders: a document is whole or it is not there.

The document of a later file replaces the former one of the same number, lines included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import MONEY, PERSON_KEYS, input_tables
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.merging.merging import Written, content, same, supersede
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.store import ensure_columns, row_key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


REPLACING: Final = (
    "select record_no from temp.document_lines "
    "semi join (select order_id from temp.met where not is_same) using (order_id)"
)
"""The lines of documents that were there with another content."""


def merge_documents(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> Written:
    """Merge the accepted lines of ``staged`` and the orders that they make; a record is a line."""
    _two_customers(db, binding)
    _incomplete(db)
    _make_documents(db, binding)
    _make_lines(db, binding)
    _compare(db, binding)
    _replace(db, binding, batch_id)
    _insert_orders(db, binding, batch_id)
    inserted = _insert_lines(db, binding, batch_id)
    corrected = int(db.execute(f"select count(*) from ({REPLACING})").fetchall()[0][0])
    return Written(inserted - corrected, corrected, REPLACING)


def _two_customers(db: DuckDBPyConnection, binding: Binding) -> None:
    """Quarantine every line of an order that names two people."""
    keys = [name for name in PERSON_KEYS if name in binding.fields]
    if not keys:
        return
    test = " or ".join(f"count(distinct {quoted(name)}) > 1" for name in keys)
    verdicts.add(
        db,
        "quarantined",
        "two_customers_in_one_order",
        f"""
        select record_no, 'order_id' as column_name, order_id as value from {verdicts.ACCEPTED}
        semi join (select order_id from {verdicts.ACCEPTED} group by order_id having {test}) using (order_id)
        """,
    )


def _incomplete(db: DuckDBPyConnection) -> None:
    """Quarantine the good lines of an order that has a bad one."""
    verdicts.add(
        db,
        "quarantined",
        "order_incomplete",
        f"""
        select record_no, 'order_id' as column_name, order_id as value from {verdicts.ACCEPTED}
        semi join (
            select order_id from temp.staged semi join
            (select record_no from temp.verdicts where disposition = 'quarantined') using (record_no)
        ) using (order_id)
        """,
    )


def _make_documents(db: DuckDBPyConnection, binding: Binding) -> None:
    """Create ``documents``: the earliest date, the summed amounts, the first of every other field."""
    fields = []
    for name in binding.fields:
        if name == "order_id":
            continue
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
        select order_id, min(record_no) as record_no, {", ".join(fields)}
        from {verdicts.ACCEPTED} group by order_id
        """
    )


def _make_lines(db: DuckDBPyConnection, binding: Binding) -> None:
    """Create ``document_lines``: a line is named by its order, its content and its n-th occurrence there."""
    fields = list(binding.line_fields)
    db.execute(
        f"""
        create or replace temp table document_lines as
        select * exclude (digest),
            order_id || chr(31) || digest || ':' || row_number() over (
                partition by order_id, digest order by record_no
            ) as row_key
        from (
            select record_no, {", ".join(map(quoted, fields))}, md5({content(fields)}) as digest
            from {verdicts.ACCEPTED}
        )
        """
    )


def _compare(db: DuckDBPyConnection, binding: Binding) -> None:
    """Create ``met``: orders that are there already; lines of those that are the same are unchanged."""
    source = literal(binding.mapping.source)
    fields = list(binding.fields)
    digest = "md5(string_agg(row_key, chr(30) order by row_key))"
    db.execute(
        f"""
        create or replace temp table met as
        select d.order_id, {same(fields, "d", "r")} and n.digest is not distinct from o.digest as is_same
        from temp.documents d
        join raw.orders r on r.source = {source} and r.row_key = d.order_id
        join (select order_id, {digest} as digest from temp.document_lines group by order_id) n
            on n.order_id = d.order_id
        left join (
            select order_id, {digest} as digest from raw.order_lines where source = {source} group by order_id
        ) o on o.order_id = d.order_id
        """
    )
    verdicts.add(
        db,
        "unchanged",
        "unchanged",
        "select record_no, null as column_name, null as value from temp.document_lines "
        "semi join (select order_id from temp.met where is_same) using (order_id)",
    )


def _replace(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> None:
    """Keep the former orders and lines that a new document replaces, then take them out."""
    if not db.execute("select exists (from temp.met where not is_same)").fetchall()[0][0]:
        return
    source = binding.mapping.source
    orders = "select order_id from temp.met where not is_same"
    lines = f"select row_key from raw.order_lines where source = {literal(source)} and order_id in ({orders})"
    for table, keys in (("order_lines", lines), ("orders", orders)):
        supersede(db, table, source, batch_id, keys)
        named = row_key(input_tables()[table], ("order_id",))
        db.execute(f"delete from store.{table} where source = {literal(source)} and {named} in ({keys})")


def _insert_orders(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> None:
    """Insert the orders that are new or replaced."""
    columns = ", ".join(map(quoted, binding.fields))
    ensure_columns(db, "orders", binding.fields)
    db.execute(
        f"""
        insert into store.orders (source, row_key, batch_id, record_no, {columns})
        select {literal(binding.mapping.source)}, null, {batch_id}, record_no, {columns}
        from temp.documents anti join (select order_id from temp.met where is_same) using (order_id)
        """
    )


def _insert_lines(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> int:
    """Insert their lines."""
    columns = ", ".join(map(quoted, binding.line_fields))
    ensure_columns(db, "order_lines", binding.line_fields)
    inserted = db.execute(
        f"""
        insert into store.order_lines (source, row_key, batch_id, record_no, {columns})
        select {literal(binding.mapping.source)}, row_key, {batch_id}, record_no, {columns}
        from temp.document_lines anti join (select order_id from temp.met where is_same) using (order_id)
        """
    ).fetchall()
    return int(inserted[0][0])
