"""What the models have made in a shop's file, dropped whole before it is made again.

``create or replace`` refuses to put a view where a table stands. Which of the two a model is changes from one
version to the next, and a model that was given up would stand in the file for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.warehouse.building.catalogue import LAYERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def drop_layers(db: DuckDBPyConnection) -> None:
    """Drop staging, marts and the shared words from the current catalogue; what was loaded and said stays.

    To be called inside the transaction that builds them again.
    """
    for layer in LAYERS:
        db.execute(f"drop schema if exists {layer} cascade")
    words = db.execute(
        "select distinct schema_name, function_name, function_type from duckdb_functions() "
        "where database_name = current_database() and not internal and function_type like '%macro'"
    ).fetchall()
    for schema, name, kind in words:
        db.execute(f'drop macro {"table " if kind == "table_macro" else ""}"{schema}"."{name}"')
