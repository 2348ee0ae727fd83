"""Data that carry no model: a figure or a reason in words, never a traceback, a warning, NaN or infinity."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from typing import Any

import pytest

from clientela.warehouse.predictions.purchase_model.bg_nbd import BG
from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
from clientela.warehouse.predictions.purchase_model.model import fit_model
from clientela.warehouse.predictions.report_card.backtest import backtest
from clientela.warehouse.predictions.scoring import write_scores
from tests.worlds.lively_shop import lively, shop
from tests.worlds.made_shop import every, order, settings

DAY = timedelta(days=1)
STEADY = [row for number in range(400) for row in every(f"c{number}", "2024-01-01", 30, 12)]
BAD_INPUT = {
    "nobody": [],
    "one customer": every("a", "2024-01-01", 30, 12),
    "constant data": STEADY,
    "all one-timers": [order(f"c{n}", date(2024, 1, 1) + n % 300 * DAY) for n in range(900)],
    "all refunds": [order(f"c{n}", date(2024, 1, 1) + n % 300 * DAY, -5) for n in range(900)],
    "a single day": [order(f"c{n}", "2024-12-31") for n in range(900)],
    "10,000 purchases": [*lively(500), *every("busy", "1997-08-01", 1, 10_000)],
    "zero amounts": [order(row["customer_id"], row["order_date"], 0) for row in lively(500)],
    "everything undone": [
        row
        for n in range(400)
        for row in (
            order(f"c{n}", "2024-01-01", 10, order_id=f"o{n}"),
            order(f"c{n}", "2024-02-01", -10, refund_of=f"o{n}"),
        )
    ],
    "huge and tiny amounts": [
        order(row["customer_id"], row["order_date"], 0.02 if n % 2 else 9_999_999.99)
        for n, row in enumerate(lively(500))
    ],
}


def finite(value: Any) -> bool:
    """Whether nothing in a JSON value is NaN or infinite."""
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list):
        return all(map(finite, value))
    return not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize("name", BAD_INPUT)
@pytest.mark.parametrize(
    "rules", [{}, {"history_complete": False}, {"mode": "simple", "min_net_amount": -1.0}]
)
def test_bad_input_gives_a_figure_or_a_reason(name: str, rules: dict[str, Any]) -> None:
    as_of = date(2024, 12, 31)
    with shop("2024-12-31", BAD_INPUT[name], **rules) as db:
        for family in (MBG, BG):
            model = fit_model(db, as_of, family)
            said = model.as_json()
            assert finite(said), said
            assert (said["parameters"] is None) == bool(said["abstained"])
            for tier in ("model", "mixed"):
                write_scores(db, settings(**rules).categories, model, as_of, horizon_days=365, tier=tier)
                rows = db.execute("select * from marts.model_scores").fetchall()
                assert all(finite(list(row)) for row in rows)
                assert all(0 <= row[3] <= 1 and row[4] >= 0 and row[5] >= 0 for row in rows)
        graded = backtest(db, settings(**rules), as_of, limit=2)
        assert finite(graded.as_json()), graded
        assert bool(graded.origins) != bool(graded.abstained)
        json.dumps(graded.as_json(), allow_nan=False)
