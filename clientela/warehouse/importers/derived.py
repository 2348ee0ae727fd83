"""Columns that an export does not have and its importer works out from those that it has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.staging.conversion import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILE_NAME: Final = "[[file name]]"
"""Stands for the name of the file in the SQL of a column."""

TODAY: Final = "[[today]]"
"""Stands for the day of the load."""

_PLACE: Final = re.compile(r"\[\[([^\]]+)\]\]")


def folded(header: str) -> str:
    """Write a header without case and doubled blanks."""
    return " ".join(header.split()).casefold()


def with_columns(cells: Cells, columns: Mapping[str, str], file_name: str, today: date) -> Cells:
    """Return the records with more columns.

    Args:
        cells: the records.
        columns: name of each new one to its SQL, where ``[[Header]]`` is the trimmed text of a column, null
            where it is empty or not there.
        file_name: what ``FILE_NAME`` stands for.
        today: what ``TODAY`` stands for.
    """
    if not columns:
        return cells
    width = len(cells.headers)
    said = {FILE_NAME: literal(file_name), TODAY: literal(today.isoformat())}
    added = ", ".join(
        f"{filled(sql, cells.headers, said)} as c{place}" for place, sql in enumerate(columns.values(), width)
    )
    kept = [*cells.numbers, *(f"c{place}" for place in range(width))]
    relation = f"(select {', '.join(kept)}, {added} from {cells.relation})"
    return replace(cells, relation=relation, headers=(*cells.headers, *columns))


def filled(sql: str, headers: Sequence[str], said: Mapping[str, str] | None = None) -> str:
    """Return SQL with its columns put in, and what is said beside them."""
    places = {folded(header): place for place, header in reversed(list(enumerate(headers)))}

    def cell(found: re.Match[str]) -> str:
        if said and found[0] in said:
            return said[found[0]]
        place = places.get(folded(found[1]))
        return "cast(null as varchar)" if place is None else f"nullif(trim(c{place}), '')"

    return _PLACE.sub(cell, sql)


def holds(db: DuckDBPyConnection, cells: Cells, proof: str) -> bool:
    """Tell whether an aggregate over all records is true."""
    asked = f"select coalesce({filled(proof, cells.headers)}, false) from {cells.relation}"
    return bool(db.execute(asked).fetchall()[0][0])


def first(*columns: str) -> str:
    """Return the SQL of the first column that is filled."""
    return "coalesce(" + ", ".join(f"[[{column}]]" for column in columns) + ")"


def unguarded(text: str) -> str:
    """Return the SQL of a text without the apostrophe by which a spreadsheet takes it for no number."""
    return f"ltrim({text}, '''')"


def plain_money(text: str) -> str:
    """Return the SQL of an amount with a point for decimals and no thousands; its currency stays.

    For programmes that always write two decimals: the last sign before them is the decimal one, whatever the
    language. Where there are none the amount stays as it is.
    """
    part = f"regexp_extract({text}, '^(.*)[.,](\\d{{2}}\\D*)$', "
    whole = f"regexp_replace({part}1), '[.,''\\s\\x{{a0}}\\x{{202f}}]', '', 'g')"
    has_cents = f"regexp_matches({text}, '[.,]\\d{{2}}\\D*$')"
    return f"case when {has_cents} then {whole} || '.' || {part}2) else {text} end"


def serial_day(text: str) -> str:
    """Return the SQL of a day that a spreadsheet wrote as its number; other texts stay."""
    return (
        f"case when regexp_full_match({text}, '[2-6]\\d{{4}}') "
        f"then strftime(date '1899-12-30' + cast({text} as integer), '%Y-%m-%d') else {text} end"
    )
