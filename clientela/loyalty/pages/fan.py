"""The fan's own page: link, friends, rewards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims.brought import BROUGHT
from clientela.loyalty.links import codes, links
from clientela.loyalty.people import consents
from clientela.loyalty.people.names import shown_name

if TYPE_CHECKING:
    from clientela.loyalty.links.links import Link
    from clientela.loyalty.people.person import Member
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

LATEST: Final = 50
"""Friends and rewards that the page lists."""


@dataclass(frozen=True)
class FriendLine:
    """A friend as the fan may see them."""

    name: str | None
    """First name and initial where the friend allowed it; None: "a friend"."""
    since_on: date
    state: str
    """waiting, bought or other (came through somebody else, or does not count)."""


@dataclass(frozen=True)
class RewardLine:
    """A reward as the fan sees it."""

    amount_cents: int
    state: str
    """held, approved, redeemed, reversed or rejected."""
    reason: str | None
    """Why it is reversed or rejected, in a word of the ledger."""
    earned_on: date
    due_on: date
    coupon_code: str | None
    """As printed; only while it can be spent."""


@dataclass(frozen=True)
class FanView:
    """What a fan's page shows."""

    name: str
    """First name; a firm's as it is."""
    is_firm: bool
    status: str
    """active or paused."""
    link: Link | None
    """None while the member is paused, or the owner stopped the link."""
    spoken: str
    friends: list[FriendLine]
    """The latest fifty."""
    rewards: list[RewardLine]
    """The latest fifty."""
    friends_count: int
    """Friends waiting or bought."""
    buyers_count: int
    held_cents: int
    spendable_cents: int
    spent_cents: int
    consents: dict[tuple[str, str], bool]
    """What the member allows, by purpose and channel."""


def view(db: Connection, programme: Programme, member: Member) -> FanView:
    """Return what a fan's page shows."""
    link = links.of_member(db, member.member_id)
    counts = db.one(
        f"""
        with brought as ({BROUGHT})
        select count(*) as friends, coalesce(sum(has_bought), 0) as buyers
        from brought where member_id = :member_id
        """,
        member_id=member.member_id,
    )
    cents = {
        row["state"]: row["cents"]
        for row in db.all(
            """
            select state, sum(amount_cents) as cents from rewards where member_id = :member_id group by state
            """,
            member_id=member.member_id,
        )
    }
    return FanView(
        name=member.first_name,
        is_firm=bool(member.is_firm),
        status=member.status,
        link=link,
        spoken="" if link is None else link.spoken,
        friends=_friends(db, programme, member),
        rewards=_rewards(db, member),
        friends_count=counts["friends"] if counts else 0,
        buyers_count=counts["buyers"] if counts else 0,
        held_cents=cents.get("held", 0),
        spendable_cents=cents.get("approved", 0),
        spent_cents=cents.get("redeemed", 0),
        consents=consents.state(db, consents.of_member(member.customer_id)),
    )


def _friends(db: Connection, programme: Programme, member: Member) -> list[FriendLine]:
    rows = db.all(
        f"""
        with brought as ({BROUGHT})
        select
            claims.claimed_at, brought.has_bought, (
                select max(saves.name) from saves
                where saves.claim_id = claims.claim_id and saves.shows_name = 1 and saves.name <> ''
            ) as name
        from claims
        left join brought on brought.claim_id = claims.claim_id
        where claims.member_id = :member_id
        order by claims.claimed_at desc, claims.claim_id desc
        limit :limit
        """,
        member_id=member.member_id,
        limit=LATEST,
    )
    return [_friend(programme, row) for row in rows]


def _friend(programme: Programme, row: Row) -> FriendLine:
    state = {0: "waiting", 1: "bought"}.get(row["has_bought"], "other")
    name = shown_name(row["name"]) if row["name"] else None
    return FriendLine(name, programme.today(row["claimed_at"]), state)


def _rewards(db: Connection, member: Member) -> list[RewardLine]:
    rows = db.all(
        """
        select
            rewards.amount_cents, rewards.state, rewards.reason, rewards.earned_on, rewards.due_on, (
                select max(coupons.code) from coupons
                where coupons.reward_id = rewards.reward_id and coupons.state = 'issued'
            ) as code
        from rewards
        where rewards.member_id = :member_id
        order by rewards.earned_on desc, rewards.reward_id desc
        limit :limit
        """,
        member_id=member.member_id,
        limit=LATEST,
    )
    return [
        RewardLine(
            amount_cents=row["amount_cents"],
            state=row["state"],
            reason=row["reason"],
            earned_on=date.fromisoformat(row["earned_on"]),
            due_on=date.fromisoformat(row["due_on"]),
            coupon_code=codes.printed(row["code"]) if row["code"] and row["state"] == "approved" else None,
        )
        for row in rows
    ]


def withdraw(db: Connection, member: Member, now: int) -> None:
    """Take back every marketing consent of a member; link and rewards stay."""
    consents.withdraw_marketing(db, consents.of_member(member.customer_id), now)
