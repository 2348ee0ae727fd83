"""The one reader of cookies: what is no cookie of ours is not there, whatever else the header holds.

Bottle's own reader goes through ``http.cookies``, which raises at signs that any stranger may send, and
through ``pickle`` for signed values. A test forbids it everywhere.
"""

from __future__ import annotations

import re
from typing import Any, Final

LONGEST: Final = 8192
"""Signs of the header that are looked at; ours are far shorter, and others' come from other programmes."""

VALUE: Final = re.compile(r"[A-Za-z0-9_.~-]{1,256}")
"""What every value of ours looks like; nothing in it needs decoding."""


def read(environ: dict[str, Any], name: str) -> str:
    """Return a cookie of a request, empty where there is none or where it holds anything that we never wrote.

    Of a name given twice the first that is whole counts.
    """
    header = str(environ.get("HTTP_COOKIE") or "")[:LONGEST]
    # Not at commas: a neighbouring host could put ``x=1,__Host-owner=…`` into a cookie of its own.
    for part in header.split(";"):
        found, sep, value = part.strip(" \t").partition("=")
        if sep and found == name and VALUE.fullmatch(value):
            return value
    return ""
