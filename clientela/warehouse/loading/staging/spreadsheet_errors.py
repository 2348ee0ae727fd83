"""What a spreadsheet writes where a formula failed: in any text that is read, its record is to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.loading.staging.fields import FAULT, PART, Fields
from clientela.warehouse.loading.staging.known_words import error_cells
from clientela.warehouse.loading.staging.verdicts import SET_ASIDE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def mark_errors(db: DuckDBPyConnection, fields: Fields) -> None:
    """Give the fault to staged records that have such a text.

    In a column of numbers or dates it has no value and is found there. Few texts begin like one: which do is
    known from the ends of the stored blocks, so that this costs next to nothing.
    """
    names = [name for name in fields.texts() if fields.columns(name)]
    if not names:
        return
    tests = " or ".join(f"({_begins(name)})" for name in names)
    if not db.execute(f"select exists (from temp.stage where {tests})").fetchall()[0][0]:
        return
    listed, aside = ", ".join(map(literal, error_cells())), ", ".join(map(literal, SET_ASIDE))
    for name in names:
        said = literal("spreadsheet_error" + PART + fields.column(name) + PART)
        fault = f"concat_ws({literal(FAULT)}, {said} || {_bare(name)}, fault)"
        db.execute(
            f"update temp.stage set fault = {fault} where ({_begins(name)}) "
            f"and upper({_bare(name)}) in ({listed}) "
            f"and coalesce(split_part(fault, {literal(PART)}, 1), '') not in ({aside})"
        )


def _begins(name: str) -> str:
    column = quoted(name)
    ranges = [("#", "$"), ("Err:", "Err;"), ("err:", "err;"), ("\x1d#", "\x1d$"), ("\x1dErr:", "\x1dErr;")]
    return " or ".join(f"{column} >= {literal(low)} and {column} < {literal(high)}" for low, high in ranges)


def _bare(name: str) -> str:
    """Return a text without the mark of an open word."""
    return f"ltrim({quoted(name)}, chr(29))"
