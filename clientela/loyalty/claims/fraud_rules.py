"""The rules that raise a flag: each looks at one claim and says nothing, or why to look twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims.flags import REJECTS
from clientela.loyalty.people import contacts, likeness_rules
from clientela.loyalty.people.likeness_rules import Suspicion
from clientela.loyalty.people.names import plain_number

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

MANY_LEADS: Final = 5
"""Friends that one link may bring in an hour without a question."""

FEWEST_TILL_CLAIMS: Final = 10
OPERATOR_SHARE_PERCENT: Final = 30
OPERATOR_DAYS: Final = 30
OPERATOR_TRUSTED_DAYS: Final = 180
"""After the owner has cleared an operator's share, so long it raises no flag again."""

QUICK_USE_MINUTES: Final = 10
DEPTH: Final = 6
"""Generations that are followed."""


def examine(db: Connection, claim_id: int) -> list[Suspicion]:
    """Return what the rules find in a claim."""
    claim = db.one(
        """
        select
            claims.*, members.customer_id, members.phone, members.email, members.phone_key,
            members.email_key
        from claims inner join members on members.member_id = claims.member_id
        where claims.claim_id = :claim_id
        """,
        claim_id=claim_id,
    )
    if claim is None:
        return []
    return [found for rule in RULES for found in rule(db, claim)]


def same_contact(_db: Connection, claim: Row) -> Iterator[Suspicion]:
    """The friend's contact is the fan's own."""
    own = claim["contact"] is not None and claim["contact"] in (claim["phone"], claim["email"])
    if own or (claim["friend_customer_id"] == claim["customer_id"]):
        yield Suspicion("same_contact", REJECTS, {})


def known_customer(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """The friend's contact was another member's before the claim: a customer already."""
    if claim["contact"] is None:
        return
    kind = contacts.of_value(claim["contact"]).kind
    if db.one(
        f"""
        select 1 as there from members
        where {kind} = :contact and member_id <> :member_id and invited_at <= :claimed_at
        """,
        contact=claim["contact"],
        member_id=claim["member_id"],
        claimed_at=claim["claimed_at"],
    ):
        yield Suspicion("known_customer", REJECTS, {})


_FOREBEARS: Final = """
with recursive forebears (member_id, depth) as (
    select cast(:member_id as integer), 0
    union
    select claims.member_id, forebears.depth + 1
    from forebears
    inner join members on members.member_id = forebears.member_id
    inner join claims on claims.claim_id in (
        select by_number.claim_id from claims as by_number
        where by_number.friend_customer_id = members.customer_id
        union
        select by_phone.claim_id from claims as by_phone where by_phone.contact_key = members.phone_key
        union
        select by_email.claim_id from claims as by_email where by_email.contact_key = members.email_key
    )
    where forebears.depth < :depth and claims.state in ('open', 'bought')
)
select distinct forebears.member_id from forebears where forebears.depth > 0
"""


def cycle(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """The friend is a member who brought the fan, or brought who brought the fan, and so on."""
    friend = db.one(
        """
        select member_id from members
        where
            (customer_id = :customer_id or phone_key = :key or email_key = :key) and member_id <> :fan
        order by member_id limit 1
        """,
        customer_id=claim["friend_customer_id"],
        key=claim["contact_key"],
        fan=claim["member_id"],
    )
    if friend is None:
        return
    above = db.all(_FOREBEARS, member_id=claim["member_id"], depth=DEPTH)
    if friend["member_id"] in {row["member_id"] for row in above}:
        yield Suspicion("cycle", 60, {})


def many_leads(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """More than five friends saved the discount of one link within an hour."""
    if claim["link_id"] is None or claim["method"] != "link":
        return
    row = db.one(
        """
        select count(*) as friends from claims
        where link_id = :link_id and method = 'link' and claimed_at > :since and claimed_at <= :until
        """,
        link_id=claim["link_id"],
        since=claim["claimed_at"] - HOUR,
        until=claim["claimed_at"],
    )
    if row is not None and row["friends"] > MANY_LEADS:
        yield Suspicion("many_leads", 25, {"friends": row["friends"]})


def operator_share(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """One operator enters more than 30 % of the till's claims of 30 days, ten or more."""
    if claim["operator"] is None:
        return
    # By the entry: a queue that says other days spreads nothing over the past.
    until = claim["seen_at"] or claim["claimed_at"]
    row = db.one(
        """
        select count(*) as entered, sum(case when operator = :operator then 1 else 0 end) as own
        from claims
        where
            operator is not null
            and coalesce(seen_at, claimed_at) > :since and coalesce(seen_at, claimed_at) <= :until
        """,
        operator=claim["operator"],
        since=until - OPERATOR_DAYS * DAY,
        until=until,
    )
    if row is None or row["entered"] < FEWEST_TILL_CLAIMS:
        return
    if row["own"] * 100 <= row["entered"] * OPERATOR_SHARE_PERCENT:
        return
    trusted = db.one(
        """
        select 1 as there from flags inner join claims on claims.claim_id = flags.claim_id
        where
            flags.rule = 'operator_share' and flags.state = 'cleared' and claims.operator = :operator
            and flags.decided_at > :since
        """,
        operator=claim["operator"],
        since=until - OPERATOR_TRUSTED_DAYS * DAY,
    )
    if trusted is None:
        yield Suspicion("operator_share", 40, {"own": row["own"], "entered": row["entered"]})


def quick_use(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """A discount saved by link was used within ten minutes without its code being said."""
    if claim["method"] != "link":
        return
    if db.one(
        """
        select 1 as there from redemptions
        where
            claim_id = :claim_id and method not in ('coupon', 'code') and reversed_at is null
            and at between :saved_at and :until
        """,
        claim_id=claim["claim_id"],
        saved_at=claim["claimed_at"],
        until=claim["claimed_at"] + QUICK_USE_MINUTES * MINUTE - 1,
    ):
        yield Suspicion("quick_use", 20, {})


def same_receipt(db: Connection, claim: Row) -> Iterator[Suspicion]:
    """Another friend's discount stands on the same receipt."""
    if claim["receipt_no"] is None:
        return
    others = db.all(
        """
        select receipt_no from claims
        where
            receipt_on = :receipt_on and receipt_no is not null and coalesce(store_id, '') = :store_id
            and friend_key <> :friend_key and state not in ('rejected', 'withdrawn')
        """,
        receipt_on=claim["receipt_on"],
        store_id=claim["store_id"] or "",
        friend_key=claim["friend_key"],
    )
    if plain_number(claim["receipt_no"]) in {plain_number(row["receipt_no"]) for row in others}:
        yield Suspicion("same_receipt", 40, {})


Rule = Callable[["Connection", "Row"], Iterator[Suspicion]]

RULES: Final[tuple[Rule, ...]] = (
    same_contact,
    known_customer,
    cycle,
    many_leads,
    operator_share,
    quick_use,
    same_receipt,
    likeness_rules.similar_contact,
    likeness_rules.similar_customer,
    likeness_rules.similar_friend,
)
"""Every rule that the server can judge by itself; ``household`` comes from the sales files."""

HOUSEHOLD: Final = Suspicion("household", 30, {})
