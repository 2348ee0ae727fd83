"""The steps of the model that are timed: ``python -m benchmarks.model_steps NAME FOLDER`` does one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import CORES, Clock, use_two_cores
from benchmarks.orders import LAST_DAY
from clientela.settings.shop_settings import Categories, Settings

TARGETS: Final = ("marts.purchase_rhythm", "marts.shop_rhythm")
ORIGINS: Final = 12
HORIZON_DAYS: Final = 90
SUMMARY: Final = "summary.npy"
"""One row per customer for the peer: x, t_x and T in weeks."""

Step = Callable[[Any, Settings, Clock], dict[str, Any]]


def prepare(db: Any, settings: Settings, clock: Clock) -> dict[str, Any]:
    """Build the marts that the model reads, and write the summary that the peer fits."""
    import numpy as np

    from clientela.warehouse.building.build import build
    from clientela.warehouse.predictions.arrays import floats
    from clientela.warehouse.predictions.queries_by_name import columns, query

    with clock:
        build(db, settings, LAST_DAY, targets=TARGETS)
    found = columns(db, query("customers_today"))
    summary = np.column_stack(
        [floats(found["repeats"]), floats(found["recency_days"]) / 7, floats(found["age_days"]) / 7]
    )
    np.save(settings.folder / SUMMARY, summary)
    return {"customers": len(summary)}


def group_by(db: Any, _settings: Settings, clock: Clock) -> dict[str, Any]:
    """Read every customer's numbers and count equal histories once: what feeds the fit."""
    from clientela.warehouse.predictions.queries_by_name import keep

    with clock:
        keep(db, "model_customers", "customers_today")
        keep(db, "model_histories", "histories")
    rows = db.execute("select count(*), sum(customers) from model_histories").fetchall()
    return {"histories": rows[0][0], "customers": int(rows[0][1])}


def fit_bg(db: Any, _settings: Settings, clock: Clock) -> dict[str, Any]:
    """Fit BG/NBD to histories already counted, without priors, as the peer does."""
    from clientela.warehouse.predictions.arrays import floats
    from clientela.warehouse.predictions.purchase_model.bg_nbd import BG
    from clientela.warehouse.predictions.purchase_model.fitting import fit
    from clientela.warehouse.predictions.purchase_model.histories import DAYS_IN_UNIT, Histories
    from clientela.warehouse.predictions.queries_by_name import columns, keep, query

    keep(db, "model_customers", "customers_today")
    found = columns(db, query("histories"))
    names = ("repeats", "recency_days", "age_days", "customers")
    histories = Histories(*(floats(found[name]) for name in names)).in_units_of(DAYS_IN_UNIT)
    with clock:
        fitted = fit(BG, histories, priors=False)
    p = fitted.parameters
    return {"parameters": [p.r, p.alpha, p.a, p.b], "gradient_norm": fitted.gradient_norm}


def fit_and_score(db: Any, settings: Settings, clock: Clock) -> dict[str, Any]:
    """Fit MBG/NBD and Gamma-Gamma from the marts and score every customer."""
    from clientela.warehouse.predictions.purchase_model.model import fit_model
    from clientela.warehouse.predictions.scoring import write_scores

    with clock:
        model = fit_model(db, LAST_DAY)
        people = write_scores(db, settings.categories, model, LAST_DAY, horizon_days=HORIZON_DAYS)
    return {"people": people, "model": model.as_json()}


def grade(db: Any, settings: Settings, clock: Clock) -> dict[str, Any]:
    """Grade twelve month ends."""
    from clientela.warehouse.predictions.report_card.backtest import backtest

    with clock:
        found = backtest(db, settings, LAST_DAY, horizon_days=HORIZON_DAYS, limit=ORIGINS)
    return {"origins": len(found.origins), "tier": found.tier, "overall": found.as_json()["overall"]}


STEPS: Final[dict[str, Step]] = {
    step.__name__: step for step in (prepare, group_by, fit_bg, fit_and_score, grade)
}


def main() -> None:
    """Do one step and report its cost."""
    from clientela.warehouse.building.parameters import set_variables
    from clientela.warehouse.connection import open_shop

    name, folder = sys.argv[1:]
    settings = Settings(Path(folder), categories=Categories(history_complete=True))
    clock = Clock()
    with open_shop(settings.database) as db:
        db.execute(f"set threads = {CORES}")
        set_variables(db, settings, LAST_DAY)
        found = STEPS[name](db, settings, clock)
    clock.report(found)


if __name__ == "__main__":
    use_two_cores()
    main()
