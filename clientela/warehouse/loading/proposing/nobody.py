"""Names under which nobody is meant: what a till prints where it does not know who buys."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

_SIGNS: Final = re.compile(r"[\W_]+")


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return _SIGNS.sub(" ", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip()


@cache
def _lists() -> dict[str, frozenset[str]]:
    text = files(__package__ or "").joinpath("nobody.toml").read_text("utf-8")
    return {name: frozenset(map(_folded, words)) for name, words in tomllib.loads(text).items()}


def is_nobody(name: str) -> bool:
    """Tell whether a name stands for nobody: no letters, a known word, or only words of that kind."""
    plain = _folded(name)
    if not any(sign.isalpha() for sign in plain) or plain in _lists()["names"]:
        return True
    words = set(plain.split())
    return bool(words & _lists()["marks"]) and words <= _lists()["words"] | _lists()["marks"]
