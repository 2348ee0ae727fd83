"""The timed steps that build tables: models, marts, measures."""

from __future__ import annotations

from typing import Any

from benchmarks.bench import Bench
from benchmarks.measure import Clock
from benchmarks.orders import LAST_DAY
from clientela.settings.shop_settings import Settings


def models_kept(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Build the category models at one date; those that are the same at every date stand since the load."""
    from clientela.warehouse.building.build import CATEGORY_TARGETS
    from clientela.warehouse.building.catalogue import needed_for
    from clientela.warehouse.connection import open_shop

    kept = timeless()
    dated = [model for model in needed_for(CATEGORY_TARGETS) if model.name not in kept]
    with clock, open_shop(bench.settings.database) as db:
        _create(db, bench.settings, dated)
    return _categories(bench)


def timeless() -> frozenset[str]:
    """Return the category models that are the same at every date: in this shop nobody has two accounts."""
    from clientela.warehouse.building.build import CATEGORY_TARGETS
    from clientela.warehouse.building.catalogue import needed_for
    from clientela.warehouse.building.timeless import timeless_models

    return timeless_models(needed_for(CATEGORY_TARGETS), identity=True)


def _create(db: Any, settings: Settings, models: list[Any]) -> None:
    """Build some models beside what stands already."""
    from clientela.warehouse.building.build import create_model, prepare, uncompressed
    from clientela.warehouse.building.parameters import set_variables

    prepare(db, settings, models)
    set_variables(db, settings, LAST_DAY)
    with uncompressed(db):
        for model in models:
            create_model(db, model)


def models(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Build everything up to everybody's category at one date."""
    from clientela.warehouse.building.build import CATEGORY_TARGETS

    return _build(bench, clock, CATEGORY_TARGETS)


def marts(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Build all that the report reads at one date."""
    return _build(bench, clock, None)


def _build(bench: Bench, clock: Clock, targets: tuple[str, ...] | None) -> dict[str, Any]:
    from clientela.warehouse.building.build import build
    from clientela.warehouse.building.catalogue import build_order
    from clientela.warehouse.connection import open_shop

    build_order()
    with clock, open_shop(bench.settings.database) as db:
        build(db, bench.settings, LAST_DAY, targets=targets)
    return _categories(bench)


def _categories(bench: Bench) -> dict[str, Any]:
    """Return how many people are in each category."""
    from clientela.warehouse.connection import open_shop

    with open_shop(bench.settings.database, read_only=True) as db:
        rows = db.execute("select category, count(*) from marts.categories group by all order by all")
        return {"categories": dict(rows.fetchall())}


def measures(bench: Bench, clock: Clock) -> dict[str, Any]:
    """Build every measure and what it needs beyond the categories, beside 24 month ends of history."""
    from clientela.warehouse.building.build import CATEGORY_TARGETS
    from clientela.warehouse.building.catalogue import needed_for
    from clientela.warehouse.connection import open_shop

    known = {model.name for model in needed_for(CATEGORY_TARGETS)}
    rest = [model for model in needed_for(("marts.measures",)) if model.name not in known]
    with clock, open_shop(bench.settings.database) as db:
        _create(db, bench.history_settings, rest)
        rows = db.execute("select count(*), count(value) from marts.measures").fetchall()
    return {"models": len(rest), "measures": rows[0][0], "with_value": rows[0][1]}
