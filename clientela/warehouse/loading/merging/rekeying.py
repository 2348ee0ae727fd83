"""Give the rows of a source the key that it has from now on; their documents stay what they are.

The new name is made of what is stored, the former one is kept in ``meta.rekeyed_rows``. A row that lacks
what the new key asks for keeps its name until a file brings it again: the same number on the same day is
the same document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import InputTable
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.merging.document_key import (
    APART,
    DocumentParts,
    document_parts,
    note_parts,
    noted_parts,
    restarts_daily,
)
from clientela.warehouse.loading.merging.settling import rename_confirmed, settle
from clientela.warehouse.loading.merging.versions import LINE_PARTS, Ground, base_of
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.store import ORDER_KEY, ensure_columns, stored_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BY_DAY: Final = DocumentParts(("order_id", "day"))
"""The key of a source whose numbers begin anew each day."""


def current_parts(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> DocumentParts:
    """Return the key of the file's source; where its mapping says another one, its rows get it first."""
    parts = document_parts(db, binding)
    table, source = binding.table, binding.mapping.source
    if not parts.is_said:
        return parts
    noted = noted_parts(db, table.name, source)
    if noted is None or noted.names != parts.names:
        rekey(db, table, source, parts, batch_id)
        _change(db, source, noted or DocumentParts(table.key), parts, batch_id)
    return parts


def measured_parts(
    db: DuckDBPyConnection, binding: Binding, batch_id: int, parts: DocumentParts
) -> DocumentParts:
    """Return the key with the day in it, where the numbers turn out to begin anew each day."""
    if binding.table.name != "orders" or parts.is_composed or not restarts_daily(db, binding):
        return parts
    rekey(db, binding.table, binding.mapping.source, BY_DAY, batch_id)
    _change(db, binding.mapping.source, parts, BY_DAY, batch_id)
    return BY_DAY


def _change(
    db: DuckDBPyConnection, source: str, former: DocumentParts, parts: DocumentParts, batch_id: int
) -> None:
    """Remember the key of a source's documents, and which load brought it, so that it can be taken back."""
    db.execute(
        "insert into meta.rekeyed_rows values (?, ?, ?, ?, ?, ?, ?)",
        ["orders", source, former.text, source, parts.text, batch_id, "key"],
    )
    note_parts(db, "orders", source, parts)


def take_back(db: DuckDBPyConnection, table: InputTable, source: str, batch_id: int, by: int) -> None:
    """Give a source the key of before a load, where no later load was made under the new one."""
    rows = db.execute(
        "select former_key from meta.rekeyed_rows where outcome = 'key' and source = ? and batch_id = ?",
        [source, batch_id],
    ).fetchall()
    later = db.execute(
        "select exists (from meta.batches where table_name = ? and source = ? and kind = 'load' "
        "and batch_id > ?)",
        [table.name, source, batch_id],
    ).fetchall()[0][0]
    if not rows or later:
        return
    former = DocumentParts.of(rows[0][0])
    rekey(db, table, source, former, by)
    db.execute("delete from meta.document_keys where table_name = ? and source = ?", [table.name, source])
    if former.is_said or former.is_composed:
        note_parts(db, table.name, source, former)


def rekey(
    db: DuckDBPyConnection, table: InputTable, source: str, parts: DocumentParts, batch_id: int
) -> None:
    """Name the documents of a source by another key, and settle those that now are one or several."""
    if not db.execute("select exists (from raw.orders where source = ?)", [source]).fetchall()[0][0]:
        return
    _make_names(db, table, source, parts)
    ground = Ground(table, source, batch_id, is_said=parts.is_said)
    _rename(db, ground)
    db.execute(
        f"""
        create or replace temp table contested as
        select {base_of("row_key")} as base from temp.names group by base having count(*) > 1
        union
        select {base_of("row_key")} from meta.superseded_rows
        where table_name = {literal(table.name)} and source = {literal(source)}
        """
    )
    if db.execute("select exists (from temp.contested)").fetchall()[0][0]:
        settle(db, ground)


def _make_names(db: DuckDBPyConnection, table: InputTable, source: str, parts: DocumentParts) -> None:
    """Create ``names`` (former_key, row_key, is_kept) of what stands, ``kept_names`` of what is aside."""
    fields = list(table.fields)
    typed = ", ".join(
        f"try_cast(content ->> {literal(name)} as {table.fields[name]}) as {quoted(name)}" for name in fields
    )
    standing = f"select row_key as former_key, batch_id, {', '.join(map(quoted, fields))} from raw.orders"
    kept = f"select row_key as former_key, batch_id, {typed} from meta.superseded_rows"
    missing = " or ".join(f"{quoted(name)} is null" for name in parts.fields) or "false"
    key = parts.sql(table, fields)
    for name, rows, where in (
        ("names", standing, "true"),
        ("kept_names", kept, f"table_name = {literal(table.name)}"),
    ):
        db.execute(
            f"""
            create or replace temp table {name} as
            select former_key, batch_id, is_kept, base || case when count(*) over (partition by base) > 1
                then {APART} || 'f' || row_number() over (partition by base order by former_key,
                    batch_id) else '' end
                as row_key
            from (
                select former_key, batch_id, {missing} as is_kept,
                    case when {missing} then former_key else {key} end as base
                from ({rows} where source = {literal(source)} and {where})
            )
            """
        )


