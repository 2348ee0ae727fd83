"""Measures of the fence: who is inside, who comes and goes, what is at risk, how far the data reach."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_FENCE: Final = (
    (
        "people.active",
        "people",
        N_("First-timers, regulars and fans: have bought and have not left."),
        "category_totals",
    ),
    ("fence.enrolled", "people", N_("People who have bought with a name or hold a card."), "fence"),
    ("fence.active", "people", N_("Enrolled people who buy within their own rhythm."), "fence"),
    ("fence.silent", "people", N_("Enrolled people who are late against their own rhythm."), "fence"),
    ("fence.left", "people", N_("Enrolled people who have left."), "fence"),
    ("fence.never_bought", "people", N_("People with a card who have never bought."), "fence"),
    ("fence.with_contact", "people", N_("Enrolled people who left a contact and may be contacted."), "fence"),
    (
        "fence.by_phone",
        "people",
        N_("Enrolled people, not left, who said yes to calls and gave a number."),
        "fence",
    ),
    (
        "fence.by_email",
        "people",
        N_("Enrolled people, not left, who said yes to e-mail and gave an address."),
        "fence",
    ),
    ("fence.value_12m", "eur", N_("Sales expected from the active people in the next 12 months."), "fence"),
    ("fence.margin_12m", "eur", N_("Margin expected from the active people in the next 12 months."), "fence"),
    (
        "recurring_share.month",
        "share",
        N_("Part of the month's named sales from second and later purchases."),
        "recurring_share",
    ),
    ("recurring_share.12m", "share", N_("The same over the last 12 calendar months."), "recurring_share"),
    (
        "existing_share.month",
        "share",
        N_("Part of the month's named sales from people who first bought in an earlier month."),
        "recurring_share",
    ),
    (
        "existing_share.12m",
        "share",
        N_("Part of 12 months' named sales from people who had first bought before the month."),
        "recurring_share",
    ),
    (
        "existing_margin_share.12m",
        "share",
        N_("Part of 12 months' margin left by people who had first bought before the month."),
        "recurring_share",
    ),
    (
        "contact_capture",
        "share",
        N_("Part of the purchasers who left a phone, an e-mail or an address."),
        "maturity",
    ),
    ("one_time_share", "share", N_("Part of the purchasers who have bought once only."), "customer_value"),
    (
        "identification.receipts_share",
        "share",
        N_("Part of the receipts of 12 calendar months that carry a name."),
        "identification",
    ),
    (
        "gains.gained",
        "people",
        N_("People gained this month: first purchases and won back."),
        "gains_and_losses",
    ),
    ("gains.lost", "people", N_("People who left this month."), "gains_and_losses"),
    ("gains.ratio", "ratio", N_("People gained this month for each who left."), "gains_and_losses"),
    ("gains.ratio_12m", "ratio", N_("People gained in 12 months for each who left."), "gains_and_losses"),
    (
        "win_back.0_91_days",
        "share",
        N_("Of those who left and were silent up to 3 months: bought again before the 3 months were over."),
        "win_back",
    ),
    (
        "win_back.91_182_days",
        "share",
        N_("Of those who left and were silent for 3 months: bought again before 6 months."),
        "win_back",
    ),
    (
        "win_back.182_365_days",
        "share",
        N_("Of those who left and were silent for 6 months: bought again before a year."),
        "win_back",
    ),
    (
        "win_back.365_730_days",
        "share",
        N_("Of those who left and were silent for a year: bought again before two."),
        "win_back",
    ),
    ("at_risk.people", "people", N_("People who are late, or silent best customers."), "euros_at_risk"),
    (
        "at_risk.eur",
        "eur",
        N_("Sales expected in 12 months from the late and the silent best."),
        "euros_at_risk",
    ),
    (
        "at_risk.margin",
        "eur",
        N_("Margin expected in 12 months from the late and the silent best."),
        "euros_at_risk",
    ),
    (
        "at_risk.late",
        "people",
        N_("People who are late against their own rhythm and have not left."),
        "euros_at_risk",
    ),
    ("at_risk.late_eur", "eur", N_("Sales expected in 12 months from the late."), "euros_at_risk"),
    ("at_risk.late_margin", "eur", N_("Margin expected in 12 months from the late."), "euros_at_risk"),
    (
        "at_risk.best_ten_eur",
        "eur",
        N_("Sales expected in 12 months from the ten best customers."),
        "euros_at_risk",
    ),
    (
        "at_risk.best_ten_margin",
        "eur",
        N_("Margin expected in 12 months from the ten best customers."),
        "euros_at_risk",
    ),
    (
        "maturity.level",
        "count",
        N_("How far the data reach: 0 nothing, 1 a list, 2 dated purchases, 3 consent and answers too."),
        "maturity",
    ),
)

MEASURES: Final = tuple(Measure(name, unit, text, f"marts.{source}") for name, unit, text, source in _FENCE)
