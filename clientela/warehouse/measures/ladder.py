"""Measures of the ladder: from the first purchase to the fifth, who goes on and where they are lost."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_WITHIN: Final = N_(
    "Part of those who made the purchase who make the next one in so many days (Kaplan-Meier)."
)
_MATURED: Final = N_("Of purchases at least so many days old: followed by the next one within them.")

_LADDER: Final = (
    ("ladder.step*.within_*", "share", _WITHIN, "purchase_ladder"),
    ("ladder.step*.matured_*", "share", _MATURED, "purchase_ladder"),
    (
        "ladder.last_12m.*.within_90d",
        "share",
        N_("The same for purchases of the last 365 days, within 90 days."),
        "purchase_ladder",
    ),
    (
        "ladder.last_12m.*.matured_90d",
        "share",
        N_("Of purchases of the last 365 days, 90 days old or more: the next one within them."),
        "purchase_ladder",
    ),
    (
        "ladder.year_before.*.within_90d",
        "share",
        N_("The same for purchases of the 365 days before, within 90 days."),
        "purchase_ladder",
    ),
    (
        "ladder.year_before.*.matured_90d",
        "share",
        N_("Of purchases of the 365 days before: followed by the next one within 90 days."),
        "purchase_ladder",
    ),
    (
        "ladder.step*.people",
        "people",
        N_("People who made the purchase that the step starts from."),
        "purchase_ladder",
    ),
    (
        "ladder.step*.median_days",
        "days",
        N_("Open days until half of all have made the next purchase."),
        "ladder_survival",
    ),
    (
        "ladder.step*.typical_days",
        "days",
        N_("Open days until half of those who come back have come back."),
        "ladder_survival",
    ),
    (
        "ladder.step*.window_*",
        "days",
        N_("Open days by which so many in a hundred of those who come back have done so."),
        "ladder_survival",
    ),
    ("ladder.step*.lost", "people", N_("People lost at the step so far."), "ladder_leak"),
    ("ladder.step*.lost_12m", "people", N_("People lost at the step in the last 365 days."), "ladder_leak"),
    (
        "ladder.step*.leak_12m",
        "eur",
        N_("What they would have brought in a year, as those who went on did."),
        "ladder_leak",
    ),
    (
        "ladder.step*.value_12m",
        "eur",
        N_("What those who went on brought in the following year, on average."),
        "ladder_leak",
    ),
    (
        "ladder.cause.*.within_90d",
        "share",
        N_("A second purchase within 90 days, by what caused the first one."),
        "ladder_survival",
    ),
    (
        "ladder.channel.*.within_90d",
        "share",
        N_("A second purchase within 90 days, by where the first one was made."),
        "ladder_survival",
    ),
    (
        "ladder.cohort.*.within_90d",
        "share",
        N_("A second purchase within 90 days, by the year of the first one."),
        "ladder_survival",
    ),
    (
        "ladder.coupon.*.within_90d",
        "share",
        N_("A second purchase within 90 days, with and without a coupon for it."),
        "ladder_survival",
    ),
    (
        "ladder.coupon.difference_90d",
        "share",
        N_("How much more often those with a coupon come back within 90 days."),
        "ladder_groups",
    ),
    (
        "ladder.coupon.log_rank_p",
        "share",
        N_("Chance of such a difference if the coupon did nothing (log-rank)."),
        "ladder_groups",
    ),
    (
        "ladder.fourth_against_first.difference_90d",
        "share",
        N_("How much more often the fourth purchase leads on than the first, within 90 days."),
        "purchase_ladder",
    ),
    (
        "ladder.conversion.*.entered",
        "share",
        N_("Part of those whom the channel reached who came in."),
        "ladder_measures",
    ),
    (
        "ladder.conversion.*.leads",
        "share",
        N_("Part of those who came in who left their details."),
        "ladder_measures",
    ),
    ("ladder.conversion.*.buyers", "share", N_("Part of those who came in who bought."), "ladder_measures"),
    (
        "ladder.in_window.*.revenue_12m",
        "eur",
        N_("What the people whose window ends within 7 days spent in 365 days."),
        "ladder_measures",
    ),
    (
        "ladder.in_window.*",
        "people",
        N_("People who are inside the time in which they usually come back."),
        "ladder_measures",
    ),
    ("ladder.coupons_due_7d", "count", N_("Coupons that end in the next 7 days."), "coupons_due"),
    ("ladder.coupons_due_7d.people", "people", N_("People who hold them."), "coupons_due"),
    ("ladder.payers", "people", N_("People who have ever paid."), "ladder_measures"),
    ("ladder.once_people", "people", N_("People who have paid once only."), "ladder_measures"),
    (
        "ladder.once_share",
        "share",
        N_("The illusion of the paying customer: part of the payers who paid once only."),
        "ladder_measures",
    ),
    ("ladder.new_12m", "people", N_("First purchases of the last 365 days."), "ladder_measures"),
    ("ladder.new_before", "people", N_("First purchases of the 365 days before."), "ladder_measures"),
    ("ladder.new_change", "share", N_("By how much they have grown."), "ladder_measures"),
    (
        "ladder.within_90d_change",
        "share",
        N_("By how much the way from the first to the second purchase has changed."),
        "ladder_measures",
    ),
    (
        "ladder.is_imbalanced",
        "count",
        N_("Whether first purchases grow and second ones do not (1), so that new people do not stay."),
        "ladder_measures",
    ),
    ("ladder.quarter.new", "people", N_("First purchases of the last three months."), "ladder_curve"),
    (
        "ladder.quarter.within_*",
        "share",
        N_("A second purchase in so many days, first purchases of the last three months."),
        "ladder_curve",
    ),
    (
        "ladder.quarter_year_ago.within_*",
        "share",
        N_("The same for the same months a year ago."),
        "ladder_curve",
    ),
)

MEASURES: Final = tuple(Measure(name, unit, text, f"marts.{source}") for name, unit, text, source in _LADDER)
