"""Who brought whom among the members: the tree on the owner's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from clientela.loyalty.claims.brought import BROUGHT
from clientela.loyalty.people.names import shown_name

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row

DEPTH: Final = 6
"""Generations below a member who was not brought by anybody."""


@dataclass(frozen=True)
class Branch:
    """One line of the tree: a member, how deep, and under whom."""

    member_id: int
    customer_id: str
    shown_name: str
    depth: int
    """0 for a member whom nobody brought."""
    parent_id: int | None
    friends: int
    buyers: int
    members_brought: int
    """Friends of theirs who are members now, and stand below."""


_BROUGHT_BY: Final = """
with bought as (
    select claim_id, member_id, friend_key, friend_customer_id, claimed_at from claims where state = 'bought'
),
edges as (
    select bought.member_id as parent, members.member_id as child, bought.claimed_at, bought.claim_id
    from bought inner join members on members.customer_id = bought.friend_customer_id
    where bought.friend_customer_id is not null
    union all
    select bought.member_id, members.member_id, bought.claimed_at, bought.claim_id
    from bought inner join members on members.phone = substr(bought.friend_key, 3)
    where bought.friend_key like 'c:%' and bought.friend_key not like '%@%'
    union all
    select bought.member_id, members.member_id, bought.claimed_at, bought.claim_id
    from bought inner join members on members.email = substr(bought.friend_key, 3)
    where bought.friend_key like 'c:%@%'
)
select parent, child from edges where parent <> child order by claimed_at, claim_id, child
"""

_COUNTS: Final = f"""
with brought as ({BROUGHT})
select member_id, count(*) as friends, sum(has_bought) as buyers
from brought
group by member_id
order by buyers desc, friends desc, member_id
"""


def tree(db: Connection, limit: int = 200) -> list[Branch]:
    """Return who brought whom among the members, each below who brought them, at most six deep.

    Members who brought most come first. Who was brought by two stands under the first; a circle is cut open.
    """
    brought_by: dict[int, int] = {}
    for row in db.all(_BROUGHT_BY):
        brought_by.setdefault(row["child"], row["parent"])
    counts = {row["member_id"]: row for row in db.all(_COUNTS)}
    members = [*counts, *sorted(set(brought_by) - set(counts))]
    below: dict[int, list[int]] = {}
    for child in members:
        if child in brought_by:
            below.setdefault(brought_by[child], []).append(child)
    places: list[_Place] = []
    seen: set[int] = set()
    # A circle has no top: what is left at the end is opened at whoever brought most.
    for top in (*(each for each in members if each not in brought_by), *members):
        places += _walk(below, top, seen)
        if len(places) >= limit:
            break
    return [_branch(db, place, counts.get(place.member_id), below) for place in places[:limit]]


class _Place(NamedTuple):
    """Where a member stands."""

    member_id: int
    depth: int
    parent_id: int | None


def _walk(below: Mapping[int, list[int]], top: int, seen: set[int]) -> Iterator[_Place]:
    """Yield a member and all below, each once over all walks; who is deeper than six is passed over."""
    waiting = [_Place(top, 0, None)]
    while waiting:
        place = waiting.pop()
        if place.member_id in seen:
            continue
        seen.add(place.member_id)
        children = below.get(place.member_id, [])
        waiting += [_Place(child, place.depth + 1, place.member_id) for child in reversed(children)]
        if place.depth <= DEPTH:
            yield place


def _branch(db: Connection, place: _Place, counts: Row | None, below: Mapping[int, list[int]]) -> Branch:
    member = db.one(
        "select customer_id, name, is_firm, status from members where member_id = :member_id",
        member_id=place.member_id,
    )
    return Branch(
        member_id=place.member_id,
        customer_id=member["customer_id"] if member else "",
        shown_name=_called(member) if member else "",
        depth=place.depth,
        parent_id=place.parent_id,
        friends=counts["friends"] if counts else 0,
        buyers=counts["buyers"] if counts else 0,
        members_brought=len(below.get(place.member_id, [])),
    )


def _called(member: Row) -> str:
    """Return what the owner calls a member; only who was forgotten has no name here."""
    if not member["name"] and member["status"] != "erased":
        return shown_name(member["customer_id"])
    return shown_name(member["name"], is_firm=bool(member["is_firm"]))
