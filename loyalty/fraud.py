"""Reasons to look twice before a reward is paid; the owner decides.

A rule worth 100 points rejects the claim at once. Any other holds the reward while its flag is open.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from clientela.loyalty import events, fraud_rules, rewards
from clientela.loyalty.fraud_rules import REJECTS

if TYPE_CHECKING:
    from clientela.loyalty.programme import Programme
    from clientela.loyalty.store.interface import Connection

BY_RULE: Final = "rules"
"""Who confirmed a flag that rejects by itself."""


@dataclass(frozen=True)
class Flag:
    """One reason to look twice at a claim."""

    flag_id: int
    claim_id: int
    rule: str
    """same_contact, known_customer, cycle, operator_share, many_leads, quick_use, same_receipt or
    household."""
    points: int
    """100 rejects the claim; anything below holds the reward while the flag is open."""
    state: str
    """open, cleared or confirmed."""


def examine(db: Connection, programme: Programme, claim_id: int, now: int) -> list[Flag]:
    """Apply every rule to a claim and settle what follows; return all its flags, new and old."""
    found = fraud_rules.examine(db, claim_id)
    for suspicion in found:
        raise_flag(db, claim_id, *suspicion, now)
    rewards.settle(db, programme, claim_id, now)
    return flags(db, claim_id)


def raise_flag(
    db: Connection, claim_id: int, rule: str, points: int, detail: dict[str, Any], now: int
) -> bool:
    """Raise a flag, once per claim and rule; the caller settles. Tell whether it is new."""
    rejects = points >= REJECTS
    is_new = db.run(
        """
        insert into flags (claim_id, rule, points, detail, state, raised_at, decided_at, decided_by)
        values (:claim_id, :rule, :points, :detail, :state, :now, :decided_at, :decided_by)
        on conflict do nothing
        """,
        claim_id=claim_id,
        rule=rule,
        points=points,
        detail=json.dumps(detail),
        state="confirmed" if rejects else "open",
        now=now,
        decided_at=now if rejects else None,
        decided_by=BY_RULE if rejects else None,
    )
    if is_new:
        _emit(db, claim_id, rule, now)
    return bool(is_new)


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
    _emit(db, flag.claim_id, flag.rule, now)


def _emit(db: Connection, claim_id: int, rule: str, now: int) -> None:
    row = db.one(
        """
        select claims.public_id as claim, flags.rule, flags.points, flags.state
        from flags inner join claims on claims.claim_id = flags.claim_id
        where flags.claim_id = :claim_id and flags.rule = :rule
        """,
        claim_id=claim_id,
        rule=rule,
    )
    if row is not None:
        events.emit(db, "flag", f"claim:{row['claim']}", dict(row), now)
