"""The words for what a customer is worth: reasons, groups, and the sentences of the page."""

from __future__ import annotations

from datetime import date
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.words import CATEGORY, word_for
from clientela.templates.filters import count, day, short_month

REASON: Final = {
    "no_sales": lazy("There are no sales with a name yet."),
    "no_contacts": lazy("Nobody has left a phone or an e-mail yet."),
    "no_costs": lazy("It takes what the goods cost: cost_amount in orders.csv, or cost in order_lines.csv."),
    "no_survey": lazy("It takes surveys.csv: what customers answer about where else they buy."),
    "no_history": lazy("It takes the report of the month before, to compare with: clientela report --month."),
    "no_referrals": lazy("It takes referrals.csv: who sent whom."),
    "no_companies": lazy("No company has bought in 12 months."),
    "nobody_left": lazy("Nobody left, so there is nothing to divide by."),
    "no_people": lazy("Nobody has bought with a name yet."),
    "burn_in": lazy(
        "Everybody was there when the files begin: nobody is known to be new. If the files go back to the "
        "first sale, write history_complete = true."
    ),
    "no_error": lazy("“Same as last month” has never been wrong so far: there is nothing to compare with."),
    "no_answers": lazy("It takes surveys.csv with answers from 0 to 10: would they recommend you?"),
    "no_coupons": lazy("It takes coupons.csv: who got which coupon, until when."),
    "no_interactions": lazy("It takes interactions.csv: who complained, and when."),
    "no_touchpoints": lazy("It takes touchpoints.csv: whom you contacted, when and how."),
    "no_consents": lazy("It takes consents.csv: who may be called or written to."),
    "no_discounts": lazy("It takes discount_amount or coupon_code in orders.csv."),
    "no_unsubscribes": lazy("No message says that somebody unsubscribed: perhaps nobody notes it."),
    "no_voices": lazy("It takes surveys.csv or interactions.csv: what people say of you."),
    "no_minutes": lazy("It takes the minutes in effort_log.csv, interactions.csv or touchpoints.csv."),
    "no_links": lazy("It takes referral_links.csv, or the referral server: who holds a link."),
    "no_year_ago": lazy("It takes the report of a year ago, to see what has become of people since."),
    "no_reports": lazy("It takes reports of three months ago or earlier, to see who has come back since."),
    "not_enough_history": lazy("It takes 24 months of sales."),
    "no_denominator": lazy("It takes channel_stats.csv: how many the channel reached."),
    "no_report": lazy("No report has written predictions down yet."),
    "no_notes": lazy("No outcome of a call has been noted yet."),
    "no_comparison": lazy("There is no comparison group: it is off, or too small."),
    "few_at_risk": lazy("Too few are still waiting at that day to tell."),
    "few_returns": lazy("Too few have come back to tell."),
    "trade_default": lazy("The trade's custom, until your own returns can tell."),
    "too_early": lazy("Too early: too few predictions are settled."),
    "not_reached": lazy("More than half are still here at the end of what can be judged."),
    "no_end": lazy("Each buyer brings one or more: there is no end to count to."),
    "too_few": lazy("Too few people to tell."),
    "too_short": lazy("The history is still too short to tell."),
}

ANSWER: Final = {
    "customers": lazy("How many customers"),
    "contacts": lazy("How many can be reached"),
    "value": lazy("What they have brought"),
    "margin": lazy("What they have left as margin"),
    "repeat_30_days": lazy("Who buys again within 30 days"),
    "first_year": lazy("What a new customer brings in a year"),
    "expected_12m": lazy("What the next 12 months will bring"),
    "lifetime": lazy("How long they stay"),
    "wallet": lazy("How much they buy elsewhere"),
    "gains_and_losses": lazy("How many are gained and lost"),
}

ORIGIN: Final = {
    "referral": lazy("sent by a friend"),
    "unknown": lazy("origin unknown"),
    "other": lazy("other origins"),
    "shop_window": lazy("shop window"),
    "walk_in": lazy("passing by"),
    "site": lazy("website"),
    "web": lazy("website"),
    "search": lazy("search engine"),
    "flyer": lazy("flyer"),
    "social": lazy("social networks"),
    "event": lazy("event"),
    "press": lazy("newspaper"),
    "phone": lazy("telephone"),
}

DAYS_A_MONTH: Final = 365 / 12
YEAR_MONTHS: Final = 24
"""From so many months on a stay is told in years."""


def member(dimension: str, code: str) -> str:
    """Return the name of a group of customers."""
    if dimension == "category":
        return word_for(CATEGORY, code)
    return word_for(ORIGIN, code)


def quarter_name(starts_on: date) -> str:
    """Write a quarter of the year by its months: ``gen–mar 2024``."""
    last = starts_on.replace(month=starts_on.month + 2)
    return f"{short_month(starts_on)}–{short_month(last)} {starts_on.year}"


def span(days: float) -> str:
    """Say a number of days in months, or in years and months from two years on."""
    months = max(round(days / DAYS_A_MONTH), 1)
    if months < YEAR_MONTHS:
        return ngettext("{n} month", "{n} months", months).format(n=months)
    years, rest = divmod(months, 12)
    told = ngettext("{n} year", "{n} years", years).format(n=years)
    if not rest:
        return told
    return _("{years} and {months}").format(
        years=told, months=ngettext("{n} month", "{n} months", rest).format(n=rest)
    )


def not_yet(reason: str | None, available_on: date | None) -> str:
    """Say why there is no answer yet, and from when on there will be one."""
    if available_on:
        return _("Not yet: from {day}.").format(day=day(available_on))
    return word_for(REASON, reason or "too_few")


def answers_needed(answers: int, needed: int) -> str:
    """Say how many more answers it takes to know what customers buy elsewhere."""
    missing = needed - answers
    if not answers:
        return ngettext(
            "We do not know yet: it takes {n} answer to two questions.",
            "We do not know yet: it takes {n} answers to two questions.",
            missing,
        ).format(n=count(missing))
    return ngettext(
        "We do not know yet: {n} more answer is needed.",
        "We do not know yet: {n} more answers are needed.",
        missing,
    ).format(n=count(missing))
