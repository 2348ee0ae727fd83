"""Take a load back: the rows say again what the other loads say of them, to the row.

What a later load had brought again is that load's from now on. What a later load had corrected stays
corrected, and its former version goes. What it had taken back from the records to correct waits again.
Month ends that change are told anew by the next report, in the open.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _
from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.merging import batches, rekeying
from clientela.warehouse.loading.merging.document_key import noted_parts
from clientela.warehouse.loading.merging.settling import settle
from clientela.warehouse.loading.merging.versions import Ground, base_of, content
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OF_THE_SERVER: Final = "referral-server-"
"""How the files begin that the exchange writes: it never asks for the same events again."""

NOTES: Final = (
    "superseded_rows",
    "confirmed_rows",
    "disappeared_rows",
    "refused_records",
    "listed_cells",
    "refused_cells",
    "batch_readings",
    "taken_back",
)
"""Where a load notes what is of no meaning without it, by ``batch_id``."""


@dataclass(frozen=True)
class Undone:
    """What the taking back of a load did."""

    batch_id: int
    """The load that is gone."""

    by: int
    """The line of the register that says so."""

    file_name: str
    removed: int
    """Rows that nothing else brings."""

    changed: int
    """Rows that say again what another load says."""


def undo(db: DuckDBPyConnection, batch_id: int, today: date) -> Undone:
    """Take a load back, in one transaction.

    Raises:
        WarehouseError: if there is no such load, or it came from the referral server.
    """
    table_name, source, file_name = _found(db, batch_id)
    db.execute("begin")
    try:
        by = batches.next_id(db)
        done = _undo(db, Ground(input_tables()[table_name], source, by), batch_id, file_name, today)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise
    return done


def _found(db: DuckDBPyConnection, batch_id: int) -> tuple[str, str, str]:
    """Return table, source and file of a load that can be taken back."""
    rows = db.execute(
        "select table_name, source, file_name from meta.batches where batch_id = ? and kind = 'load'",
        [batch_id],
    ).fetchall()
    if not rows:
        raise WarehouseError(
            _("There is no load {number} to take back.").format(number=batch_id),
            _("The loads and their numbers: clientela batches."),
        )
    table, source, name = rows[0]
    if name.startswith(OF_THE_SERVER):
        raise WarehouseError(
            _("Load {number} holds what the referral server told; it would not tell it again.").format(
                number=batch_id
            ),
            _("Correct it on the owner's page of the server."),
        )
    return table, source, name


def _undo(db: DuckDBPyConnection, ground: Ground, batch_id: int, file_name: str, today: date) -> Undone:
    _photograph(db, ground, "rows_before")
    _inherit(db, ground, batch_id)
    _touch(db, ground, batch_id)
    _remove(db, ground, batch_id)
    parts = noted_parts(db, ground.name, ground.source)
    said = Ground(ground.table, ground.source, ground.batch_id, is_said=bool(parts and parts.is_said))
    if db.execute("select exists (from temp.contested)").fetchall()[0][0]:
        settle(db, said)
    rekeying.take_back(db, ground.table, ground.source, batch_id, ground.batch_id)
    _photograph(db, ground, "rows_after")
    return _register(db, ground, batch_id, file_name, today)


def _photograph(db: DuckDBPyConnection, ground: Ground, name: str) -> None:
    """Create a table of the rows as they stand: name, content, day."""
    event = ground.table.event
    day = f"cast({quoted(event)} as date)" if event else "cast(null as date)"
    db.execute(
        f"create or replace temp table {name} as "
        f"select row_key, md5({content(list(ground.table.fields))}) as digest, {day} as happened_on "
        f"from raw.{quoted(ground.name)} where source = {literal(ground.source)}"
    )


def _tables(ground: Ground) -> tuple[str, ...]:
    return (ground.name, "order_lines") if ground.is_of_documents else (ground.name,)


def _touch(db: DuckDBPyConnection, ground: Ground, batch_id: int) -> None:
    """Create ``contested``: the keys of which this load brought a version."""
    where = f"source = {literal(ground.source)} and batch_id = {batch_id}"
    db.execute(
        f"""
        create or replace temp table contested as
        select {base_of("row_key")} as base from raw.{quoted(ground.name)} where {where}
        union
        select {base_of("row_key")} from meta.superseded_rows
        where table_name = {literal(ground.name)} and {where}
        union
        select {base_of("row_key")} from meta.confirmed_rows
        where table_name = {literal(ground.name)} and {where}
        """
    )


def _inherit(db: DuckDBPyConnection, ground: Ground, batch_id: int) -> None:
    """Give what another load brought again to that load: the one that brings most, then the first."""
    for table in _tables(ground):
        where = f"table_name = '{table}' and source = {literal(ground.source)}"
        db.execute(
            f"""
            create or replace temp table heirs as
            select row_key, arg_min(c.batch_id, c.rank) as batch_id, arg_min(c.record_no, c.rank) as record_no
            from (
                select c.*, row_number() over (
                    order by coalesce(length(b.fields) - length(replace(b.fields, ',', '')), 999) desc,
                    c.batch_id
                ) as rank
                from meta.confirmed_rows c left join meta.batches b on b.batch_id = c.batch_id
                where {where.replace("source =", "c.source =").replace("table_name", "c.table_name")}
                    and c.same_as = {batch_id}
            ) c group by row_key
            """
        )
        _hand_over(db, ground, table, batch_id, where)


def _hand_over(db: DuckDBPyConnection, ground: Ground, table: str, batch_id: int, where: str) -> None:
    """Write the heirs' numbers where the load's own stand."""
    source = literal(ground.source)
    db.execute(
        f"""
        update store.{quoted(table)} as r set batch_id = h.batch_id, record_no = h.record_no
        from temp.heirs h
        where r.source = {source} and r.batch_id = {batch_id} and {_stored_key(db, table)} = h.row_key
        """
    )
    db.execute(
        f"""
        update meta.superseded_rows as s set batch_id = h.batch_id, content =
            cast(json_merge_patch(s.content, to_json({{
            batch_id: cast(h.batch_id as varchar), record_no: cast(h.record_no as varchar)}})) as varchar)
        from temp.heirs h where s.{where.replace("and source", "and s.source")} and s.batch_id = {batch_id}
            and s.row_key = h.row_key
        """
    )
    db.execute(
        f"delete from meta.confirmed_rows where {where} and same_as = {batch_id} "
        "and (row_key, batch_id) in (select row_key, batch_id from temp.heirs)"
    )
    db.execute(
        f"update meta.confirmed_rows as c set same_as = h.batch_id from temp.heirs h "
        f"where c.{where.replace('and source', 'and c.source')} and c.same_as = {batch_id} and c.row_key "
        f"= h.row_key"
    )


def _stored_key(db: DuckDBPyConnection, table: str) -> str:
    from clientela.warehouse.store import row_key, stored_columns

    return row_key(input_tables()[table], stored_columns(db, table), "r.")


def _remove(db: DuckDBPyConnection, ground: Ground, batch_id: int) -> None:
    """Take out what this load alone brought, and what it noted."""
    for table in _tables(ground):
        source = literal(ground.source)
        db.execute(f"delete from store.{quoted(table)} where source = {source} and batch_id = {batch_id}")
    for table in NOTES:
        db.execute(f"delete from meta.{table} where batch_id = {batch_id}")
    db.execute(f"delete from meta.taken_back where taken_by = {batch_id}")
    db.execute(
        "insert into meta.undone_batches select batch_id, ?, file_name, table_name, source "
        "from meta.batches where batch_id = ?",
        [ground.batch_id, batch_id],
    )
    db.execute("delete from meta.batches where batch_id = ?", [batch_id])


def _register(db: DuckDBPyConnection, ground: Ground, batch_id: int, file_name: str, today: date) -> Undone:
    """Write the line of the register by which marts and month ends know that rows changed."""
    gone, said_again, first = db.execute(
        """
        with gone as (
            select digest, happened_on from temp.rows_before
            except all select digest, happened_on from temp.rows_after
        ),
        again as (
            select digest, happened_on from temp.rows_after
            except all select digest, happened_on from temp.rows_before
        )
        select (select count(*) from gone), (select count(*) from again),
            (select min(happened_on) from (from gone union all from again))
        """
    ).fetchall()[0]
    removed, changed = max(gone - said_again, 0), said_again
    rows = removed + changed
    db.execute(
        """
        insert into meta.batches by name
        select ? as batch_id, ? as loaded_at, ? as source, ? as table_name, ? as file_name, '' as file_sha512,
            0 as file_bytes, '' as mapping_sha256, ? as records_in, 0 as records_merged,
            0 as records_unchanged, ? as records_corrected, 0 as records_set_aside,
            0 as records_quarantined, 0 as money_in, 0 as money_merged, 0 as money_unchanged,
            0 as money_corrected, 0 as money_set_aside,
            0 as money_quarantined, 0 as unreadable_amounts, ? as first_changed_on, 'undo' as kind
        """,
        [
            ground.batch_id,
            datetime.combine(today, time()),
            ground.source,
            ground.name,
            f"undo {batch_id}: {file_name}",
            rows,
            rows,
            first,
        ],
    )
    for name in ("rows_before", "rows_after", "heirs"):
        db.execute(f"drop table if exists temp.{name}")
    return Undone(batch_id, ground.batch_id, file_name, removed, changed)
