"""Claims: who is paid for a friend, and the owner's word about it.

The rule of who is paid stands in ``who_is_paid``, the log in ``claim_log``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims import fraud, who_is_paid
from clientela.loyalty.claims.claim_log import (
    Claim,
    NewClaim,
    UnknownClaimError,
    by_id,
    by_public_id,
    note,
    testify,
)
from clientela.loyalty.rewards import rewards

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection


SELF: Final = "same_contact"
"""The rule against bringing oneself."""


def payer(db: Connection, programme: Programme, friend_key: str, at: date) -> Claim | None:
    """Return the claim that a purchase on a day counts for, or None."""
    found = who_is_paid.friend(db, friend_key).payer(programme, at)
    return None if found is None else by_id(db, found["claim_id"])


def assign(
    db: Connection,
    programme: Programme,
    claim_public_id: str,
    member_id: int,
    actor: str,
    reason: str,
    now: int,
) -> Claim:
    """Give a friend to another member: the owner's word beats who came first, and the reward moves.

    Flags of the member's claim are cleared with it, but nobody may be paid for bringing themselves.

    Args:
        db: a write.
        programme: the terms.
        claim_public_id: any claim of the friend.
        member_id: who brought them, by the owner's word.
        actor: who says so.
        reason: in the owner's words; kept as evidence.
        now: milliseconds since 1970 UTC.

    Raises:
        UnknownClaimError: if there is no such claim or member.
    """
    former = db.one("select * from claims where public_id = :public_id", public_id=claim_public_id)
    member = db.one(
        "select 1 as there from members where member_id = :id and status <> 'erased'", id=member_id
    )
    if former is None or member is None:
        raise UnknownClaimError
    same = ("friend_key", "friend_name", "contact", "receipt_no", "receipt_on", "store_id", "claimed_at")
    claim = note(
        db, programme, NewClaim(member_id, method="owner", **{name: former[name] for name in same}), now
    )
    _choose(db, claim, now)
    facts = {"assigned_by": actor, "reason": reason, "taken_from": claim_public_id, "was": claim.method}
    testify(db, claim.claim_id, {**facts, "at": now})
    for flag in fraud.examine(db, programme, claim.claim_id, now):
        # The owner knows better than any rule, but nobody is paid for bringing themselves.
        if flag.rule != SELF:
            fraud.close(db, flag, "cleared", actor, now)
    rewards.settle(db, programme, claim.claim_id, now)
    who_is_paid.emit(db, claim.claim_id, now)
    return by_id(db, claim.claim_id) or claim


def _choose(db: Connection, claim: Claim, now: int) -> None:
    """Make a claim the owner's choice, later than any other choice for the friend."""
    row = db.one(
        """
        select coalesce(max(assigned_at), 0) as latest, max(friend_customer_id) as friend
        from claims where friend_key = :friend_key
        """,
        friend_key=claim.friend_key,
    )
    if row is None:
        return
    db.run(
        """
        update claims
        set
            method = 'owner', assigned_at = :at, updated_at = :now, friend_customer_id = :friend,
            state = case state when 'withdrawn' then 'open' else state end
        where claim_id = :claim_id
        """,
        # One more than the latest: the clock may have gone back.
        at=max(now, row["latest"] + 1),
        now=now,
        friend=row["friend"],
        claim_id=claim.claim_id,
    )


def withdraw(
    db: Connection, programme: Programme, claim_public_id: str, actor: str, reason: str, now: int
) -> None:
    """Declare a claim void; the next one of the same friend takes its place.

    Raises:
        UnknownClaimError: if there is no such claim.
    """
    claim = by_public_id(db, claim_public_id)
    if claim is None:
        raise UnknownClaimError
    if claim.state == "withdrawn":
        return
    db.run(
        """
        update claims
        set state = 'withdrawn', state_reason = 'owner', superseded_by = null, assigned_at = null,
        updated_at = :now
        where claim_id = :claim_id
        """,
        now=now,
        claim_id=claim.claim_id,
    )
    testify(db, claim.claim_id, {"withdrawn_by": actor, "at": now, "reason": reason})
    who_is_paid.emit(db, claim.claim_id, now)
    rewards.settle(db, programme, claim.claim_id, now)
