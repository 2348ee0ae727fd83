"""Reasons to look twice before a reward is paid; the owner decides.

A rule worth 100 points rejects the claim at once. Any other holds the reward while its flag is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clientela.loyalty.claims import fraud_rules
from clientela.loyalty.claims.flags import emit, raise_flag
from clientela.loyalty.rewards import rewards

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection


@dataclass(frozen=True)
class Flag:
    """One reason to look twice at a claim."""

    flag_id: int
    claim_id: int
    rule: str
    """same_contact, known_customer, cycle, operator_share, many_leads, quick_use, same_receipt, household,
    similar_contact, similar_customer, similar_friend, similar_fan or similar_before."""
    points: int
    """100 rejects the claim; anything below holds the reward while the flag is open; 0 only tells."""
    state: str
    """open, cleared or confirmed."""


def examine(db: Connection, programme: Programme, claim_id: int, now: int) -> list[Flag]:
    """Apply every rule to a claim and settle what follows; return all its flags, new and old."""
    found = fraud_rules.examine(db, claim_id)
    for suspicion in found:
        raise_flag(db, claim_id, *suspicion, now)
    rewards.settle(db, programme, claim_id, now)
    return flags(db, claim_id)


def flags(db: Connection, claim_id: int) -> list[Flag]:
    """Return every flag of a claim, oldest first."""
    rows = db.all(
        """
        select flag_id, claim_id, rule, points, state from flags
        where claim_id = :claim_id order by flag_id
        """,
        claim_id=claim_id,
    )
    return [Flag(**row) for row in rows]


Decision = Literal["cleared", "confirmed"]


def decide(
    db: Connection, programme: Programme, flag_id: int, decision: Decision, actor: str, now: int
) -> None:
    """Close a flag: cleared lets the reward go on, confirmed rejects the claim."""
    row = db.one(
        "select flag_id, claim_id, rule, points, state from flags where flag_id = :flag_id", flag_id=flag_id
    )
    if row is not None:
        close(db, Flag(**row), decision, actor, now)
        rewards.settle(db, programme, row["claim_id"], now)


def close(db: Connection, flag: Flag, decision: Decision, actor: str, now: int) -> None:
    """Close a flag; the caller settles."""
    if flag.state == decision:
        return
    db.run(
        """
        update flags set state = :decision, decided_at = :now, decided_by = :actor where flag_id = :flag_id
        """,
        decision=decision,
        now=now,
        actor=actor,
        flag_id=flag.flag_id,
    )
    emit(db, flag.claim_id, flag.rule, now)
