"""Gift cards: what is paid for one is prepaid money, not goods; who pays with one buys like anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clientela.warehouse.loading.mapping.binding import Binding, Bound
from clientela.warehouse.loading.mapping.mapping import Constant
from clientela.warehouse.loading.staging.known_words import folded, words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIELD = "prepaid_amount"


@dataclass(frozen=True)
class Prepaid(Constant):
    """The amount of a row whose columns say that it sells a gift card; its value is no text of the file."""

    columns: tuple[str, ...] = ()


def with_prepaid(binding: Binding) -> Binding:
    """Let the orders of a file say what of their amount is prepaid, where a column may name a gift card."""
    if binding.table.name != "orders" or FIELD in binding.fields:
        return binding
    columns = _columns(binding)
    if not columns or not any(name in binding.fields for name in binding.table.money):
        return binding
    return replace(binding, fields=_in_order(binding, Prepaid("", tuple(columns))))


def sells_none(db: DuckDBPyConnection, binding: Binding) -> bool:
    """Tell whether no row of the staged file sells a gift card, nor did any that was loaded before."""
    if not isinstance(binding.fields[FIELD], Prepaid):
        return False
    return not db.execute(
        f"select exists (from temp.stage where {FIELD} is not null) or exists (from duckdb_columns() where "
        f"schema_name = 'store' and table_name = 'orders' and column_name = '{FIELD}')"
    ).fetchall()[0][0]


def without_prepaid(binding: Binding) -> Binding:
    """Return the binding as the file has it: a shop without gift cards keeps no empty column for them."""
    return replace(binding, fields={name: value for name, value in binding.fields.items() if name != FIELD})


def _in_order(binding: Binding, prepaid: Prepaid) -> dict[str, Bound]:
    fields: dict[str, Bound] = {**binding.fields, FIELD: prepaid}
    return {name: fields[name] for name in binding.table.fields if name in fields}


def _columns(binding: Binding) -> list[str]:
    """Return the columns that name what was sold: mapped ones, and those with our own names."""
    found = []
    for name in ("product_name", "category", "order_type", "doc_type"):
        value = binding.expressions.get(name)
        if value is not None and not isinstance(value, Constant):
            found += list(value.columns)
    own = [header for header in binding.headers if folded(header) in ("product name", "category")]
    return list(dict.fromkeys([*found, *own]))


def gift_card_pattern() -> str:
    """Return the pattern of a text that names a gift card, in lower case without accents."""
    return "|".join(re.escape(word).replace("\\ ", "[ _-]?") for word in words("products", "gift_card"))
