"""Where people stand in texts: rows of before, records that were refused, notes, names of files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from clientela import forgotten, personal_data
from clientela.warehouse.erasure.marks import KEYS, PART
from clientela.warehouse.erasure.rows import stored
from clientela.warehouse.loading.staging.conversion import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.erasure.persons import Marked


def forget(db: DuckDBPyConnection, found: Marked) -> None:
    """Take people out of the texts."""
    _forget_superseded(db, found)
    _forget_names_of_rows(db, found)
    forget_refused(db, found)
    _forget_taken_back(db, found)
    _cut_words(db, found)


def _forget_superseded(db: DuckDBPyConnection, found: Marked) -> None:
    """Do to the former content of rows what is done to rows."""
    rows = db.execute(
        "select rowid, table_name, source, row_key, content from meta.superseded_rows"
    ).fetchall()
    for place, table, source, row_key, content in rows:
        row: dict[str, Any] = json.loads(content)
        scrubbed = _scrubbed(table, source, row, found)
        if scrubbed != row:
            db.execute(
                "update meta.superseded_rows set content = ?, row_key = ? where rowid = ?",
                [json.dumps(scrubbed, ensure_ascii=False), _key_of(row_key, found), place],
            )


NAMES_OF_ROWS: Final = {
    "meta.confirmed_rows": ("row_key",),
    "meta.rekeyed_rows": ("former_key", "row_key"),
    "meta.disappeared_rows": ("row_key",),
}
"""Where rows are named that stand elsewhere."""


def _forget_names_of_rows(db: DuckDBPyConnection, found: Marked) -> None:
    """Do to the names of rows what is done to the rows that bear them: a number may be a contact."""
    for relation, columns in NAMES_OF_ROWS.items():
        for column in columns:
            rows = db.execute(
                f"select distinct {column} from {relation} where contains({column}, '@') "
                f"or regexp_matches({column}, '[A-Za-z]{{3}}|[0-9]{{6}}')"
            ).fetchall()
            for (name,) in rows:
                if (by := found.number(name) or name) != name:
                    db.execute(f"update {relation} set {column} = ? where {column} = ?", [by, name])


def _key_of(row_key: str, found: Marked) -> str:
    """Return the name of a row of before: its content's digest says too much, its number may be a contact."""
    if row_key.startswith("content:"):
        return f"content:{found.token('name', row_key)}"
    return found.number(row_key) or row_key


def _scrubbed(table: str, source: str, row: dict[str, Any], found: Marked) -> dict[str, Any]:
    """Return a row without the forgotten people in it."""
    is_theirs = any(_is_forgotten(source, name, row.get(name), found) for name in KEYS)
    new = dict(row)
    for column in personal_data.of_table("warehouse", f"raw.{table}"):
        value = row.get(column.name)
        if value is None or column.name == "row_key":
            continue
        if column.action == "other":
            new[column.name] = found.instead(value) or value
        elif is_theirs and not forgotten.is_token(value):
            new[column.name] = _instead(column.name, column.action, value, found)
    if new.get("arrived_contact") != row.get("arrived_contact"):
        new["friend_name"] = None
    if new != row and "row_key" in new:
        new["row_key"] = _key_of(str(new["row_key"]), found)
    return new


def _is_forgotten(source: str, name: str, value: str | None, found: Marked) -> bool:
    if not value:
        return False
    return found.has(name, f"{source}{PART}{value}" if name == "customer_id" else value)


def _instead(name: str, action: str, value: str, found: Marked) -> str | None:
    if action == "token":
        return found.token("email" if name == "pec" else name, value)
    if action == "keep":
        return found.number(value) or value
    return "—" if action == "mask" else None


def forget_refused(
    db: DuckDBPyConnection, found: Marked, batch_id: int | None = None, source: str = ""
) -> None:
    """Empty the verbatim text of refused records that name somebody; their number, reason and money stay.

    Args:
        db: the shop's database.
        found: who is forgotten.
        batch_id: of one load only, which is not registered yet.
        source: its source.
    """
    where = "" if batch_id is None else f"where refused.batch_id = {batch_id}"
    rows = db.execute(
        f"""
        select refused.batch_id, refused.record_no, coalesce(batches.source, ''), refused.raw, refused.value
        from meta.refused_records as refused left join meta.batches using (batch_id) {where}
        """
    ).fetchall()
    for *place, known_source, raw, value in rows:
        text = f"{raw}\n{value or ''}"
        if found.stands_in(known_source or source, text):
            where = "where batch_id = ? and record_no = ?"
            db.execute(f"delete from meta.refused_cells {where}", place)
            db.execute(f"update meta.refused_records set raw = '', value = null {where}", place)


def _forget_taken_back(db: DuckDBPyConnection, found: Marked) -> None:
    """Empty what corrected records said before; that and how they came back stays."""
    rows = db.execute("select rowid, source, raw, value, cells from meta.taken_back").fetchall()
    for place, source, raw, value, cells in rows:
        if found.stands_in(source, "\n".join([raw, value or "", *json.loads(cells or "[]")])):
            db.execute(
                "update meta.taken_back set raw = '', value = null, cells = '[]' where rowid = ?", [place]
            )


def _cut_words(db: DuckDBPyConnection, found: Marked) -> None:
    """Cut names and contacts out of everybody else's notes and out of the names of files."""
    for column in personal_data.with_action("warehouse", "words"):
        schema, table = column.table.split(".")
        if schema == "raw":
            if column.name not in stored(db, table):
                continue
            schema = "store"
        cut_column(db, f"{schema}.{table}", column.name, found)


def cut_column(db: DuckDBPyConnection, relation: str, column: str, found: Marked) -> None:
    """Cut names and contacts out of one column of notes."""
    cell = quoted(column)
    rows = db.execute(f"select distinct {cell} from {relation} where {cell} is not null").fetchall()
    for (text,) in rows:
        if (cut := found.cut(text)) != text:
            db.execute(f"update {relation} set {cell} = ? where {cell} = ?", [cut, text])
