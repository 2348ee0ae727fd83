"""A shop after some years, written straight into the store: thousands of members, a million clicks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clientela.loyalty.links import click_sums
from clientela.loyalty.store.interface import Connection
from tests.worlds.loyalty_world import World, at

DAY = 86_400_000
BATCH = 5_000


@dataclass(frozen=True)
class Size:
    """How much there is."""

    members: int
    days_per_link: int
    clicks: int
    claims: int


SMALL = Size(members=60, days_per_link=5, clicks=300, claims=150)
YEARS = Size(members=5_000, days_per_link=30, clicks=1_000_000, claims=20_000)


def fill(world: World, size: Size) -> None:
    """Fill the store, always alike for one size."""
    chance = random.Random(5)
    now = at("2026-05-10")
    for table, rows in (
        ("members", _members(size, now)),
        ("links", _links(size, now, chance)),
        ("link_days", _link_days(size, chance)),
        ("clicks", _clicks(size, now, chance)),
        ("claims", _claims(size, now, chance)),
        ("redemptions", _redemptions(size, now, chance)),
        ("rewards", _rewards(size, now, chance)),
        ("flags", _flags(size, now)),
        ("outcomes", _outcomes(size, now, chance)),
        ("marks", iter([{"name": click_sums.ROLLED, "value": size.clicks}])),
    ):
        _add(world, table, rows)
    # What the server does every second: it finds the totals lacking and adds them up.
    world.write(click_sums.roll_up)


def _add(world: World, table: str, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            _write(world, table, batch)
            batch = []
    if batch:
        _write(world, table, batch)


def _write(world: World, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    places = ", ".join(f":{name}" for name in names)
    sql = f"insert into {table} ({', '.join(names)}) values ({places})"

    def work(db: Connection) -> None:
        db.many(sql, rows)

    world.store.write(work, timeout=60)


def _members(size: Size, now: int) -> Iterator[dict[str, Any]]:
    for number in range(10, 10 + size.members):
        yield {
            "member_id": number,
            "public_id": f"m{number}",
            "customer_id": f"K{number}",
            "name": f"Nome{number} Cognome",
            "folded_name": f"NOME{number} COGNOME",
            "phone": f"+39333{number:07}",
            "category": "fan",
            "portal_hash": f"h{number}",
            "invited_at": now - 400 * DAY,
            "updated_at": now - 400 * DAY,
        }


def _links(size: Size, now: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(10, 10 + size.members):
        yield {
            "link_id": number,
            "member_id": number,
            "code": f"code{number}",
            "short_code": f"s{number}",
            "spoken": f"NOME {number}",
            "made_at": now - 400 * DAY,
            "disabled_at": now if chance.random() < 0.05 else None,
        }


def _link_days(size: Size, chance: random.Random) -> Iterator[dict[str, Any]]:
    version = 100
    for link_id in [0, *range(10, 10 + size.members)]:
        if link_id % 4 == 1:
            continue
        for number in range(size.days_per_link):
            version += 1
            people = chance.randint(0, 12)
            is_link = link_id != 0
            yield {
                "link_id": link_id,
                "day": (date(2025, 6, 1) + timedelta(number * 7)).isoformat(),
                "people": people,
                "visitors": is_link * min(people, chance.randint(0, 9)),
                "previews": is_link * chance.randint(0, 3),
                "bots": is_link * chance.randint(0, 2),
                "qr": 0,
                "version": version,
            }


def _clicks(size: Size, now: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(size.clicks):
        yield {
            "hit_id": f"hit{number}",
            "link_id": chance.randint(10, 9 + size.members),
            "at": now - (size.clicks - number) * 1000,
            "day": "2026-05-01",
            "kind": "person",
            "visitor": None,
            "channel": "w",
            "agent": None,
            "referrer_host": None,
        }


def _contact(number: int, size: Size) -> str:
    # One friend in ten is a member today, of a higher number than who sent them: a tree.
    return f"+39333{10 + number % size.members:07}" if number % 10 == 0 else f"+39340{number:07}"


STATES = ("bought", "bought", "bought", "open", "rejected", "withdrawn")


def _state(number: int) -> str:
    return STATES[number % len(STATES)]


def _key(number: int, size: Size) -> str:
    # One friend in fifty is named by two.
    return f"c:{_contact(number - 1 if number % 50 == 1 else number, size)}"


def _claims(size: Size, now: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    bought: set[str] = set()
    seen: set[tuple[int, str]] = set()
    for number in range(size.claims):
        key, state = _key(number, size), _state(number)
        member = 10 + chance.randint(0, max(0, number % size.members - 1))
        while (member, key) in seen:
            member += 1
        seen.add((member, key))
        if state == "bought" and key in bought:
            state = "superseded"
        if state == "bought":
            bought.add(key)
        yield {
            "claim_id": number + 1,
            "public_id": f"claim{number}",
            "member_id": min(member, 9 + size.members),
            "link_id": None,
            "method": ("link", "code", "name")[number % 3],
            "friend_name": f"Amico{number} Verdi",
            "contact": key[2:],
            "friend_key": key,
            "state": state,
            "state_reason": {"superseded": "came_later", "rejected": "known_customer"}.get(state),
            "claimed_at": now - (size.claims - number) * 60_000,
            "updated_at": now,
        }


def _bought(size: Size) -> Iterator[int]:
    seen: set[str] = set()
    for number in range(size.claims):
        key = _key(number, size)
        if _state(number) == "bought" and key not in seen:
            seen.add(key)
            yield number


def _redemptions(size: Size, now: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in _bought(size):
        undone = number % 40 == 7
        yield {
            "public_id": f"use{number}",
            "idempotency_key": f"key{number}",
            "use_key": f"friend:{_key(number, size)}",
            "claim_id": number + 1,
            "receipt_on": "2026-04-01",
            "amount_cents": chance.randint(500, 20_000),
            "discount_cents": 1000,
            "at": now - number * 1000,
            "reversed_at": now if undone else None,
        }


def _rewards(size: Size, now: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for place, number in enumerate(_bought(size)):
        yield {
            "reward_id": place + 1,
            "public_id": f"reward{number}",
            "claim_id": number + 1,
            "member_id": 10 + chance.randint(0, size.members - 1),
            "rule": "friend_bought",
            "amount_cents": 1000,
            "state": ("held", "approved", "redeemed", "redeemed", "reversed")[place % 5],
            "earned_on": "2026-04-01",
            "due_on": "2026-04-15",
            "made_at": now,
            "updated_at": now,
        }


def _flags(size: Size, now: int) -> Iterator[dict[str, Any]]:
    for number in range(0, size.claims, 20):
        yield {
            "claim_id": number + 1,
            "rule": "same_receipt",
            "points": 40,
            "state": ("open", "cleared")[number % 40 // 20],
            "raised_at": now,
        }


def _outcomes(size: Size, now: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in _bought(size):
        if number % 3 == 0:
            yield {
                "claim_id": number + 1,
                "verdict": "payable",
                "purchases": 1,
                "revenue_cents": chance.randint(0, 50_000),
                "as_of": "2026-05-09",
                "updated_at": now - DAY,
            }
