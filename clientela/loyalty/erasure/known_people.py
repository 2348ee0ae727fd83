"""Whom of the forgotten the store still knows."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from clientela import forgotten
from clientela.loyalty.claims.claim_log import friend_key_of
from clientela.loyalty.erasure import forgetting
from clientela.loyalty.people import contacts

if TYPE_CHECKING:
    from clientela.forgotten import Erasure
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.store.interface import Connection, Row


def members(db: Connection, erasure: Erasure) -> list[str]:
    """Return the numbers of the members whom an erasure means."""
    rows = db.all("select customer_id from members where status <> 'erased'")
    # By the number alone: a family may share a phone.
    found = (row["customer_id"] for row in rows)
    return [who for who in found if _is_marked(erasure, *forgetting.of_member(who))]


def contacts_of(db: Connection, erasure: Erasure) -> list[str]:
    """Return the contacts of friends that an erasure means."""
    rows = db.all(
        """
        select contact as value from claims where contact is not null
        union select subject from consents where subject not like 'm:%' and subject not like 'x:%'
        """
    )
    return [row["value"] for row in rows if _is_marked(erasure, *forgetting.of_contact(row["value"]))]


def is_friend(db: Connection, contact: Contact) -> bool:
    """Tell whether a friend is known by a contact."""
    named = db.one(
        """
        select 1 as there from claims where friend_key = :key
        union select 1 from consents where subject = :subject limit 1
        """,
        key=friend_key_of(contact),
        subject=contact.value,
    )
    return named is not None


def shown_by_others(db: Connection, values: Collection[forgetting.Value]) -> set[forgetting.Value]:
    """Return those contacts among somebody's values that a fan of another number shows."""
    found = set()
    for kind, value in values:
        if kind in ("email", "phone"):
            rows = db.all(
                f"select customer_id from members where {kind} = :value and status <> 'erased'", value=value
            )
            if any(forgetting.of_member(row["customer_id"]) not in values for row in rows):
                found.add((kind, value))
    return found


def claims(db: Connection, erasure: Erasure) -> list[tuple[Contact, list[Row]]]:
    """Return the claims that an erasure means by themselves, each with the contact under which it stands."""
    rows = db.all(
        "select claim_id, public_id, state, friend_name, contact from claims where contact is not null"
    )
    return [
        (contacts.of_value(row["contact"]), [row])
        for row in rows
        if _is_marked(erasure, *forgetting.of_claim(row["public_id"]))
    ]


def _is_marked(erasure: Erasure, kind: str, value: str) -> bool:
    return forgotten.mark(erasure.key, kind, value) in erasure.marks
