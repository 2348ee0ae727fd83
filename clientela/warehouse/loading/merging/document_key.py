"""The key of a document: what its source says, or what its numbers turn out to need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import PERSON_KEYS, InputTable
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.mapping.mapping import CALENDAR_PARTS
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PART: Final = "chr(31)"
"""SQL of what parts the parts of a key."""

APART: Final = "chr(30)"
"""SQL of what follows a key that several documents bear; what tells them apart comes after it."""

NEAR_DAYS: Final = 31
"""Days by which a correction may move a document; further away the number is another document's."""

RESTARTS_FROM: Final = 2
"""Numbers that come again on another day from which a source is one that counts anew each day."""

RESTARTS_SHARE: Final = 0.05
"""The share of the numbers that must do so."""

_CALENDAR: Final = {"year": "%Y", "day": "%Y-%m-%d", "time": "%H:%M:%S"}


@dataclass(frozen=True)
class DocumentParts:
    """What composes the key of a source's rows in a table."""

    names: tuple[str, ...]
    """Fields and calendar parts; empty where content alone names the rows."""

    is_said: bool = False
    """Whether a mapping says so; else it is the table's own key, or was measured."""

    is_noted: bool = False
    """Whether the shop remembers it for the source."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The parts that are fields of the table."""
        return tuple(name for name in self.names if name not in CALENDAR_PARTS)

    def sql(self, table: InputTable, has: Collection[str], alias: str = "") -> str:
        """Return the SQL of a row's key, null where the row has no number.

        Args:
            table: the rows' table.
            has: the fields that the rows have; others are empty.
            alias: of the relation, with its dot.
        """
        first = self.names[0] if self.names else ""
        if first not in has or (not self.is_composed and any(name not in has for name in self.names)):
            return "cast(null as varchar)"
        if not self.is_composed:
            return f" || {PART} || ".join(f"cast({alias}{quoted(name)} as varchar)" for name in self.names)
        event = f"{alias}{quoted(str(table.event))}"
        parts = [f"cast({alias}{quoted(first)} as varchar)"]
        for name in self.names[1:]:
            if name in _CALENDAR:
                parts.append(f"coalesce(strftime({event}, '{_CALENDAR[name]}'), '')")
            elif name == "doc_type" and name in has:
                parts.append(f"coalesce(upper(trim({alias}doc_type)), '')")
            else:
                parts.append(f"coalesce(cast({alias}{quoted(name)} as varchar), '')" if name in has else "''")
        return f" || {PART} || ".join(parts)

    @property
    def text(self) -> str:
        """It in one word, as the shop keeps it."""
        return ("said:" if self.is_said else "") + "+".join(self.names)

    @classmethod
    def of(cls, text: str) -> DocumentParts:
        """Read the word."""
        return cls(tuple(text.removeprefix("said:").split("+")), is_said=text.startswith("said:"))

    @property
    def is_composed(self) -> bool:
        """Whether it is more than the table's own key: then empty parts are parts too."""
        return self.is_said or any(name in CALENDAR_PARTS for name in self.names)


def document_parts(db: DuckDBPyConnection, binding: Binding) -> DocumentParts:
    """Return what composes the key: the mapping's word, else the source's, else the table's own key."""
    table = binding.table
    said = binding.mapping.key.document if table.name == "orders" else ()
    if said:
        number_first = sorted(said, key=lambda name: name != "order_id")
        return DocumentParts(tuple(number_first), is_said=True)
    noted = noted_parts(db, table.name, binding.mapping.source)
    return noted or DocumentParts(table.key)


def noted_parts(db: DuckDBPyConnection, table: str, source: str) -> DocumentParts | None:
    """Return what the shop remembers of a source's key."""
    rows = db.execute(
        "select parts, is_said from meta.document_keys where table_name = ? and source = ?", [table, source]
    ).fetchall()
    return DocumentParts(tuple(rows[0][0].split("+")), rows[0][1], is_noted=True) if rows else None


def note_parts(db: DuckDBPyConnection, table: str, source: str, parts: DocumentParts) -> None:
    """Remember a source's key."""
    db.execute("delete from meta.document_keys where table_name = ? and source = ?", [table, source])
    db.execute(
        "insert into meta.document_keys values (?, ?, ?, ?)",
        [table, source, "+".join(parts.names), parts.is_said],
    )


def restarts_daily(db: DuckDBPyConnection, binding: Binding) -> bool:
    """Tell whether the numbers of the accepted rows begin anew each day, by themselves or beside what stands.

    One number on two days may be a slip of the pen; a share of them is how a till counts.
    """
    if not {"order_id", "order_date"} <= set(binding.fields):
        return False
    repeated, numbers = db.execute(
        f"""
        select count(*) filter (where days > 1), count(*) from (
            select order_id, count(distinct cast(order_date as date)) as days
            from {verdicts.ACCEPTED} where order_id is not null group by order_id
        )
        """
    ).fetchall()[0]
    if repeated >= RESTARTS_FROM and repeated >= RESTARTS_SHARE * numbers:
        return True
    moved, held = _met_on_other_days(db, binding)
    return moved >= RESTARTS_FROM and moved > held


def _met_on_other_days(db: DuckDBPyConnection, binding: Binding) -> tuple[int, int]:
    """Count the numbers that are known on several days near by under nobody else's name, and those on one.

    All that the source has brought is asked, what is kept aside too, so that the order of the files
    matters little.
    """
    source = literal(binding.mapping.source)
    here = [quoted(name) for name in PERSON_KEYS if name in binding.fields]
    stored = ", ".join(map(quoted, PERSON_KEYS))
    aside = ", ".join(f"content ->> {literal(name)}" for name in PERSON_KEYS)
    kept = f"from meta.superseded_rows where table_name = 'orders' and source = {source}"
    moved, held = db.execute(
        f"""
        with file as (
            select distinct order_id, cast(order_date as date) as day,
                coalesce({", ".join([*here, "null"])}) as who
            from {verdicts.ACCEPTED} where order_id is not null
        ),
        kept as (
            select content ->> 'order_id' as order_id,
                cast(try_cast(content ->> 'order_date' as timestamp) as date) as day, coalesce({aside})
                    as who {kept}
        ),
        stored as (
            select order_id, cast(order_date as date) as day, coalesce({stored}) as who from raw.orders
            where source = {source}
                and order_id in (select order_id from file union all select order_id from kept)
            union all select order_id, day, who from kept
        ),
        moved as (
            select distinct one.order_id
            from (from file union all from stored) one join stored other using (order_id)
            where one.day <> other.day and abs(one.day - other.day) <= {NEAR_DAYS}
                and year(one.day) = year(other.day) and coalesce(one.who = other.who, true)
        ),
        held as (
            select order_id from file semi join stored using (order_id, day)
            union
            select row_key from meta.confirmed_rows where table_name = 'orders' and source = {source}
        )
        select (select count(*) from moved), (select count(*) from held anti join moved using (order_id))
        """
    ).fetchall()[0]
    return int(moved), int(held)
