"""Friends whom several members name, or none of whose claims counts: the owner settles whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.loyalty.people.names import shown_name

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

MOST_DISPUTES: Final = 15
"""Friends on the page at most."""


@dataclass(frozen=True)
class Said:
    """One member's word on a friend."""

    claim: str
    """Its public id."""

    member_id: int
    member_name: str
    method: str
    state: str
    state_reason: str | None
    claimed_at: int


@dataclass(frozen=True)
class Dispute:
    """A friend whom several name, or whom nobody is paid for."""

    claim: str
    """The claim in force, else the newest; its public id."""

    friend_name: str
    """As others see it, or empty."""

    receipt_no: str | None
    claims: tuple[Said, ...]
    """Oldest first."""

    has_payer: bool

    is_outranked: bool
    """The owner gave the friend to a fan, and the coupon or code of another comes first."""


DISPUTED: Final = """
    from claims
    group by friend_key
    having (
        max(assigned_at) is null
        or max(case when state_reason = 'code_presented' and assigned_at is not null then 1 else 0 end) = 1
    ) and (
        count(distinct case when state in ('open', 'bought', 'superseded') then member_id end) > 1
        or (
            sum(case when state = 'bought' or (state = 'open' and state_reason is null) then 1 else 0 end) = 0
            and sum(
                case
                    when state = 'open' or state_reason in ('same_contact', 'known_customer') then 1
                    else 0
                end
            ) > 0
        )
    )
"""
"""Friends whom two members name, and friends none of whose claims counts, unless the owner refused it.

They stay until the owner has given the friend to a member, and while a coupon or code outranks that word.
"""


def disputes(db: Connection, limit: int = MOST_DISPUTES) -> tuple[list[Dispute], int]:
    """Return the friends to decide on, the latest first, and how many there are in all."""
    rows = db.all(
        f"""
        select friend_key, max(claimed_at) as at, count(*) over () as total
        {DISPUTED}
        order by at desc, friend_key
        limit :limit
        """,
        limit=limit,
    )
    return [_dispute(db, str(row["friend_key"])) for row in rows], int(rows[0]["total"]) if rows else 0


def _dispute(db: Connection, friend_key: str) -> Dispute:
    rows = db.all(
        """
        select claims.public_id, claims.member_id, claims.method, claims.state, claims.state_reason,
            claims.claimed_at, claims.assigned_at, claims.friend_name, claims.receipt_no, members.name,
            members.is_firm
        from claims
        inner join members on members.member_id = claims.member_id
        where claims.friend_key = :key
        order by claims.claimed_at, claims.claim_id
        limit 20
        """,
        key=friend_key,
    )
    said = tuple(
        Said(
            row["public_id"],
            row["member_id"],
            shown_name(str(row["name"]), is_firm=bool(row["is_firm"])),
            row["method"],
            row["state"],
            row["state_reason"],
            row["claimed_at"],
        )
        for row in rows
    )
    in_force = [each for each in said if each.state in ("open", "bought")]
    named = [str(row["friend_name"]) for row in rows if row["friend_name"]]
    receipts = [str(row["receipt_no"]) for row in rows if row["receipt_no"]]
    return Dispute(
        claim=(in_force or list(said))[-1].claim,
        friend_name=shown_name(named[0]) if named else "",
        receipt_no=receipts[0] if receipts else None,
        claims=said,
        has_payer=bool(in_force),
        is_outranked=any(row["assigned_at"] is not None and row["state"] == "superseded" for row in rows),
    )
