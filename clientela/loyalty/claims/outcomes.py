"""Outcomes: what the shop's sales files say of a claim; their word beats the till's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty.claims import flags, fraud, fraud_rules, who_is_paid

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

_WRITE: Final = """
insert into outcomes (
    claim_id, friend_customer_id, verdict, purchases, first_purchase_on, qualifying_on, qualifying_cents,
    revenue_cents, refunded_on, as_of, updated_at, seen_at
)
values (
    :claim_id, :friend_customer_id, :verdict, :purchases, :first_purchase_on, :qualifying_on,
    :qualifying_cents, :revenue_cents, :refunded_on, :as_of, :now, :now
)
on conflict (claim_id) do update set
    friend_customer_id = excluded.friend_customer_id,
    verdict = excluded.verdict,
    purchases = excluded.purchases,
    first_purchase_on = excluded.first_purchase_on,
    qualifying_on = excluded.qualifying_on,
    qualifying_cents = excluded.qualifying_cents,
    revenue_cents = excluded.revenue_cents,
    refunded_on = excluded.refunded_on,
    as_of = excluded.as_of,
    updated_at = excluded.updated_at,
    seen_at = excluded.seen_at
"""

SPOKEN: Final = (
    "friend_customer_id",
    "verdict",
    "purchases",
    "first_purchase_on",
    "qualifying_on",
    "qualifying_cents",
    "revenue_cents",
    "refunded_on",
)
"""The columns that are the files' word; ``as_of`` only dates it."""


@dataclass(frozen=True)
class SaleOutcome:
    """What the sales files say of one claim; absolute, so that the latest word counts."""

    claim: str
    """The claim's public name."""
    friend_customer_id: str | None
    verdict: str
    """waiting, payable, existing_customer, out_of_window, other_referrer, self, circle, refunded, late_claim
    or rejected."""
    purchases: int
    first_purchase_on: str | None
    """Days are of the shop, YYYY-MM-DD."""
    qualifying_on: str | None
    """The day of the purchase that earns the reward."""
    qualifying_cents: int | None
    revenue_cents: int
    refunded_on: str | None
    as_of: str
    """The day up to which the files reach."""
    is_household: bool = False
    """Friend and fan share surname and address."""


@dataclass(frozen=True)
class Applied:
    """How the outcomes were taken, in claims."""

    changed: int
    unchanged: int
    unknown: int


def apply(db: Connection, programme: Programme, rows: Sequence[SaleOutcome], now: int) -> Applied:
    """Take what the sales files say; a word up to an earlier day than the one known changes nothing.

    All is written before anything is settled: what two rows say of one friend is looked at together. A day
    after tomorrow is none that files can reach: it counts as tomorrow, so that a clock that once ran ahead
    does not silence every later word.
    """
    furthest = (programme.today(now) + timedelta(days=1)).isoformat()
    touched: list[int] = []
    unchanged = unknown = 0
    for given in rows:
        row = replace(given, as_of=min(given.as_of, furthest))
        claim = db.one(
            """
            select
                claims.claim_id, claims.friend_key, claims.friend_customer_id as known_as, outcomes.verdict,
                outcomes.friend_customer_id, outcomes.purchases, outcomes.first_purchase_on,
                outcomes.qualifying_on, outcomes.qualifying_cents, outcomes.revenue_cents,
                outcomes.refunded_on, outcomes.as_of
            from claims left join outcomes on outcomes.claim_id = claims.claim_id
            where claims.public_id = :public_id
            """,
            public_id=row.claim,
        )
        if claim is not None and claim["friend_key"].startswith(who_is_paid.NOBODY):
            row = replace(row, friend_customer_id=None)
        if claim is None:
            unknown += 1
        elif _take(db, claim, row, now):
            touched.append(claim["claim_id"])
        else:
            unchanged += 1
    for claim_id in touched:
        fraud.examine(db, programme, claim_id, now)
    return Applied(len(touched), unchanged, unknown)


def _take(db: Connection, claim: Row, row: SaleOutcome, now: int) -> bool:
    """Write one outcome; tell whether anything may follow from it."""
    known_as_of = claim["as_of"]
    if known_as_of is not None and row.as_of < known_as_of:
        return False
    said: dict[str, Any] = {name: getattr(row, name) for name in SPOKEN}
    is_new = known_as_of is None or any(claim[name] != value for name, value in said.items())
    if row.is_household and flags.raise_flag(db, claim["claim_id"], *fraud_rules.HOUSEHOLD, now):
        is_new = True
    if is_new:
        db.run(_WRITE, claim_id=claim["claim_id"], as_of=row.as_of, now=now, **said)
    elif row.as_of > known_as_of:
        # The same word again, of a later day: it counts against what the till took back before that day.
        db.run(
            "update outcomes set as_of = :as_of, seen_at = :now where claim_id = :claim_id",
            as_of=row.as_of,
            now=now,
            claim_id=claim["claim_id"],
        )
        is_new = _was_undone(db, claim["friend_key"]) or _waits(db, claim["claim_id"])
    if row.friend_customer_id != claim["known_as"]:
        db.run(
            "update claims set friend_customer_id = :friend where claim_id = :claim_id",
            friend=row.friend_customer_id,
            claim_id=claim["claim_id"],
        )
    return is_new


def _waits(db: Connection, claim_id: int) -> bool:
    """Tell whether a reward waits for a return of the goods: the files have watched some more of the wait."""
    return (
        db.one(
            "select 1 as there from rewards where claim_id = :id and state = 'held' limit 1",
            id=claim_id,
        )
        is not None
    )


def _was_undone(db: Connection, friend_key: str) -> bool:
    return (
        db.one(
            "select 1 as there from redemptions where use_key = :key and reversed_at is not null limit 1",
            key=who_is_paid.use_key(friend_key),
        )
        is not None
    )
