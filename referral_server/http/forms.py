"""Forms and the fields of an address, read strictly; whose form it is, ``form_tokens`` tells."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from clientela.referral_server.http.problems import (
    BadRequestError,
    LengthRequiredError,
    TooLargeError,
)
from clientela.strict_json import ShapeError, StrictJsonError

if TYPE_CHECKING:
    from clientela.strict_json import Shape

PAGE_BODY: Final = 64 * 1024
"""Bytes of a form at most."""

API_BODY: Final = 4 * 1024 * 1024
"""Bytes of a call to the API at most."""

MOST_FIELDS: Final = 200

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\u2028\u2029]")
"""Signs that no form field of ours can hold; line breaks and tabs are read as blanks."""

BLANKS: Final = re.compile(r"[\t\r\n]+")


def clean(text: str) -> str:
    """Return a field's text on one line.

    Raises:
        BadRequestError: if it holds a control sign.
    """
    if CONTROL.search(text):
        raise BadRequestError
    return BLANKS.sub(" ", text).strip()


def _decoded(raw: bytes) -> str:
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequestError from None


def read_pairs(raw: bytes) -> dict[str, str]:
    """Read ``name=value&…``; of a name given twice the first value counts.

    Raises:
        BadRequestError: if it is no UTF-8, has control signs or too many fields.
    """
    parts = [part for part in raw.split(b"&") if part]
    if len(parts) > MOST_FIELDS:
        raise BadRequestError
    found: dict[str, str] = {}
    for part in parts:
        name, _sep, value = part.partition(b"=")
        found.setdefault(clean(_decoded(name)), clean(_decoded(value)))
    return found


def body(request: Any, limit: int = PAGE_BODY) -> bytes:
    """Read a request's body.

    Args:
        request: Bottle's request.
        limit: bytes that are read at most.

    Raises:
        BadRequestError: if its length is no number or more than what arrives.
        LengthRequiredError: if it does not say how long it is.
        TooLargeError: if it is longer than the limit.
    """
    environ = request.environ
    given = environ.get("CONTENT_LENGTH") or ""
    if given and not (given.isascii() and given.isdigit()):
        raise BadRequestError
    if given and int(given) > limit:
        raise TooLargeError
    if not given or environ.get("HTTP_TRANSFER_ENCODING"):
        raise LengthRequiredError
    data: bytes = environ["wsgi.input"].read(int(given)) if int(given) else b""
    if len(data) != int(given):
        raise BadRequestError
    return data


def fields(request: Any) -> dict[str, str]:
    """Return the fields of a posted form, one line of text each.

    Raises:
        BadRequestError: if it is no form, no UTF-8, or holds control signs.
        TooLargeError: if it is longer than 64 KiB.
    """
    kind = (request.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    data = body(request)
    if data and kind != "application/x-www-form-urlencoded":
        raise BadRequestError
    return read_pairs(data)


def query(request: Any) -> dict[str, str]:
    """Return the fields of the address, read as strictly as a form.

    Raises:
        BadRequestError: if it is no UTF-8 or holds control signs.
    """
    return read_pairs(str(request.environ.get("QUERY_STRING") or "").encode("latin-1", "replace"))


def json_object(request: Any, shape: Shape, limit: int = PAGE_BODY) -> dict[str, Any]:
    """Return a body that is one JSON object, such as a page's script sends.

    Args:
        request: Bottle's request.
        shape: of the object.
        limit: bytes that are read at most.

    Raises:
        BadRequestError: if it is none, of another shape, or no UTF-8.
        TooLargeError: if it is longer than the limit.
    """
    kind = (request.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    data = body(request, limit)
    if kind != "application/json":
        raise BadRequestError
    try:
        found: dict[str, Any] = shape.read(data)
        # A lone surrogate can be written as \ud800 and would fail far from here.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (StrictJsonError, ShapeError, ValueError):
        raise BadRequestError from None
    return found
