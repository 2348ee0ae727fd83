"""The words of the report for what the marts name by code."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext

CATEGORY: Final = {
    "potential": lazy("potentials"),
    "prospect": lazy("prospects"),
    "lost": lazy("left"),
    "referral": lazy("referred"),
    "buyer": lazy("first-timers"),
    "customer": lazy("regulars"),
    "fan": lazy("fans"),
    "outside": lazy("outside"),
}

FILE_STEM: Final = {
    "potential": lazy("potentials (file name)"),
    "prospect": lazy("prospects (file name)"),
    "lost": lazy("left (file name)"),
    "referral": lazy("referred (file name)"),
    "buyer": lazy("first-timers (file name)"),
    "customer": lazy("regulars (file name)"),
    "fan": lazy("fans (file name)"),
    "call_list": lazy("to-call (file name)"),
    "rewards": lazy("rewards (file name)"),
    "coupons_due": lazy("coupons-7-days (file name)"),
    "in_window": lazy("still-in-time (file name)"),
}

FIGURE: Final = {
    "named_people": lazy("people with a name"),
    "first_purchase_rate": lazy("of the people contacted have bought"),
    "seeding_days": lazy("days from first contact to first purchase, typically"),
    "warm_people": lazy("have left their details"),
    "lost_this_month": lazy("left this month"),
    "revenue_lost_12m": lazy("spent in 12 months by those who left"),
    "contacted_share_90d": lazy("of those who left were contacted in the last 90 days"),
    "won_back_share": lazy("of those who had left came back this month"),
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

REASON: Final = {
    "no_touchpoints": lazy("It takes touchpoints.csv: who was contacted, when and how."),
    "no_targets": lazy("It takes targets.csv: the people whom you would like as customers."),
    "no_referrals": lazy("It takes referrals.csv: who sent whom."),
    "no_links": lazy("It takes the referral server, or referral_links.csv: who holds a link."),
    "no_rewards": lazy("It takes the referral server, or referral_rewards.csv: what was promised."),
    "no_costs": lazy("It takes costs.csv: what each campaign cost."),
    "no_history": lazy("The history is still too short to tell."),
    "too_few": lazy("Too few people to tell."),
}

FAN_GATE: Final = {
    "min_purchases": lazy("one more purchase"),
    "tenure": lazy("more time"),
    "late": lazy("is late"),
    "detractor": lazy("a better mark"),
    "overdue": lazy("overdue invoice"),
    "veto": lazy("your yes"),
    "frequency": lazy("more often"),
    "recency": lazy("come back soon"),
    "spend": lazy("spend more"),
    "share_of_wallet": lazy("buy more here"),
    "satisfaction": lazy("be happier"),
    "referrals": lazy("a friend"),
    "offer_response": lazy("an offer"),
}

OVERLAY: Final = {
    "late": lazy("is late"),
    "won_back": lazy("came back"),
    "stale": lazy("still for a year"),
    "connector": lazy("brings customers"),
    "near_fan": lazy("nearly a fan"),
    "promoter": lazy("recommends you"),
    "passive": lazy("lukewarm"),
    "detractor": lazy("unhappy"),
    "exclusive": lazy("buys only here"),
    "origin_referral": lazy("sent by a friend"),
    "b2b": lazy("company"),
    "seasonal": lazy("seasonal"),
    "do_not_contact": lazy("do not contact"),
}

FAULT: Final = {
    "missing_date": lazy("no date"),
    "unreadable_date": lazy("date cannot be read"),
    "future_date": lazy("date in the future"),
    "missing_amount": lazy("no amount"),
    "unreadable_amount": lazy("amount cannot be read"),
    "missing_person": lazy("no person"),
    "unknown_word": lazy("word not known"),
    "wrong_cell_count": lazy("too few or too many cells"),
    "unbalanced_quote": lazy("quotation mark left open"),
    "duplicate_key": lazy("same number, different content"),
    "order_incomplete": lazy("receipt with a faulty line"),
    "total_row": lazy("total row"),
    "two_customers_in_one_order": lazy("two customers on one receipt"),
    "blank_line": lazy("blank line"),
}

TABLE: Final = {
    "orders": lazy("orders"),
    "order_lines": lazy("order lines"),
    "customers": lazy("people"),
    "touchpoints": lazy("contacts made"),
    "referrals": lazy("referrals"),
    "referral_links": lazy("links for friends"),
    "referral_clicks": lazy("openings of links"),
    "referral_rewards": lazy("rewards for friends"),
    "targets": lazy("potential customers"),
    "consents": lazy("consents"),
    "interactions": lazy("conversations"),
    "payments": lazy("payments"),
    "surveys": lazy("survey answers"),
    "products": lazy("products"),
    "campaigns": lazy("campaigns"),
    "channel_stats": lazy("channels"),
    "loyalty_events": lazy("card and points"),
    "coupons": lazy("coupons"),
    "effort_log": lazy("time and money spent"),
    "promises": lazy("promises"),
    "competitors": lazy("competitors"),
}


def category(code: str) -> str:
    """Return a category's name."""
    return _(CATEGORY[code])


def file_stem(code: str) -> str:
    """Return the name of a list's file, without ``.csv``."""
    return _(FILE_STEM[code]).removesuffix(" (file name)")


def word_for(table: dict[str, str], code: str | None) -> str:
    """Return the word for a code; the code itself, spaced, where there is none yet."""
    if not code:
        return ""
    return _(table[code]) if code in table else code.replace("_", " ")


def known_as(name: str | None, identity: str) -> str:
    """Return a person's name; a friend of whom only a receipt is known has none, and is called that."""
    return name or (_("a friend") if identity.startswith("friend:") else identity)


NARROW: Final = 20
"""Letters that fit the note beside a name on a printed list."""


def overlays(codes: str | None) -> str:
    """Return a person's overlays in words, from codes joined by bars, as many as a list has room for."""
    words = [word_for(OVERLAY, code) for code in (codes or "").split("|") if code]
    while len(words) > 1 and len(", ".join(words)) > NARROW:
        words.pop()
    return ", ".join(words)


def rhythm(purchases: int, own_gap_days: float | None, silent_days: int | None) -> str:
    """Say how often somebody buys and for how long they have been away.

    A rhythm is claimed from the third purchase on; two purchases are one distance, which is said instead.
    """
    silent = silent_days or 0
    if purchases < 2 or own_gap_days is None:
        return ngettext("one purchase, {n} day ago", "one purchase, {n} days ago", silent).format(n=silent)
    gap = max(1, round(own_gap_days))
    if purchases == 2:
        return ngettext(
            "bought twice, {gap} day apart: too little to know their rhythm",
            "bought twice, {gap} days apart: too little to know their rhythm",
            gap,
        ).format(gap=gap)
    every = ngettext("every day", "every {gap} days", gap).format(gap=gap)
    away = ngettext("away for {n} day", "away for {n} days", silent).format(n=silent)
    return f"{every}, {away}"
