"""The queries of this folder, by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES: Final = (
    "marts.activity",
    "marts.burn_in",
    "steps.gap_counts",
    "marts.identity",
    "steps.purchase_sequence",
    "steps.refunded_days",
    "steps.refunds",
    "steps.replayed_people",
    "steps.replayed_purchases",
    "marts.shop_rhythm",
    "steps.states",
    "staging.calendar",
    "staging.other_orders",
)
"""Every table that the model and its back-test read."""


@cache
def query(name: str) -> str:
    """Return the text of a query."""
    folder = files("clientela.warehouse") / "predictions" / "queries"
    return (folder / f"{name}.sql").read_text(encoding="utf-8")


def keep(db: DuckDBPyConnection, table: str, name: str) -> None:
    """Store what a query selects as a table of the connection, gone when it closes."""
    db.execute(f"create or replace temp table {table} as\n{query(name)}")


def columns(db: DuckDBPyConnection, text: str) -> dict[str, Any]:
    """Return what a query selects as one array per column, shape (rows,)."""
    found: dict[str, Any] = db.execute(text).fetchnumpy()
    return found
