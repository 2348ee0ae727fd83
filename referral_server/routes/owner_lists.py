"""What the owner's page shows beside the figures: cases to decide, the tree, links, how fresh it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty.people.names import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clientela.loyalty.pages.owner_tree import Branch
    from clientela.loyalty.pages.owner_waiting import Suspicion
    from clientela.loyalty.store.interface import Connection

MOST_LINKS: Final = 8


@dataclass(frozen=True)
class LinkRow:
    """A member's link."""

    link_id: int
    member_id: int
    member_name: str
    spoken: str
    people: int
    made_at: int
    disabled_at: int | None


@dataclass(frozen=True)
class Freshness:
    """When the outside last spoke."""

    as_of: str | None
    """The sales are known up to this day."""

    sales_at: int | None
    """When they arrived, milliseconds since 1970 UTC."""

    members_at: int | None
    """When a member was last added or changed."""

    click_at: int | None
    redemption_at: int | None


@dataclass
class Node:
    """A member of the tree with those below."""

    branch: Branch
    children: list[Node]


def nested(branches: Sequence[Branch]) -> list[Node]:
    """Return the tree's lines, each below its own; a line whose parent is not shown stands on top."""
    tops: list[Node] = []
    path: list[Node] = []
    for branch in branches:
        node = Node(branch, [])
        while path and (
            path[-1].branch.depth >= branch.depth or path[-1].branch.member_id != branch.parent_id
        ):
            path.pop()
        (path[-1].children if path else tops).append(node)
        path.append(node)
    return tops


@dataclass(frozen=True)
class Case:
    """All that speaks against one claim."""

    first: Suspicion
    flags: str
    """The numbers of the flags, with commas between them."""

    sentences: tuple[tuple[str, ...], ...]
    """What each flag says, the reason and its evidence."""

    points: int


def cases(
    db: Connection, queue: Sequence[Suspicion], words: Callable[[Suspicion, dict[str, Any]], list[str]]
) -> list[Case]:
    """Put the flags of one claim together; the owner decides once."""
    grouped: dict[str, list[Suspicion]] = {}
    for flag in queue:
        grouped.setdefault(flag.claim, []).append(flag)
    noted = evidence(db, [flag.flag_id for flag in queue])
    return [
        Case(
            first=flags[0],
            flags=",".join(str(flag.flag_id) for flag in flags),
            sentences=tuple(tuple(words(flag, noted[flag.flag_id])) for flag in flags),
            points=min(99, sum(flag.points for flag in flags)),
        )
        for flags in grouped.values()
    ]


def evidence(db: Connection, flag_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what was noted with each flag."""
    found: dict[int, dict[str, Any]] = {}
    for flag_id in flag_ids:
        row = db.one("select detail from flags where flag_id = :id", id=flag_id)
        detail = json.loads(row["detail"]) if row else {}
        found[flag_id] = detail if isinstance(detail, dict) else {}
    return found


def links_of(db: Connection, member_ids: Sequence[int]) -> list[LinkRow]:
    """Return the links of a few members, the newest of each first."""
    found = []
    for member_id in member_ids:
        rows = db.all(
            """
            select links.link_id, links.member_id, members.name, members.is_firm, links.spoken,
                links.made_at, links.disabled_at,
                (select coalesce(sum(people), 0) from link_days where link_id = links.link_id) as people
            from links
            inner join members on members.member_id = links.member_id
            where links.member_id = :id
            order by links.link_id desc
            limit :limit
            """,
            id=member_id,
            limit=MOST_LINKS,
        )
        found += [
            LinkRow(
                link_id=row["link_id"],
                member_id=row["member_id"],
                member_name=shown_name(str(row["name"]), is_firm=bool(row["is_firm"])),
                spoken=row["spoken"],
                people=row["people"],
                made_at=row["made_at"],
                disabled_at=row["disabled_at"],
            )
            for row in rows
        ]
    return found


def freshness(db: Connection) -> Freshness:
    """Return when sales, members, clicks and uses last came in."""
    sales = db.one("select max(as_of) as day, max(updated_at) as at from outcomes")
    members = db.one("select max(updated_at) as at from members")
    click = db.one("select at from clicks order by click_id desc limit 1")
    used = db.one("select max(at) as at from redemptions")
    return Freshness(
        as_of=sales["day"] if sales else None,
        sales_at=sales["at"] if sales else None,
        members_at=members["at"] if members else None,
        click_at=click["at"] if click else None,
        redemption_at=used["at"] if used else None,
    )


def generations(branches: Sequence[Branch]) -> list[tuple[int, int]]:
    """Return how many members stand in each generation, the fans whom nobody brought first (generation 0)."""
    counts: dict[int, int] = {}
    for branch in branches:
        counts[branch.depth] = counts.get(branch.depth, 0) + 1
    return sorted(counts.items())
