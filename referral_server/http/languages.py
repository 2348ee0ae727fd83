"""Which language to answer in: the browser's if we speak it, else the shop's."""

from __future__ import annotations

from functools import lru_cache

from clientela.i18n import LANGUAGES

STAFF_FOLDERS = ("/t/", "/owner/", "/api/")
"""Pages of the shop's own people speak the shop's language whatever the browser says."""


@lru_cache(maxsize=1024)
def preferred(header: str, default: str) -> str:
    """Read ``Accept-Language``; the first language with the highest weight that we speak."""
    best, weight = default, 0.0
    for part in header.split(","):
        tag, _sep, rest = part.strip().partition(";")
        code = tag.split("-")[0].strip().lower()
        if code not in LANGUAGES:
            continue
        try:
            q = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            continue
        if q > weight:
            best, weight = code, q
    return best


def of(path: str, header: str, shop_language: str) -> str:
    """Return the language of an answer."""
    if not header or f"{path}/".startswith(STAFF_FOLDERS):
        return shop_language
    return preferred(header[:200], shop_language)