def _rename(db: DuckDBPyConnection, ground: Ground) -> None:
    """Write the new names wherever the former ones stand."""
    source = literal(ground.source)
    changed = "(select * from temp.names where former_key <> row_key)"
    db.execute(
        f"update store.orders as o set row_key = nullif(n.row_key, o.order_id) from {changed} n "
        f"where o.source = {source} and coalesce(o.row_key, o.order_id) = n.former_key"
    )
    _rename_lines(db, ground, changed)
    for names in (changed, "(select * from temp.kept_names where former_key <> row_key)"):
        rename_confirmed(db, ground, names, "row_key")
    db.execute(
        f"update meta.superseded_rows as s set row_key = n.row_key from temp.kept_names n where "
        f"s.table_name = 'orders' "
        f"and s.source = {source} and s.row_key = n.former_key and s.batch_id = n.batch_id"
    )
    db.execute(
        f"insert into meta.rekeyed_rows select 'orders', {source}, former_key, {source}, row_key, "
        f"{ground.batch_id}, "
        f"case when is_kept then 'kept' else 'rekeyed' end from temp.names where former_key <> row_key "
        f"or is_kept"
    )


def _rename_lines(db: DuckDBPyConnection, ground: Ground, changed: str) -> None:
    """Let the lines follow, those that stand and those kept aside."""
    source = literal(ground.source)
    if "order_id" in stored_columns(db, "order_lines"):
        ensure_columns(db, "order_lines", (ORDER_KEY,))
        db.execute(
            f"update store.order_lines as l set {ORDER_KEY} = nullif(n.row_key, l.order_id), "
            f"row_key = n.row_key || chr(31) || {LINE_PARTS.replace('row_key', 'l.row_key')} from "
            f"{changed} n "
            f"where l.source = {source} and coalesce(l.{ORDER_KEY}, l.order_id) = n.former_key "
            "and l.batch_id = n.batch_id"
        )
    db.execute(
        f"""
        update meta.superseded_rows as s set row_key = n.row_key || chr(31) ||
            {LINE_PARTS.replace("row_key", "s.row_key")},
            content = cast(json_merge_patch(s.content, to_json({{order_key: n.row_key}})) as varchar)
        from (select * from temp.kept_names union all select * from temp.names) n
        where s.table_name = 'order_lines' and s.source = {source} and s.batch_id = n.batch_id
            and coalesce(s.content ->> 'order_key', s.content ->> 'order_id') = n.former_key
        """
    )


def adopt_kept(db: DuckDBPyConnection, binding: Binding, ground: Ground, parts: DocumentParts) -> None:
    """Give rows that kept their name the key under which the file brings the same number of a day."""
    source = literal(ground.source)
    kept = (
        "select row_key from meta.rekeyed_rows "
        f"where table_name = 'orders' and source = {source} and outcome = 'kept'"
    )
    if not ground.is_of_documents or not db.execute(f"select exists ({kept})").fetchall()[0][0]:
        return
    here = f"coalesce({', '.join(quoted(name) for name in ground.table.money if name in binding.types)})"
    db.execute(
        f"""
        create or replace temp table names as
        select former_key, batch_id, row_key, false as is_kept from (
            select r.row_key as former_key, r.batch_id, f.key as row_key,
                count(*) over (partition by r.row_key) as rivals,
                count(*) over (partition by f.key) as claimants
            from raw.orders r
            join (
                select key, order_id, cast(order_date as date) as day, sum({here}) as money
                from (select *, {parts.sql(binding.table, binding.types)} as key from {verdicts.ACCEPTED})
                group by all
            ) f on f.order_id = r.order_id and f.day = cast(r.order_date as date)
                and (f.money < 0) = ({_money_of("r", ground)} < 0)
            where r.source = {source} and r.row_key in ({kept})
        ) where rivals = 1 and claimants = 1
        """
    )
    db.execute("create or replace temp table kept_names as from temp.names limit 0")
    db.execute(
        f"delete from meta.rekeyed_rows where table_name = 'orders' and source = {source} and outcome = "
        f"'kept' "
        "and row_key in (select former_key from temp.names)"
    )
    _rename(db, ground)


def _money_of(alias: str, ground: Ground) -> str:
    """Return the SQL of a row's money in one relation."""
    return f"coalesce({', '.join(f'{alias}.{quoted(name)}' for name in ground.table.money)})"
