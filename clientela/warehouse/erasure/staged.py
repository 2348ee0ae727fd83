"""A file that brings forgotten people again: its rows are scrubbed before anything is compared or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela import personal_data
from clientela.warehouse.erasure import journal, marks, rows, texts
from clientela.warehouse.erasure.persons import Marked
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.loading.mapping.binding import Binding

STAGE = "temp.stage"


def forget(db: DuckDBPyConnection, binding: Binding) -> list[Marked]:
    """Scrub the staged rows; return who may stand in the records that are refused."""
    found = []
    for key in journal.keys(db):
        found.append(_forget_under(db, binding, key))
    if found:
        # A cell that is no key may still hold one: two numbers in one.
        db.execute("update temp.noted set value = null")
    return found


def _forget_under(db: DuckDBPyConnection, binding: Binding, key: str) -> Marked:
    has, source, table = set(binding.types), literal(binding.mapping.source), binding.table.name
    marks.find_cells(db, key, [(STAGE, source, has)])
    marked = Marked(db, key)
    changes = rows.scrubbed(table, key, has) | {"fault": _fault()}
    listed = ", ".join(f"{quoted(name)} = {value}" for name, value in changes.items())
    db.execute(f"update {STAGE} set {listed} where {marks.is_whose(has, source)}")
    rows.forget_others(db, STAGE, table, has, marked)
    for column in personal_data.of_table("warehouse", f"raw.{table}"):
        if column.action == "words" and column.name in has:
            texts.cut_column(db, STAGE, column.name, marked)
    return marked


def _fault() -> str:
    """Return the SQL of a record's fault without the value that it quotes."""
    from clientela.warehouse.loading.staging.fields import FAULT, PART

    parts = " || ".join(f"split_part(one, '{PART}', {place}) || '{PART}'" for place in (1, 2))
    each = f"list_transform(string_split(fault, '{FAULT}'), lambda one: {parts})"
    return f"case when fault is not null then array_to_string({each}, '{FAULT}') end"


def forget_refused(db: DuckDBPyConnection, found: list[Marked], batch_id: int, source: str) -> None:
    """Empty the verbatim text of this load's refused records that name somebody forgotten."""
    for each in found:
        texts.forget_refused(db, each, batch_id, source)
