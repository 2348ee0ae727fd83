"""A member's rewards of a month: how many there may be, and how far each may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims import flags
from clientela.loyalty.claims.flags import HOLDS
from clientela.loyalty.people import likeness_rules
from clientela.loyalty.rewards import ledger

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

CAP: Final = "cap"
"""The reason of a reward for which the month has no place."""

Month = tuple[int, str]
"""A member and a month, YYYY-MM."""


_ALIVE: Final = """
(
    rewards.state in ('held', 'approved', 'redeemed')
    or rewards.reason = 'cap'
    or uses.use_key is not null
)
"""
"""Rewards that have, had or want a place; one that was spent keeps it also where it was taken back."""

_RANKED: Final = f"""
select
    rewards.*,
    case when uses.use_key is null then 0 else 1 end as is_used,
    (select count(*) from flags where flags.claim_id = rewards.claim_id and {HOLDS}) as open_flags
from rewards
left join redemptions as uses on uses.use_key = 'reward:' || rewards.reward_id and uses.reversed_at is null
where
    rewards.member_id = :member_id
    and coalesce(rewards.counts_on, rewards.earned_on) between :first and :last
    and {_ALIVE}
order by
    is_used desc,
    case rewards.state when 'approved' then 0 else 1 end,
    coalesce(rewards.counts_on, rewards.earned_on), rewards.earned_on, rewards.reward_id
"""


def share_out(db: Connection, programme: Programme, month: Month, now: int) -> None:
    """Give a member's rewards of a month their places, what is spent first, then let each go on.

    One that is spent keeps its place for good, also where it was taken back after that: what was paid out of
    the month is gone. What waits goes in the order in which it was earned, and keeps its place while a flag
    holds it. A member who may be another one too shares the month with that one: what goes over is held.
    """
    ranked = _ranked(db, month)
    places = programme.cap_per_month or len(ranked)
    # Who loses a place first: at no moment are there more than the month has.
    for row in ranked[places:]:
        if not row["is_used"]:
            ledger.move(db, row, "rejected", CAP, ledger.SYSTEM, now)
        else:
            _advance(db, programme, row, now)
    if programme.cap_per_month and _ask_over(db, programme, month, ranked[:places], now):
        ranked = _ranked(db, month)
    for row in ranked[:places]:
        _advance(db, programme, row, now)


def _ranked(db: Connection, month: Month) -> list[Row]:
    return db.all(_RANKED, member_id=month[0], first=f"{month[1]}-01", last=f"{month[1]}-31")


def _ask_over(db: Connection, programme: Programme, month: Month, own: list[Row], now: int) -> bool:
    """Ask the owner about rewards that are too many if two members are one person; tell whether any is new.

    What is approved or spent is left as it is.
    """
    others = [
        row
        for twin in likeness_rules.twins(db, month[0])
        for row in _ranked(db, (twin, month[1]))
        if row["reason"] != CAP
    ]
    if not others:
        return False
    order = sorted([*own, *others], key=lambda row: (row["counts_on"] or row["earned_on"], row["reward_id"]))
    over = {row["reward_id"] for row in order[programme.cap_per_month :]}
    asked = [row for row in own if row["reward_id"] in over and row["state"] in ("held", "rejected")]
    raised = [flags.raise_flag(db, row["claim_id"], *likeness_rules.SIMILAR_FAN, now) for row in asked]
    return any(raised)


def _advance(db: Connection, programme: Programme, row: Row, now: int) -> None:
    """Let a reward go on as far as flags and days allow."""
    if row["state"] == "reversed":
        return
    if row["is_used"]:
        ledger.move(db, row, "redeemed", None, ledger.SYSTEM, now)
    elif row["open_flags"]:
        ledger.move(db, row, "held", "flag", ledger.SYSTEM, now)
    elif row["state"] == "approved" or programme.today(now).isoformat() >= row["due_on"]:
        ledger.make_coupon(db, row, now)
        ledger.move(db, row, "approved", None, ledger.SYSTEM, now)
    else:
        ledger.move(db, row, "held", None, ledger.SYSTEM, now)
