"""The clicks of the links: each kept once, and added up by link and day (``click_sums``)."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

KINDS: Final = ("person", "preview", "bot", "orphan")
CHANNELS: Final = {"q": "qr", "w": "whatsapp", "m": "mail", "s": "sms"}
"""What ``?c=`` may say: how a link was handed over."""


class Click(NamedTuple):
    """One GET of a link. A tuple, not a dataclass: the hot path makes one for each answer."""

    hit_id: str
    """Makes writing it twice harmless; see ``new_hit_id``."""

    link_id: int | None
    """None for an orphan: no link answers to the code, which is not kept."""

    at: int
    day: str
    """The shop's day, YYYY-MM-DD."""

    kind: str
    """person, preview, bot or orphan."""

    visitor: str | None = None
    """Keyed hash of this day; None where the day's key cannot be had."""

    channel: str | None = None
    agent: str | None = None
    """The browser's family, no version."""

    referrer_host: str | None = None


INSERT: Final = f"""
insert into clicks ({", ".join(Click._fields)})
values ({", ".join(f":{name}" for name in Click._fields)})
on conflict do nothing
"""

_DRAWN: Final[list[str]] = []
"""Random numbers not yet given away."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DRAWN.clear)


def new_hit_id(at: int) -> str:
    """Return the id of a hit: 64 random bits after the instant.

    The instant comes first so that new ids lie side by side in their index; random ones alone would dirty a
    page of it for each click.
    """
    try:
        drawn = _DRAWN.pop()
    except IndexError:
        # Many at once: asking the system for each would stop and restart this thread each time.
        text = os.urandom(8 * 256).hex()
        drawn = text[:16]
        _DRAWN.extend(text[place : place + 16] for place in range(16, len(text), 16))
    return f"{at:011x}{drawn}"
