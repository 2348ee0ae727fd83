"""Rewards: what is owed for a claim, when it may be spent, and how it is taken back.

A reward is ``held`` until its hold is over and no flag is open, then ``approved`` and spent with a coupon
or handed
over: ``redeemed``. It is ``reversed`` when the friend's purchase no longer counts, and comes back when it
counts again; ``rejected`` when the month is full, a flag was confirmed or the owner says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims import claim_states, entitlement
from clientela.loyalty.claims.flags import HOLDS
from clientela.loyalty.people.person import new_public_id
from clientela.loyalty.rewards import ledger, redemptions, reward_months
from clientela.loyalty.rewards.reward_months import Month
from clientela.loyalty.store import clock

if TYPE_CHECKING:
    from clientela.loyalty.claims.entitlement import Earned
    from clientela.loyalty.claims.who_is_paid import Friend
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

RULE: Final = "friend_bought"
OWNER: Final = "owner"
"""The reason of a reward that the owner refused: no rule brings it back."""

AFTER_USE: Final = "refunded_after_use"
RIPEN_AT_ONCE: Final = 500
"""Rewards that one call of ``ripen`` approves at most: the writer serves nobody else meanwhile."""


def settle(db: Connection, programme: Programme, claim_id: int, now: int) -> None:
    """Bring a friend's claims and rewards to where sales, uses, flags and days say; again changes nothing.

    Args:
        db: a write.
        programme: the terms.
        claim_id: any claim of the friend.
        now: milliseconds since 1970 UTC.
    """
    row = db.one("select friend_key from claims where claim_id = :claim_id", claim_id=claim_id)
    if row is not None:
        settle_friend(db, programme, row["friend_key"], now)


def settle_friend(db: Connection, programme: Programme, friend_key: str, now: int) -> None:
    """Do what ``settle`` does, for a friend by key."""
    clock.see(db, now)
    known = claim_states.resolve(db, programme, friend_key, now)
    rewards = {
        row["claim_id"]: row
        for row in db.all(
            """
            select * from rewards
            where claim_id in (select claim_id from claims where friend_key = :friend_key)
            """,
            friend_key=friend_key,
        )
    }
    months: set[Month] = set()
    for claim in known.claims:
        months |= _bring(db, programme, known, claim, rewards.get(claim["claim_id"]), now)
    for month in sorted(months):
        reward_months.share_out(db, programme, month, now)


def _bring(
    db: Connection, programme: Programme, known: Friend, claim: Row, row: Row | None, now: int
) -> set[Month]:
    """Bring the reward of one claim to life, or take it back; return the months that changed."""
    found = entitlement.judge(programme, known, claim)
    if isinstance(found, str):
        if row is not None:
            _take_back(db, claim, row, found, now)
        return _months(row)
    if row is None:
        return _months(_open(db, programme, claim, found, now))
    before = _months(row)
    if (row["state"], row["reason"]) == ("rejected", OWNER):
        return before
    if found.by_files or row["earned_on"] != found.earned_on.isoformat():
        row = ledger.redate(db, row, found.earned_on, found.due_on, found.counts_on, now)
    if row["state"] == "reversed" or (row["state"] == "rejected" and row["reason"] != reward_months.CAP):
        row = ledger.move(db, row, "held", None, ledger.SYSTEM, now)
    return before | _months(row)


def _months(row: Row | None) -> set[Month]:
    return set() if row is None else {(row["member_id"], (row["counts_on"] or row["earned_on"])[:7])}


def _open(db: Connection, programme: Programme, claim: Row, earned: Earned, now: int) -> Row | None:
    if not programme.reward_cents:
        return None
    values = {
        "public_id": new_public_id(),
        "claim_id": claim["claim_id"],
        "member_id": claim["member_id"],
        "rule": RULE,
        "amount_cents": programme.reward_cents,
        "earned_on": earned.earned_on.isoformat(),
        "due_on": earned.due_on.isoformat(),
        "counts_on": earned.counts_on.isoformat(),
    }
    return ledger.opened(db, values, now)


def _take_back(db: Connection, claim: Row, row: Row, reason: str, now: int) -> None:
    """Reverse a reward whose claim earns nothing; reject it, unspent, where a flag was confirmed."""
    if (row["state"], row["reason"]) == ("rejected", OWNER):
        return
    if redemptions.is_used(db, ledger.use_key(row["reward_id"])):
        ledger.move(db, row, "reversed", AFTER_USE, ledger.SYSTEM, now)
    elif claim["refused_by"] is not None:
        ledger.move(db, row, "rejected", reason, ledger.SYSTEM, now)
    else:
        ledger.move(db, row, "reversed", reason, ledger.SYSTEM, now)


def ripen(db: Connection, programme: Programme, now: int) -> int:
    """Approve the rewards whose hold is over and make their coupons.

    Returns:
        How many were approved; call again while it is not 0.
    """
    clock.see(db, now)
    rows = _ripe(db, programme, now)
    for row in rows:
        settle(db, programme, row["claim_id"], now)
    return len(rows)


def _ripe(db: Connection, programme: Programme, now: int) -> Sequence[Row]:
    return db.all(
        f"""
        select claim_id from rewards
        where
            state = 'held' and due_on <= :today
            and not exists (select 1 from flags where flags.claim_id = rewards.claim_id and {HOLDS})
        order by due_on, reward_id
        limit :limit
        """,
        today=programme.today(now).isoformat(),
        limit=RIPEN_AT_ONCE,
    )


def give(db: Connection, programme: Programme, reward_id: int, actor: str, now: int) -> bool:
    """Note that the owner handed an approved reward over.

    Returns:
        False where it was not approved, or used already.
    """
    row = ledger.reward(db, reward_id)
    if row is None or row["state"] != "approved":
        return False
    use = redemptions.Use(
        idempotency_key=f"given:{secrets.token_hex(16)}",
        use_key=ledger.use_key(reward_id),
        receipt_on=programme.today(now).isoformat(),
        discount_cents=row["amount_cents"],
        method="owner",
        reward_id=reward_id,
        operator=actor,
    )
    if redemptions.add(db, use, now) is None:
        return False
    settle(db, programme, row["claim_id"], now)
    return True


def reject(db: Connection, programme: Programme, reward_id: int, actor: str, reason: str, now: int) -> bool:
    """Refuse a reward for good: the owner's word.

    Args:
        db: a write.
        programme: the terms; another reward may take the place in the month.
        reward_id: the reward.
        actor: who says so.
        reason: in the owner's words; kept in the ledger.
        now: milliseconds since 1970 UTC.

    Returns:
        False where it was spent already.
    """
    row = ledger.reward(db, reward_id)
    if row is None or redemptions.is_used(db, ledger.use_key(reward_id)):
        return False
    if (row["state"], row["reason"]) != ("rejected", OWNER):
        ledger.move(db, row, "rejected", OWNER, actor, now, note=reason)
        for month in _months(row):
            reward_months.share_out(db, programme, month, now)
    return True
