"""What the store knows of who was forgotten: marks of contacts and numbers, and who is not brought back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from clientela import forgotten
from clientela.forgotten import Erasure
from clientela.loyalty.links import links
from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

KEY: Final = "forgotten_key"
"""The secret under which this store makes marks; those of another machine have one of their own."""

Value = tuple[str, str]
"""A kind and a value, as ``forgotten.mark`` takes them."""


def of_contact(contact: str) -> Value:
    """Return a contact with its kind."""
    return forgotten.kind_of(contact), contact


def of_member(customer_id: str) -> Value:
    """Return a member's number with its kind."""
    return "member", customer_id


def of_claim(public_id: str) -> Value:
    """Return a claim's public name with its kind: what came with the claim goes, and no more."""
    return "claim", public_id


def key(db: Connection) -> str:
    """Return this store's own key, made at its first use."""
    return links.secret(db, KEY)


def keys(db: Connection) -> dict[str, str]:
    """Return every key by the name of its secret."""
    rows = db.all(f"select name, value from secrets where name = '{KEY}' or name like '{KEY}:%'")
    return {row["name"]: row["value"] for row in rows}


def erasures(db: Connection) -> list[Erasure]:
    """Return who was forgotten, oldest first."""
    rows = db.all(
        """
        select forgotten.erasure_id, forgotten.mark, forgotten.at, secrets.value as key
        from forgotten inner join secrets on secrets.name = forgotten.key_name
        order by forgotten.at, forgotten.erasure_id, forgotten.mark
        """
    )
    found: dict[str, Erasure] = {}
    for row in rows:
        name = row["erasure_id"]
        marks = found[name].marks if name in found else frozenset()
        found[name] = Erasure(name, row["at"], row["key"], marks | {row["mark"]})
    return list(found.values())


def note(db: Connection, erasure: Erasure, now: int) -> bool:
    """Keep who was forgotten, and tell the shop's machine; return whether anything of it was new."""
    name = _name_of(db, erasure.key)
    new = [
        mark
        for mark in sorted(erasure.marks)
        if db.run(
            """
            insert into forgotten (erasure_id, mark, key_name, at) values (:erasure_id, :mark, :name, :at)
            on conflict do nothing
            """,
            erasure_id=erasure.erasure_id,
            mark=mark,
            name=name,
            at=erasure.at,
        )
    ]
    if not new:
        return False
    body = {"erasure": erasure.erasure_id, "erased_at": erasure.at, "key_name": name, "marks": new}
    events.emit(db, "forgotten", f"forgotten:{erasure.erasure_id}", body, now)
    db.leave_no_trace()
    return True


def _name_of(db: Connection, value: str) -> str:
    """Return the name of a key's secret; the first key of a store is its own."""
    known = keys(db)
    for name, each in known.items():
        if each == value:
            return name
    name = f"{KEY}:{hashlib.sha256(value.encode()).hexdigest()[:8]}" if KEY in known else KEY
    db.run("insert into secrets (name, value) values (:name, :value)", name=name, value=value)
    return name


def when(db: Connection, values: Iterable[Value]) -> int | None:
    """Return the latest instant at which one of these values was forgotten; None where none was."""
    if db.one("select 1 as there from forgotten limit 1") is None:
        return None
    marks = {forgotten.mark(key, *value) for key in keys(db).values() for value in values}
    rows = [db.one("select max(at) as at from forgotten where mark = :mark", mark=mark) for mark in marks]
    return max((row["at"] for row in rows if row and row["at"] is not None), default=None)
