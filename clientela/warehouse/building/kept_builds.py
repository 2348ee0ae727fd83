"""What the marts in the shop's file were built from, so that a later process finds them again."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.catalogue import code_hash
from clientela.warehouse.building.given import margins_by_kind
from clientela.warehouse.building.parameters import literal, variables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAID: Final = ("prediction_sets", "graded_ways", "call_trials", "call_outcomes")
"""What reports and the owner have written down since, which the marts repeat."""

IN_PART: Final = "in part"
"""In the place of the parameters, where only some marts stand."""

GRADED: Final = ("graded_origins", "graded_takings")
"""What carries the moment of a grade."""


def last_batch(db: DuckDBPyConnection) -> int:
    """Return the number of the newest load, 0 before the first."""
    row = db.execute("select coalesce(max(batch_id), 0) from meta.batches").fetchone()
    return int(row[0]) if row else 0


def note_build(db: DuckDBPyConnection, settings: Settings, as_of: date, *, whole: bool = True) -> None:
    """Note what the marts in the file were built from.

    Args:
        db: the shop's database.
        settings: the shop's parameters.
        as_of: the marts' date.
        whole: whether all of them stand; else nobody takes them for current.
    """
    day, parameters, *rest = _state(db, settings, as_of)
    db.execute("delete from meta.builds")
    db.execute(
        "insert into meta.builds values (?, ?, ?, ?, ?)", [day, parameters if whole else IN_PART, *rest]
    )


def are_marts_current(db: DuckDBPyConnection, settings: Settings, as_of: date) -> bool:
    """Tell whether the file's marts stand at the date, with today's rows, parameters and models."""
    return db.execute("from meta.builds").fetchall() == [_state(db, settings, as_of)]


def are_marts_of_today(db: DuckDBPyConnection, settings: Settings) -> bool:
    """Tell the same of the file's marts at whatever date they stand."""
    rows = db.execute("from meta.builds").fetchall()
    return len(rows) == 1 and rows[0] == _state(db, settings, rows[0][0])


def _state(db: DuckDBPyConnection, settings: Settings, as_of: date) -> tuple[Any, ...]:
    """Return what the marts of a date depend on, as ``meta.builds`` keeps it."""
    parameters = f"{parameters_hash(settings, as_of)}/{said(db)}"
    return as_of, parameters, last_batch(db), month_ends_kept(db), code_hash()


def said(db: DuckDBPyConnection) -> str:
    """Return how far what reports and the owner have written down has come, month ends apart."""
    counts = ", ".join(f"(select count(*) from history.{table})" for table in SAID)
    # Grades are written in the place of former ones.
    newest = ", ".join(f"(select epoch_us(max(made_at)) from history.{table})" for table in GRADED)
    (row,) = db.execute(f"select {counts}, {newest}").fetchall()
    return "-".join("" if value is None else str(value) for value in row)


def month_ends_kept(db: DuckDBPyConnection) -> int:
    """Return how many versions of month ends are kept."""
    return int(db.execute("select count(*) from history.snapshots").fetchall()[0][0])


def parameters_hash(settings: Settings, as_of: date) -> str:
    """Return a short hash of every value that reaches the models, the same in every process."""
    values = variables(settings, as_of)
    parts = [f"{name} = {literal(values[name])}" for name in sorted(values)]
    return hashlib.sha256("\0".join([*parts, given_hash(settings)]).encode()).hexdigest()[:16]


def given_hash(settings: Settings) -> str:
    """Return a short hash of what the settings say in tables."""
    parts = [f"closed {first} {last}" for first, last in settings.categories.closures]
    parts += [f"margin {kind} = {share!r}" for kind, share in sorted(margins_by_kind(settings).items())]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
