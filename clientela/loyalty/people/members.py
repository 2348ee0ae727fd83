"""Members: the fans and customers who may bring friends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from clientela.loyalty.links import links
from clientela.loyalty.people import consents, contacts
from clientela.loyalty.people.names import words
from clientela.loyalty.people.person import Member, hashed
from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row


FEWEST_DIGITS: Final = 4
"""Digits of a phone number that say enough to search by."""

LONGEST_WORD: Final = 200
"""Signs of a name at most."""

_COLUMNS: Final = "member_id, public_id, customer_id, name, phone, email, category, status, is_firm"


def _member(row: Row | None) -> Member | None:
    return None if row is None else Member(**row)


def by_token(db: Connection, token: str) -> Member | None:
    """Return the member whose own page has this token; None for unknown and erased alike."""
    return _member(
        db.one(
            f"select {_COLUMNS} from members where portal_hash = :hash and status <> 'erased'",
            hash=hashed(token),
        )
    )


def by_id(db: Connection, member_id: int) -> Member | None:
    """Return a member by number."""
    return _member(db.one(f"select {_COLUMNS} from members where member_id = :id", id=member_id))


def by_customer(db: Connection, customer_id: str) -> Member | None:
    """Return a member by their number in the shop's files."""
    return _member(db.one(f"select {_COLUMNS} from members where customer_id = :id", id=customer_id))


def by_contact(db: Connection, contact: contacts.Contact) -> list[Member]:
    """Return the active members with a contact."""
    return [
        Member(**row)
        for row in db.all(
            f"""
            select {_COLUMNS} from members
            where {contact.kind} = :value and status = 'active'
            order by folded_name, member_id limit 8
            """,
            value=contact.value,
        )
    ]


def search(db: Connection, text: str, limit: int = 8) -> list[Member]:
    """Return active members whose name holds every word, or whose phone ends in these digits.

    Accents and capitals do not matter; words that begin a name come first; at most ``limit``.
    """
    digits = re.sub("[^0-9]", "", text)
    if len(digits) >= FEWEST_DIGITS and not re.search(r"[^\W\d_]", text):
        contact = contacts.normalise(text)
        found = by_contact(db, contact) if contact else []
        return found[:limit] or _by_last_digits(db, digits, limit)
    asked = words(text)[:8]
    # A longer word is in no name, and more than the store can look for.
    return _by_words(db, asked, limit) if asked and max(map(len, asked)) <= LONGEST_WORD else []


def _by_words(db: Connection, asked: Sequence[str], limit: int) -> list[Member]:
    places = range(len(asked))
    holds = " and ".join(f"folded_name like :w{place}" for place in places)
    begins = " + ".join(f"case when ' ' || folded_name like :b{place} then 1 else 0 end" for place in places)
    patterns = {f"w{place}": f"%{word}%" for place, word in enumerate(asked)}
    patterns |= {f"b{place}": f"% {word}%" for place, word in enumerate(asked)}
    rows = db.all(
        f"""
        select {_COLUMNS} from members
        where status = 'active' and {holds}
        order by {begins} desc, folded_name, member_id
        limit :limit
        """,
        limit=limit,
        **patterns,
    )
    return [Member(**row) for row in rows]


def _by_last_digits(db: Connection, digits: str, limit: int) -> list[Member]:
    rows = db.all(
        f"""
        select {_COLUMNS} from members
        where status = 'active' and phone like :ending
        order by folded_name, member_id limit :limit
        """,
        ending=f"%{digits}",
        limit=limit,
    )
    return [Member(**row) for row in rows]


def pause(db: Connection, customer_id: str, now: int) -> None:
    """Stop a member's links; nothing is forgotten."""
    _set_status(db, customer_id, "active", "paused", now)


def resume(db: Connection, customer_id: str, now: int) -> None:
    """Let a paused member's links work again."""
    _set_status(db, customer_id, "paused", "active", now)


def _set_status(db: Connection, customer_id: str, before: str, after: str, now: int) -> None:
    if db.run(
        """
        update members set status = :after, updated_at = :now
        where customer_id = :customer_id and status = :before
        """,
        after=after,
        before=before,
        now=now,
        customer_id=customer_id,
    ):
        emit_status(db, customer_id, after, now)
        links.tell_of_pause(db, customer_id, now)


def emit_status(db: Connection, customer_id: str, status: str, now: int) -> None:
    """Tell the shop's machine that a member's status changed."""
    events.emit(
        db, "member", consents.of_member(customer_id), {"customer_id": customer_id, "status": status}, now
    )
