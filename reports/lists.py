"""The lists that travel with the report: every person, as CSV for a spreadsheet.

The database writes the files, since a category may hold more people than a page could. Cells that a
spreadsheet would run as a formula are made harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import language
from clientela.reports.list_columns import (
    CALL_COLUMNS,
    COUPON_COLUMNS,
    FAN_COLUMNS,
    MARKS,
    MONEY,
    NUMBER,
    PERSON_COLUMNS,
    REWARD_COLUMNS,
    TEXT,
    WINDOW_COLUMNS,
    WORDS,
    Columns,
)
from clientela.reports.words import file_stem
from clientela.terms import CATEGORIES, OVERLAYS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RISKY: Final = ", ".join(str(ord(sign)) for sign in "=+-@\t\r")
"""Code points of the signs with which a spreadsheet starts a formula."""

ENCLOSED_ROWS: Final = 2000
"""No more rows than this travel inside the PDF or the page; the file on disk holds all."""

FANS: Final = """(
    select customers.*, fans.score, fans.link, fans.short_code, fans.friends, fans.buyers, fans.rewards_owed
    from marts.customers join marts.fan_list as fans on fans.customer_id = customers.customer_id
)"""
"""Fans carry what page 6 says of them; they are few."""

ORDERED: Final = (
    ("coupons_due", "marts.coupons_due", COUPON_COLUMNS),
    ("in_window", "marts.in_window", WINDOW_COLUMNS),
)
"""Code (names the file), table and columns of the lists whose rows lie in the order of ``position``."""

REWARDS: Final = "(select *, row_number() over (order by due_on, reward_id) as position from marts.rewards)"


@dataclass(frozen=True)
class PersonList:
    """One list on disk and as much of it as travels along."""

    code: str
    path: Path
    enclosed: bytes


def write_lists(db: DuckDBPyConnection, folder: Path) -> list[PersonList]:
    """Write calls, rewards and one list a category; former ones are replaced at once or not at all."""
    owed = "is_owed and is_listed"
    written = [
        _write(db, _query(db, "marts.call_list", "true", "position", CALL_COLUMNS), "call_list", folder),
        _write(db, _query(db, REWARDS, owed, "position", REWARD_COLUMNS), "rewards", folder),
    ]
    for code, table, columns in ORDERED:
        written.append(_write(db, _query(db, table, "true", "position", columns), code, folder))
    for code in CATEGORIES:
        people = f"is_listed and category = '{code}'"
        table, columns = (FANS, FAN_COLUMNS) if code == "fan" else ("marts.customers", PERSON_COLUMNS)
        query = _query(db, table, people, "list_position", columns)
        written.append(_write(db, query, code, folder))
    return written


def _query(db: DuckDBPyConnection, table: str, where: str, position: str, columns: Columns) -> str:
    """Return the query of one list; rows that lie in their order already are not sorted again.

    Sorting half a million people costs a hundred megabytes, looking whether it is needed costs nothing.
    """
    [(is_ordered,)] = db.execute(
        f"""
        select coalesce(bool_and(is_after), true)
        from (
            select {position} >= lag({position}, 1, {position}) over () as is_after
            from {table} where {where}
        )
        """
    ).fetchall()
    order = "" if is_ordered else f" order by {position}, customer_id"
    return f"select {_cells(columns)} from {table} where {where}{order}"


def _cells(columns: Columns) -> str:
    """Return the select list: titles in the reader's language, every text made harmless."""
    byte_order_mark = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
    cells = []
    for i, (title, column, kind) in enumerate(columns):
        name = (byte_order_mark if i == 0 else "") + _(title)
        cells.append(f'{_cell(column, kind)} as "{name}"')
    return ", ".join(cells)


def _cell(column: str, kind: str) -> str:
    """Return the SQL of one cell."""
    if kind == TEXT:
        flat = f"replace(replace(replace({column}, chr(13), ' '), chr(10), ' '), chr(9), ' ')"
        return f"if(ord({column}) in ({RISKY}), chr(39) || {flat}, {flat})"
    if kind in WORDS:
        return _words(column, WORDS[kind])
    if kind == MARKS:
        said = _words("code", OVERLAYS)
        return f"array_to_string(list_transform(string_split({column}, '|'), lambda code: {said}), ', ')"
    if kind == MONEY:
        return _decimal(f"cast({column} as decimal(18, 2))")
    if kind == NUMBER:
        return _decimal(f"cast({column} as decimal(18, 3))")
    return column


def _words(column: str, words: Mapping[str, str]) -> str:
    """Return the SQL that puts words for codes; a code without a word stays."""
    cases = " ".join(f"when {_literal(code)} then {_literal(_(word))}" for code, word in words.items())
    return f"case {column} {cases} else {column} end"


def _literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _decimal(number: str) -> str:
    """Return the SQL of a number with the reader's decimal sign."""
    return f"replace(cast({number} as varchar), '.', ',')" if language() == "it" else number


def _write(db: DuckDBPyConnection, query: str, code: str, folder: Path) -> PersonList:
    """Write one list beside its place, then move it there."""
    import duckdb

    path = folder / f"{file_stem(code)}.csv"
    draft = path.with_name(f".{path.name}.part")
    target, separator = str(draft).replace("'", "''"), ";" if language() == "it" else ","
    try:
        db.execute(f"copy ({query}) to '{target}' (format csv, header, delimiter '{separator}')")
        draft.replace(path)
    except (duckdb.IOException, OSError) as error:
        draft.unlink(missing_ok=True)
        raise unwritable(path) from error
    with path.open("rb") as lines:
        enclosed = b"".join(line for _number, line in zip(range(ENCLOSED_ROWS + 1), lines, strict=False))
    return PersonList(code, path, enclosed)


def unwritable(path: Path) -> ClientelaError:
    """Return the error for a file that cannot be written."""
    return ClientelaError(
        _("The report cannot be written to {path}.").format(path=path),
        _("Check that the folder exists, that you may write there and that the disk is not full."),
    )
