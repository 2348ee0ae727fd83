"""The report grades its own predictions: backwards over the shop's history, one month end after the other.

At each of them everything is learnt anew from the rows dated by it, so that nothing is ever graded on what
it was learnt from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.predictions.abstaining import Reason, in_words
from clientela.warehouse.predictions.purchase_model.families import Family
from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
from clientela.warehouse.predictions.report_card.bootstrap import draws, interval
from clientela.warehouse.predictions.report_card.forecast_date import Judged, judge
from clientela.warehouse.predictions.report_card.graded_predictions import Backtest, Origin, Score
from clientela.warehouse.predictions.report_card.history_at import Past, learning_days
from clientela.warehouse.predictions.report_card.verdicts import Drawn, Written

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE: Final = 2
"""Month ends judged at a time; the engine answers one of them after the other."""

HORIZON_DAYS: Final = 90
MOST_ORIGINS: Final = 12
FEWEST_CUSTOMERS: Final = 200
FEWEST_REPEAT_CUSTOMERS: Final = 50
"""Below either the rule alone is used."""

GRACE: Final = 1
"""Days that a horizon may end after the data: three months are 89 to 92 days, six are 181 to 184."""

COMPLETE: Final = 7
"""Days after the newest order for which the data still count as complete, as for the date of the report."""

Progress = Callable[[str, float], None]


def backtest(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    *,
    horizon_days: int = HORIZON_DAYS,
    on: Sequence[date] | None = None,
    family: Family = MBG,
    limit: int = MOST_ORIGINS,
    written: Mapping[date, Written] | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Predict from past month ends who would buy nothing, and grade it with what followed.

    Args:
        db: a connection whose marts stand at the date.
        settings: the shop's parameters.
        as_of: the date; no later row is used, neither to learn nor to grade.
        horizon_days: calendar days of silence that are predicted.
        on: the days to predict from; None takes the newest month ends with a horizon before and after them.
        family: of the model.
        limit: at most so many of them.
        written: by its day, what a report had said; graded beside the rest.
        progress: told each day and the share done, 0 to 1.
    """
    set_variables(db, settings, as_of)
    days = list(on) if on is not None else month_ends(db, as_of, horizon_days)[-limit:]
    judged = judge_all(db, settings, as_of, horizon_days, days, family, written or {}, progress)
    if not judged:
        return Backtest(horizon_days, [], {}, "rule", _too_short(horizon_days), _too_short(horizon_days))
    origins = [found.origin for found in judged]
    overall = _overall(judged)
    tier, reason = _tier(origins)
    return Backtest(horizon_days, origins, overall, tier, reason, None)


def month_ends(db: DuckDBPyConnection, as_of: date, horizon_days: int) -> list[date]:
    """Return the month ends with a whole horizon before and after them."""
    rows = db.execute(
        "select min(first_purchase_on), max(last_purchase_on) from marts.activity where purchases > 0"
    ).fetchall()
    first, last = rows[0]
    if first is None:
        return []
    horizon = timedelta(days=horizon_days)
    known_until = min(as_of, last + timedelta(days=COMPLETE)) + timedelta(days=GRACE)
    month, found = Month.of(first + horizon), []
    while month.last_day + horizon <= known_until:
        found.append(month.last_day)
        month = month.next()
    return found


def judge_all(
    db: DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    horizon_days: int,
    days: list[date],
    family: Family,
    written: Mapping[date, Written],
    progress: Progress | None,
) -> list[Judged]:
    """Judge every day, oldest first."""
    if not days:
        return []
    past = open_past(db, settings, as_of, horizon_days, days)
    try:
        return judge_days(past, settings, sorted(days), family, written, progress)
    finally:
        past.close()


def open_past(
    db: DuckDBPyConnection, settings: Settings, as_of: date, horizon_days: int, days: Sequence[date]
) -> Past:
    """Write down the states that judging some days asks for; the caller closes them."""
    asked = {day + timedelta(days=horizon_days) for day in days} | set(days)
    for day in days:
        asked |= {Month.of(day).next().last_day, *learning_days(day, horizon_days)}
    return Past(db, settings.categories, asked, horizon_days, as_of)


