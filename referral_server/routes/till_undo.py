"""Taking back the last sale of a till, on the same day and with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clientela.i18n import gettext as _
from clientela.loyalty.till import till
from clientela.loyalty.till.results import TillResult
from clientela.referral_server.routes.till_sale import refused

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row


@dataclass(frozen=True)
class Undoable:
    """The last use of a discount at a till today."""

    redemption: str
    """Its public id."""

    at: str
    """The shop's time, HH:MM."""

    discount_cents: int
    receipt_no: str | None


def last_of_today(db: Connection, programme: Programme, device_id: str, now: int) -> Undoable | None:
    """Return what this till may take back: its last use of today that is not taken back yet."""
    yesterday = programme.today(now) - timedelta(days=1)
    row: Row | None = db.one(
        """
        select public_id, at, discount_cents, receipt_no from redemptions
        where device_id = :device and reversed_at is null and at > :since and at <= :now
        order by at desc, redemption_id desc
        """,
        device=device_id,
        since=programme.last_instant(yesterday),
        now=now,
    )
    if row is None:
        return None
    clock = datetime.fromtimestamp(row["at"] // 1000, UTC).astimezone(ZoneInfo(programme.timezone))
    return Undoable(row["public_id"], f"{clock:%H:%M}", row["discount_cents"], row["receipt_no"])


def undo(
    db: Connection, programme: Programme, device_id: str, redemption: str, reason: str, now: int
) -> TillResult:
    """Take back the last use of this till; asked twice it is done once."""
    done = db.one(
        """
        select 1 as one from redemptions
        where public_id = :id and device_id = :device and reversed_at is not null
        """,
        id=redemption,
        device=device_id,
    )
    last = last_of_today(db, programme, device_id, now)
    if done is None and (last is None or last.redemption != redemption):
        return refused(_("Only the last one of today can be cancelled here; ask the owner."))
    if done is None:
        till.reverse(db, programme, redemption, reason, f"till:{device_id}", now)
    return replace(
        refused(_("Taken back: the discount can be used again.")), outcome="accepted", word=_("Done")
    )
