"""A graded month end as rows of the tables that keep it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.predictions.report_card.accuracy import Bin
    from clientela.warehouse.predictions.report_card.graded_predictions import Miss, Origin, Score

TABLES: Final = ("graded_origins", "graded_ways", "graded_bins", "graded_misses")

Row = tuple[Any, ...]


def rows_of(
    db: DuckDBPyConnection, origins: list[Origin], horizon_days: int, made: tuple[datetime, str, int]
) -> dict[str, list[Row]]:
    """Return the rows of each table.

    Args:
        db: the shop, whose marts know the people.
        origins: what was graded.
        horizon_days: of the predictions.
        made: when, with which parameters, after which load.
    """
    misses = [miss for origin in origins for verdict in origin.verdicts.values() for miss in verdict.misses]
    names = _customer_ids(db, [miss.person_no for miss in misses])
    found: dict[str, list[Row]] = {table: [] for table in TABLES}
    for origin in origins:
        key = (origin.on, horizon_days)
        found["graded_origins"].append((*key, *made, *_origin(origin)))
        for way, score in origin.scores.items():
            found["graded_ways"].append((*key, way, *_way(origin, way, score)))
        for way, verdict in origin.verdicts.items():
            found["graded_bins"] += [(*key, way, *_bin(tenth)) for tenth in verdict.calibration]
            known = [miss for miss in verdict.misses if miss.person_no in names]
            found["graded_misses"] += [
                (*key, way, place, names[miss.person_no], *_miss(miss))
                for place, miss in enumerate(known, start=1)
            ]
    return found


def _customer_ids(db: DuckDBPyConnection, numbers: list[int]) -> dict[int, str]:
    """Return the customer behind each number."""
    asked = ", ".join(map(str, sorted(set(numbers))))
    if not asked:
        return {}
    return dict(
        db.execute(f"select person_no, customer_id from marts.people where person_no in ({asked})").fetchall()
    )


def _origin(origin: Origin) -> Row:
    return (
        origin.customers,
        origin.repeat_lost_flag.people,
        origin.silent,
        origin.lost_flag.flagged,
        origin.lost_flag.flagged_silent,
        origin.purchases.expected,
        origin.purchases.actual,
    )


def _way(origin: Origin, way: str, score: Score) -> Row:
    doubt, verdict = score.brier_range, origin.verdicts.get(way)
    return (
        verdict.sure.people if verdict else origin.customers,
        score.brier,
        doubt.low if doubt else None,
        doubt.high if doubt else None,
        score.auc,
        score.log_loss,
        verdict.sure.flagged if verdict else None,
        verdict.sure.flagged_silent if verdict else None,
    )


def _bin(tenth: Bin) -> Row:
    return (min(int(tenth.predicted * 10), 9), tenth.people, tenth.predicted, tenth.happened)


def _miss(miss: Miss) -> Row:
    return (
        miss.p_silent,
        miss.was_silent,
        miss.purchases,
        miss.own_gap_days,
        miss.silent_days,
        miss.total,
    )
