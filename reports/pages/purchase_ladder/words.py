"""The words of the purchase ladder for what its marts name by code."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.reports.words import word_for
from clientela.templates.filters import count, decimal, money, share

STEP: Final = {1: lazy("1st → 2nd"), 2: lazy("2nd → 3rd"), 3: lazy("3rd → 4th"), 4: lazy("4th → 5th")}
ORDINAL: Final = {1: lazy("first"), 2: lazy("second"), 3: lazy("third"), 4: lazy("fourth")}

CAUSE: Final = {
    "referral": lazy("sent by somebody"),
    "campaign": lazy("advertising or campaign"),
    "discount": lazy("discount"),
    "event": lazy("event"),
    "search": lazy("search or website"),
    "walk_in": lazy("passing by"),
    "unknown": lazy("nobody knows"),
}
CHANNEL: Final = {
    "shop": lazy("in the shop"),
    "store": lazy("in the shop"),
    "web": lazy("on the website"),
    "online": lazy("on the website"),
    "phone": lazy("by phone"),
    "other": lazy("elsewhere"),
    "unknown": lazy("nobody knows"),
}
OFFER: Final = {
    "discount": lazy("discount"),
    "gift": lazy("gift"),
    "experience": lazy("an experience"),
    "event": lazy("invitation"),
    "early_access": lazy("first pick"),
    "service": lazy("service"),
    "points": lazy("points"),
    "referral": lazy("friend's coupon"),
}
LADDER_REASON: Final = {
    "few_at_risk": lazy("too few to tell"),
    "too_few": lazy("too few to tell"),
    "few_returns": lazy("fewer than 30 returns"),
    "not_reached": lazy("fewer than half return"),
    "no_people": lazy("nobody yet"),
    "burn_in": lazy("nobody is known to be new"),
    "no_history": lazy("the history is too short"),
    "no_coupons": lazy("it takes coupons.csv"),
    "no_denominator": lazy("nobody counted them"),
    "data_error": lazy("the file contradicts itself"),
    "trade_default": lazy("usual in the trade"),
}


def step_name(step: int) -> str:
    """Return the name of a step: from which purchase to which."""
    return _(STEP[step])


def ordinal(step: int) -> str:
    """Return ``first`` to ``fourth``."""
    return _(ORDINAL[step])


def reason(code: str | None) -> str:
    """Say why there is no number."""
    return word_for(LADDER_REASON, code)


def member(kind: str, code: str) -> str:
    """Return the name of a group: a year as it is, a cause or a channel in words."""
    if kind == "cohort":
        return code
    return word_for(CAUSE if kind == "cause" else CHANNEL, code)


def offer(code: str | None, value: float | None, value_type: str | None, currency: str) -> str:
    """Say what a coupon gives: ``discount €5``."""
    name = word_for(OFFER, code) or _("coupon")
    if not value:
        return name
    if (value_type or "").lower() in ("percent", "percentage", "%", "percentuale"):
        return f"{name} {share(value / 100)}"
    if (value_type or "").lower() in ("points", "punti"):
        return f"{name} {count(value)}"
    return f"{name} {money(value, currency)}"


def points(difference: float) -> str:
    """Write a difference of shares in points, without its sign: ``14.7``."""
    return decimal(abs(round(100 * difference, 1)))
