"""A shop with a programme and two members, in a store on a real file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from clientela.loyalty.claims import outcomes
from clientela.loyalty.claims.outcomes import SaleOutcome
from clientela.loyalty.links import friends, links
from clientela.loyalty.links.clicks import INSERT, Click
from clientela.loyalty.links.friends import Saved
from clientela.loyalty.links.links import Link
from clientela.loyalty.people import contacts, enrolment, members
from clientela.loyalty.people.contacts import Contact
from clientela.loyalty.people.person import Member, NewMember
from clientela.loyalty.rewards.programme import Programme
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from clientela.loyalty.till import till
from clientela.loyalty.till.results import Sale, TillResult

T = TypeVar("T")

ROME = ZoneInfo("Europe/Rome")

PROGRAMME = Programme(
    shop_name="Bottega Alba",
    language="en",
    currency="EUR",
    timezone="Europe/Rome",
    base_url="https://negozio.example",
    target_url="",
    target_hosts=(),
    friend_offer="10 € on your first purchase",
    friend_cents=1000,
    reward_cents=1000,
    reward_on_purchase=1,
    min_purchase_cents=0,
    window_days=90,
    hold_days=14,
    cap_per_month=10,
)
"""Friend 10 €, fan 10 €, window 90 days, hold 14 days, ten rewards a month."""

ANNA = NewMember("C1", "Anna Bruni", "333 1234567", "anna@posta.example", "fan")
CARLO = NewMember("C2", "Carlo Neri", "347 7654321", None, "customer")


def at(text: str) -> int:
    """Return an instant of the shop's clock, ``2026-05-01 10:30``, as milliseconds since 1970 UTC."""
    moment = datetime.fromisoformat(text if len(text) > 10 else f"{text} 12:00").replace(tzinfo=ROME)
    return int(moment.astimezone(UTC).timestamp()) * 1000


def contact(text: str) -> Contact:
    """Return a contact that is one."""
    found = contacts.normalise(text)
    assert found is not None
    return found


def sale(key: str, on: str, cents: int | None = 5000, receipt: str | None = None, **more: Any) -> Sale:
    """Return a sale of 50 € unless said otherwise."""
    known: dict[str, Any] = {"operator": "Piera", "device_id": "till-1", "store_id": None} | more
    return Sale(key, receipt, date.fromisoformat(on[:10]), cents, **known)


