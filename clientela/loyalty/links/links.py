"""Links: each member's address to pass on, and the code to say aloud."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty.links import codes
from clientela.loyalty.people import firms
from clientela.loyalty.people.names import first_name, shown_name
from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row

_WORKING: Final = """
select links.link_id, links.member_id, links.code, links.short_code, links.spoken, members.name,
    members.is_firm
from links
inner join members on members.member_id = links.member_id
where links.disabled_at is null and members.status = 'active'
"""


@dataclass(frozen=True)
class Link:
    """A link that works."""

    link_id: int
    member_id: int
    code: str
    short_code: str
    """Bare."""
    spoken: str
    """As said aloud, with the first name before it."""
    sender: str
    """The name that friends see: ``Anna B.``, a firm's as it is."""
    sender_first: str
    """The first name, to speak of them: ``Anna``; a firm's as it is."""


def _link(row: Row | None) -> Link | None:
    if row is None:
        return None
    name, is_firm = row["name"], bool(row["is_firm"])
    values = {column: value for column, value in row.items() if column not in ("name", "is_firm")}
    return Link(
        **values, sender=shown_name(name, is_firm=is_firm), sender_first=first_name(name, is_firm=is_firm)
    )


def find(db: Connection, code: str) -> Link | None:
    """Return a link by its code; None for unknown, disabled, paused and erased alike."""
    return _link(db.one(f"{_WORKING} and links.code = :code", code=code))


def by_short_code(db: Connection, value: str) -> Link | None:
    """Return a link by its spoken code, bare; None as in ``find``."""
    return _link(db.one(f"{_WORKING} and links.short_code = :value", value=value))


def of_member(db: Connection, member_id: int) -> Link | None:
    """Return a member's newest link that works."""
    return _link(
        db.one(
            f"{_WORKING} and links.member_id = :member_id order by links.link_id desc limit 1",
            member_id=member_id,
        )
    )


def disable(db: Connection, link_id: int, now: int) -> None:
    """Stop a link."""
    if db.run(
        "update links set disabled_at = :now where link_id = :link_id and disabled_at is null",
        now=now,
        link_id=link_id,
    ):
        row = db.one(
            """
            select members.customer_id, links.code, links.short_code, links.made_at
            from links
            inner join members on members.member_id = links.member_id
            where links.link_id = :link_id
            """,
            link_id=link_id,
        )
        if row is not None:
            events.emit_all(db, [_event(**row, disabled_at=now)], now)


def tell_of_pause(db: Connection, customer_id: str, now: int) -> None:
    """Tell the shop's machine that a member's links lead nowhere while the member is paused, or do again."""
    rows = db.all(
        """
        select members.customer_id, links.code, links.short_code, links.made_at,
            case when members.status = 'active' then null else :now end as disabled_at
        from links
        inner join members on members.member_id = links.member_id
        where members.customer_id = :customer_id and links.disabled_at is null
        order by links.link_id
        """,
        customer_id=customer_id,
        now=now,
    )
    events.emit_all(db, [_event(**row) for row in rows], now)


def replace(db: Connection, member_id: int, now: int) -> Link:
    """Stop a member's links and make a new one.

    Raises:
        LookupError: if there is no such active member.
    """
    member = db.one(
        """
        select member_id, customer_id, name, is_firm from members where member_id = :id and status = 'active'
        """,
        id=member_id,
    )
    if member is None:
        raise LookupError("no such active member")
    for row in db.all(
        "select link_id from links where member_id = :id and disabled_at is null", id=member_id
    ):
        disable(db, row["link_id"], now)
    make(db, [member], now)
    link = of_member(db, member_id)
    if link is None:
        raise LookupError("the link is not there")
    return link


def make(db: Connection, members: Sequence[Row], now: int) -> None:
    """Make a link for each member, given with ``member_id``, ``customer_id``, ``name`` and ``is_firm``."""
    salt = secret(db, "link_salt")
    short_codes = unused(db, "links", "short_code", len(members), codes.new_short_code)
    rows: list[dict[str, Any]] = [
        {
            "member_id": member["member_id"],
            "code": codes.new_link_code(member["member_id"], salt),
            "short_code": short,
            "spoken": codes.spoken(_said(member), short),
            "made_at": now,
        }
        for member, short in zip(members, short_codes, strict=True)
    ]
    db.many(
        """
        insert into links (member_id, code, short_code, spoken, made_at)
        values (:member_id, :code, :short_code, :spoken, :made_at)
        """,
        rows,
    )
    made = [
        _event(member["customer_id"], row["code"], row["short_code"], now, None)
        for member, row in zip(members, rows, strict=True)
    ]
    events.emit_all(db, made, now)


def _said(member: Row) -> str:
    """Return the name to say before a code: a person's first, of a firm the word that is its own."""
    return firms.spoken_name(member["name"]) if member["is_firm"] else first_name(member["name"])


def unused(db: Connection, table: str, column: str, count: int, new: Callable[[], str]) -> list[str]:
    """Return codes that no row has, each once."""
    found: list[str] = []
    while len(found) < count:
        code = new()
        # One by one: a code is taken about once in two thousand times, and the index answers in microseconds.
        taken = db.one(f"select 1 as taken from {table} where {column} = :code", code=code)
        if taken is None and code not in found:
            found.append(code)
    return found


def secret(db: Connection, name: str) -> str:
    """Return a secret of this shop, made at its first use."""
    row = db.one("select value from secrets where name = :name", name=name)
    if row is not None:
        return str(row["value"])
    value = secrets.token_urlsafe(32)
    db.run("insert into secrets (name, value) values (:name, :value)", name=name, value=value)
    return value


def _event(
    customer_id: str, code: str, short_code: str, made_at: int, disabled_at: int | None
) -> events.Event:
    body = {
        "customer_id": customer_id,
        "code": code,
        "short_code": short_code,
        "made_at": events.instant(made_at),
        "disabled_at": None if disabled_at is None else events.instant(disabled_at),
    }
    return events.Event("link", f"link:{code}", body)
