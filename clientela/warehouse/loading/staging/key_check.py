"""Bring the keys of a staged file into their one form; what is none is taken out and listed.

Only distinct texts that a plain pattern does not settle are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import PERSON_KEYS
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.loading.staging.fields import Fields
from clientela.warehouse.loading.staging.findings import note
from clientela.warehouse.loading.staging.key_forms import Form, key_form
from clientela.warehouse.loading.staging.keys import is_odd, odd_ids
from clientela.warehouse.loading.staging.shop_rules import ShopRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBERED: Final = ("customer_id", "card_number")
"""Keys that a shop gives itself: text, whatever stands in it."""

_MANY: Final = 1_000


def check_keys(db: DuckDBPyConnection, fields: Fields, rules: ShopRules) -> None:
    """Give every key of ``stage`` its form, and note the cells that are no key."""
    kinds: list[str] = [name for name in PERSON_KEYS if name in fields.binding.types]
    for kind in _touched(db, kinds):
        _check(db, fields, rules, kind)


def _touched(db: DuckDBPyConnection, kinds: list[str]) -> list[str]:
    """Return the keys of which some value has to be looked at."""
    return [kind for kind in kinds if any(_exists(db, test) for test in _tests(kind))]


def _tests(kind: str) -> tuple[str, ...]:
    """Return the tests of a value that has to be looked at; each alone is a quick filter."""
    return odd_ids(quoted(kind)) if kind in NUMBERED else (is_odd(kind, quoted(kind)),)


def _exists(db: DuckDBPyConnection, test: str) -> bool:
    return bool(db.execute(f"select exists (from temp.stage where {test})").fetchall()[0][0])


def _check(db: DuckDBPyConnection, fields: Fields, rules: ShopRules, kind: str) -> None:
    column = quoted(kind)
    odd = f"{column} is not null and {is_odd(kind, column)}"
    texts = [row[0] for row in db.execute(f"select distinct {column} from temp.stage where {odd}").fetchall()]
    forms = {text: key_form(kind, text, rules) for text in texts}
    if kind in NUMBERED and _are_floats(db, column):
        forms = {text: _without_point(form, kind, text, rules) for text, form in forms.items()}
    changed = {text: form for text, form in forms.items() if form.code or form.value != text}
    if not changed:
        return
    db.execute("create or replace temp table key_forms (text varchar, value varchar, code varchar)")
    rows = [(text, form.value, form.code) for text, form in sorted(changed.items())]
    for start in range(0, len(rows), _MANY):
        listed = ", ".join(
            f"({', '.join('null' if part is None else literal(part) for part in row)})"
            for row in rows[start : start + _MANY]
        )
        db.execute(f"insert into temp.key_forms values {listed}")
    note(
        db,
        f"select s.record_no, k.code, {literal(fields.column(kind))} as column_name, k.text as value "
        f"from temp.staged s join temp.key_forms k on k.text = s.{column} "
        "where k.code is not null and k.text <> ''",
    )
    db.execute(
        f"update temp.stage as s set {column} = k.value from temp.key_forms k where k.text = s.{column}"
    )
    db.execute("drop table temp.key_forms")


def _are_floats(db: DuckDBPyConnection, column: str) -> bool:
    """Tell whether the whole column is numbers with ``.0``: a spreadsheet's work, no part of the id."""
    return bool(
        db.execute(
            f"select bool_and(regexp_full_match({column}, '\\d+\\.0')) from temp.stage "
            f"where {column} is not null and lower({column}) not in ('0', '-', 'nan', 'none', 'null')"
        ).fetchall()[0][0]
    )


def _without_point(form: Form, kind: str, text: str, rules: ShopRules) -> Form:
    """Return the form of an id without the ``.0`` that its whole column has."""
    return key_form(kind, text.removesuffix(".0"), rules) if text.endswith(".0") else form
