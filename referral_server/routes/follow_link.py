"""A friend follows a link: look it up, keep the click, send them on.

A plain WSGI function before everything else, for a link is followed far more often than any page is read.
The answer leaves only when the click is on disk; what goes wrong with that is ours, and the friend goes on
all the same.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from clientela.loyalty.links import links, visitors
from clientela.loyalty.links.clicks import CHANNELS, Click, new_hit_id
from clientela.loyalty.store.errors import ClickLostError, StoreUnavailableError
from clientela.referral_server.http import agents, typed_address
from clientela.referral_server.http.problems import TooManyRequestsError

if TYPE_CHECKING:
    from clientela.loyalty.links.links import Link
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Store

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PATH: Final = re.compile(r"/r/([A-Za-z0-9]{1,64})/?")

HOST: Final = re.compile(r"[a-z][a-z0-9+.-]{0,20}://(?:[^/?#@]*@)?([a-z0-9.-]{1,253})(?:[:/?#]|$)")

CHANNEL_LENGTH: Final = 80
"""Signs of ``c=`` and what a message wrote right behind it."""

BELIEVED_S: Final = 0.75
"""Seconds for which a link found is not looked up again; a disabled one is dead within a second."""

MOST_LINKS: Final = 10_000
"""Links held in memory."""

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

ALWAYS: Final = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex, nofollow"),
]

ON_THE_WAY: Final = [
    *ALWAYS,
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Content-Length", "0"),
]


def make(
    store: Store,
    programme: Programme,
    *,
    preview: Callable[[Environ, Link], str],
    missing: Callable[[Environ], str],
    address_of: Callable[[Environ], str],
    clock: Callable[[], int],
    on_lost: Callable[[], None],
    allow_miss: Callable[[str], bool],
    on_click: Callable[[str], None] | None = None,
) -> Application:
    """Return the WSGI function of ``/r/<code>``.

    It answers 302, 200 to a preview, 404 alike to an unknown and a disabled code, 405; it raises
    StoreUnavailableError where it can neither look a code up nor knows it, and TooManyRequestsError where
    ``allow_miss`` says no.

    Args:
        store: where links are and clicks go.
        programme: says where a link leads, and the shop's day.
        preview: HTML of what a messenger shows of a link.
        missing: HTML for a code that leads nowhere.
        address_of: the client's address, no proxy's.
        clock: the instant, milliseconds since 1970 UTC.
        on_lost: called for a click that neither store nor fallback took.
        allow_miss: whether a network, /24 or /48, may ask for one more code that does not exist.
        on_click: called with the kind of each click that was kept.
    """
    return _Follow(
        _Links(store),
        _Recorder(store, programme, address_of, clock, on_lost, on_click),
        target(programme),
        preview,
        missing,
        lambda environ: allow_miss(visitors.network(address_of(environ))),
    )


def target(programme: Programme) -> str:
    """Return the address that links lead to; empty for our own page.

    Checked here although it was checked when it was written: https only, a host on the list, no user name.
    """
    url = programme.target_url
    if not url or not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme == "https" and "@" not in parts.netloc and parts.port in (None, 443)
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    return url if is_plain and host in {each.lower() for each in programme.target_hosts} else ""


@dataclass(frozen=True)
class _Follow:
    """The WSGI function."""

    links: _Links
    recorder: _Recorder
    target: str
    preview: Callable[[Environ, Link], str]
    missing: Callable[[Environ], str]
    allow_miss: Callable[[Environ], bool]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [*ON_THE_WAY, ("Allow", "GET, HEAD")])
            return [b""]
        path = PATH.fullmatch(environ.get("PATH_INFO") or "")
        link = self.links.find(path[1]) if path else None
        if link is None:
            return self._nowhere(environ, start_response, method)
        if method == "HEAD":
            # Nobody reads a HEAD: no click, and no hit for the page to name.
            start_response("302 Found", [*ON_THE_WAY, ("Location", self.target or f"/i/{link.code}")])
            return [b""]
        agent = agents.classify(environ)
        hit_id = self.recorder.record(environ, link.link_id, agent.kind, agent)
        if agent.family == "preview":
            return _page(start_response, "200 OK", self.preview(environ, link), method)
        location = self.target or f"/i/{link.code}?k={hit_id}"
        start_response("302 Found", [*ON_THE_WAY, ("Location", location)])
        return [b""]

    def _nowhere(self, environ: Environ, start_response: Callable[..., Any], method: str) -> Iterable[bytes]:
        """Answer a code that is unknown or disabled, alike; keep the click without the code."""
        if not self.allow_miss(environ):
            raise TooManyRequestsError(60)
        if method == "GET":
            self.recorder.record(environ, None, "orphan", agents.classify(environ))
        return _page(start_response, "404 Not Found", self.missing(environ), method)


class _Links:
    """The links looked up lately; coherent with every process that writes, to within ``BELIEVED_S``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, tuple[Link, float]] = {}

    def find(self, code: str) -> Link | None:
        """Return a link by its code; None if there is none, or none that works.

        While the store gives no answer, what was held last counts however old it is: a friend is not turned
        away for a fault of ours.

        Raises:
            StoreUnavailableError: if the store gives no answer and the code was not held.
        """
        held = self._held.get(code)
        asked_at = time.monotonic()
        if held is not None and asked_at < held[1]:
            return held[0]
        try:
            with self._store.read() as db:
                link = links.find(db, code)
        except StoreUnavailableError:
            if held is None:
                raise
            return held[0]
        if link is None:
            self._held.pop(code, None)
        else:
            if len(self._held) >= MOST_LINKS:
                self._held.clear()
            self._held[code] = (link, asked_at + BELIEVED_S)
        return link


