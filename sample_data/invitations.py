"""Who brought whom: the referral tree, its waiting friends, and the claims that must not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, moment, next_open
from clientela.sample_data.people import Person
from clientela.sample_data.rhythm import Life

PROGRAMME_START: Final = date(2024, 1, 8)
REFERRED_SHARE: Final = 0.125
GENERATIONS: Final = 3
FRIENDS_PER_CONNECTOR: Final = 5


@dataclass(frozen=True)
class Invitation:
    """One row of referrals.csv."""

    referrer: Person
    friend: Person
    arrived_at: datetime
    generation: int
    """1 for friends of people who came by themselves; 0 for a claim that must not count."""

    fault: str = ""
    """Why the claim must not count, or must not be paid; empty for a good one."""

    @property
    def code(self) -> str:
        """The code the referrer hands out."""
        return f"AMICO-{self.referrer.customer_id[1:]}"


def invite(people: list[Person], lives: dict[str, Life]) -> list[Invitation]:
    """Grow the tree in order of time; a friend is referred at most once."""
    chance = Chance("invitations")
    by_connector = _friends_of_connectors(chance, people, lives)
    found: dict[str, Invitation] = {}
    for friend in people:
        if friend.role not in ("ordinary", "waiting") or friend.seen_at.date() < PROGRAMME_START:
            continue
        waiting = friend.role == "waiting"
        by_lot = chance.happens(REFERRED_SHARE) and len(found) < 200
        connector = by_connector.get(friend.customer_id)
        if not (waiting or by_lot or connector):
            continue
        arrived_at = friend.seen_at
        if not waiting:
            before = next_open(friend.seen_at.date() - timedelta(chance.between(2, 40)))
            arrived_at = min(moment(chance, before), friend.seen_at - timedelta(minutes=20))
        referrer = connector or _referrer(chance, people, lives, found, arrived_at.date())
        generation = found[referrer.customer_id].generation + 1 if referrer.customer_id in found else 1
        found[friend.customer_id] = Invitation(referrer, friend, arrived_at, generation)
    return [*found.values(), *_bad_claims(list(found.values()), lives)]


def _friends_of_connectors(chance: Chance, people: list[Person], lives: dict[str, Life]) -> dict[str, Person]:
    """Choose good customers of the last year and a half and give them to the connectors."""
    good = [
        person
        for person in people
        if person.role == "ordinary"
        and date(2025, 2, 1) <= person.seen_at.date() <= date(2026, 6, 30)
        and len(lives[person.customer_id].days) >= 5
        and lives[person.customer_id].left_on is None
    ]
    connectors = [person for person in people if person.role == "connector"]
    chosen = chance.some(good, FRIENDS_PER_CONNECTOR * len(connectors))
    return {friend.customer_id: connectors[place % len(connectors)] for place, friend in enumerate(chosen)}


def _referrer(
    chance: Chance,
    people: list[Person],
    lives: dict[str, Life],
    found: dict[str, Invitation],
    day: date,
) -> Person:
    """Draw somebody who had bought at least twice and was still a customer; the keen ones more often."""
    able, weights = [], []
    for person in people:
        life = lives[person.customer_id]
        bought = sum(other < day for other in life.days)
        if (
            bought < 2
            or (life.left_on and life.left_on < day)
            or person.role not in ("ordinary", "silent_best")
        ):
            continue
        came = found.get(person.customer_id)
        if came and came.generation >= GENERATIONS:
            continue
        able.append(person)
        weights.append((1.0 + min(bought, 12)) * (6.0 if came else 1.0))
    return chance.weighted(able, weights)


def _bad_claims(good: list[Invitation], lives: dict[str, Life]) -> list[Invitation]:
    """Write the claims that must not count: oneself, a circle, an old customer, and a second claim."""
    tree = [one for one in good if one.friend.role == "ordinary" and one.friend.email and one.referrer.email]
    circle, second = tree[5], tree[9]
    oneself = tree[2].referrer
    long_after = circle.friend.seen_at + timedelta(70)
    others = [one.referrer for one in good if one.referrer.customer_id != second.referrer.customer_id]
    early = [person for person in others if lives[person.customer_id].days[1] < second.arrived_at.date()]
    return [
        Invitation(oneself, oneself, long_after, 0, "self"),
        Invitation(circle.friend, circle.referrer, long_after + timedelta(days=1, hours=2), 0, "cycle"),
        Invitation(tree[7].referrer, tree[8].referrer, long_after + timedelta(3), 0, "already_a_customer"),
        Invitation(early[0], second.friend, second.arrived_at + timedelta(minutes=15), 0, "second_claim"),
    ]


def referral_rows(
    invitations: list[Invitation], first_orders: dict[str, tuple[str, datetime]]
) -> list[dict[str, object]]:
    """Return referrals.csv, in order of arrival; the shop's own notes do not say which claims are bad."""
    chance = Chance("referral rewards")
    rows: list[dict[str, object]] = []
    for place, one in enumerate(sorted(invitations, key=lambda each: each.arrived_at), start=1):
        order = first_orders.get(one.friend.customer_id) if one.generation else None
        given_at = order[1] + timedelta(chance.between(3, 30)) if order and chance.happens(0.85) else None
        contact = one.friend.email or one.friend.phone
        rows.append(
            {
                "referral_id": f"R{place:04d}",
                "referrer_id": one.referrer.customer_id,
                "code": one.code,
                "clicked_at": one.arrived_at - timedelta(minutes=6) if chance.happens(0.7) else None,
                "arrived_at": one.arrived_at,
                "arrived_contact": contact.upper() if one.fault == "self" else contact,
                "arrived_customer_id": one.friend.customer_id if one.fault != "self" else None,
                "first_order_id": order[0] if order else None,
                "status": "purchased" if order else "arrived",
                "reward_code": f"GRAZIE-{place:04d}" if order else None,
                "reward_due_at": order[1] + timedelta(14) if order else None,
                "reward_given_at": given_at if given_at and given_at.date() <= LAST else None,
            }
        )
    return rows
