"""Whom of the forgotten the store still knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela import forgotten
from clientela.loyalty import forgetting

if TYPE_CHECKING:
    from clientela.forgotten import Erasure
    from clientela.loyalty.store.interface import Connection


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


def _is_marked(erasure: Erasure, kind: str, value: str) -> bool:
    return forgotten.mark(erasure.key, kind, value) in erasure.marks
