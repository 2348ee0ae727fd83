"""Measures of silent best customers, next purchases, near fans, connectors, and the month's balance."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_SILENT: Final = (
    (
        "silent_best.people",
        "people",
        N_("Best customers who say nothing and are drifting away."),
        "silent_best",
    ),
    (
        "silent_best.at_risk",
        "eur",
        N_("What they would bring in 12 months times the chance that they leave."),
        "silent_best",
    ),
    (
        "silent_best.expected_12m",
        "eur",
        N_("What the silent best are expected to bring in 12 months."),
        "silent_best",
    ),
    ("silent_best.late", "people", N_("Silent best customers who are late."), "silent_best"),
    (
        "silent_best.slower",
        "people",
        N_("Silent best customers whose last two pauses were unusually long."),
        "silent_best",
    ),
    ("silent_best.smaller", "people", N_("Silent best customers who spend less each time."), "silent_best"),
    (
        "silent_best.narrower",
        "people",
        N_("Silent best customers who buy fewer kinds of goods."),
        "silent_best",
    ),
    (
        "silent_best.misses",
        "people",
        N_("Best customers who left in past months without an alarm."),
        "silent_backtest",
    ),
    (
        "silent_best.precision",
        "share",
        N_("Part of the past alarms after which the person left within 90 days."),
        "silent_backtest",
    ),
    (
        "silent_best.recall",
        "share",
        N_("Part of the best customers who left that an alarm had named."),
        "silent_backtest",
    ),
    ("lost.never_complained", "share", N_("Part of those who left who had never complained."), "voices"),
    (
        "next_purchase.in_7_days",
        "people",
        N_("People whose next purchase is expected in the next 7 days."),
        "next_purchase",
    ),
    (
        "next_purchase.in_30_days",
        "people",
        N_("People whose next purchase is expected in the next 30 days."),
        "next_purchase",
    ),
    ("near_fans.people", "people", N_("People who are nearly fans."), "near_fans"),
    ("near_fans.revenue_12m", "eur", N_("What they spent in the last 365 days."), "near_fans"),
    (
        "near_fans.gate_missing",
        "people",
        N_("Near fans who fail a condition, not only the score."),
        "near_fans",
    ),
    ("connectors.people", "people", N_("People who spend little themselves and bring a lot."), "connectors"),
    (
        "connectors.brought_12m",
        "eur",
        N_("What the friends whom they sent spent in the last 365 days."),
        "connectors",
    ),
    (
        "connectors.second_12m",
        "eur",
        N_("What the friends of those friends spent in the last 365 days."),
        "connectors",
    ),
    (
        "steps.*.eur",
        "eur",
        N_("Sales of 12 months of the people in a step from last month's customers to this month's."),
        "movement_steps",
    ),
    (
        "steps.*",
        "people",
        N_("People in a step from last month's active customers to this month's."),
        "movement_steps",
    ),
    (
        "restated_months",
        "count",
        N_("Past month ends that were told anew since the last report."),
        "restated_months",
    ),
)

MEASURES: Final = tuple(Measure(name, unit, text, f"marts.{source}") for name, unit, text, source in _SILENT)
