"""Tables that no model makes: written from the settings, or counted once, before any model runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.parameters import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SELECTS: Final = {
    "staging.closures": "select * from (values {rows}) as closures (first_day, last_day) where {keep}",
    "staging.declared_margins": (
        "select cast(category as varchar) as category, cast(margin as double) as margin "
        "from (values {rows}) as declared (category, margin) where {keep}"
    ),
    "staging.former_counts": (
        "select * from (values {rows}) as former (as_of, category, people) where {keep}"
    ),
}
"""What each table holds: rows of literals, or none while ``keep`` is false."""

NOTHING: Final = {
    "staging.closures": "(date '2000-01-01', date '2000-01-01')",
    "staging.declared_margins": "(null, null)",
    "staging.former_counts": "(date '2000-01-01', '', cast(0 as bigint))",
}
"""A row that gives an empty table its types."""

GIVEN: Final = frozenset(SELECTS)


def margins_by_kind(settings: Settings) -> dict[str, float]:
    """Return the margins that the owner declares by kind of goods, in small letters."""
    return {kind.strip().lower(): share for kind, share in settings.margins.by_category.items()}


def create_given(db: DuckDBPyConnection, settings: Settings) -> None:
    """Create the tables in the current catalogue; those that are counted start empty."""
    margins = margins_by_kind(settings)
    rows = {
        "staging.closures": [f"({literal(a)}, {literal(b)})" for a, b in settings.categories.closures],
        "staging.declared_margins": [
            f"({literal(kind)}, {float(share)!r})" for kind, share in sorted(margins.items())
        ],
    }
    for name, select in SELECTS.items():
        found = rows.get(name)
        text = select.format(rows=", ".join(found or [NOTHING[name]]), keep="true" if found else "false")
        db.execute(f"create or replace table {name} as {text}")
