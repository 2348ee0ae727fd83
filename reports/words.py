"""The words that several pages and the lists share, for what the marts name by code."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.terms import OVERLAYS, word_for

FILE_STEM: Final = {
    "potential": lazy("potentials (file name)"),
    "prospect": lazy("prospects (file name)"),
    "lost": lazy("lost (file name)"),
    "referral": lazy("referrals (file name)"),
    "buyer": lazy("buyers (file name)"),
    "customer": lazy("customers (file name)"),
    "fan": lazy("fans (file name)"),
    "call_list": lazy("to-call (file name)"),
    "rewards": lazy("rewards (file name)"),
    "coupons_due": lazy("coupons-7-days (file name)"),
    "in_window": lazy("still-in-time (file name)"),
}

PERMISSION: Final = {"yes": lazy("yes"), "ask": lazy("check register"), "no": lazy("no: letter")}
"""Whether somebody may be called."""

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
"""What somebody is offered, with a coupon or without."""

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
"""Where somebody comes from."""

NARROW: Final = 20
"""Letters that fit the note beside a name on a printed list."""


def file_stem(code: str) -> str:
    """Return the name of a list's file, without ``.csv``."""
    return _(FILE_STEM[code]).removesuffix(" (file name)")


def known_as(name: str | None, identity: str) -> str:
    """Return a person's name; a friend of whom only a receipt is known has none, and is called that."""
    return name or (_("a friend") if identity.startswith("friend:") else identity)


def overlays(codes: str | None) -> str:
    """Return a person's overlays in words, from codes joined by bars, as many as a list has room for."""
    words = [word_for(OVERLAYS, code) for code in (codes or "").split("|") if code]
    while len(words) > 1 and len(", ".join(words)) > NARROW:
        words.pop()
    return ", ".join(words)
