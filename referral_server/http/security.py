"""The headers of every answer, and the only two ways to answer with a page or a redirect."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from bottle import HTTPResponse

from clientela.referral_server.http.problems import BadRequestError

CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load: its style and its pictures from here, and no script at all."""

NOTHING_POLICY: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
"""For what is no page: JSON, text, pictures."""

ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    (
        "Permissions-Policy",
        "accelerometer=(), browsing-topics=(), camera=(), geolocation=(), gyroscope=(), microphone=(), "
        "payment=(), usb=()",
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Content-Security-Policy", NOTHING_POLICY),
)
"""Sent with every answer unless it says otherwise itself."""

STRICT_TRANSPORT: Final = ("Strict-Transport-Security", "max-age=31536000")
"""Sent where the pages' own address is https."""

SCRIPT_HASH: Final = re.compile(r"sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}")

Headers = list[tuple[str, str]]


def completed(headers: Headers, extra: tuple[tuple[str, str], ...] = ()) -> Headers:
    """Return an answer's headers with those that every answer carries."""
    return headers + _missing(tuple([name for name, _value in headers]), extra)


@lru_cache(maxsize=256)
def _missing(given: tuple[str, ...], extra: tuple[tuple[str, str], ...]) -> Headers:
    """Return what is to be added to headers of these names; there are few sets of them, asked for often."""
    known = {name.lower() for name in given}
    return [pair for pair in ALWAYS + extra if pair[0].lower() not in known]


def content_policy(script_hash: str | None = None) -> str:
    """Return a page's policy.

    Args:
        script_hash: ``sha256-…`` of the one script that the page may run, in base64; the page may then also
            speak to this server. A script with an address of its own needs the same hash as ``integrity``.
    """
    if script_hash is None:
        return CONTENT_POLICY
    bare = script_hash.strip("'")
    if not SCRIPT_HASH.fullmatch(bare):
        raise ValueError("script_hash must look like sha256-…")
    return f"{CONTENT_POLICY}; script-src '{bare}'; connect-src 'self'"


def page(html: str, *, script_hash: str | None = None, status: int = 200) -> Any:
    """Return a page as an answer of the server."""
    return HTTPResponse(
        html.encode(),
        status=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": content_policy(script_hash),
        },
    )


def see_other(path: str, status: int = 303) -> Any:
    """Send the browser to another page of this server.

    Args:
        path: begins with one slash; nothing of a request's headers may be in it.
        status: 303 after a form, 302 otherwise.

    Raises:
        BadRequestError: if the path would lead away from this server.
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise BadRequestError
    # Bottle's redirect() would join it with the Host that the client sent.
    return HTTPResponse(status=status, headers={"Location": quote(path, safe="/?&=#%~.-_:@,;+")})
