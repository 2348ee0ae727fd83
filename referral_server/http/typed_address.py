"""Addresses as people pass them on: with the full stop of a sentence, a bracket, a blank, an invisible sign.

Messengers and mail programs take for part of a link what was written right behind it, some also what stands
right before its last part. What is neither letter nor digit at either end of a code or of a page's secret was
never part of it.
"""

from __future__ import annotations

import re
from typing import Final

PREFIXES: Final = ("/r/", "/i/", "/me/", "/mine/")
"""Pages whose addresses people hand on."""

LONGEST: Final = 600
"""Signs of a path that is looked at more closely."""

# No more than 64 signs go at either end: what a message writes is short, and looking stays quick.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""No such sign came with a link that somebody pasted; ends of lines do."""

_ENDS: Final = re.compile(r"^[\W_]+|[\W_]+$")

_CODE: Final = re.compile(r"(/[ri]/)[\W_]{0,64}([A-Za-z0-9]{1,64})[\W_]{0,64}")

_SECRET: Final = re.compile(
    # A secret has 22 signs and may itself begin or end with a dash: as little as can be is cut off before it.
    r"(/(?:me|mine)/)[\W_]{0,64}?([A-Za-z0-9_-]{22}(?:/[a-z]+(?:\.[a-z]+)?)?)[\W_]{0,64}"
)


def plain(path: str) -> str:
    """Return the path that was meant; the path itself where nothing can be meant by it.

    Args:
        path: as WSGI gives it, bytes of UTF-8 read as Latin-1.
    """
    if not path.startswith(PREFIXES) or len(path) > LONGEST:
        return path
    try:
        text = path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return path
    found = None if _CONTROL.search(text) else _CODE.fullmatch(text) or _SECRET.fullmatch(text)
    return found[1] + found[2] if found else path


def bare(text: str) -> str:
    """Return a text without what is neither letter nor digit at its ends."""
    return _ENDS.sub("", text)
