"""The log of claims: who said that a friend came through whom, when, and by what evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.loyalty.claims import evidence, who_is_paid
from clientela.loyalty.people import contacts, likeness
from clientela.loyalty.people.person import new_public_id

if TYPE_CHECKING:
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

_COLUMNS: Final = """
claim_id, public_id, member_id, method, friend_key, friend_name, contact, state, state_reason, claimed_at
"""

_INSERT: Final = """
insert into claims (
    public_id, member_id, link_id, hit_id, method, friend_name, contact, contact_key, friend_key, receipt_no,
    receipt_on, store_id, operator, device_id, evidence, claimed_at, seen_at, updated_at
)
values (
    :public_id, :member_id, :link_id, :hit_id, :method, :friend_name, :contact, :contact_key, :friend_key,
    :receipt_no, :receipt_on, :store_id, :operator, :device_id, :evidence, :claimed_at, :now, :now
)
on conflict do nothing
"""


class UnknownClaimError(ClientelaError):
    """There is no such claim, or no such member to give it to."""

    def __init__(self) -> None:
        super().__init__(
            _("This friend or this member is not here any more."), _("Open the page again and choose anew.")
        )


@dataclass(frozen=True)
class Claim:
    """One member's word that one friend came through them."""

    claim_id: int
    public_id: str
    member_id: int
    method: str
    """link, code, coupon, phone, email, name or owner."""
    friend_key: str
    friend_name: str | None
    contact: str | None
    state: str
    """open, bought, rejected, superseded or withdrawn."""
    state_reason: str | None
    claimed_at: int


@dataclass(frozen=True)
class NewClaim:
    """A claim to be noted, with its evidence."""

    member_id: int
    friend_key: str
    method: str
    claimed_at: int
    link_id: int | None = None
    hit_id: str | None = None
    friend_name: str | None = None
    contact: str | None = None
    receipt_no: str | None = None
    receipt_on: str | None = None
    store_id: str | None = None
    operator: str | None = None
    device_id: str | None = None


def friend_key_of(contact: Contact) -> str:
    """Return the key of a friend known by a contact."""
    return f"c:{contact.value}"


def _claim(row: Row | None) -> Claim | None:
    return None if row is None else Claim(**row)


def by_id(db: Connection, claim_id: int) -> Claim | None:
    """Return a claim by number."""
    return _claim(db.one(f"select {_COLUMNS} from claims where claim_id = :claim_id", claim_id=claim_id))


def by_public_id(db: Connection, public_id: str) -> Claim | None:
    """Return a claim by its public name."""
    return _claim(db.one(f"select {_COLUMNS} from claims where public_id = :public_id", public_id=public_id))


def of_friend(db: Connection, friend_key: str) -> list[Claim]:
    """Return every claim of a friend, first come first."""
    rows = db.all(
        f"select {_COLUMNS} from claims where friend_key = :friend_key order by claimed_at, claim_id",
        friend_key=friend_key,
    )
    return [Claim(**row) for row in rows]


def note(db: Connection, programme: Programme, new: NewClaim, now: int) -> Claim:
    """Note a claim; where the member made it before, that one stays, or begins anew once its window is over.

    The caller examines and settles it.
    """
    known = db.one(
        """
        select claim_id, state, claimed_at, seen_at from claims
        where member_id = :member_id and friend_key = :friend_key
        """,
        member_id=new.member_id,
        friend_key=new.friend_key,
    )
    if known is None:
        public_id = new_public_id()
        key = likeness.key(contacts.of_value(new.contact)) if new.contact else None
        db.run(_INSERT, public_id=public_id, evidence="{}", contact_key=key, now=now, **vars(new))
        claim_id = _number(db, public_id)
        _see(db, claim_id, new.friend_key, now)
    else:
        claim_id = known["claim_id"]
        if known["state"] == "open" and _is_over(programme, known, new.claimed_at):
            _renew(db, claim_id, known["claimed_at"], new, now)
        elif new.hit_id is not None and not who_is_paid.friend(db, new.friend_key).has_bought:
            evidence.follow(db, claim_id, new.link_id, new.hit_id)
            _see(db, claim_id, new.friend_key, now)
    found = by_id(db, claim_id)
    if found is None:
        raise UnknownClaimError
    return found


def _see(db: Connection, claim_id: int, friend_key: str, now: int) -> None:
    """See what stands behind the claims of a friend; tell of this one and of those proven now."""
    for each in sorted({claim_id, *evidence.see_clicks(db, friend_key, now)}):
        who_is_paid.emit(db, each, now)


def _number(db: Connection, public_id: str) -> int:
    row = db.one("select claim_id from claims where public_id = :public_id", public_id=public_id)
    if row is None:
        raise UnknownClaimError
    return int(row["claim_id"])


def _is_over(programme: Programme, known: Row, at: int) -> bool:
    return who_is_paid.age(programme, known, programme.today(at)) == "out_of_window"


def _renew(db: Connection, claim_id: int, former: int, new: NewClaim, now: int) -> None:
    """Let a claim begin anew: the friend came back through the same member after the window."""
    db.run(
        """
        update claims
        set
            claimed_at = :at, seen_at = :now, method = :method, hit_id = :hit_id,
            link_id = coalesce(:link_id, link_id), presented_on = null, verified_at = null, updated_at = :now
        where claim_id = :claim_id
        """,
        at=new.claimed_at,
        method=new.method,
        hit_id=new.hit_id,
        link_id=new.link_id,
        now=now,
        claim_id=claim_id,
    )
    testify(db, claim_id, {"began_before_at": former})
    _see(db, claim_id, new.friend_key, now)


def testify(db: Connection, claim_id: int, fact: dict[str, Any]) -> None:
    """Add a fact to a claim's evidence."""
    row = db.one("select evidence from claims where claim_id = :claim_id", claim_id=claim_id)
    if row is not None:
        known = json.loads(row["evidence"])
        facts = [*known.get("facts", []), fact]
        db.run(
            "update claims set evidence = :evidence where claim_id = :claim_id",
            evidence=json.dumps({**known, "facts": facts}),
            claim_id=claim_id,
        )
