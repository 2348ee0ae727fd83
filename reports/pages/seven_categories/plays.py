"""What to do with each category, what the law allows, and which file would fill an empty one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy


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
        lazy("Nobody has left: either all is well, or orders.csv is still too short to tell."),
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
