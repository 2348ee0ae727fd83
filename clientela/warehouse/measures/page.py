"""Numbers that stand in the tables and lists of the report: a name for every cell."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_CELLS: Final = (
    ("change_month.*", "people", N_("By how many people a group has changed in a month."), "category_totals"),
    ("change_year.*", "people", N_("By how many people a group has changed in a year."), "category_totals"),
    (
        "matrix.*.eur", "eur",
        N_("Sales of 12 months of those who went from one group to another."),
        "movement_matrix",
    ),
    ("matrix.*", "people", N_("People who went from one group to another in the month."), "movement_matrix"),
    ("matrix_before.*.eur", "eur", N_("Sales of 12 months of a group a month before."), "movement_matrix"),
    ("matrix_before.*", "people", N_("People who were in a group a month before."), "movement_matrix"),
    ("matrix_now.*.eur", "eur", N_("Sales of 12 months of a group now, moves counted."), "movement_matrix"),
    ("matrix_now.*", "people", N_("People who are in a group now, moves counted."), "movement_matrix"),
    ("call.people", "people", N_("People on the call list."), "call_list"),
    ("call.silent", "people", N_("Silent best customers among those named on the page."), "call_list"),
    (
        "call.at_stake", "eur",
        N_("What the people of the call list would bring, times the chance to lose them."),
        "call_list",
    ),
    ("call.printed_at_stake", "eur", N_("The same, of those named on the page."), "call_list"),
    (
        "call.*.at_stake", "eur",
        N_("What one person of the call list would bring, times the chance to lose them."),
        "call_list",
    ),
    (
        "action.*.people", "people",
        N_("People whom a piece of advice of the first page concerns."),
        "customers",
    ),
    ("action.*.eur", "eur", N_("What these people spend, or would bring, in 12 months."), "customers"),
    ("worth.deed.*.people", "people", N_("People whom a piece of advice on worth concerns."), "customers"),
    ("worth.deed.*.eur", "eur", N_("What these people would bring in 12 months."), "euros_at_risk"),
    (
        "friends.deed.*.people", "people",
        N_("People whom a piece of advice on friends concerns."),
        "referral_results",
    ),
    (
        "friends.deed.*.eur", "eur",
        N_("What these people spend in 12 months, or are owed."),
        "referral_results",
    ),
    ("listed.rewards", "count", N_("Rewards on the list of those owed."), "rewards"),
    ("listed.*", "people", N_("People on the list of a group; erased ones are not on it."), "customers"),
    ("cohort.*.people", "people", N_("People whose first purchase was in a quarter."), "cohort_triangle"),
    (
        "cohort.*", "share",
        N_("Of those who came in a quarter, how many bought in the n-th three months since."),
        "cohort_triangle",
    ),
    ("value_groups.*.people", "people", N_("People of a group who have bought."), "value_groups"),
    (
        "value_groups.*", "eur",
        N_("A head of a group: brought so far (mean, median), expected in 12 months, both together."),
        "value_groups",
    ),
    (
        "value_by_year.*", "eur",
        N_("What those who first came in a year had brought after so many months."),
        "value_by_year",
    ),
    (
        "friends.generation.*.friends", "people",
        N_("Friends of a generation: 1 sent by who came alone, 2 by those, and so on."),
        "referral_generations",
    ),
    (
        "friends.generation.*.buyers", "people",
        N_("Friends of a generation who have bought."),
        "referral_generations",
    ),
    (
        "friends.generation.*.customers", "people",
        N_("Friends of a generation who have bought twice or more."),
        "referral_generations",
    ),
    (
        "friends.generation.*", "eur",
        N_("Sales, margin, rewards or what is left over of a generation, 12 months."),
        "referral_generations",
    ),
    (
        "friends.referred.people", "people",
        N_("People sent by a friend whose first year is compared."),
        "referred_against_others",
    ),
    (
        "friends.others.people", "people",
        N_("The others whose first year is compared."),
        "referred_against_others",
    ),
    (
        "friends.share_of_new", "share",
        N_("Of the new buyers since there are links, how many a friend sent."),
        "referred_against_others",
    ),
    ("friends.links", "people", N_("People who hold or held a link."), "referral_steps"),
    (
        "friends.opened", "count",
        N_("How often links were opened, programs and previews left out."),
        "referral_steps",
    ),
    ("friends.arrived", "people", N_("People whom a friend has sent so far."), "referral_steps"),
    ("friends.bought", "people", N_("Of them, those who have bought."), "referral_steps"),
    ("friends.customers", "people", N_("Of them, those who have bought twice or more."), "referral_steps"),
    (
        "nps.*", "points",
        N_("Share of 9 and 10 less share of 0 to 6, the answers of one month."),
        "recommendations",
    ),
    (
        "ladder.action.worth", "eur",
        N_("What a piece of advice on the ladder is worth, where that is known."),
        "ladder_measures",
    ),
    ("origin_referral.*", "people", N_("People of a group whom a friend sent."), "referral_origin_totals"),
    ("participation.*.people", "people", N_("Fans, or regulars."), "referral_participation"),
    (
        "participation.*.with_link", "people",
        N_("Fans, or regulars, who hold a link."),
        "referral_participation",
    ),
    (
        "participation.*.brought", "people",
        N_("Fans, or regulars, who have sent somebody."),
        "referral_participation",
    ),
    ("fans.without_link", "people", N_("Fans who hold no link yet."), "fan_list"),
    ("fans.*.revenue_12m", "eur", N_("What one fan of the list spent in 365 days."), "fan_list"),
    ("fans.*.rewards_owed", "eur", N_("Rewards due to one fan of the list and not given yet."), "fan_list"),
    ("check.*", "count", N_("A count of what is noteworthy in the data."), "data_checks"),
    ("data.records_in", "count", N_("Records read from all files."), "batches"),
    ("data.quarantined", "count", N_("Records that could not be read and are kept aside."), "batches"),
)  # fmt: skip

MEASURES: Final = tuple(
    Measure(name, unit, text, f"marts.{mart}", is_cell=True) for name, unit, text, mart in _CELLS
)
