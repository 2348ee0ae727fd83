"""What makes a fan, and what is missing: the words for every condition that the tables name by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy


@dataclass(frozen=True)
class Condition:
    """One condition; English, translated when printed."""

    lacking: str
    """How it is with somebody who does not meet it, or what it is that is weakest in them."""

    step: str
    """What would make a fan of somebody who is nearly one."""


GATES: Final = {
    "min_purchases": Condition(lazy("too few purchases"), lazy("one more purchase")),
    "tenure": Condition(lazy("a customer for too short a time"), lazy("more time")),
    "late": Condition(lazy("late at the moment"), lazy("is late")),
    "detractor": Condition(lazy("gave a low answer"), lazy("higher answers")),
    "overdue": Condition(lazy("owes an old invoice"), lazy("overdue invoice")),
    "veto": Condition(lazy("you said no"), lazy("your yes")),
}
"""What keeps somebody from being a fan, whatever their score; in the order in which it is asked."""

SCORED: Final = {
    "frequency": Condition(lazy("how often they buy"), lazy("more often")),
    "recency": Condition(lazy("how lately they bought"), lazy("come back soon")),
    "spend": Condition(lazy("how much they spend"), lazy("spend more")),
    "share_of_wallet": Condition(lazy("how much of their spending comes here"), lazy("buy more here")),
    "satisfaction": Condition(lazy("how happy they are"), lazy("be happier")),
    "referrals": Condition(lazy("the friends whom they bring"), lazy("a friend")),
    "offer_response": Condition(lazy("how they answer offers"), lazy("an offer")),
}
"""What a fan's score is made of."""

CONDITIONS: Final = GATES | SCORED


def lacking(code: str) -> str:
    """Say which condition somebody does not meet, or meets least."""
    return _(CONDITIONS[code].lacking)


def step(code: str | None) -> str:
    """Say what is missing to be a fan; empty where nothing is known to be."""
    return _(CONDITIONS[code].step) if code in CONDITIONS else ""
