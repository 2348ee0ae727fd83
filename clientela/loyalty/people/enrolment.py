"""Enrolment: fans and customers of the shop's files become members, each with a link and a page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty.erasure import forgetting
from clientela.loyalty.links import links
from clientela.loyalty.people import consents, contacts, likeness
from clientela.loyalty.people.names import words
from clientela.loyalty.people.person import Invited, NewMember, hashed, new_public_id
from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row

CHUNK: Final = 500
"""Members asked for in one query."""

_UPDATE: Final = """
update members
set name = :name, folded_name = :folded_name, phone = :phone, email = :email, phone_key = :phone_key,
    email_key = :email_key, category = :category, is_firm = :is_firm, updated_at = :now
where customer_id = :customer_id
"""

_INSERT: Final = """
insert into members
    (
        public_id, customer_id, name, folded_name, phone, email, phone_key, email_key, category, is_firm,
        portal_hash, invited_at, updated_at
    )
values
    (
        :public_id, :customer_id, :name, :folded_name, :phone, :email, :phone_key, :email_key, :category,
        :is_firm, :portal_hash, :now, :now
    )
"""


def upsert(db: Connection, rows: Sequence[NewMember], now: int, *, renew: bool = False) -> list[Invited]:
    """Add members or bring them up to date, by customer_id; a link that exists stays.

    Args:
        db: a write.
        rows: the people; of two rows with one customer_id the last counts.
        now: milliseconds since 1970 UTC.
        renew: give everybody a new secret page; the former one stops working.

    Returns:
        One entry for each, in the order of the rows; left out is who was erased, which stays so, who closed
        the link, and whose link the owner stopped.
    """
    wanted = {row.customer_id: row for row in rows if not _was_forgotten(db, row)}
    known = {row["customer_id"]: row for row in _with_links(db, list(wanted))}
    new = [row for row in wanted.values() if row.customer_id not in known]
    tokens = _insert(db, new, now)
    _update(db, [row for row in wanted.values() if _differs(known.get(row.customer_id), row)], now)
    if renew:
        tokens |= _renew(db, [who for who, row in known.items() if row["status"] != "erased"], now)
    consents.add(db, [entry for row in wanted.values() for entry in row.consents if _may(known, row)])
    known |= {row["customer_id"]: row for row in _with_links(db, [row.customer_id for row in new])}
    return [
        _invited(known[who], tokens.get(who))
        for who in wanted
        if known[who]["code"] is not None and known[who]["status"] == "active"
    ]


def _invited(row: Row, token: str | None) -> Invited:
    return Invited(row["customer_id"], row["public_id"], row["code"], row["short_code"], row["spoken"], token)


def _was_forgotten(db: Connection, row: NewMember) -> bool:
    """Tell whether somebody asked to be forgotten and has not consented to anything since.

    The shop's own files may still name them, or name them anew; that is no word of theirs.
    """
    found = [contacts.normalise(text) for text in (row.phone, row.email) if text]
    values = [forgetting.of_contact(contact.value) for contact in found if contact is not None]
    at = forgetting.when(db, [forgetting.of_member(row.customer_id), *values])
    return at is not None and not any(said.action == "grant" and said.at > at for said in row.consents)


def _may(known: Mapping[str, Row], row: NewMember) -> bool:
    """Tell whether something may be written about a person."""
    return row.customer_id not in known or known[row.customer_id]["status"] != "erased"


def _differs(known: Row | None, row: NewMember) -> bool:
    """Tell whether a person is known, and otherwise than a row says."""
    if known is None or known["status"] == "erased":
        return False
    said = _spelled(row)
    return any(known[name] != said[name] for name in ("name", "phone", "email", "category", "is_firm"))


def _spelled(row: NewMember) -> dict[str, Any]:
    """Return a person's columns; a contact that is none is left out."""
    found = {
        kind: contact
        for kind, text in (("phone", row.phone), ("email", row.email))
        if text and (contact := contacts.normalise(text)) and contact.kind == kind
    }
    name = " ".join(row.name.split())
    phone, email = found.get("phone"), found.get("email")
    return {
        "customer_id": row.customer_id,
        "name": name,
        "folded_name": " ".join(words(name)),
        "phone": phone and phone.value,
        "email": email and email.value,
        "phone_key": likeness.key(phone),
        "email_key": likeness.key(email),
        "category": row.category,
        "is_firm": int(row.is_firm),
    }


def _insert(db: Connection, rows: Sequence[NewMember], now: int) -> dict[str, str]:
    """Add new members with a link each; return the tokens of their pages."""
    if not rows:
        return {}
    tokens = {row.customer_id: secrets.token_urlsafe(16) for row in rows}
    db.many(
        _INSERT,
        [
            {
                **_spelled(row),
                "public_id": new_public_id(),
                "portal_hash": hashed(tokens[row.customer_id]),
                "now": now,
            }
            for row in rows
        ],
    )
    added = _with_links(db, list(tokens))
    events.emit_all(
        db,
        [
            events.Event(
                "member",
                consents.of_member(row["customer_id"]),
                {"customer_id": row["customer_id"], "status": "active"},
            )
            for row in added
        ],
        now,
    )
    links.make(db, added, now)
    return tokens


def _update(db: Connection, rows: Sequence[NewMember], now: int) -> None:
    db.many(_UPDATE, [{**_spelled(row), "now": now} for row in rows])


def _renew(db: Connection, customer_ids: Sequence[str], now: int) -> dict[str, str]:
    tokens = {who: secrets.token_urlsafe(16) for who in customer_ids}
    db.many(
        "update members set portal_hash = :hash, updated_at = :now where customer_id = :who",
        [{"hash": hashed(token), "now": now, "who": who} for who, token in tokens.items()],
    )
    return tokens


_WITH_LINKS: Final = """
select members.member_id, members.customer_id, members.public_id, members.name, members.phone, members.email,
    members.category, members.is_firm, members.status, links.code, links.short_code, links.spoken
from members
left join links on links.link_id = (
    select max(newest.link_id) from links as newest
    where newest.member_id = members.member_id and newest.disabled_at is null
)
where members.customer_id in ({places})
order by members.member_id
"""


def _with_links(db: Connection, customer_ids: Sequence[str]) -> list[Row]:
    """Return members, each with the newest link that works or with None in its place."""
    found: list[Row] = []
    for start in range(0, len(customer_ids), CHUNK):
        part = {f"c{place}": value for place, value in enumerate(customer_ids[start : start + CHUNK])}
        places = ", ".join(f":{name}" for name in part)
        found += db.all(_WITH_LINKS.format(places=places), **part)
    return found
