"""Who is paid for a friend: one claim, the best proven of those that were fresh when the friend bought.

A friend may be claimed by several members. ``evidence`` ranks what stands behind each claim; among equals the
first one counts. The sales files say when the friend bought first, and which claims that purchase counts for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty.claims import evidence
from clientela.loyalty.claims.verdicts import DATED, DENIED, PAID
from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

NOBODY: Final = "x:"
"""Before the key of a friend who was forgotten: a token in the shape of the contact, and a nonce."""

_FACTS: Final = """
select
    claims.claim_id, claims.public_id, claims.member_id, claims.state, claims.state_reason,
    claims.superseded_by, claims.claimed_at,
    coalesce(claims.seen_at, claims.claimed_at) as seen_at, claims.presented_on, claims.verified_at,
    clicks.day as clicked_on, claims.assigned_at, claims.updated_at, members.status as member_status,
    outcomes.verdict, outcomes.first_purchase_on, outcomes.qualifying_on, outcomes.qualifying_cents,
    outcomes.as_of, outcomes.updated_at as told_at,
    coalesce(outcomes.seen_at, outcomes.updated_at) as told_up_to_at,
    (
        select flags.rule from flags
        where flags.claim_id = claims.claim_id and flags.state = 'confirmed'
        order by flags.points desc, flags.flag_id limit 1
    ) as refused_by,
    (
        select max(flags.decided_at) from flags
        where flags.claim_id = claims.claim_id and flags.state = 'confirmed'
    ) as refused_at
from claims
inner join members on members.member_id = claims.member_id
left join outcomes on outcomes.claim_id = claims.claim_id
left join clicks
    on clicks.hit_id = claims.hit_id and clicks.link_id = claims.link_id and clicks.kind = 'person'
where claims.friend_key = :friend_key
order by coalesce(claims.seen_at, claims.claimed_at), claims.claim_id
"""


@dataclass(frozen=True)
class Friend:
    """All that is known of one friend: the claims, first come first, and the discount's uses."""

    friend_key: str
    claims: Sequence[Row]
    use: Row | None
    """The use of the friend's discount, unless undone."""
    undone_at: int | None
    """When a use was undone last."""

    @property
    def live(self) -> list[Row]:
        """The claims that neither the owner nor a rule has struck out."""
        return [row for row in self.claims if row["state"] != "withdrawn" and row["refused_by"] is None]

    @property
    def assigned(self) -> Row | None:
        """The claim to which the owner gave the friend last."""
        given = [row for row in self.live if row["assigned_at"] is not None]
        return max(given, key=lambda row: (row["assigned_at"], row["claim_id"]), default=None)

    @property
    def bought_on(self) -> date | None:
        """The day of the first purchase that the till saw or the sales files know."""
        days = [
            row["first_purchase_on"]
            for row in self.claims
            if row["verdict"] in DATED and row["first_purchase_on"] is not None
        ]
        if self.use is not None:
            days.append(self.use["receipt_on"])
        return date.fromisoformat(min(days)) if days else None

    @property
    def has_bought(self) -> bool:
        """Tell whether any purchase of this friend is known."""
        return self.bought_on is not None or any(row["verdict"] in PAID for row in self.claims)

    def payer(self, programme: Programme, day: date | None) -> Row | None:
        """Return the claim that a purchase on a day counts for; None where there is none, or no purchase."""
        if day is None and not self.has_bought:
            return None
        standing = [row for row in self.live if self.is_alive(programme, row, day)]
        return min(standing, key=lambda row: (_is_denied(row), *evidence.place(row, day)), default=None)

    def is_alive(self, programme: Programme, claim: Row, day: date | None) -> bool:
        """Tell whether a claim counts for a purchase on a day.

        The owner's word and the files' are bound to no days. What was entered after the discount had been
        used, for no earlier day, is too late for that purchase.
        """
        if claim["assigned_at"] is not None or claim["verdict"] in PAID:
            return True
        if day is None or age(programme, claim, day) != "fresh":
            return False
        use = self.use
        if use is None or (claim["seen_at"], claim["claim_id"]) <= (use["at"], use["claim_id"]):
            return True
        return bool(programme.today(claim["claimed_at"]).isoformat() < use["receipt_on"])


def _is_denied(claim: Row) -> bool:
    """Tell whether the files say that a claim counts for nothing, and the owner does not say otherwise."""
    return claim["assigned_at"] is None and claim["verdict"] in DENIED


def age(programme: Programme, claim: Mapping[str, Any], day: date) -> str:
    """Tell whether a claim is fresh, ``out_of_window`` or a ``late_claim`` for a purchase on a day.

    The window begins when the server hears of the claim, also where the claim itself is of an earlier day.
    """
    if day < programme.today(claim["claimed_at"]):
        return "late_claim"
    days = (day - programme.today(claim.get("seen_at") or claim["claimed_at"])).days
    return "fresh" if days <= programme.window_days else "out_of_window"


def friend(db: Connection, friend_key: str) -> Friend:
    """Read all that is known of a friend."""
    uses = db.all(
        """
        select
            redemption_id, claim_id, receipt_on, amount_cents, at, coalesce(seen_at, at) as seen_at,
            reversed_at
        from redemptions
        where use_key = :use_key order by redemption_id
        """,
        use_key=use_key(friend_key),
    )
    undone = [row["reversed_at"] for row in uses if row["reversed_at"] is not None]
    return Friend(
        friend_key,
        db.all(_FACTS, friend_key=friend_key),
        next((row for row in uses if row["reversed_at"] is None), None),
        max(undone, default=None),
    )


def use_key(friend_key: str) -> str:
    """Return what can be used once: the friend's discount, whoever sent it."""
    return f"friend:{friend_key}"


OWN: Final = frozenset({"friend_key", "presented_on", "verified_at", "assigned_at"})
"""Columns that make up a claim's event and do not travel themselves."""


def emit(db: Connection, claim_id: int, now: int) -> None:
    """Tell the shop's machine how a claim stands."""
    row = db.one(
        """
        select
            claims.public_id as claim, members.customer_id, links.code, claims.method, claims.friend_name,
            claims.contact, claims.friend_key, claims.friend_customer_id, claims.receipt_no,
            claims.receipt_on, claims.store_id, claims.presented_on, claims.verified_at,
            claims.assigned_at, claims.claimed_at, claims.state,
            claims.state_reason as reason,
            case when claims.verified_at is not null then clicks.at end as clicked_at
        from claims
        inner join members on members.member_id = claims.member_id
        left join links on links.link_id = claims.link_id
        left join clicks on clicks.hit_id = claims.hit_id
        where claims.claim_id = :claim_id
        """,
        claim_id=claim_id,
    )
    if row is not None:
        clicked_at = row["clicked_at"]
        body = {
            **{name: value for name, value in row.items() if name not in OWN},
            "evidence": evidence.rank({**row, "presented_on": None}, None),
            "shown_on": row["presented_on"],
            "contact": row["contact"] or token_of(row["friend_key"]),
            "clicked_at": None if clicked_at is None else events.instant(clicked_at),
            "claimed_at": events.instant(row["claimed_at"]),
        }
        events.emit(db, "claim", subject(row["claim"]), body, now)


def token_of(friend_key: str) -> str | None:
    """Return what stands for the contact of a friend who was forgotten; None for all others."""
    return (
        friend_key.removeprefix(NOBODY).rpartition(":")[0] or None if friend_key.startswith(NOBODY) else None
    )


def subject(public_id: str) -> str:
    """Return the subject under which a claim's events stand."""
    return f"claim:{public_id}"
