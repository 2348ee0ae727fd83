"""The purchase model as it was last fitted for a date, kept in the shop's file."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.kept_builds import last_batch
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.predictions.purchase_model.model import Model


def parameters_hash(settings: Settings) -> str:
    """Return the hash of what a prediction depends on beside the rows."""
    return str(settings.categories.as_json()["hash"])


def stored_fit(db: DuckDBPyConnection, settings: Settings, as_of: date, family: str | None) -> str | None:
    """Return the kept model of a date as JSON, the newest or a family's, while rows and rules stay."""
    rows = db.execute(
        f"""
        select fit from {SHOP}.history.model_fits
        where as_of = ? and parameters_hash = ? and last_batch_id = ? and model = coalesce(?, model)
        order by made_at desc limit 1
        """,
        [as_of, parameters_hash(settings), last_batch(db), family],
    ).fetchall()
    return str(rows[0][0]) if rows else None


def insert_fit(db: DuckDBPyConnection, settings: Settings, model: Model, made_at: datetime) -> None:
    """Keep a fitted model in place of the one of its kind and date."""
    table, key = f"{SHOP}.history.model_fits", [model.fitted_to, model.family.name]
    db.execute(f"delete from {table} where as_of = ? and model = ?", key)
    db.execute(
        f"insert into {table} values (?, ?, ?, ?, ?, ?)",
        [*key, made_at, parameters_hash(settings), last_batch(db), json.dumps(model.as_json())],
    )
