"""A followed link becomes a click: when, by which way, from what browser; nothing says who it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from clientela.loyalty.links import visitors
from clientela.loyalty.links.clicks import CHANNELS, Click, new_hit_id
from clientela.loyalty.store.errors import ClickLostError
from clientela.referral_server.http import typed_address

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Store

HOST: Final = re.compile(r"[a-z][a-z0-9+.-]{0,20}://(?:[^/?#@]*@)?([a-z0-9.-]{1,253})(?:[:/?#]|$)")

CHANNEL_LENGTH: Final = 80
"""Signs of ``c=`` and what a message wrote right behind it."""

SHORT_QUERY: Final = 16
"""Signs of a query whose channel is kept in mind."""


class ClickRecorder:
    """Makes a click of a request and keeps it."""

    def __init__(
        self,
        store: Store,
        programme: Programme,
        clock: Callable[[], int],
        on_lost: Callable[[], None],
        on_click: Callable[[str], None] | None,
    ) -> None:
        self._store, self._programme, self._clock = store, programme, clock
        self._on_lost, self._on_click = on_lost, on_click
        self._keys = visitors.VisitorKeys(store)
        self._today = (-1, "")
        """A minute since 1970 and its day, together so that no thread sees half of a change."""

    def record(
        self, environ: dict[str, Any], link_id: int | None, kind: str, family: str, address: str
    ) -> str:
        """Keep a click; return the id of the hit once it is on disk, or once nothing takes it.

        Args:
            environ: the request; it says how the link was handed over, and which page it stood on.
            link_id: None for a code that is no link's.
            kind: person, preview, bot or orphan.
            family: of the browser; see ``agents.classify``.
            address: of the client; only its network counts, and only in the day's hash.
        """
        at = self._clock()
        day = self._shop_day(at)
        visitor = None
        if kind == "person" and (key := self._keys.of(day)) is not None:
            visitor = visitors.visitor_hash(key, address, family)
        hit_id = new_hit_id(at)
        click = Click(
            hit_id,
            link_id,
            at,
            day,
            kind,
            visitor,
            _channel(environ.get("QUERY_STRING") or ""),
            family,
            referrer_host(environ.get("HTTP_REFERER") or ""),
        )
        try:
            self._store.record(click)
        except ClickLostError:
            self._on_lost()
        else:
            if self._on_click is not None:
                self._on_click(kind)
        return hit_id

    def _shop_day(self, at: int) -> str:
        """Return the shop's day; worked out once a minute, for no midnight falls within one."""
        minute = at // 60_000
        held, day = self._today
        if minute != held:
            day = self._programme.today(at).isoformat()
            self._today = (minute, day)
        return day


def _channel(query: str) -> str | None:
    """Return the channel; of the few queries that our own links have it is known already."""
    return _short_channel(query) if len(query) <= SHORT_QUERY else channel_of(query)


def channel_of(query: str) -> str | None:
    """Return how the link was handed over, from ``c=``; None if it is not said or not known."""
    for part in query[:400].split("&"):
        if part.startswith("c=") and len(part) <= CHANNEL_LENGTH:
            # What stands right behind a link does not change how it was handed over.
            return CHANNELS.get(part[2:] if len(part) == 3 else typed_address.bare(unquote(part[2:])))
    return None


_short_channel = lru_cache(maxsize=256)(channel_of)


def referrer_host(referrer: str) -> str | None:
    """Return the host of the page that the friend comes from; nothing else of its address."""
    if not referrer:
        return None
    host = HOST.match(referrer[:400].lower())
    return host[1] if host else None
