"""Letters that look like others: Cyrillic а for a, the figure 1 for l, rn for m."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

AMONG_PLAIN: Final = {"0": "o", "1": "l", "|": "l", "i": "l", "m": "rn"}
"""Plain signs that are taken for each other; a small i may have been a capital, which looks like an l."""


UNSEEN: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and signs of no width, or blank, that Unicode does not file with the other unseen ones."""

UNSEEN_KINDS: Final = frozenset({"Cf", "Cc", "Mn", "Me", "Mc"})
"""Unicode categories of what nobody sees, accents included."""


@cache
def _models() -> dict[int, str]:
    """Return what each sign looks like."""
    text = (files("clientela.loyalty.people") / "look_alikes.txt").read_text("utf-8")
    lines = [line.split(" ") for line in text.splitlines() if not line.startswith("#")]
    return {ord(sign): model for model, signs in lines for sign in signs}


def plain(text: str) -> str:
    """Return a text in small letters, without accents, signs that nobody sees, and foreign look-alikes."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    seen = "".join(
        sign for sign in parts if unicodedata.category(sign) not in UNSEEN_KINDS and sign not in UNSEEN
    )
    return seen.translate(_models()).casefold()


def skeleton(text: str) -> str:
    """Return what a text looks like: two texts that can be taken for each other have one skeleton."""
    return "".join(AMONG_PLAIN.get(sign, sign) for sign in plain(text))
