"""The shop's clock, which may be wrong: the latest instant ever seen is kept, and a clock behind it shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.loyalty import clicks

if TYPE_CHECKING:
    from clientela.loyalty.programme import Programme
    from clientela.loyalty.store.interface import Connection

LATEST: Final = "latest_instant"
"""Mark: the latest instant that a change was made at."""


def see(db: Connection, now: int) -> int:
    """Remember an instant; return the latest one ever seen, this one included."""
    latest = clicks.mark(db, LATEST)
    if now > latest:
        clicks.set_mark(db, LATEST, now)
    return max(now, latest)


def hold_from(db: Connection, programme: Programme, bought_on: date, now: int) -> date:
    """Return the day from which a hold counts for a purchase that the till saw.

    It is the day of the purchase; while the clock stands on an earlier day than one seen before, the till's
    days cannot be believed, and the hold counts from the latest day seen, so that it never gets shorter.
    """
    latest = programme.today(see(db, now))
    return max(bought_on, latest) if programme.today(now) < latest else bought_on
