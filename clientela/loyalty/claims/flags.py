"""Flags: a reason to look twice, noted once per claim and rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

REJECTS: Final = 100
"""Points of a rule that rejects a claim by itself."""

BY_RULE: Final = "rules"
"""Who confirmed a flag that rejects by itself."""

HOLDS: Final = "flags.state = 'open' and flags.points > 0"
"""A flag that keeps a reward waiting. One without points only tells the owner."""


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
        emit(db, claim_id, rule, now)
    return bool(is_new)


def emit(db: Connection, claim_id: int, rule: str, now: int) -> None:
    """Tell the shop's machine how a flag stands."""
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
