"""Tables that no model makes: written from settings or definitions, or counted once, before models run."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.parameters import literal
from clientela.warehouse.measures.definitions import registry

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEASURE_UNITS: Final = "staging.measure_units"

SELECTS: Final = {
    "staging.closures": "select * from (values {rows}) as closures (first_day, last_day) where {keep}",
    "staging.declared_margins": (
        "select cast(category as varchar) as category, cast(margin as double) as margin "
        "from (values {rows}) as declared (category, margin) where {keep}"
    ),
    "staging.former_counts": (
        "select * from (values {rows}) as former (as_of, category, people) where {keep}"
    ),
    MEASURE_UNITS: ("select * from (values {rows}) as units (place, name, pattern, unit) where {keep}"),
}
"""What each table holds: rows of literals, or none while ``keep`` is false."""

NOTHING: Final = {
    "staging.closures": "(date '2000-01-01', date '2000-01-01')",
    "staging.declared_margins": "(null, null)",
    "staging.former_counts": "(date '2000-01-01', '', cast(0 as bigint))",
    MEASURE_UNITS: "(0, '', '', '')",
}
"""A row that gives an empty table its types."""

GIVEN: Final = frozenset(SELECTS)


def margins_by_kind(settings: Settings) -> dict[str, float]:
    """Return the margins that the owner declares by kind of goods, in small letters."""
    return {kind.strip().lower(): share for kind, share in settings.margins.by_category.items()}


def measure_units() -> list[str]:
    """Return the rows of ``MEASURE_UNITS``: each name as a pattern of ``like``, those written out first."""
    known = [measure for measure in registry().values() if not measure.is_cell]
    known.sort(key=lambda measure: "*" in measure.name)
    rows = []
    for place, measure in enumerate(known, 1):
        pattern = re.sub("([!%_])", r"!\1", measure.name).replace("*", "%")
        rows.append(f"({place}, {literal(measure.name)}, {literal(pattern)}, {literal(measure.unit)})")
    return rows


def create_given(db: DuckDBPyConnection, settings: Settings, needed: Collection[str]) -> None:
    """Create the tables in the current catalogue; those that are counted start empty.

    Args:
        db: the connection.
        settings: the shop's parameters.
        needed: the tables that the models to be built read; without ``MEASURE_UNITS`` no definition is read.
    """
    margins = margins_by_kind(settings)
    rows = {
        "staging.closures": [f"({literal(a)}, {literal(b)})" for a, b in settings.categories.closures],
        "staging.declared_margins": [
            f"({literal(kind)}, {float(share)!r})" for kind, share in sorted(margins.items())
        ],
    }
    if MEASURE_UNITS in needed:
        rows[MEASURE_UNITS] = measure_units()
    for name, select in SELECTS.items():
        if name == MEASURE_UNITS and name not in needed:
            continue
        found = rows.get(name)
        text = select.format(rows=", ".join(found or [NOTHING[name]]), keep="true" if found else "false")
        db.execute(f"create or replace table {name} as {text}")
