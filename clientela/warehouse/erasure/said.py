"""What reports and the exchange have noted of people: their numbers stay, unless these say who they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clientela import personal_data

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.erasure.persons import Marked


def forget(db: DuckDBPyConnection, found: Marked) -> None:
    """Rename people in what was said; the sets of predictions are sealed anew, their numbers unchanged."""
    renamed = _rename(db, found)
    if "history.predictions" in renamed:
        _seal(db)
    _forget_signs(db)
    _forget_decisions(db, found)


def _forget_decisions(db: DuckDBPyConnection, found: Marked) -> None:
    """Name people in decisions about duplicates as their rows do now, so that who was joined stays joined."""
    for side in ("one", "other"):
        rows = db.execute(
            f"select distinct {side}_source, {side}_kind, {side}_value from meta.merges "
            f"where {side}_value is not null"
        ).fetchall()
        for source, kind, value in rows:
            if kind == "customer_id":
                number = found.number(value)
            else:
                number = found.token(kind, value) if found.has(kind, value) else None
            if number is not None:
                db.execute(
                    f"update meta.merges set {side}_value = ? where {side}_value = ? and {side}_kind = ? "
                    f"and {side}_source is not distinct from ?",
                    [number, value, kind, source],
                )


def _rename(db: DuckDBPyConnection, found: Marked) -> set[str]:
    """Put tokens in the place of ids that are contacts or names; return the tables that changed."""
    changed = set()
    stored = db.execute(
        "select 'history.' || table_name from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'history'"
    ).fetchall()
    for column in personal_data.personal("warehouse"):
        if (column.table,) not in stored:
            continue
        ids = db.execute(f"select distinct {column.name} from {column.table}").fetchall()
        for (former,) in ids:
            if (number := instead(former, found)) is not None:
                db.execute(
                    f"update {column.table} set {column.name} = ? where {column.name} = ?", [number, former]
                )
                changed.add(column.table)
    return changed


def instead(former: str, found: Marked) -> str | None:
    """Return the id that the models give somebody from now on; None where it stays.

    Where two accounts share a text, the models write the source or the kind before it.
    """
    before, colon, bare = former.rpartition(":")
    for prefix, value in (("", former), (before + colon, bare)):
        if not value:
            continue
        if (number := found.number(value)) is not None:
            return prefix + number
        for kind in ("vat_number", "tax_code", "card_number"):
            if found.has(kind, value):
                return prefix + found.token(kind, value)
    return None


def _seal(db: DuckDBPyConnection) -> None:
    from clientela.warehouse.predictions.foretold import hash_of

    for (as_of,) in db.execute("select as_of from history.prediction_sets").fetchall():
        db.execute(
            "update history.prediction_sets set sha256 = ? where as_of = ?", [hash_of(db, as_of), as_of]
        )


def _forget_signs(db: DuckDBPyConnection) -> None:
    """Forget which members the server was told of and in which state: the next exchange tells them again."""
    rows = db.execute("select name, value from meta.exchange where name like 'members %'").fetchall()
    for name, value in rows:
        if json.loads(value or "{}"):
            db.execute("update meta.exchange set value = '{}' where name = ?", [name])
