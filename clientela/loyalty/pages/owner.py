"""The owner's page: the funnel, who brings friends, who brought whom, what to look at and what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims.brought import BROUGHT
from clientela.loyalty.links import click_sums
from clientela.loyalty.people.names import shown_name

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection


@dataclass(frozen=True)
class Funnel:
    """From link to reward, since the beginning."""

    links: int
    """Links that work."""
    links_shared: int
    """Links that at least one person followed."""
    people: int
    """Stored GETs that are neither preview nor bot."""
    visitors: int
    """Distinct visitors, day by day."""
    previews: int
    bots: int
    orphans: int
    """GETs of codes that lead nowhere."""
    friends: int
    """Friends with a claim that counts or may yet count, each once."""
    coupons_used: int
    """Friends' discounts used and not undone."""
    buyers: int
    """Friends who bought and did not bring everything back."""
    revenue_cents: int
    """What the friends of a paid claim spent, by the sales files; by the till where these are silent."""
    rewards_held: int
    rewards_approved: int
    rewards_redeemed: int
    rewards_reversed: int
    held_cents: int
    owed_cents: int
    """Approved and not yet spent."""
    spent_cents: int


@dataclass(frozen=True)
class Leader:
    """A member who brings friends."""

    member_id: int
    customer_id: str
    shown_name: str
    people: int
    friends: int
    buyers: int
    revenue_cents: int
    rewards_cents: int
    """Approved or redeemed."""


def funnel(db: Connection, _programme: Programme, _now: int) -> Funnel:
    """Return the funnel."""
    seen = click_sums.totals(db)
    sums = {row["state"]: row for row in db.all(_REWARDS)}
    counts = db.one(_COUNTS)
    if counts is None:
        raise LookupError("a sum is always there")

    def sum_of(state: str, column: str) -> int:
        return int(sums[state][column]) if state in sums else 0

    return Funnel(
        **counts,
        links_shared=sum(1 for each in click_sums.by_link(db).values() if each.people),
        people=seen.people,
        visitors=seen.visitors,
        previews=seen.previews,
        bots=seen.bots,
        orphans=seen.orphans,
        rewards_held=sum_of("held", "rewards"),
        rewards_approved=sum_of("approved", "rewards"),
        rewards_redeemed=sum_of("redeemed", "rewards"),
        rewards_reversed=sum_of("reversed", "rewards"),
        held_cents=sum_of("held", "cents"),
        owed_cents=sum_of("approved", "cents"),
        spent_cents=sum_of("redeemed", "cents"),
    )


_REWARDS: Final = "select state, count(*) as rewards, sum(amount_cents) as cents from rewards group by state"

_COUNTS: Final = f"""
with brought as ({BROUGHT})
select
    (
        select count(*) from links inner join members on members.member_id = links.member_id
        where links.disabled_at is null and members.status = 'active'
    ) as links,
    (select count(distinct friend_key) from brought) as friends,
    (
        select count(*) from redemptions where use_key like 'friend:%' and reversed_at is null
    ) as coupons_used,
    (select coalesce(sum(has_bought), 0) from brought) as buyers,
    (select coalesce(sum(spent_cents), 0) from brought) as revenue_cents
"""

_LEADERS: Final = f"""
with brought as ({BROUGHT})
select member_id, count(*) as friends, sum(has_bought) as buyers, sum(spent_cents) as revenue_cents
from brought
group by member_id
"""


def leaders(db: Connection, limit: int = 20) -> list[Leader]:
    """Return the members who brought most buyers, then friends, then people."""
    brought = {row["member_id"]: row for row in db.all(_LEADERS)}
    people = _people(db)

    def rank(member_id: int) -> tuple[int, ...]:
        known = brought.get(member_id, _NOBODY)
        return (-known["buyers"], -known["friends"], -people.get(member_id, 0), member_id)

    found: list[Leader] = []
    for member_id in sorted({*brought, *people}, key=rank):
        leader = _leader(db, member_id, brought.get(member_id, _NOBODY), people.get(member_id, 0))
        if leader is not None:
            found.append(leader)
        if len(found) == limit:
            break
    return found


def _people(db: Connection) -> dict[int, int]:
    """Return how many people followed each member's links; members whom nobody followed are absent."""
    seen = {link_id: each.people for link_id, each in click_sums.by_link(db).items() if each.people}
    found: dict[int, int] = {}
    for row in db.all("select link_id, member_id from links"):
        if row["link_id"] in seen:
            found[row["member_id"]] = found.get(row["member_id"], 0) + seen[row["link_id"]]
    return found


def _leader(db: Connection, member_id: int, brought: Mapping[str, int], people: int) -> Leader | None:
    """Return one line of the list; None for who was forgotten."""
    row = db.one(
        """
        select
            customer_id, name, is_firm, (
                select coalesce(sum(rewards.amount_cents), 0) from rewards
                where rewards.member_id = members.member_id and rewards.state in ('approved', 'redeemed')
            ) as cents
        from members where member_id = :member_id and status <> 'erased'
        """,
        member_id=member_id,
    )
    if row is None:
        return None
    return Leader(
        member_id=member_id,
        customer_id=row["customer_id"],
        shown_name=shown_name(row["name"], is_firm=bool(row["is_firm"])) or row["customer_id"],
        people=people,
        friends=brought["friends"],
        buyers=brought["buyers"],
        revenue_cents=brought["revenue_cents"],
        rewards_cents=row["cents"],
    )


_NOBODY: Final = {"friends": 0, "buyers": 0, "revenue_cents": 0}
"""What somebody brought who brought nobody."""
