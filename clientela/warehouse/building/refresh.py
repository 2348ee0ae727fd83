"""Bring marts up to date after something was written down, without building all of them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.warehouse.building.build import create_model
from clientela.warehouse.building.catalogue import build_order

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREDICTED: Final = (
    "history.prediction_sets",
    "history.predictions",
    "history.graded_origins",
    "history.graded_ways",
    "history.graded_bins",
    "history.graded_misses",
    "history.graded_takings",
    "history.report_cards",
)
"""What a report writes down before it is printed."""


def refresh(db: DuckDBPyConnection, changed: tuple[str, ...]) -> None:
    """Build again what reads some tables, and what is made from that.

    Args:
        db: a connection whose current catalogue and variables stand at a date, the other marts up to date.
        changed: the tables.
    """
    stale = set(changed)
    for model in build_order():
        if model.reads & stale:
            stale.add(model.name)
            create_model(db, model)