@dataclass
class World:
    """The shop. Anna Bruni is C1, Carlo Neri is C2."""

    store: SqliteStore
    programme: Programme
    tokens: dict[str, str]
    """Token of each member's own page, by customer_id."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Change the store."""
        return self.store.write(work)

    def all(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Read rows."""
        with self.store.read() as db:
            return [dict(row) for row in db.all(sql, **values)]

    def value(self, sql: str, **values: Any) -> Any:
        """Read the only value."""
        (row,) = self.all(sql, **values)
        (value,) = row.values()
        return value

    def member(self, customer_id: str = "C1") -> Member:
        """Return a member."""
        with self.store.read() as db:
            found = members.by_customer(db, customer_id)
        assert found is not None
        return found

    def link(self, customer_id: str = "C1") -> Link:
        """Return a member's link."""
        member = self.member(customer_id)
        with self.store.read() as db:
            found = links.of_member(db, member.member_id)
        assert found is not None
        return found

    def invite(self, *rows: NewMember, on: str = "2026-04-01") -> None:
        """Add members."""
        invited = self.write(lambda db: enrolment.upsert(db, rows, at(on)))
        self.tokens |= {row.customer_id: row.portal_token for row in invited if row.portal_token}

    def save(
        self, friend: str, on: str = "2026-05-01", of: str = "C1", *, form: str | None = None, **more: Any
    ) -> Saved:
        """Let a friend save the discount by a contact; a new form each time unless named."""
        link, now = self.link(of), at(on)
        known: dict[str, Any] = {
            "name": "Luca Verdi",
            "hit_id": None,
            "language": "it",
            "consent": False,
            "text_version": "2026-01",
        } | more
        key = form or f"{friend} {on} {of}"
        return self.write(
            lambda db: friends.save(
                db, self.programme, link, contact=contact(friend), now=now, form_key=key, **known
            )
        )

    def click(self, of: str, hit_id: str, on: str = "2026-05-01", kind: str = "person") -> None:
        """Follow a member's link."""
        link, now = self.link(of), at(on)
        click = Click(hit_id, link.link_id, now, self.programme.today(now).isoformat(), kind)
        self.write(lambda db: db.run(INSERT, **click._asdict()))

    def redeem(self, code: str, on: str = "2026-05-10", key: str | None = None, **more: Any) -> TillResult:
        """Use a coupon at the till."""
        told = sale(key or f"key {code} {on}", on, **more)
        return self.write(lambda db: till.redeem_coupon(db, self.programme, code, told, at(on)))

    def name_fan(
        self, of: str = "C1", on: str = "2026-05-10", friend: str | None = None, **more: Any
    ) -> TillResult:
        """Note at the till that a fan, who said the code, sent a friend."""
        member_id = self.member(of).member_id
        named = {"method", "friend_name", "confirmed_digits"}
        how: dict[str, Any] = {"method": "code", "friend_name": None, "confirmed_digits": None}
        how |= {name: value for name, value in more.items() if name in named}
        rest = {name: value for name, value in more.items() if name not in named}
        key = rest.pop("key", f"named {of} {on} {friend} {rest.get('receipt')}")
        told = sale(key, on, **rest)
        who = contact(friend) if friend else None
        return self.write(
            lambda db: till.attribute(db, self.programme, member_id, told, contact=who, now=at(on), **how)
        )

    def tell(self, claim: str, verdict: str, on: str = "2026-06-01", **more: Any) -> outcomes.Applied:
        """Bring what the sales files say of a claim, up to a day."""
        known: dict[str, Any] = {
            "friend_customer_id": None,
            "purchases": 1 if verdict in ("payable", "refunded") else 0,
            "first_purchase_on": None,
            "qualifying_on": None,
            "qualifying_cents": None,
            "revenue_cents": 0,
            "refunded_on": None,
        } | more
        row = SaleOutcome(claim=claim, verdict=verdict, as_of=on, **known)
        return self.write(lambda db: outcomes.apply(db, self.programme, [row], at(on)))

    def rewards(self) -> list[tuple[str, str, str | None]]:
        """Return customer_id, state and reason of every reward, oldest first."""
        rows = self.all(
            """
            select members.customer_id, rewards.state, rewards.reason
            from rewards inner join members on members.member_id = rewards.member_id
            order by rewards.reward_id
            """
        )
        return [(row["customer_id"], row["state"], row["reason"]) for row in rows]

    def claims(self) -> list[tuple[str, str, str | None]]:
        """Return customer_id, state and reason of every claim, oldest first."""
        rows = self.all(
            """
            select members.customer_id, claims.state, claims.state_reason
            from claims inner join members on members.member_id = claims.member_id
            order by claims.claim_id
            """
        )
        return [(row["customer_id"], row["state"], row["state_reason"]) for row in rows]

    def with_terms(self, **terms: Any) -> World:
        """Return the same shop under other terms."""
        return World(self.store, replace(self.programme, **terms), self.tokens)


@contextlib.contextmanager
def open_world(folder: Path, programme: Programme = PROGRAMME) -> Iterator[World]:
    """Open a new shop in a folder; Anna and Carlo are members since 1 April 2026."""
    store = open_store(folder / "referral.sqlite", create=True)
    try:
        shop = World(store, programme, {})
        shop.invite(ANNA, CARLO)
        yield shop
    finally:
        store.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A new shop with Anna and Carlo."""
    with open_world(tmp_path) as shop:
        yield shop
