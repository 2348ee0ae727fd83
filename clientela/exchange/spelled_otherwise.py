"""What the referral store knows by another spelling of somebody's contact: for the owner to decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.store.sqlite import SqliteStore


def find(store: SqliteStore | None, known: Iterable[str], asked: Contact | None) -> set[str]:
    """Return contacts of friends and fans that reach, or seem to reach, the same person as some contacts.

    Args:
        store: the referral store; None where there is none.
        known: contacts that are dealt with already; they are left out.
        asked: the contact that the owner typed.
    """
    from clientela.loyalty.people import contacts, likeness

    if store is None:
        return set()
    dealt = set(known)
    keys = {likeness.key(contacts.of_value(value)) for value in dealt} | {likeness.key(asked)}
    found: set[str] = set()
    with store.read() as db:
        for key in keys - {None}:
            rows = db.all(
                """
                select contact as value from claims where contact_key = :key and contact is not null
                union select email from members where email_key = :key and status <> 'erased'
                union select phone from members where phone_key = :key and status <> 'erased'
                """,
                key=key,
            )
            found |= {row["value"] for row in rows if row["value"]}
    return found - dealt
