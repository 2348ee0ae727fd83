"""A friend follows a link: look it up, keep the click, send them on.

A plain WSGI function before everything else, for a link is followed far more often than any page is read.
The answer leaves only when the click is on disk; what goes wrong with that is ours, and the friend goes on
all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from clientela.loyalty.links import visitors
from clientela.referral_server.http import agents, security
from clientela.referral_server.http.problems import TooManyRequestsError
from clientela.referral_server.routes.click_recorder import ClickRecorder
from clientela.referral_server.routes.held_links import HeldLinks

if TYPE_CHECKING:
    from clientela.loyalty.links.links import Link
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Store
    from clientela.referral_server.http.wsgi import Environ, StartResponse

PATH: Final = re.compile(r"/r/([A-Za-z0-9]{1,64})/?")

CODE_AT: Final = len("/r/")
"""Where the code stands in the path."""

UNUSUAL: Final = frozenset(header for header, _words in agents.PREFETCH) | {"HTTP_TRANSFER_ENCODING"}
"""Headers of requests that have to be looked at more closely."""

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
) -> FollowLink:
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
    return FollowLink(
        HeldLinks(store),
        ClickRecorder(store, programme, clock, on_lost, on_click),
        target(programme),
        preview,
        missing,
        address_of,
        allow_miss,
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


@dataclass(frozen=True, slots=True)
class FollowLink:
    """The WSGI function, and its short cut."""

    links: HeldLinks
    recorder: ClickRecorder
    target: str
    preview: Callable[[Environ, Link], str]
    missing: Callable[[Environ], str]
    address_of: Callable[[Environ], str]
    allow_miss: Callable[[str], bool]

    def at_once(self, environ: Environ, address: str) -> str | None:
        """Keep a plain click and return where the friend goes on to; None if this is not for the short cut.

        Nearly every click is plain: a GET of a link that is held, by its bare code, by a person or a robot.
        No language and no page has to be thought of, and nothing is refused. Whatever else it is, the whole
        way decides, and nothing has been kept.

        Args:
            environ: the request.
            address: the client's, no proxy's.
        """
        code = str(environ.get("PATH_INFO"))[CODE_AT:]
        if (
            environ["REQUEST_METHOD"] != "GET"
            or not UNUSUAL.isdisjoint(environ)
            or not self.links.knows(code)
        ):
            return None
        if environ.get("CONTENT_LENGTH") or "%" in (environ.get("QUERY_STRING") or ""):
            return None
        agent = agents.read(str(environ.get("HTTP_USER_AGENT") or "")[: agents.LONGEST])
        link = self.links.find(code) if agent.kind != "preview" else None
        if link is None:
            return None
        hit_id = self.recorder.record(environ, link.link_id, agent.kind, agent.family, address)
        return self.target or f"/i/{code}?k={hit_id}"

    def headers(self, extra: tuple[tuple[str, str], ...]) -> security.Headers:
        """Return every header of a redirect but where it leads, complete."""
        return security.completed(ON_THE_WAY, extra)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
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
        hit_id = self._record(environ, link.link_id, agent.kind, agent)
        if agent.family == "preview":
            return _page(start_response, "200 OK", self.preview(environ, link), method)
        location = self.target or f"/i/{link.code}?k={hit_id}"
        start_response("302 Found", [*ON_THE_WAY, ("Location", location)])
        return [b""]

    def _nowhere(self, environ: Environ, start_response: StartResponse, method: str) -> Iterable[bytes]:
        """Answer a code that is unknown or disabled, alike; keep the click without the code."""
        if not self.allow_miss(visitors.network(self.address_of(environ))):
            raise TooManyRequestsError(60)
        if method == "GET":
            self._record(environ, None, "orphan", agents.classify(environ))
        return _page(start_response, "404 Not Found", self.missing(environ), method)

    def _record(self, environ: Environ, link_id: int | None, kind: str, agent: agents.Agent) -> str:
        return self.recorder.record(environ, link_id, kind, agent.family, self.address_of(environ))


def _page(start_response: StartResponse, status: str, html: str, method: str) -> Iterable[bytes]:
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
