"""Names as others may see them, and as they are searched."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def first_name(name: str, *, is_firm: bool = False) -> str:
    """Return the first word of a person's name; a firm's whole name, for it has no first one."""
    return " ".join(name.split()) if is_firm else next(iter(name.split()), "")


def shown_name(name: str, *, is_firm: bool = False) -> str:
    """Return a name as others see it: ``Anna B.`` for Anna Maria Bruni, a firm's as it is."""
    words = name.split()
    if is_firm:
        return " ".join(words)
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else first_name(name)


def plain_letters(text: str) -> str:
    """Return a text in capitals without accents."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).upper()


@lru_cache(maxsize=4096)
def plain_number(text: str) -> str:
    """Return a receipt's number as it is compared: ``A-55`` for ``a 055``, the same paper typed otherwise."""
    parts = re.findall(r"[0-9]+|[^\W\d_]+", plain_letters(text))
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def words(name: str) -> list[str]:
    """Return the words of a name as they are compared: DANGELO, ROSSI and LU for ``D'Angelo-Rossi Lù``."""
    return re.findall(r"[^\W_]+", re.sub("['’`´.]", "", plain_letters(name)))
