"""What is said of each category: who they are, what to do, what the law allows, what would fill it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.templates.filters import share

FIGURE: Final = {
    "named_people": lazy("people with a name"),
    "first_purchase_rate": lazy("of the people contacted have bought"),
    "seeding_days": lazy("days from first contact to first purchase, typically"),
    "warm_people": lazy("have left their details"),
    "lost_this_month": lazy("lost this month"),
    "revenue_lost_12m": lazy("spent in 12 months by the lost"),
    "contacted_share_90d": lazy("of the lost were contacted in the last 90 days"),
    "won_back_share": lazy("of the lost came back this month"),
    "arrivals": lazy("arrived so far"),
    "conversion": lazy("of those who arrived have bought"),
    "days_to_first_purchase": lazy("days from arrival to first purchase, typically"),
    "links_given": lazy("customers hold a link for their friends"),
    "second_within_30d": lazy("buy again within 30 days"),
    "second_within_90d": lazy("buy again within 90 days"),
    "second_within_window": lazy("buy again before their time is up"),
    "days_left_median": lazy("days left to come back, typically"),
    "third_after_second": lazy("go on from the second purchase to the third"),
    "fourth_after_third": lazy("go on from the third to the fourth"),
    "typical_gap_days": lazy("days between two purchases, typically"),
    "fan_share_of_base": lazy("of those who buy again are fans"),
    "revenue_share": lazy("of sales in 12 months come from fans"),
    "referred_per_fan": lazy("people brought by each fan, on average"),
    "passed_gates": lazy("meet every condition to be a fan"),
    "fans_with_link": lazy("fans hold a link for their friends"),
    "rewards_due": lazy("in rewards owed for friends"),
}
"""What each number of a category counts."""


@dataclass(frozen=True)
class Play:
    """A category's words; English, translated when printed."""

    meaning: str
    """Who they are, for the overview."""

    to_do: str
    permission: str
    empty: str
    """What to say when there is nobody."""


PLAYS: Final = {
    "potential": Play(
        lazy("you would like them as customers; nobody has spoken to them yet"),
        lazy("Choose few, the most like your best customers, and meet them without spending much."),
        lazy("No e-mail, SMS or WhatsApp before they say yes."),
        lazy("Nobody on the list: targets.csv, the people whom you would like as customers, fills it."),
    ),
    "prospect": Play(
        lazy("you have had contact, they have not bought yet"),
        lazy("Send something useful, then one good occasion for the first purchase."),
        lazy("Only with their consent: until they buy, no exception holds."),
        lazy("No prospects: customers.csv with e-mail or phone, or touchpoints.csv, fills this list."),
    ),
    "lost": Play(
        lazy("they bought, and have been away longer than their rhythm allows"),
        lazy("Ask why first. Then offer one occasion to return, and stop if they say no."),
        lazy(
            "By phone: check the opt-out register first. "
            "By e-mail: with consent, or about goods like those bought."
        ),
        lazy("Nobody is lost: either all is well, or orders.csv is still too short to tell."),
    ),
    "referral": Play(
        lazy("a friend sent them, they have not bought yet"),
        lazy("Welcome them in the friend's name, make the first occasion easy, thank who sent them."),
        lazy("A friend's details come from the friend, never from who sends them."),
        lazy("Nobody sent by a friend: referrals.csv, who sent whom, fills this list."),
    ),
    "buyer": Play(
        lazy("they bought once"),
        lazy(
            "The second purchase makes the customer: "
            "put a reason to return in their hand before the days run out."
        ),
        lazy("A coupon on the receipt needs no consent."),
        lazy("Nobody has bought just once: orders.csv with a name on each receipt fills this list."),
    ),
    "customer": Play(
        lazy("they come back, each at their own pace"),
        lazy("Keep their pace: call those who are late, look after those who are nearly fans."),
        lazy("By the channels to which they said yes."),
        lazy("Nobody has come back yet: orders.csv with a name on each receipt fills this list."),
    ),
    "fan": Play(
        lazy("the best of those who come back"),
        lazy("Thank them, visit them, ask to meet their friends. Never let them down."),
        lazy("A reward as a discount or voucher is simple; a gift has rules of its own."),
        lazy("No fans yet: it takes at least three purchases over two months, on time."),
    ),
}


def play(code: str) -> Play:
    """Return a category's words in the language in use."""
    source = PLAYS[code]
    return Play(_(source.meaning), _(source.to_do), _(source.permission), _(source.empty))


def heading(totals: list[tuple[str, int, float, Decimal, float]]) -> str:
    """Say how much of the sales how few people bring."""
    by_code = {code: (number, part, sales) for code, number, part, _revenue, sales in totals}
    fans, _part, sales = by_code.get("fan", (0, 0.0, 0.0))
    if not fans or not sales:
        return _("Seven groups, each with its own next step")
    return ngettext("One fan brings {share} of sales", "{n} fans bring {share} of sales", fans).format(
        n=fans, share=share(sales)
    )
