"""Measures of how customers are cared for: contacts, losses, bad word, unused money, discounts, service."""

from __future__ import annotations

from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.measures.measures import Measure

_CONTACTS: Final = (
    (
        "follow_up",
        "share",
        N_("Part of the purchases of 12 months after which you got back to the person within 14 days."),
        "recent_purchases",
    ),
    (
        "neglect.ignored_share",
        "share",
        N_("Part of those who left who heard nothing from you in their last usual pause before it."),
        "care_shares",
    ),
    (
        "neglect.contacts_median",
        "count",
        N_("Contacts in that pause, the middle one of those who left; 0: ignored."),
        "care_shares",
    ),
    (
        "contacts.per_month",
        "count",
        N_("Contacts that reach a buyer, customer or fan in a month, on average over 12."),
        "touches",
    ),
    (
        "contacts.purchases_a_year",
        "count",
        N_("Purchases of 12 months a head, of those still buying who first bought at least a year ago."),
        "recent_purchases",
    ),
    (
        "contacts.purchase_mean",
        "eur",
        N_("What a purchase of 12 months brings on average, refunds taken off, of those still buying."),
        "recent_purchases",
    ),
    (
        "contacts.unsubscribed_per_1000",
        "count",
        N_("Of a thousand messages of 12 months that arrived, those that made somebody unsubscribe."),
        "touches",
    ),
    (
        "contacts.unsubscribed_per_1000_90_days",
        "count",
        N_("The same in the last 90 days: where it rises, you write too much."),
        "touches",
    ),
)

_LOSSES: Final = (
    ("losses.people", "people", N_("Losses of 12 months; who left twice counts twice."), "losses_register"),
    (
        "losses.eur",
        "eur",
        N_("What they had spent in the year up to their last purchase."),
        "losses_register",
    ),
    (
        "losses.recoverable_eur",
        "eur",
        N_("The same, of those who can come back and have not yet."),
        "losses_register",
    ),
    (
        "losses.reason.*",
        "people",
        N_("Losses of 12 months with this reason on the record; unknown where there is none."),
        "losses_register",
    ),
    (
        "win_back.reason.*",
        "share",
        N_("Part of those lost for this reason who bought again within 90 days of the report that said so."),
        "losses_register",
    ),
    (
        "left.exclusive",
        "share",
        N_("Part of those who said a year ago that they buy (almost) only here who have left since."),
        "care_shares",
    ),
    (
        "left.others",
        "share",
        N_("Part of those who said a year ago that they also buy elsewhere who have left since."),
        "care_shares",
    ),
    ("left.difference", "share", N_("The former less the latter."), "care_shares"),
)

_WORD: Final = (
    (
        "bad_word.people",
        "people",
        N_("Who may speak ill of you: an answer of 0 to 6 or a complaint in 90 days, or lost by your fault."),
        "bad_word_watch",
    ),
    ("bad_word.revenue_12m", "eur", N_("What these spent in the last 365 days."), "bad_word_watch"),
    (
        "word_of_mouth.month",
        "share",
        N_("Part of the month's first purchases that came through somebody who recommended you."),
        "care_shares",
    ),
    (
        "word_of_mouth.12m",
        "share",
        N_("Part of the first purchases of 12 months that came through somebody who recommended you."),
        "care_shares",
    ),
    (
        "participation.customer.brought_share",
        "share",
        N_("Part of the customers who have sent you somebody."),
        "referral_participation",
    ),
    (
        "participation.fan.brought_share",
        "share",
        N_("Part of the fans who have sent you somebody."),
        "referral_participation",
    ),
    (
        "participation.customer.with_link_share",
        "share",
        N_("Part of the customers who hold a link that leads somewhere."),
        "referral_participation",
    ),
    (
        "participation.fan.with_link_share",
        "share",
        N_("Part of the fans who hold a link that leads somewhere."),
        "referral_participation",
    ),
)

_UNUSED: Final = {
    "lost": N_("lost who can come back"),
    "referral": N_("sent by a friend, not bought yet"),
    "buyer": N_("buyers"),
    "customer": N_("customers"),
    "fan": N_("fans"),
}

_SILENT_PEOPLE: Final = N_("People whom you may contact and who have heard nothing for 90 days: {group}.")
_EXPECTED: Final = N_("What these are expected to bring in 12 months: {group}.")
_SEEN: Final = N_("What these bring in 12 months if they do as those who stood there a year ago: {group}.")

_MONEY: Final = (
    (
        "yield.mean",
        "eur",
        N_("Margin of 12 months a head less service, sales where no margin is known."),
        "yield_league",
    ),
    ("yield.top_decile_mean", "eur", N_("The same, of the tenth who leave you most."), "yield_league"),
    ("yield.bottom_decile_mean", "eur", N_("The same, of the tenth who leave you least."), "yield_league"),
    (
        "attention.gini",
        "ratio",
        N_("How unevenly your minutes of 12 months fall on those who buy: 0 all the same, 1 all for one."),
        "attention",
    ),
    (
        "discount.share",
        "share",
        N_("Part of the purchases of 12 months made with a coupon or a discount."),
        "recent_purchases",
    ),
    (
        "full_price.exclusive",
        "share",
        N_("Part of their purchases of 12 months at full price: who says that they buy (almost) only here."),
        "care_shares",
    ),
    (
        "full_price.others",
        "share",
        N_("Part of their purchases of 12 months at full price: who says that they also buy elsewhere."),
        "care_shares",
    ),
    ("full_price.difference", "share", N_("The first less the second, at full price."), "care_shares"),
    (
        "value.margin_declared_share",
        "share",
        N_("Part of the sales with a margin that is declared in clientela.toml, not read from a file."),
        "margins",
    ),
    (
        "value.year_two_ratio",
        "ratio",
        N_("What a customer brings in the second year over what they bring in the first."),
        "value_curve",
    ),
    (
        "value.months_13_24",
        "eur",
        N_(
            "What a new customer brings in months 13 to 24, those who leave included, less 10 % for the wait."
        ),
        "value_curve",
    ),
)


def _unused() -> tuple[Measure, ...]:
    """Return the measures of the money that nobody asks for, people and euros of each category."""
    source = "marts.unused_money"
    return tuple(
        Measure(f"unused.{category}.{figure}", unit, text, source, group)
        for category, group in _UNUSED.items()
        for figure, unit, text in (
            ("people", "people", _SILENT_PEOPLE),
            ("expected_12m", "eur", _SEEN if category in ("lost", "referral") else _EXPECTED),
        )
    )


MEASURES: Final = (
    *(
        Measure(name, unit, text, f"marts.{source}")
        for name, unit, text, source in (*_CONTACTS, *_LOSSES, *_WORD, *_MONEY)
    ),
    *_unused(),
)
