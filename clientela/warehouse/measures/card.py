"""Measures of the report card: how right past predictions were, and what is predicted now."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_CARD: Final = (
    (
        "card.predictions",
        "count",
        N_("Predictions whose ninety days are over, one per person and month end."),
    ),
    ("card.month_ends", "count", N_("Month ends that the report card looks back on, twelve at most.")),
    (
        "card.month_ends_in_time",
        "count",
        N_("Month ends that a report had predicted before the ninety days were over."),
    ),
    (
        "card.score",
        "ratio",
        N_("What the grade is made of: the mean of the errors saved on people and on takings."),
    ),
    (
        "card.people_skill",
        "ratio",
        N_("1 - Brier score / that of “everybody does as in the ninety days before”; 1 best, below 0 worse."),
    ),
    (
        "card.takings_skill",
        "ratio",
        N_("1 - error of next month's takings / that of “same as last month”; 1 best, below 0 worse."),
    ),
    ("card.brier", "ratio", N_("Mean squared error of the chance of buying nothing in ninety days; 0 best.")),
    (
        "card.brier_same",
        "ratio",
        N_("Mean squared error of “everybody does as in the ninety days before”; 0 best."),
    ),
    (
        "card.brier_base",
        "ratio",
        N_("Mean squared error of giving everybody the shop's share of silent people; 0 best."),
    ),
    (
        "card.brier_days",
        "ratio",
        N_("Mean squared error of going by the days since the last purchase; 0 best."),
    ),
    ("card.brier_gap", "ratio", N_("Mean squared error of going by twice the own mean gap; 0 best.")),
    ("card.auc", "ratio", N_("How often who bought nothing had the higher chance of it: 0.5 is guessing.")),
    (
        "card.lost_precision",
        "share",
        N_("Of those said to have left, how many bought nothing for ninety days."),
    ),
    (
        "card.lost_recall",
        "share",
        N_("Of those who bought nothing for ninety days, how many had been said to have left."),
    ),
    ("card.sure_precision", "share", N_("Of those counted on with 80 % or more, how many bought.")),
    (
        "card.purchases_error",
        "ratio",
        N_("By how much more purchases were expected than came, in parts of these; below 0 too few."),
    ),
    ("card.takings_error", "share", N_("Mean error of next month's takings, in parts of the takings.")),
    ("card.takings_error_same", "share", N_("Mean error of “same as last month”, in parts of the takings.")),
)

_NEXT: Final = (
    ("card.next_people", "people", N_("Customers of whom the report has written down what it expects.")),
    (
        "card.next_silent",
        "people",
        N_("How many customers the report expects to buy nothing in ninety days."),
    ),
    ("card.next_purchases", "count", N_("Purchases that the report expects in ninety days.")),
    ("card.next_sales", "eur", N_("Sales that the report expects in ninety days, from the customers known.")),
    (
        "card.next_month",
        "eur",
        N_("Sales that the report expects in the next calendar month, from the customers known."),
    ),
)

_CALLS: Final = (
    ("card.called_sales", "eur", N_("Spent in ninety days by those on the call lists, each, on average.")),
    (
        "card.left_alone_sales",
        "eur",
        N_("Spent in ninety days by those of the lists who were left alone for comparison, on average."),
    ),
    (
        "card.call_gain",
        "eur",
        N_("What a call brings: spent by those on the lists less spent by those left alone."),
    ),
)

_NOTES: Final = (
    ("card.calls_noted", "count", N_("Calls whose outcome was noted.")),
    ("card.calls_bought", "count", N_("Noted calls after which somebody bought.")),
    ("card.calls_euros", "eur", N_("Sales noted with the calls.")),
)

MEASURES: Final = tuple(
    Measure(name, unit, text, f"marts.{source}")
    for source, topic in (
        ("report_card", _CARD),
        ("predictions_now", _NEXT),
        ("call_trial_results", _CALLS),
        ("call_notes", _NOTES),
    )
    for name, unit, text in topic
)
