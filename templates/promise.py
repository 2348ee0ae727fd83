"""What the programme promises to friend and fan, written once: page, card, message, preview, coupon and till.

Whatever shows the promise takes it from here, so that no paper says less than the page, nor the till more.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from clientela.i18n import gettext as _
from clientela.templates.filters import harmless, money


class Promises(Protocol):
    """What is asked of a programme; money in cents of its currency."""

    @property
    def shop_name(self) -> str:
        """The shop's name."""
        ...

    @property
    def currency(self) -> str:
        """Three letters."""
        ...

    @property
    def friend_offer(self) -> str:
        """What the friend gets, in the owner's words; may be empty."""
        ...

    @property
    def friend_cents(self) -> int:
        """What the friend's discount is worth; 0 for none."""
        ...

    @property
    def reward_cents(self) -> int:
        """What the fan gets for each friend; 0 for nothing."""
        ...

    @property
    def min_purchase_cents(self) -> int:
        """A smaller purchase earns no reward."""
        ...


def amount(programme: Promises, cents: int) -> str:
    """Write an amount of cents in the shop's currency."""
    return money(Decimal(cents) / 100, programme.currency)


def to_friend(programme: Promises) -> str:
    """Return what the friend gets: the owner's words, else the amount; empty if nothing is promised."""
    return harmless(programme.friend_offer) or _off(programme, programme.friend_cents)


def headline(programme: Promises) -> str:
    """Return the promise to the friend where something must stand: a welcome if nothing is promised."""
    return to_friend(programme) or _("Welcome to %(shop)s") % {"shop": harmless(programme.shop_name)}


def of_coupon(programme: Promises, cents: int) -> str:
    """Return what a discount that a friend saved is good for.

    The owner's words hold for it only while it is worth what the programme gives today: a programme that was
    changed meanwhile takes nothing back and adds nothing. Words alone are not kept with what was saved under
    them; once the programme gives an amount, the coupon says that they hold and not what they were.
    """
    if cents == programme.friend_cents:
        return to_friend(programme)
    return _off(programme, cents) or _("What was promised on the day it was saved")


def is_made(programme: Promises) -> bool:
    """Tell whether the friend is promised anything; where not, what is saved is an invitation."""
    return bool(to_friend(programme))


def in_a_sentence(programme: Promises) -> str:
    """Return the promise to the friend without its own full stop, to stand before ours."""
    return to_friend(programme).rstrip(".!")


def to_fan(programme: Promises) -> str:
    """Return in one or two sentences what fan and friend get."""
    shop = harmless(programme.shop_name)
    told = [_reward(programme, shop)] if programme.reward_cents else []
    if given := in_a_sentence(programme):
        told.append(_("For your friend: {offer}.").format(offer=given))
    return " ".join(told) or _("Tell your friends about {shop}.").format(shop=shop)


def _reward(programme: Promises, shop: str) -> str:
    """Return what the fan gets and for what."""
    reward = amount(programme, programme.reward_cents)
    if programme.min_purchase_cents:
        least = amount(programme, programme.min_purchase_cents)
        words = _("For every friend who spends at least {least} at {shop} you get {amount}.")
        return words.format(least=least, shop=shop, amount=reward)
    return _("For every friend who buys at {shop} you get {amount}.").format(shop=shop, amount=reward)


def _off(programme: Promises, cents: int) -> str:
    if not cents:
        return ""
    return _("{amount} off your first purchase").format(amount=amount(programme, cents))
