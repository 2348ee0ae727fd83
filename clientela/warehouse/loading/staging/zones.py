"""The time zone that a heading names: ``Created (UTC)``, ``Date GMT+2``, ``Orario (Europe/Rome)``."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_OFFSET: Final = re.compile(r"\b(?:UTC|GMT)(?:\s*([+−-])\s*(\d{1,2})(?::?00)?)?(?![\w:])", re.IGNORECASE)
_NAME: Final = re.compile(r"\b([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+){1,2})\b")


@cache
def zone_named(heading: str) -> str | None:
    """Return the zone that a heading says, as the IANA names it; None where it says none."""
    from zoneinfo import ZoneInfo

    if found := _OFFSET.search(heading):
        sign, hours = found.groups()
        # The IANA counts these westwards: Etc/GMT-2 is two hours before Greenwich's clock.
        return f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}" if hours and int(hours) else "UTC"
    for name in _NAME.findall(heading):
        try:
            return ZoneInfo(name).key
        except (KeyError, OSError, ValueError):
            continue
    return None
