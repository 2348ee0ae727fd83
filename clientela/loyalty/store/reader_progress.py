"""Where a reader of the events stands, in this store and no other.

A store that was made anew counts its events from the beginning. Who comes with the place of another reads
from the start, for nothing read before is true here; reading again is harmless.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

_FORM: Final = re.compile(r"([0-9a-f]{8})-(.+)")


def mark(db: Connection) -> str:
    """Return eight signs that tell this store from any other, of the salt of its links."""
    row = db.one("select value from secrets where name = 'link_salt'")
    return hashlib.sha256(f"store {row['value'] if row else ''}".encode()).hexdigest()[:8]


def since(db: Connection, cursor: str, limit: int) -> events.Page:
    """Return what happened after a cursor.

    Args:
        db: a read.
        cursor: what the former page gave; empty at first.
        limit: events in a page at most.

    Raises:
        BadCursorError: if no store of ours gave it.
    """
    here, place = mark(db), events.START
    if cursor:
        found = _FORM.fullmatch(cursor)
        if found is None:
            raise events.BadCursorError
        place = found.group(2) if found.group(1) == here else events.START
    page = events.since(db, place, limit)
    return events.Page(page.events, f"{here}-{page.next_cursor}", page.more)
