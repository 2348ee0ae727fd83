"""The rules that compare contacts by their key: they ask the owner, and refuse nobody.

Contacts that are kept alike to the letter are ``same_contact`` and ``known_customer``, which reject.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row


class Suspicion(NamedTuple):
    """A reason to look twice."""

    rule: str
    points: int
    detail: dict[str, Any]


SIMILAR_CONTACT: Final = Suspicion("similar_contact", 60, {})
SIMILAR_CUSTOMER: Final = Suspicion("similar_customer", 50, {})
SIMILAR_FRIEND: Final = Suspicion("similar_friend", 50, {})
SIMILAR_FAN: Final = Suspicion("similar_fan", 50, {})

SIMILAR_BEFORE: Final = Suspicion("similar_before", 0, {})
"""Any of them, found when the reward was approved or spent already: it is told and takes nothing back."""


def similar_contact(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """The friend's contact reads like the fan's own."""
    key = claim["contact_key"]
    is_same = claim["contact"] in (claim["phone"], claim["email"])
    if key is not None and not is_same and key in (claim["phone_key"], claim["email_key"]):
        yield _unless_paid(db, claim, SIMILAR_CONTACT)


def similar_customer(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """The friend's contact reads like that of another member, who was one when the claim was entered.

    The same letters are ``known_customer``, but for a claim that is dated before they became a member.
    """
    if claim["contact_key"] is None:
        return
    if db.one(
        """
        select 1 as there from members
        where
            (phone_key = :key or email_key = :key) and member_id <> :member_id and invited_at <= :seen_at
            and (
                invited_at > :claimed_at
                or (coalesce(phone, '') <> :contact and coalesce(email, '') <> :contact)
            )
        """,
        key=claim["contact_key"],
        contact=claim["contact"],
        member_id=claim["member_id"],
        claimed_at=claim["claimed_at"],
        seen_at=claim["seen_at"] or claim["claimed_at"],
    ):
        yield _unless_paid(db, claim, SIMILAR_CUSTOMER)


def similar_friend(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """A friend with a contact that reads the same came before, with this fan or another."""
    if claim["contact_key"] is None:
        return
    if db.one(
        """
        select 1 as there from claims
        where contact_key = :key and friend_key <> :friend_key and claim_id < :claim_id
        """,
        key=claim["contact_key"],
        friend_key=claim["friend_key"],
        claim_id=claim["claim_id"],
    ):
        yield _unless_paid(db, claim, SIMILAR_FRIEND)


def _unless_paid(db: Connection, claim: Row, found: Suspicion) -> Suspicion:
    """Return what was found; where the reward is approved or spent already, that it was found too late."""
    paid = db.one(
        "select 1 as there from rewards where claim_id = :id and state in ('approved', 'redeemed')",
        id=claim["claim_id"],
    )
    asked = db.one(
        "select 1 as there from flags where claim_id = :id and rule = :rule",
        id=claim["claim_id"],
        rule=found.rule,
    )
    return found if paid is None or asked is not None else SIMILAR_BEFORE


def twins(db: Connection, member_id: int) -> list[int]:
    """Return the other members whose contact reads like this one's: they may be one person."""
    rows = db.all(
        """
        select other.member_id
        from members
        inner join members as other
            on other.member_id <> members.member_id and (
                other.phone_key = members.phone_key or other.email_key = members.email_key
            )
        where members.member_id = :member_id
        order by other.member_id
        """,
        member_id=member_id,
    )
    return [row["member_id"] for row in rows]
