"""Marks and tokens of ``clientela.forgotten``, said in SQL, and the cells of rows that bear one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela import forgotten
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Collection

    from duckdb import DuckDBPyConnection

PART: Final = "\x1f"
"""Between a source and its number."""

KEYS: Final = ("customer_id", "vat_number", "tax_code", "card_number", "email", "phone")
"""Columns that say whose a row is."""

CELLS: Final = "temp.forgotten_cells"
"""(kind, value): what stands somewhere in the rows and was forgotten."""


def mark(key: str, kind: str, value: str) -> str:
    """Return the SQL of a value's mark."""
    inner = f"sha256({literal(key + kind + ':')} || {value})"
    return f"left(sha256({literal(key)} || {inner}), 32)"


def token(key: str, kind: str, value: str) -> str:
    """Return the SQL of what stands in the place of a value."""
    made = mark(key, kind, value)
    if kind == "email":
        return f"{literal(forgotten.BEGINS)} || left({made}, 16) || {literal('@' + forgotten.HOST)}"
    if kind == "phone":
        digits = f"translate(left({made}, {forgotten.PHONE_DIGITS}), 'abcdef', '012345')"
        return f"{literal(forgotten.PHONE)} || {digits}"
    if kind in ("vat_number", "tax_code"):
        return f"'FORGOTTEN' || upper(left({made}, 16))"
    return f"{literal(forgotten.BEGINS)} || left({made}, 16)"


def contact_kind(value: str) -> str:
    """Return the SQL of the kind of a contact."""
    return f"case when contains({value}, '@') then 'email' else 'phone' end"


def is_contact(value: str) -> str:
    """Return the SQL test whether a number is somebody's e-mail or phone."""
    return f"regexp_full_match({value}, '[^@ ]+@[^@ ]+|[+]?(39)?3[0-9]{{8,9}}|[+][0-9]{{8,15}}')"


def numbered(source: str, value: str) -> str:
    """Return the SQL of a number with its source before it."""
    return f"{source} || chr(31) || {value}"


def is_cell(kind: str, value: str) -> str:
    """Return the SQL test whether a value is one of the forgotten cells."""
    return f"{value} in (select value from {CELLS} where kind = {literal(kind)})"


def is_whose(present: Collection[str], source: str, alias: str = "") -> str:
    """Return the SQL test whether a row is a forgotten person's.

    Args:
        present: the columns that the row has.
        source: the SQL of its source.
        alias: before each column, with its dot.
    """
    tests = []
    for column in KEYS:
        if column in present:
            cell = alias + quoted(column)
            value = numbered(source, cell) if column == "customer_id" else cell
            tests.append(is_cell(column, value))
    return " or ".join(f"coalesce({test}, false)" for test in tests) or "false"


def find_cells(
    db: DuckDBPyConnection, key: str, relations: Collection[tuple[str, str, Collection[str]]]
) -> int:
    """Create ``CELLS``: the values of some relations whose marks were forgotten; return how many.

    Args:
        db: the shop's database.
        key: under which the marks were made.
        relations: each with the SQL of its source and the columns that it has.
    """
    selects = []
    for relation, source, present in relations:
        for column in KEYS:
            if column in present:
                cell = quoted(column)
                value = numbered(source, cell) if column == "customer_id" else cell
                selects.append(
                    f"select distinct '{column}' as kind, {value} as value from {relation} "
                    f"where {cell} is not null"
                )
        if "arrived_contact" in present:
            selects.append(
                f"select distinct {contact_kind('arrived_contact')}, arrived_contact from {relation} "
                "where arrived_contact is not null"
            )
    seen = " union ".join(selects) or "select null as kind, null as value where false"
    marked = " ".join(f"when '{kind}' then {mark(key, kind, 'value')}" for kind in KEYS)
    db.execute(
        f"create or replace temp table forgotten_cells as "
        f"select kind, value from ({seen}) as seen (kind, value) "
        f"where case kind {marked} end in (select mark from meta.forgotten where mark_key = {literal(key)})"
    )
    return int(db.execute(f"select count(*) from {CELLS}").fetchall()[0][0])
