"""The seven categories and the other words that everyone uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, lazy_in, pgettext

CATEGORIES: Final = ("potential", "prospect", "lost", "referral", "buyer", "customer", "fan")
"""The seven exclusive categories, in the order in which they are always shown."""

ACTIVE: Final = ("buyer", "customer", "fan")
"""Those who have bought and are not lost."""

OUTSIDE: Final = "outside"
"""The eighth row of a movement table: new, merged or excluded people."""


@dataclass(frozen=True)
class Name:
    """What a category is called; English, translated when printed."""

    one: str
    """One person of it."""

    many: str
    """The category itself."""


CATEGORY_NAMES: Final = {
    "potential": Name(lazy_in("one person", "potential"), lazy("potentials")),
    "prospect": Name(lazy_in("one person", "prospect"), lazy("prospects")),
    "lost": Name(lazy_in("one person", "lost"), lazy("lost")),
    "referral": Name(lazy_in("one person", "referral"), lazy("referrals")),
    "buyer": Name(lazy_in("one person", "buyer"), lazy("buyers")),
    "customer": Name(lazy_in("one person", "customer"), lazy("customers")),
    "fan": Name(lazy_in("one person", "fan"), lazy("fans")),
    OUTSIDE: Name(lazy_in("one person", "outside"), lazy("outside")),
}
"""The seven categories and the place outside them, in words."""

OVERLAYS: Final = {
    "late": lazy("is late"),
    "won_back": lazy("back again"),
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
"""What may be true of a person besides the category, in words."""

TRADES: Final = {
    "bar": 30,
    "food": 45,
    "restaurant": 90,
    "beauty": 90,
    "clothing": 180,
    "ecommerce": 180,
    "shop": 180,
    "artisan": 365,
    "professional": 365,
    "durable": 730,
}
"""Days within which a second purchase is expected where the shop's own history cannot tell."""


class ExitCode(IntEnum):
    """What a command says to the shell."""

    DONE = 0
    FINDINGS = 1
    REFUSED = 2


def category_name(code: str) -> str:
    """Return a category's name in the language in use; of one that is not known, its code."""
    return _(CATEGORY_NAMES[code].many) if code in CATEGORY_NAMES else code


def category_of_one(code: str) -> str:
    """Return what one person of a category is called."""
    return pgettext("one person", CATEGORY_NAMES[code].one)


def word_for(table: Mapping[str, str], code: str | None) -> str:
    """Return the word for a code; the code itself, spaced, where there is none yet."""
    if not code:
        return ""
    return _(table[code]) if code in table else code.replace("_", " ")
