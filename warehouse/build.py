"""Build the marts of a date: run the SQL models in the order that they imply."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from clientela.month import last_month_end
from clientela.settings import Settings
from clientela.warehouse.catalogue import (
    GIVEN,
    INPUTS,
    LAYERS,
    Model,
    build_order,
    code_hash,
    macros,
    needed_for,
)
from clientela.warehouse.layers import drop_layers
from clientela.warehouse.parameters import literal, set_variables
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CATEGORY_TARGETS: Final = ("marts.categories",)
"""The models up to the category of everybody."""

SMALL: Final = 500_000
"""Orders below which one thread is faster."""

SAID: Final = ("prediction_sets", "graded_ways", "call_trials", "call_outcomes")
"""What reports and the owner have written down since, which the marts repeat."""

IDENTITY: Final = frozenset({"marts.identity_keys", "marts.strong_identities", "marts.identity"})
"""The models that say which accounts are one person."""

Progress = Callable[[str, float], None]


def create_model(db: DuckDBPyConnection, model: Model) -> None:
    """Build one model in the current catalogue; an audit event tells whoever counts."""
    sys.audit("clientela.create_model", model.name)
    kind = "view" if model.is_view else "table"
    db.execute(f"create or replace {kind} {model.name} as\n{model.sql}")


def prepare(db: DuckDBPyConnection, settings: Settings) -> None:
    """Create in the current catalogue what the models expect to find: schemas, macros, closures."""
    row = db.execute("select count(*) from raw.orders").fetchone()
    # Waking a second thread costs more than it brings while every model takes milliseconds.
    db.execute("set threads = 1" if row and row[0] < SMALL else "reset threads")
    for layer in LAYERS:
        db.execute(f"create schema if not exists {layer}")
    for statement in re.split(r";\s*\n", macros()):
        if statement.strip():
            db.execute(statement)
    rows = ", ".join(f"({literal(a)}, {literal(b)})" for a, b in settings.categories.closures)
    where = "" if rows else " where false"
    values = rows or "(date '2000-01-01', date '2000-01-01')"
    db.execute(
        "create or replace table staging.closures as "
        f"select * from (values {values}) as closures (first_day, last_day){where}"
    )
    _declare_margins(db, settings)


def _declare_margins(db: DuckDBPyConnection, settings: Settings) -> None:
    """Write the margins that the owner declares by kind of goods, in small letters."""
    given = {kind.strip().lower(): share for kind, share in settings.margins.by_category.items()}
    rows = ", ".join(f"({literal(kind)}, {float(share)!r})" for kind, share in given.items())
    db.execute(
        "create or replace table staging.declared_margins as "
        "select cast(category as varchar) as category, cast(margin as double) as margin "
        f"from (values {rows or '(null, null)'}) as declared (category, margin) where category is not null"
    )


def last_batch(db: DuckDBPyConnection) -> int:
    """Return the number of the newest load, 0 before the first."""
    row = db.execute("select coalesce(max(batch_id), 0) from meta.batches").fetchone()
    return int(row[0]) if row else 0


def identity_is_timeless(db: DuckDBPyConnection) -> bool:
    """Tell whether no key is shared by two accounts, so that nobody is ever joined at any date."""
    row = db.execute(
        """
        select count(*) from (
            select 1 from staging.identity_links
            group by key_kind, key_value having count(distinct account_no) > 1 limit 1
        )
        """
    ).fetchone()
    return not (row and row[0])


def timeless_models(*, identity: bool) -> frozenset[str]:
    """Return the models that are the same at every date.

    Args:
        identity: whether who is who is the same at every date too.
    """
    timeless: set[str] = set()
    for model in build_order():
        given = {name for name in model.reads if name.split(".")[0] in LAYERS and name not in GIVEN}
        reads_history = any(name.startswith("history.") for name in model.reads)
        is_dated = model.is_dated or reads_history or not given <= timeless
        if not is_dated or (identity and model.name in IDENTITY):
            timeless.add(model.name)
    return frozenset(timeless)


def build(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    *,
    targets: tuple[str, ...] | None = None,
    progress: Progress | None = None,
    reuse: bool = False,
) -> None:
    """Build the models of a date in the current catalogue.

    Args:
        db: a connection whose current catalogue holds the raw tables.
        settings: the shop's parameters.
        as_of: the date; no later row is used.
        targets: the tables asked for, with what they need; None builds all.
        progress: told the name of each model and the share done, 0 to 1.
        reuse: take what is the same at every date from the shop's file, whose marts must be up to date;
            only inside ``in_memory``.
    """
    prepare(db, settings)
    set_variables(db, settings, as_of)
    ready: frozenset[str] = frozenset()
    if reuse:
        db.execute(f"create or replace view staging.identity_links as from {SHOP}.staging.identity_links")
        ready = timeless_models(identity=identity_is_timeless(db))
    chosen = build_order() if targets is None else needed_for(targets)
    for place, model in enumerate(chosen):
        if progress:
            progress(model.name, place / len(chosen))
        if model.name in ready and not model.is_view:
            db.execute(f"create or replace view {model.name} as from {SHOP}.{model.name}")
        else:
            create_model(db, model)


def note_build(db: DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Note what the marts in the file were built from."""
    db.execute("delete from meta.builds")
    db.execute("insert into meta.builds values (?, ?, ?, ?, ?)", list(_state(db, settings, as_of)))


