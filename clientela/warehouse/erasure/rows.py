"""The rows of forgotten people: keys become tokens, names go, amounts and days stay.

What happens to a column stands in ``clientela/personal_data.toml``. A token depends on nothing but the value:
a file that is loaded again finds its rows as they are now, and counts nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from clientela import forgotten, personal_data
from clientela.warehouse.erasure import marks
from clientela.warehouse.erasure.persons import Marked
from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.staging import keys as spelling
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DASH: Final = "—"

ROWS: Final = "temp.forgotten_rows"
"""The places of one table's rows that are forgotten people's."""

WORDS_KEPT: Final = (
    *("internal", "test", "supplier", "merged", "erased", "moved", "deceased", "closed", "finished"),
    *("own_error", "neglect", "competitor", "price", "bad_relationship"),
)
"""Words of a customer's status_note that say something to the rules, and of nobody who they are."""


def stored(db: DuckDBPyConnection, table: str) -> set[str]:
    """Return the columns that a stored table has."""
    rows = db.execute(
        "select column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'store' and table_name = ?",
        [table],
    ).fetchall()
    return {row[0] for row in rows}


def scrub_marked(db: DuckDBPyConnection, table: str, key: str, has: Collection[str]) -> None:
    """Scrub the marked rows; what was named by its content gets the name of its new content."""
    changes = scrubbed(table, key, has)
    if not changes or not db.execute(f"select exists (from {ROWS})").fetchall()[0][0]:
        return
    listed = ", ".join(f"{quoted(name)} = {value}" for name, value in changes.items())
    db.execute(f"update store.{table} set {listed} where rowid in (select place from {ROWS})")
    _rename_rows(db, table, has)


def scrubbed(table: str, key: str, has: Collection[str]) -> dict[str, str]:
    """Return the SQL of the new value of each personal column of a forgotten person's row."""
    changes = {}
    for column in personal_data.of_table("warehouse", f"raw.{table}", "person"):
        name, cell = column.name, quoted(column.name)
        if name not in has or name == "row_key":
            continue
        if column.action == "token":
            kind = "email" if name == "pec" else name
            changes[name] = _unless_token(cell, marks.token(key, kind, cell))
        elif column.action == "keep":
            changes[name] = _number(key, cell)
        elif column.action == "mask":
            changes[name] = f"case when {cell} is not null then {literal(DASH)} end"
        elif column.action == "words" and name == "status_note":
            words = ", ".join(map(literal, WORDS_KEPT))
            changes[name] = f"case when replace(lower(trim({cell})), ' ', '_') in ({words}) then {cell} end"
        else:
            changes[name] = "null"
    return changes


def _unless_token(cell: str, made: str) -> str:
    """Return the SQL of a token, which stays as it is where it stands already."""
    begins = (forgotten.BEGINS, forgotten.BEGINS.upper().rstrip("-"))
    is_token = " or ".join(f"starts_with({cell}, {literal(each)})" for each in begins)
    length = len(forgotten.PHONE) + forgotten.PHONE_DIGITS
    is_token += f" or (starts_with({cell}, {literal(forgotten.PHONE)}) and length({cell}) = {length})"
    return f"case when {cell} is null or {is_token} then {cell} else {made} end"


def _number(key: str, cell: str) -> str:
    """Return the SQL of a shop's own number: it stays, unless it is a contact or a name itself."""
    spelled = spelling.contact(cell)
    named = f"{marks.mark(key, 'named_id', cell)} in (select mark from meta.forgotten)"
    return _unless_token(
        cell,
        f"case when {marks.is_contact(cell)} and contains({cell}, '@') "
        f"then {marks.token(key, 'email', spelled)} "
        f"when {marks.is_contact(cell)} then {marks.token(key, 'phone', spelled)} "
        f"when {named} then {marks.token(key, 'member', cell)} else {cell} end",
    )


def _rename_rows(db: DuckDBPyConnection, table: str, has: Collection[str]) -> None:
    """Name the marked rows that have no key of their own by their new content, as the loader would."""
    from clientela.warehouse.loading.merging.versions import content

    fields = [name for name in input_tables()[table].fields if name in has]
    db.execute(
        f"""
        update store.{table} as rows set row_key = named.row_key
        from (
            select
                place,
                'content:' || digest || ':' || row_number() over (
                    partition by source, digest order by batch_id, record_no
                ) as row_key
            from (
                select rowid as place, source, batch_id, record_no, md5({content(fields)}) as digest
                from store.{table}
                where rowid in (select place from {ROWS})
                    and (row_key like 'content:%' {_without_key(table, has)})
            )
        ) as named
        where rows.rowid = named.place
        """
    )


def _without_key(table: str, has: Collection[str]) -> str:
    """Return the SQL test for rows that a key field of their own named, and does no more."""
    names = input_tables()[table].key
    missing = [quoted(name) for name in names if name in has]
    if len(names) != 1 or not missing:
        return ""
    return f"or (row_key is null and {missing[0]} is null)"


def forget_others(
    db: DuckDBPyConnection, relation: str, table: str, has: Collection[str], found: Marked
) -> None:
    """Forget people whom other people's rows name: who sent them, whom they sent, who gets their present.

    Args:
        db: the shop's database.
        relation: the rows.
        table: what they are rows of.
        has: the columns that they have.
        found: who is forgotten.
    """
    for column in personal_data.of_table("warehouse", f"raw.{table}"):
        if column.action != "other" or column.name not in has:
            continue
        cell = quoted(column.name)
        more = _friend_name(table, column.name, has)
        for value in _distinct(db, relation, cell):
            if (by := found.instead(value)) is not None:
                db.execute(f"update {relation} set {cell} = ? {more} where {cell} = ?", [by, value])
    if table == "referrals" and "friend_name" in has:
        for name in _distinct(db, relation, "friend_name"):
            if found.is_name(name):
                db.execute(f"update {relation} set friend_name = null where friend_name = ?", [name])


def _distinct(db: DuckDBPyConnection, relation: str, cell: str) -> list[str]:
    rows = db.execute(f"select distinct {cell} from {relation} where {cell} is not null").fetchall()
    return [row[0] for row in rows]


def _friend_name(table: str, column: str, has: Collection[str]) -> str:
    """Return the SQL that takes a friend's name off with the friend's contact."""
    return (
        ", friend_name = null"
        if table == "referrals" and column != "referrer_id" and "friend_name" in has
        else ""
    )