def judge_days(
    past: Past,
    settings: Settings,
    days: list[date],
    family: Family,
    written: Mapping[date, Written],
    progress: Progress | None,
    *,
    auc_range: bool = True,
) -> list[Judged]:
    """Judge the days in their order, two at a time: one computes while the other asks the engine."""
    chosen = draws()

    def judged(day: date) -> Judged | None:
        return judge(past, day, settings.categories, family, chosen, written.get(day), auc_range=auc_range)

    found = []
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        asked = [pool.submit(copy_context().run, judged, day) for day in days]
        try:
            for place, (day, answer) in enumerate(zip(days, asked, strict=True)):
                if progress:
                    progress(day.isoformat(), place / len(days))
                found.append(answer.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [one for one in found if one]


def _overall(judged: list[Judged]) -> dict[str, Score]:
    """Return each way's score over the origins that have it."""
    found = {}
    for name in dict.fromkeys(name for one in judged for name in one.origin.scores):
        having = [one for one in judged if name in one.origin.scores]
        found[name] = _pooled(
            [one.origin.scores[name] for one in having],
            [one.origin.customers for one in having],
            [one.drawn[name] for one in having],
        )
    return found


def _pooled(scores: list[Score], customers: list[int], drawn: list[Drawn]) -> Score:
    """Return the score over several origins; a draw takes all origins of a customer."""
    weights = np.array(customers, dtype=np.float64) / sum(customers)
    aucs = [score.auc for score in scores if score.auc is not None]
    chosen = draws()
    people = chosen @ np.sum([one.people for one in drawn], axis=0)
    squares = chosen @ np.sum([one.squares for one in drawn], axis=0)
    return Score(
        float(weights @ [score.brier for score in scores]),
        float(np.mean(aucs)) if aucs else None,
        float(weights @ [score.log_loss for score in scores]),
        interval(np.where(people > 0, squares / np.maximum(people, 1.0), np.nan)),
        interval(np.mean([one.aucs for one in drawn], axis=0)),
    )


def best_tier(customers: int, repeat_customers: int, briers: Mapping[str, float]) -> str:
    """Return what P(silent) should be made of: by the size of the shop, then by the best Brier score.

    Args:
        customers: with a purchase, at the newest origin.
        repeat_customers: of them, with two or more.
        briers: over the origins that have a model; empty where the newest has none.
    """
    if customers < FEWEST_CUSTOMERS or repeat_customers < FEWEST_REPEAT_CUSTOMERS:
        return "rule"
    if not briers:
        return "table"
    return min(("table", "model", "mixed"), key=lambda name: briers[name])


def _tier(origins: list[Origin]) -> tuple[str, Reason]:
    """Choose the tier, and say why."""
    newest = origins[-1]
    back = newest.repeat_lost_flag.people
    names = () if newest.abstained else ("table", "model", "mixed")
    tier = best_tier(newest.customers, back, {name: _brier(origins, name) for name in names})
    if tier == "rule":
        text = ngettext(
            "{number} customer, {back} of whom came back: too few to learn from, the rule is used.",
            "{number} customers, {back} of whom came back: too few to learn from, the rule is used.",
            newest.customers,
        )
        return tier, text.format(number=newest.customers, back=back)
    if newest.abstained:
        return tier, newest.abstained
    named = {
        "table": _("the table of purchases and silence"),
        "model": _("the model"),
        "mixed": _("the mean of model and table"),
    }
    text = _("Best at predicting who buys nothing: {name} (Brier score {brier}).")
    return tier, text.format(name=named[tier], brier=in_words(_brier(origins, tier), 3))


def _brier(origins: list[Origin], name: str) -> float:
    """Return the mean Brier score over the origins that have a model, each customer weighing the same."""
    having = [origin for origin in origins if not origin.abstained]
    customers = sum(origin.customers for origin in having)
    return sum(origin.customers * origin.scores[name].brier for origin in having) / customers


def _too_short(horizon_days: int) -> Reason:
    return ngettext(
        "No month end has {number} day of sales before it and after it: nothing can be graded yet.",
        "No month end has {number} days of sales before it and after it: nothing can be graded yet.",
        horizon_days,
    ).format(number=horizon_days)
