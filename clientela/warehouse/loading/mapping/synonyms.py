"""What the headings of a file mean: known words in Italian and English, compared without their spelling."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

EXACT: Final = 1.0
TOKENS: Final = 0.95
PART: Final = 0.92
LIKELY: Final = 0.9
"""The least likeness of a heading that is only similar; such a match is a suggestion."""

_SIGNS: Final = re.compile(r"[^\w%#]+|_")
_DOTTED: Final = re.compile(r"\b(\w)\.(?=\w\b)")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PATH: Final = re.compile(r"\s+[/›>|]\s+|(?<=\w{3})/(?=\w{3})")


_Meant = tuple[str, str, int]
"""Table, field, and the place of the word among the words of that field."""


@dataclass(frozen=True)
class Meaning:
    """A field that a heading may stand for."""

    table: str
    """A table of ``input_tables``, ``person`` for those that every table knows, or ``others``."""

    field: str
    score: float
    """1 the word itself, 0.95 its tokens in another order, 0.92 its last part, below 0.9 nothing."""

    rank: int = 0
    """Place of the word among those of its field: of two headings for one field the earlier is meant."""

    @property
    def is_sure(self) -> bool:
        """Whether it is a known word, not merely like one."""
        return self.score >= PART


@cache
def _data() -> dict[str, Any]:
    text = files(__package__ or "").joinpath("synonyms.toml").read_text("utf-8")
    return tomllib.loads(text)


def normalised(heading: str) -> str:
    """Write a heading in the one form in which headings are compared.

    Lower case, no accents, punctuation or currency, no articles; short forms written out.
    """
    return " ".join(_tokens(heading))


def _tokens(heading: str) -> Iterator[str]:
    text = _CAMEL.sub(" ", _DOTTED.sub(r"\1", heading.strip()))
    plain = unicodedata.normalize("NFKD", text.replace("°", " ").replace("º", " ")).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    short: dict[str, str] = _data()["abbreviations"]
    ignored = _ignored()
    tokens = [token for token in _SIGNS.split(plain) if token]
    for token in tokens:
        if token in ignored and len(tokens) > 1:
            continue
        yield from short.get(token, token).split()


@cache
def _ignored() -> frozenset[str]:
    return frozenset(_data()["ignored"]["words"])


@cache
def _meanings() -> dict[str, tuple[_Meant, ...]]:
    """Return the fields of every normalised word."""
    found: dict[str, dict[tuple[str, str], int]] = {}
    for table, fields in _data().items():
        if table in ("abbreviations", "ignored"):
            continue
        for field, words in fields.items():
            for rank, word in enumerate([field, *words] if table != "others" else words):
                found.setdefault(normalised(word), {}).setdefault((table, field), rank)
    return {
        word: tuple((*meant, rank) for meant, rank in fields.items())
        for word, fields in found.items()
        if word
    }


@cache
def _by_tokens() -> dict[frozenset[str], tuple[_Meant, ...]]:
    found: dict[frozenset[str], tuple[_Meant, ...]] = {}
    for word, meant in _meanings().items():
        if " " in word:
            key = frozenset(word.split())
            found[key] = found.get(key, ()) + meant
    return found


@cache
def known_words() -> frozenset[str]:
    """Return every known heading, normalised as ``normalised`` does."""
    return frozenset(_meanings())


def is_known(heading: str) -> bool:
    """Tell whether a cell is a heading that is known, whole or by its last part."""
    return bool(_known(heading))


def fields_of(heading: str, *, similar: bool = True) -> tuple[Meaning, ...]:
    """Return what a heading may mean, the surest first.

    Args:
        heading: as the file writes it; several rows joined by `` / ``.
        similar: whether words that are only like a known one are suggested too.
    """
    known = _known(heading)
    if known or not similar:
        return known
    return _similar(normalised(heading))


@cache
def _known(heading: str) -> tuple[Meaning, ...]:
    whole = normalised(heading)
    if whole in _meanings():
        return _scored(_meanings()[whole], EXACT)
    key = frozenset(whole.split())
    if key in _by_tokens():
        return _scored(_by_tokens()[key], TOKENS)
    parts = [normalised(part) for part in _PATH.split(heading)]
    if len(parts) > 1 and parts[-1] in _meanings():
        return _scored(_meanings()[parts[-1]], PART)
    return ()


@cache
def _similar(whole: str) -> tuple[Meaning, ...]:
    if len(whole) < 4:
        return ()
    from rapidfuzz import fuzz, process

    near = process.extractOne(whole, list(_meanings()), scorer=fuzz.ratio, score_cutoff=100 * LIKELY)
    if not near:
        return ()
    word, score, _place = near
    return _scored(_meanings()[word], min(score / 100, PART - 0.001))


def _scored(meant: tuple[_Meant, ...], score: float) -> tuple[Meaning, ...]:
    ranks: dict[tuple[str, str], int] = {}
    for table, field, rank in meant:
        ranks.setdefault((table, field), rank)
    return tuple(Meaning(*place, score, rank) for place, rank in ranks.items())
