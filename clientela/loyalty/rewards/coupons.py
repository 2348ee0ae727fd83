"""Coupons: what a code is good for, and why it is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.i18n import gettext as _
from clientela.loyalty.claims import who_is_paid
from clientela.loyalty.people.names import shown_name
from clientela.loyalty.rewards import ledger
from clientela.loyalty.till.results import day_text

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

_COUPON: Final = """
select
    coupons.*, claims.friend_key, claims.friend_name, claims.state as claim_state, claims.state_reason,
    claims.public_id as claim, rewards.state as reward_state, rewards.reason as reward_reason, rewards.due_on,
    coalesce(owners.name, senders.name) as sender,
    coalesce(owners.customer_id, senders.customer_id) as sender_number,
    coalesce(owners.status, senders.status) as sender_status,
    coalesce(owners.is_firm, senders.is_firm) as sender_is_firm
from coupons
left join claims on claims.claim_id = coupons.claim_id
left join members as senders on senders.member_id = claims.member_id
left join rewards on rewards.reward_id = coupons.reward_id
left join members as owners on owners.member_id = rewards.member_id
where coupons.code = :code
"""


def find(db: Connection, code: str) -> Row | None:
    """Return a coupon with what it stands for."""
    return db.one(_COUPON, code=code)


@dataclass(frozen=True)
class Saved:
    """The discount that somebody brings to the till."""

    coupon_id: int | None
    """None where none was saved: then it is what the programme gives today."""
    cents: int


def saved(db: Connection, programme: Programme, claim_id: int, day: date | None = None) -> Saved:
    """Return what a friend's discount is worth: as it was saved, for so it was promised; else as it is today.

    Args:
        db: a read.
        programme: what is given today.
        claim_id: the friend's claim.
        day: the day of the sale, on which the saved one must still be valid; None if that does not matter.
    """
    row = db.one(
        """
        select coupon_id, value_cents from coupons
        where claim_id = :claim_id and state = 'issued' and valid_until_on >= :day
        order by coupon_id desc limit 1
        """,
        claim_id=claim_id,
        day=day.isoformat() if day else "",
    )
    return Saved(None, programme.friend_cents) if row is None else Saved(row["coupon_id"], row["value_cents"])


def use_key(row: Row) -> str:
    """Return what a coupon uses up."""
    if row["kind"] == "fan":
        return ledger.use_key(row["reward_id"])
    return who_is_paid.use_key(row["friend_key"])


def sender(row: Row) -> str:
    """Return what the shop's people call the fan of a coupon."""
    return shown_name(row["sender"], is_firm=bool(row["sender_is_firm"])) or str(row["sender_number"])


def used_text(row: Row, use: Row) -> str:
    """Say when a coupon's discount or reward was used."""
    text = (
        _("This reward was spent on {day}.")
        if row["kind"] == "fan"
        else _("This friend's discount was used on {day}.")
    )
    return text.format(day=day_text(use["receipt_on"]))


def why_not(row: Row, day: date) -> str | None:
    """Say why a coupon that nobody used cannot be used on a day, or None where it can."""
    if row["kind"] == "fan":
        return _why_not_reward(row, day)
    if row["state"] == "void":
        return _("This discount was cancelled. Ask the owner.")
    if row["claim_state"] in ("rejected", "withdrawn"):
        return struck_out(row["state_reason"])
    if row["valid_until_on"] is not None and day.isoformat() > row["valid_until_on"]:
        return _("This discount was valid until {day}.").format(day=day_text(row["valid_until_on"]))
    return None


def struck_out(reason: str | None) -> str:
    """Say why a claim does not count."""
    if reason == "known_customer":
        return _("This discount is for a first visit, and these details are a customer's already.")
    if reason == "same_contact":
        return _("Fans cannot refer themselves: these details are the fan's own.")
    return _("This discount was cancelled. Ask the owner.")


def _why_not_reward(row: Row, day: date) -> str | None:
    if row["reward_state"] == "approved":
        return None
    if row["reward_state"] == "held" and row["reward_reason"] is None and day.isoformat() < row["due_on"]:
        return _("This reward can be spent from {day}.").format(day=day_text(row["due_on"]))
    if row["reward_state"] == "held":
        return _("This reward waits for the owner's word.")
    return _("This reward does not count any more.")