def _state(db: DuckDBPyConnection, settings: Settings, as_of: date) -> tuple[Any, ...]:
    """Return what the marts of a date depend on, as ``meta.builds`` keeps it."""
    row = db.execute("select count(*) from history.snapshots").fetchone()
    said = [db.execute(f"select count(*) from history.{table}").fetchall()[0][0] for table in SAID]
    parameters = (
        settings.categories.as_json()["hash"],
        *(
            str(getattr(settings.referral, name))
            for name in ("window_days", "reward_on_purchase", "min_purchase", "base_url")
        ),
        settings.shop.currency,
        *map(str, (settings.margins.default, sorted(settings.margins.by_category.items()))),
        str(settings.shop.hourly_cost),
        "-".join(map(str, said)),
    )
    return as_of, "/".join(parameters), last_batch(db), row[0] if row else 0, code_hash()


def are_marts_current(db: DuckDBPyConnection, settings: Settings, as_of: date) -> bool:
    """Tell whether the file's marts stand at the date, with today's rows, parameters and models."""
    return db.execute("from meta.builds").fetchall() == [_state(db, settings, as_of)]


def build_marts(
    db: DuckDBPyConnection, settings: Settings, as_of: date, *, progress: Progress | None = None
) -> bool:
    """Bring the marts in the shop's file to a date, unless they are up to date already.

    Whatever an older version left in staging and marts goes in the same transaction.

    Returns:
        Whether anything was built.
    """
    set_variables(db, settings, as_of)
    if are_marts_current(db, settings, as_of):
        return False
    db.execute("begin")
    try:
        drop_layers(db)
        build(db, settings, as_of, progress=progress)
        note_build(db, settings, as_of)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise
    return True


@dataclass(frozen=True)
class Calendar:
    """What the data say about time."""

    first_order_on: date | None
    last_order_on: date | None

    def default_as_of(self, settings: Settings, today: date) -> date:
        """Return the last month end that the data can answer for."""
        if settings.categories.as_of:
            return settings.categories.as_of
        newest = self.last_order_on or today
        return last_month_end(min(newest + timedelta(days=7), today))

    def is_stale(self, today: date) -> bool:
        """Whether the newest order is over 35 days old."""
        return self.last_order_on is not None and (today - self.last_order_on).days > 35


def read_calendar(db: DuckDBPyConnection) -> Calendar:
    """Read the first and the last order day."""
    row = db.execute(
        "select min(cast(order_date as date)), max(cast(order_date as date)) from raw.orders"
    ).fetchone()
    return Calendar(*row) if row else Calendar(None, None)


@contextmanager
def in_memory(db: DuckDBPyConnection) -> Iterator[DuckDBPyConnection]:
    """Work in the memory catalogue over the shop's rows; the file stays as it is.

    Raw, meta and history are views on the file, so that a model runs unchanged.
    """
    db.execute("use memory")
    try:
        for schema in INPUTS:
            db.execute(f"create schema if not exists {schema}")
            rows = db.execute(
                "select table_name from information_schema.tables "
                "where table_catalog = ? and table_schema = ?",
                [SHOP, schema],
            ).fetchall()
            for (table,) in rows:
                db.execute(
                    f'create or replace view {schema}."{table}" as select * from {SHOP}.{schema}."{table}"'
                )
        yield db
    finally:
        for layer in LAYERS:
            db.execute(f"drop schema if exists {layer} cascade")
        db.execute(f"use {SHOP}")
