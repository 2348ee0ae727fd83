"""The shop's clock, which may be wrong: the latest instant ever seen is kept, and a clock behind it shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.loyalty.store import progress

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection

LATEST: Final = "latest_instant"
"""Mark: the latest instant that a change was made at."""


def see(db: Connection, now: int) -> int:
    """Remember an instant; return the latest one ever seen, this one included."""
    latest = progress.reached(db, LATEST)
    if now > latest:
        progress.reach(db, LATEST, now)
    return max(now, latest)


def hold_from(programme: Programme, bought_on: date, seen_at: int) -> date:
    """Return the day from which a hold counts for a purchase that the till saw.

    It is the day of the purchase, or that of its entry where this was later: nobody looked for a return of
    the goods before. ``seen_at`` is the latest instant that the server had ever seen then, so that a clock
    set back never shortens a hold.
    """
    return max(bought_on, programme.today(seen_at))
