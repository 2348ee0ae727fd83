"""Sales that a till entered days after their receipt: the owner sees them, and holds count from the entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.loyalty.pages.owner_waiting import CALLED
from clientela.loyalty.people.names import shown_name

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection

LATE_DAYS: Final = 2
"""Days between receipt and entry from which it is late: a till without network is back the day after."""

SHOWN_DAYS: Final = 60
"""An entry stays on the list for so long."""

READ: Final = 5000
"""Uses looked at, the latest."""

DAY: Final = 86_400_000


@dataclass(frozen=True)
class LateEntry:
    """A discount that was entered days after its receipt."""

    member_name: str
    """Who sent the friend, as the shop's people call them; empty once forgotten."""
    friend_name: str
    """First name and initial, or empty."""
    receipt_no: str | None
    receipt_on: date
    entered_on: date
    operator: str | None
    is_undone: bool

    @property
    def days(self) -> int:
        """How many days after the receipt it was entered."""
        return (self.entered_on - self.receipt_on).days


def late(db: Connection, programme: Programme, now: int) -> list[LateEntry]:
    """Return the friends' discounts of the last sixty days that were entered late, the latest entry first."""
    rows = db.all(
        f"""
        select
            {CALLED} as member_name, members.is_firm, claims.friend_name, redemptions.receipt_no,
            redemptions.receipt_on, redemptions.operator, redemptions.at, redemptions.reversed_at
        from redemptions
        inner join claims on claims.claim_id = redemptions.claim_id
        inner join members on members.member_id = claims.member_id
        where redemptions.at > :since
        order by redemptions.at desc, redemptions.redemption_id desc
        limit :limit
        """,
        since=now - SHOWN_DAYS * DAY,
        limit=READ,
    )
    found = [
        LateEntry(
            member_name=shown_name(row["member_name"], is_firm=bool(row["is_firm"])),
            friend_name=shown_name(row["friend_name"] or ""),
            receipt_no=row["receipt_no"],
            receipt_on=date.fromisoformat(row["receipt_on"]),
            entered_on=programme.today(row["at"]),
            operator=row["operator"],
            is_undone=row["reversed_at"] is not None,
        )
        for row in rows
    ]
    return [each for each in found if each.days >= LATE_DAYS]
