"""Measures of what a customer is worth, how long they stay, and what they buy elsewhere."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_GROUPS: Final = {
    "value": N_("everybody who has bought"),
    "value.repeat": N_("who has bought at least twice"),
    "value.mature": N_("whose first purchase is at least a year old"),
    "value.fan": N_("fans"),
}

_STATISTICS: Final = (
    ("mean", N_("Sales per person since the first purchase, less refunds, on average: {group}.")),
    ("median", N_("Sales since the first purchase that half exceed: {group}.")),
    ("p90", N_("Sales since the first purchase that one in ten exceeds: {group}.")),
    ("total", N_("All sales since the first purchase, less refunds: {group}.")),
)

_OTHERS: Final = (
    (
        "value.margin.mean",
        "eur",
        N_("Margin per purchaser since the first purchase, on average; costs known for 80 % of sales."),
        "value_groups",
    ),
    (
        "value.expected_12m",
        "eur",
        N_("Sales expected per purchaser in the next 12 months: chance of being there, pace, value."),
        "expected_value",
    ),
    (
        "value.life",
        "eur",
        N_("Sales so far plus those of the next 12 months, per purchaser."),
        "value_groups",
    ),
    (
        "value.first_year",
        "eur",
        N_("What a new customer brings in 12 months, each month over those who were seen through it."),
        "value_curve",
    ),
    (
        "purchases.first_year",
        "count",
        N_("How often a new customer buys in the first 12 months, counted the same way."),
        "value_curve",
    ),
    (
        "lifetime.median_days",
        "days",
        N_("Open days from first to last purchase after which half have left (Kaplan-Meier)."),
        "lifetime",
    ),
    (
        "lifetime.mean_days",
        "days",
        N_("Mean open days that customers stay, counted up to the horizon (restricted mean)."),
        "lifetime",
    ),
    (
        "lifetime.horizon_days",
        "days",
        N_("The last day at which twenty people are still watched."),
        "lifetime",
    ),
    (
        "lifetime.observed_days",
        "days",
        N_("Plain mean from first to last purchase so far; too short, since most have not finished."),
        "lifetime",
    ),
    (
        "rhythm.gap_days",
        "days",
        N_("Open days between two purchases of regulars and fans with three or more, the median."),
        "purchase_rhythm",
    ),
    (
        "wallet.share",
        "share",
        N_("Part of what customers buy of this kind that they buy here, by their own answers."),
        "wallet",
    ),
    (
        "wallet.rank_share",
        "share",
        N_("The same by the wallet allocation rule: (1 - rank / (n + 1)) · 2 / n, n the shops they use."),
        "wallet",
    ),
    (
        "wallet.response_share",
        "share",
        N_("Part of the present customers who answered in the last year."),
        "wallet",
    ),
    (
        "wallet.elsewhere_a_year",
        "count",
        N_("Purchases a year that a customer makes elsewhere: own · (1 - share) / share."),
        "wallet",
    ),
    (
        "wallet.outside_12m",
        "eur",
        N_("What the present customers spend elsewhere in 12 months, estimated."),
        "wallet",
    ),
    (
        "wallet.exclusive_share",
        "share",
        N_("Part of those who answered who buy at least nine in ten here."),
        "answers",
    ),
    (
        "concentration.margin_top_share",
        "share",
        N_("Part of the margin of 365 days that the best fifth by margin leave."),
        "customer_value",
    ),
    (
        "concentration.hhi",
        "ratio",
        N_("How much few companies dominate the company sales of 365 days: sum of squared shares (HHI)."),
        "customer_value",
    ),
)

MEASURES: Final = (
    *(
        Measure(f"{family}.{statistic}", "eur", text, "marts.value_groups", group)
        for family, group in _GROUPS.items()
        for statistic, text in _STATISTICS
    ),
    *(Measure(name, unit, text, f"marts.{source}") for name, unit, text, source in _OTHERS),
)
