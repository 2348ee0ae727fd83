"""How far things have come: numbers under a name, and where a reader of the events stands.

A reader's place holds in this store and no other: one that was made anew counts its events from the
beginning. Who comes with the place of another reads from the start, for nothing read before is true here;
reading again is harmless.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

_REACH: Final = """
insert into marks (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value
"""
_FORM: Final = re.compile(r"([0-9a-f]{8})-(.+)")


def reached(db: Connection, name: str) -> int:
    """Return how far something has come, 0 before its first step."""
    row = db.one("select value from marks where name = :name", name=name)
    return 0 if row is None else int(row["value"])


def reach(db: Connection, name: str, value: int) -> None:
    """Write down how far something has come."""
    db.run(_REACH, name=name, value=value)


def sign_of_store(db: Connection) -> str:
    """Return eight signs that tell this store from any other, of the salt of its links."""
    row = db.one("select value from secrets where name = 'link_salt'")
    return hashlib.sha256(f"store {row['value'] if row else ''}".encode()).hexdigest()[:8]


def events_since(db: Connection, reader: str, limit: int) -> events.Page:
    """Return what happened after the place that a reader has reached.

    Args:
        db: a read.
        reader: the place, as the former page gave it; empty at first.
        limit: events in a page at most.

    Raises:
        BadCursorError: if no store of ours gave it.
    """
    here, place = sign_of_store(db), events.START
    if reader:
        found = _FORM.fullmatch(reader)
        if found is None:
            raise events.BadCursorError
        place = found.group(2) if found.group(1) == here else events.START
    page = events.since(db, place, limit)
    return events.Page(page.events, f"{here}-{page.next_cursor}", page.more)
