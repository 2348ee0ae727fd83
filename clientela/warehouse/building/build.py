"""Build the marts of a date: run the SQL models in the order that they imply."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from clientela.month import last_month_end
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building import made_of
from clientela.warehouse.building.catalogue import INPUTS, LAYERS, Model, build_order, macros, needed_for
from clientela.warehouse.building.given import create_given
from clientela.warehouse.building.kept_builds import are_marts_current, note_build
from clientela.warehouse.building.layers import drop_layers
from clientela.warehouse.building.made_of import Made
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.building.timeless import identity_is_timeless, timeless_models
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CATEGORY_TARGETS: Final = ("marts.categories",)
"""The models up to the category of everybody."""

FORMER_COUNTS: Final = "staging.former_counts"
"""What was counted at earlier dates: it stands as long as the rows do, whatever is built."""

SMALL: Final = 500_000
"""Orders below which one thread is faster."""

Progress = Callable[[str, float], None]


def create_model(db: DuckDBPyConnection, model: Model) -> None:
    """Build one model in the current catalogue; an audit event tells whoever counts."""
    sys.audit("clientela.create_model", model.name)
    kind = "view" if model.is_view else "table"
    db.execute(f"create or replace {kind} {model.name} as\n{model.sql}")


def prepare(db: DuckDBPyConnection, settings: Settings, chosen: Iterable[Model]) -> bool:
    """Create in the current catalogue what some models expect to find: schemas, macros, given tables.

    Returns:
        Whether the shop is small.
    """
    ((orders,),) = db.execute("select count(*) from raw.orders").fetchall()
    is_small = bool(orders < SMALL)
    # Waking a second thread costs more than it brings while every model takes milliseconds.
    threads = settings.engine.threads or (1 if is_small else 0)
    db.execute(f"set threads = {threads}" if threads else "reset threads")
    for layer in LAYERS:
        db.execute(f"create schema if not exists {layer}")
    for statement in re.split(r";\s*\n", macros()):
        if statement.strip():
            db.execute(statement)
    create_given(db, settings, frozenset().union(*(model.reads for model in chosen)))
    return is_small


def build(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    *,
    targets: tuple[str, ...] | None = None,
    progress: Progress | None = None,
    reuse: bool = False,
    held: set[str] | None = None,
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
        held: with ``reuse``, a small shop's views that no date changes and that former builds of the block
            have stored: to work out what a view of views means costs more than its rows.
    """
    chosen = build_order() if targets is None else needed_for(targets)
    is_small = prepare(db, settings, chosen)
    set_variables(db, settings, as_of)
    ready: frozenset[str] = frozenset()
    stored: frozenset[str] = frozenset()
    held = set() if held is None else held
    if reuse:
        timeless = timeless_models(chosen, identity=identity_is_timeless(db))
        ready = frozenset(model.name for model in chosen if model.name in timeless and not model.is_view)
        stored = timeless - ready if is_small else frozenset()
        asked = tuple(model.name for model in chosen) if targets is None else targets
        chosen = needed_for(asked, ready)
    with uncompressed(db):
        for place, model in enumerate(chosen):
            if progress:
                progress(model.name, place / len(chosen))
            if model.name in ready:
                db.execute(f"create or replace view {model.name} as from {SHOP}.{model.name}")
            elif model.name not in stored:
                create_model(db, model)
            elif model.name not in held:
                db.execute(f"create table {model.name} as\n{model.sql}")
                held.add(model.name)


def build_marts(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    *,
    targets: tuple[str, ...] | None = None,
    progress: Progress | None = None,
) -> bool:
    """Bring the marts in the shop's file to a date; what stands already is not built.

    Whatever an older version left in staging and marts goes in the same transaction.

    Args:
        db: a connection whose current catalogue is the shop's file, no transaction open.
        settings: the shop's parameters.
        as_of: the date; no later row is used.
        targets: the tables asked for, with what they need; None for all, which alone makes the marts current.
        progress: told the name of each model and the share done, 0 to 1.

    Returns:
        Whether anything was built.
    """
    set_variables(db, settings, as_of)
    if are_marts_current(db, settings, as_of):
        return False
    db.execute("begin")
    try:
        former = made_of.read(db)
        if not former:
            drop_layers(db)
        chosen = build_order() if targets is None else needed_for(targets)
        made = _build_what_does_not_stand(db, settings, as_of, chosen, former, progress)
        made_of.write(db, former | made)
        note_build(db, settings, as_of, whole=targets is None)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise
    return any(former.get(name) != each for name, each in made.items())


def _build_what_does_not_stand(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    chosen: Collection[Model],
    former: Mapping[str, Made],
    progress: Progress | None,
) -> dict[str, Made]:
    """Build those of some models in the shop's file that were made of something else; return what stands."""
    inputs = made_of.Inputs(db, settings, as_of)
    counted = inputs.key_at_any_date(needed_for(CATEGORY_TARGETS))
    made = {FORMER_COUNTS: Made(counted, "")}
    stands = former.get(FORMER_COUNTS) == made[FORMER_COUNTS]
    counts = db.execute(f"from {FORMER_COUNTS}").fetchall() if stands else []
    prepare(db, settings, chosen)
    if counts:
        db.executemany(f"insert into {FORMER_COUNTS} values (?, ?, ?)", counts)
    with uncompressed(db):
        for place, model in enumerate(chosen):
            key, held = inputs.key(model, made), former.get(model.name)
            if held and held.of == key:
                made[model.name] = held
                continue
            if progress:
                progress(model.name, place / len(chosen))
            before = made_of.fingerprint(db, model) if held else None
            create_model(db, model)
            is_same = before is not None and before == made_of.fingerprint(db, model)
            made[model.name] = Made(key, held.mark if held and is_same else key)
    return made


@dataclass(frozen=True)
class Calendar:
    """What the data say about time."""

    first_order_on: date | None
    last_order_on: date | None

    def default_as_of(self, settings: Settings, today: date) -> date:
        """Return the end of the last closed month that the data can answer for.

        A month is closed when its last day has passed: what is sold on that evening belongs to it.

        Args:
            settings: a fixed date in them wins.
            today: the day in the shop's time zone.
        """
        if settings.categories.as_of:
            return settings.categories.as_of
        newest = self.last_order_on or today
        return last_month_end(min(newest + timedelta(days=7), today - timedelta(days=1)))

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
def uncompressed(db: DuckDBPyConnection) -> Iterator[None]:
    """Write tables as they come: finding how each column packs best is a tenth of a build.

    What is small enough to wait in memory for the end of the transaction is packed there all the same.
    """
    db.execute("set force_compression = 'uncompressed'")
    try:
        yield
    finally:
        # Said by another connection, for the setting is the engine's: a transaction that has failed takes no
        # further word, and its complaint would hide what went wrong.
        with db.cursor() as beside:
            beside.execute("reset force_compression")


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
            # By its full name: a block inside another one leaves the file as the current catalogue.
            db.execute(f"drop schema if exists memory.{layer} cascade")
        db.execute(f"use {SHOP}")