class _Recorder:
    """Makes a click of a request and keeps it."""

    def __init__(
        self,
        store: Store,
        programme: Programme,
        address_of: Callable[[Environ], str],
        clock: Callable[[], int],
        on_lost: Callable[[], None],
        on_click: Callable[[str], None] | None,
    ) -> None:
        self._store, self._programme = store, programme
        self._address_of, self._clock = address_of, clock
        self._on_lost, self._on_click = on_lost, on_click
        self._keys = visitors.VisitorKeys(store)
        self._today = (-1, "")
        """A minute since 1970 and its day, together so that no thread sees half of a change."""

    def record(self, environ: Environ, link_id: int | None, kind: str, agent: agents.Agent) -> str:
        """Keep a click; return the id of the hit once it is on disk, or once nothing takes it."""
        at = self._clock()
        day = self._shop_day(at)
        visitor = None
        if kind == "person" and (key := self._keys.of(day)) is not None:
            visitor = visitors.visitor_hash(key, self._address_of(environ), agent.family)
        hit_id = new_hit_id(at)
        click = Click(
            hit_id,
            link_id,
            at,
            day,
            kind,
            visitor,
            channel_of(environ.get("QUERY_STRING") or ""),
            agent.family,
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


def channel_of(query: str) -> str | None:
    """Return how the link was handed over, from ``c=``; None if it is not said or not known."""
    for part in query[:400].split("&"):
        if part.startswith("c=") and len(part) <= CHANNEL_LENGTH:
            # What stands right behind a link does not change how it was handed over.
            return CHANNELS.get(part[2:] if len(part) == 3 else typed_address.bare(unquote(part[2:])))
    return None


def referrer_host(referrer: str) -> str | None:
    """Return the host of the page that the friend comes from; nothing else of its address."""
    if not referrer:
        return None
    host = HOST.match(referrer[:400].lower())
    return host[1] if host else None


def _page(start_response: Callable[..., Any], status: str, html: str, method: str) -> Iterable[bytes]:
    """Answer with a page; with its headers alone to a HEAD."""
    body = html.encode()
    start_response(
        status,
        [
            *ALWAYS,
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", PAGE_POLICY),
            ("Content-Length", str(len(body))),
        ],
    )
    return [b"" if method == "HEAD" else body]
