"""What no browser of a friend sends is refused before anything reads it."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from clientela.referral_server.http.forms import API_BODY, PAGE_BODY
from clientela.referral_server.http.problems import (
    BadRequestError,
    ForbiddenError,
    LengthRequiredError,
    NotFoundError,
    TooLargeError,
)

PLAIN: Final = re.compile(r"/|(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?")
"""Paths that need no second look."""


def check(environ: dict[str, Any], path: str) -> None:
    """Refuse what no browser of a friend sends, before anything reads it.

    Raises:
        BadRequestError: for a path or query that is no UTF-8, or a length that is no number.
        LengthRequiredError: for a body that comes in chunks, and for a form that does not say how long it is.
        NotFoundError: for a path with dots, doubled slashes, backslashes or control signs.
        TooLargeError: if the announced body is longer than any page or call takes.
        ForbiddenError: for a form posted from another site.
    """
    if not PLAIN.fullmatch(path):
        _check_path(path)
    if "%" in (query := str(environ.get("QUERY_STRING") or "")):
        try:
            unquote_to_bytes(query).decode("utf-8")
        except UnicodeError:
            raise BadRequestError from None
    _check_length(environ, path)
    # Browsers say where a form comes from; who says nothing still needs the form's token.
    if environ.get("REQUEST_METHOD") == "POST" and environ.get("HTTP_SEC_FETCH_SITE") in (
        "cross-site",
        "same-site",
    ):
        raise ForbiddenError


def _check_length(environ: dict[str, Any], path: str) -> None:
    """Let a body in only with its length: what an end cut off is told from what is whole by nothing else."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length and not (length.isascii() and length.isdigit()):
        raise BadRequestError
    if environ.get("HTTP_TRANSFER_ENCODING") or (environ.get("REQUEST_METHOD") == "POST" and not length):
        raise LengthRequiredError
    if int(length[:20] or "0") > (API_BODY if path.startswith("/api/") else PAGE_BODY):
        raise TooLargeError


def _check_path(path: str) -> None:
    try:
        text = path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise BadRequestError from None
    if not text.startswith("/") or not text.isprintable() or "\\" in text or "//" in text or "/." in text:
        raise NotFoundError
