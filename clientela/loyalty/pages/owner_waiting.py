"""What waits for the owner: flags to look at, rewards to hand over, rewards on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims.flags import HOLDS
from clientela.loyalty.links import codes
from clientela.loyalty.people.names import shown_name

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

CALLED: Final = (
    "case when members.name = '' and members.status <> 'erased' "
    "then members.customer_id else members.name end"
)
"""A member's name; who never had one is called by the number in the shop's files."""


@dataclass(frozen=True)
class Suspicion:
    """A flag that waits for the owner."""

    flag_id: int
    rule: str
    points: int
    claim: str
    """The claim's public name, for ``claims.assign``."""
    member_id: int
    member_name: str
    friend_name: str
    """First name and initial, or empty."""
    method: str
    operator: str | None
    receipt_no: str | None
    receipt_on: date | None
    raised_at: int
    reward_id: int | None
    reward_cents: int
    """What waits for the decision; 0 while there is no reward."""


@dataclass(frozen=True)
class Due:
    """A reward on its way."""

    reward_id: int
    public_id: str
    member_id: int
    customer_id: str
    member_name: str
    friend_name: str
    claim: str
    amount_cents: int
    state: str
    reason: str | None
    earned_on: date
    counts_on: date
    """The day from which the hold counts: later than ``earned_on`` for what was entered later."""
    due_on: date
    coupon_code: str | None
    """As printed, once approved."""
    open_flags: int


def queue(db: Connection, limit: int = 100) -> list[Suspicion]:
    """Return the open flags, gravest and oldest first."""
    rows = db.all(
        f"""
        select
            flags.flag_id, flags.rule, flags.points, flags.raised_at, claims.public_id as claim,
            claims.member_id, {CALLED} as member_name, members.is_firm, claims.friend_name,
            claims.method, claims.operator,
            claims.receipt_no, claims.receipt_on, rewards.reward_id,
            case rewards.state when 'held' then rewards.amount_cents else 0 end as reward_cents
        from flags
        inner join claims on claims.claim_id = flags.claim_id
        inner join members on members.member_id = claims.member_id
        left join rewards on rewards.claim_id = claims.claim_id
        where flags.state = 'open'
        order by flags.points desc, flags.raised_at, flags.flag_id
        limit :limit
        """,
        limit=limit,
    )
    return [
        Suspicion(
            **{
                **{name: value for name, value in row.items() if name != "is_firm"},
                "member_name": shown_name(row["member_name"], is_firm=bool(row["is_firm"])),
                "friend_name": shown_name(row["friend_name"] or ""),
                "receipt_on": _day(row["receipt_on"]),
            }
        )
        for row in rows
    ]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def owed(db: Connection, limit: int = 200) -> list[Due]:
    """Return the rewards that may be handed over, oldest first."""
    return _due(db, "approved", limit)


def held(db: Connection, limit: int = 200) -> list[Due]:
    """Return the rewards that wait, the next to ripen first."""
    return _due(db, "held", limit)


def _due(db: Connection, state: str, limit: int) -> list[Due]:
    rows = db.all(
        f"""
        select
            rewards.reward_id, rewards.public_id, rewards.member_id, members.customer_id,
            {CALLED} as member_name, members.is_firm, claims.friend_name,
            claims.public_id as claim, rewards.amount_cents,
            rewards.state, rewards.reason, rewards.earned_on,
            coalesce(rewards.counts_on, rewards.earned_on) as counts_on, rewards.due_on,
            (
                select max(coupons.code) from coupons where coupons.reward_id = rewards.reward_id
            ) as coupon_code,
            (
                select count(*) from flags
                where flags.claim_id = rewards.claim_id and {HOLDS}
            ) as open_flags
        from rewards
        inner join members on members.member_id = rewards.member_id
        inner join claims on claims.claim_id = rewards.claim_id
        where rewards.state = :state
        order by rewards.due_on, rewards.reward_id
        limit :limit
        """,
        state=state,
        limit=limit,
    )
    return [
        Due(
            **{
                **{name: value for name, value in row.items() if name != "is_firm"},
                "member_name": shown_name(row["member_name"], is_firm=bool(row["is_firm"])),
                "friend_name": shown_name(row["friend_name"] or ""),
                "coupon_code": None if row["coupon_code"] is None else codes.printed(row["coupon_code"]),
                "earned_on": date.fromisoformat(row["earned_on"]),
                "counts_on": date.fromisoformat(row["counts_on"]),
                "due_on": date.fromisoformat(row["due_on"]),
            }
        )
        for row in rows
    ]
