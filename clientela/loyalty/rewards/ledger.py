"""The ledger of the rewards: every change of state is a line, none is ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clientela.loyalty.links import codes, links
from clientela.loyalty.store import events

if TYPE_CHECKING:
    from datetime import date

    from clientela.loyalty.store.interface import Connection, Row

SYSTEM = "rules"
"""The actor of what follows from the rules."""


def use_key(reward_id: int) -> str:
    """Return what can be used once: a reward."""
    return f"reward:{reward_id}"


def reward(db: Connection, reward_id: int) -> Row | None:
    """Return a reward."""
    return db.one("select * from rewards where reward_id = :reward_id", reward_id=reward_id)


def opened(db: Connection, values: dict[str, Any], now: int) -> Row:
    """Open a held reward; return it."""
    reward_id = db.add("rewards", **values, state="held", reason=None, made_at=now, updated_at=now)
    _line(db, reward_id, None, "held", None, SYSTEM, now)
    return _emitted(db, reward_id, now)


def move(
    db: Connection, row: Row, state: str, reason: str | None, actor: str, now: int, note: str | None = None
) -> Row:
    """Bring a reward to a state; return it as it is then. Nothing happens where it is there already.

    Args:
        db: a write.
        row: the reward.
        state: where to.
        reason: in a word.
        actor: who did it.
        now: milliseconds since 1970 UTC.
        note: what the ledger keeps in place of the reason.
    """
    if (row["state"], row["reason"]) == (state, reason):
        return row
    db.run(
        """
        update rewards set state = :state, reason = :reason, updated_at = :now where reward_id = :reward_id
        """,
        state=state,
        reason=reason,
        now=now,
        reward_id=row["reward_id"],
    )
    _line(db, row["reward_id"], row["state"], state, note or reason, actor, now)
    return _emitted(db, row["reward_id"], now)


def redate(db: Connection, row: Row, earned_on: date, due_on: date, counts_on: date, now: int) -> Row:
    """Correct the days of a reward; return it as it is then."""
    days = {
        "earned_on": earned_on.isoformat(),
        "due_on": due_on.isoformat(),
        "counts_on": counts_on.isoformat(),
    }
    if all(row[name] == day for name, day in days.items()):
        return row
    db.run(
        """
        update rewards
        set earned_on = :earned_on, due_on = :due_on, counts_on = :counts_on, updated_at = :now
        where reward_id = :reward_id
        """,
        now=now,
        reward_id=row["reward_id"],
        **days,
    )
    return _emitted(db, row["reward_id"], now)


def _line(
    db: Connection,
    reward_id: int,
    before: str | None,
    after: str,
    reason: str | None,
    actor: str,
    now: int,
) -> None:
    db.add(
        "reward_moves",
        reward_id=reward_id,
        from_state=before,
        to_state=after,
        reason=reason,
        actor=actor,
        at=now,
    )


def _emitted(db: Connection, reward_id: int, now: int) -> Row:
    """Tell the shop's machine how a reward stands; return it."""
    row = db.one(
        """
        select rewards.*, claims.public_id as claim, members.customer_id
        from rewards
        inner join claims on claims.claim_id = rewards.claim_id
        inner join members on members.member_id = rewards.member_id
        where rewards.reward_id = :reward_id
        """,
        reward_id=reward_id,
    )
    if row is None:
        raise LookupError("the reward is not there")
    body = {
        "reward": row["public_id"],
        "claim": row["claim"],
        "customer_id": row["customer_id"],
        "amount": events.money(row["amount_cents"]),
        "state": row["state"],
        "reason": row["reason"],
        "earned_on": row["earned_on"],
        "due_on": row["due_on"],
        "updated_at": events.instant(now),
    }
    events.emit(db, "reward", f"reward:{row['public_id']}", body, now)
    return row


def make_coupon(db: Connection, row: Row, now: int) -> None:
    """Make the coupon with which a fan spends a reward, unless it has one."""
    if db.one("select 1 as there from coupons where reward_id = :id", id=row["reward_id"]) is None:
        (code,) = links.unused(db, "coupons", "code", 1, codes.new_coupon_code)
        db.add(
            "coupons",
            code=code,
            kind="fan",
            reward_id=row["reward_id"],
            value_cents=row["amount_cents"],
            made_at=now,
        )
