"""What the till checks before a sale: the day of the receipt, and whether the fan named is confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from clientela.loyalty.people.person import Member
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.till.lookup import Method
    from clientela.loyalty.till.results import Sale

OLDEST_RECEIPT_DAYS: Final = 30
"""An older receipt is not entered at the till."""

DIGITS: Final = 3
"""Last digits of the fan's phone that confirm a name."""


def unconfirmed(member: Member, method: Method, digits: str | None) -> str | None:
    """Say why a fan who was named is not confirmed, or None."""
    if method == "code" or (method != "name" and digits is None):
        return None
    if member.phone is None:
        return _("No phone number is known of {fan}: ask for the spoken code.").format(fan=member.called)
    if digits is None or len(digits) != DIGITS or not member.phone.endswith(digits):
        return _("The last three digits do not fit: ask again, or for the spoken code.")
    return None


def wrong_day(programme: Programme, sale: Sale, now: int) -> str | None:
    """Say what is wrong with the day of a receipt, or None."""
    today = programme.today(now)
    if sale.receipt_on > today:
        return _("The receipt's day is still to come.")
    if sale.receipt_on < today - timedelta(OLDEST_RECEIPT_DAYS):
        return _("The receipt is older than {days} days: ask the owner.").format(days=OLDEST_RECEIPT_DAYS)
    return None
