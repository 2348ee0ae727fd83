"""Measures of the shop as a whole: the seven categories, concentration, friends, recommendations."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_CATEGORIES: Final = {
    "potential": N_("potentials"),
    "prospect": N_("prospects"),
    "lost": N_("left"),
    "referral": N_("referred"),
    "buyer": N_("first-timers"),
    "customer": N_("regulars"),
    "fan": N_("fans"),
}

_BY_CATEGORY: Final = (
    ("people", "people", N_("How many people are in the group “{group}”.")),
    (
        "revenue_12m",
        "eur",
        N_("What the people in the group “{group}” spent in the last 365 days, less refunds."),
    ),
    ("revenue_share", "share", N_("Part of the named sales of 365 days that the group “{group}” brought.")),
)

_TOTALS: Final = (
    ("people.total", "people", N_("How many people are in the seven groups together."), "report_date"),
    (
        "people.purchasers",
        "people",
        N_("How many people have ever bought, with a purchase that stands."),
        "report_date",
    ),
    (
        "revenue_12m.total",
        "eur",
        N_("Sales of the last 365 days, named and nameless, less refunds."),
        "report_date",
    ),
    (
        "revenue_12m.named_share",
        "share",
        N_("Part of the sales of 365 days of which you know who bought."),
        "report_date",
    ),
    (
        "concentration.top_share",
        "share",
        N_("Part of the named sales of 365 days that the best fifth of the customers bring."),
        "concentration",
    ),
    (
        "concentration.gini",
        "ratio",
        N_("How unequally the named sales of 365 days are spread: 0 all alike, 1 all from one (Gini)."),
        "concentration",
    ),
    (
        "concentration.largest_share",
        "share",
        N_("Part of the named sales of 365 days that the largest customer brings."),
        "concentration",
    ),
)

_OF_CATEGORIES: Final = (
    ("potential.named_people", "people", N_("People whom you would like as customers and know by name.")),
    ("prospect.first_purchase_rate", "share", N_("Part of the people contacted who have bought since.")),
    ("prospect.seeding_days", "days", N_("Calendar days from first contact to first purchase, the median.")),
    ("prospect.warm_people", "people", N_("Prospects who have left their details with you.")),
    ("lost.lost_this_month", "people", N_("People who left this month.")),
    ("lost.revenue_lost_12m", "eur", N_("What those who have left spent in the last 365 days.")),
    (
        "lost.contacted_share_90d",
        "share",
        N_("Part of those who have left whom you contacted in the last 90 days."),
    ),
    (
        "lost.won_back_share",
        "share",
        N_("Part of those who had left a month ago who have bought again since."),
    ),
    ("referral.arrivals", "people", N_("People whom a friend has sent so far.")),
    ("referral.conversion", "share", N_("Part of those whom a friend sent who have bought.")),
    (
        "referral.days_to_first_purchase",
        "days",
        N_("Calendar days from arrival to first purchase, the median."),
    ),
    ("referral.links_given", "people", N_("People who hold a link for their friends.")),
    (
        "buyer.second_within_30d",
        "share",
        N_("Of first purchases at least 30 days old: bought again within 30 days."),
    ),
    (
        "buyer.second_within_90d",
        "share",
        N_("Of first purchases at least 90 days old: bought again within 90 days."),
    ),
    (
        "buyer.second_within_window",
        "share",
        N_("Of first purchases as old as the shop's own window: bought again inside it."),
    ),
    ("buyer.days_left_median", "days", N_("Days that first-timers have left to come back, the median.")),
    (
        "customer.third_after_second",
        "share",
        N_("Of second purchases as old as the shop's window: a third one inside it."),
    ),
    (
        "customer.fourth_after_third",
        "share",
        N_("Of third purchases as old as the shop's window: a fourth one inside it."),
    ),
    (
        "customer.typical_gap_days",
        "days",
        N_("Days between two purchases of those with three or more, the median."),
    ),
    ("fan.fan_share_of_base", "share", N_("Part of those who buy again and have not left who are fans.")),
    ("fan.revenue_share", "share", N_("Part of the named sales of 365 days that fans bring.")),
    ("fan.referred_per_fan", "count", N_("People brought by each fan, on average.")),
    ("fan.passed_gates", "people", N_("People who meet every condition to be a fan.")),
    ("fan.fans_with_link", "people", N_("Fans who hold a link for their friends.")),
    ("fan.rewards_due", "eur", N_("Rewards earned for friends and not given yet.")),
)

_FRIENDS: Final = (
    ("friends.k", "ratio", N_("New buyers that each buyer brings in the first year."), "referral_growth"),
    (
        "friends.multiplier",
        "ratio",
        N_("How many buyers one new buyer becomes in the end, with friends of friends: 1 / (1 - k)."),
        "referral_growth",
    ),
    (
        "friends.referred.value_12m",
        "eur",
        N_("What somebody sent by a friend brings in their first 365 days."),
        "referred_against_others",
    ),
    (
        "friends.others.value_12m",
        "eur",
        N_("What somebody not sent by a friend brings in their first 365 days."),
        "referred_against_others",
    ),
    (
        "friends.referred.returned_90d",
        "share",
        N_("Part of those sent by a friend who buy again within 90 days (Kaplan-Meier)."),
        "referred_against_others",
    ),
    (
        "friends.others.returned_90d",
        "share",
        N_("Part of the others who buy again within 90 days (Kaplan-Meier)."),
        "referred_against_others",
    ),
    (
        "friends.revenue_12m",
        "eur",
        N_("What all those sent by a friend spent in 365 days."),
        "referral_generations",
    ),
    (
        "friends.net_12m",
        "eur",
        N_("The margin of that, or the sales where no cost is known, less the rewards."),
        "referral_generations",
    ),
    (
        "nps",
        "points",
        N_("Would they recommend you: share of 9 and 10 less share of 0 to 6, latest month with answers."),
        "recommendations",
    ),
)

MEASURES: Final = (
    *(
        Measure(f"{family}.{code}", unit, text, "marts.category_totals", word)
        for family, unit, text in _BY_CATEGORY
        for code, word in _CATEGORIES.items()
    ),
    *(Measure(name, unit, text, f"marts.{source}") for name, unit, text, source in _TOTALS),
    *(Measure(name, unit, text, "marts.category_figures") for name, unit, text in _OF_CATEGORIES),
    *(Measure(name, unit, text, f"marts.{source}") for name, unit, text, source in _FRIENDS),
)
