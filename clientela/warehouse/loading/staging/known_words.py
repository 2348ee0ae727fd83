"""What the words in cells mean: statuses, kinds of document, payments, texts that are no key, currencies."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

_BLANKS: Final = re.compile(r"[\s_-]+")
_PREFIX: Final = re.compile(r"^wc (?=\w)")


def folded(word: str) -> str:
    """Write a word in the one form in which words are compared."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _PREFIX.sub("", _BLANKS.sub(" ", plain).strip())


@cache
def _lists() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the file: section, meaning, words as they stand there."""
    text = files(__package__ or "").joinpath("known_words.toml").read_text("utf-8")
    return {
        section: {
            meaning: tuple(word.strip() for word in words.replace("\n", " ").split(",") if word.strip())
            for meaning, words in lists.items()
        }
        for section, lists in tomllib.loads(text).items()
    }


def words(section: str, meaning: str) -> tuple[str, ...]:
    """Return the words of one list, as the file spells them."""
    return _lists()[section][meaning]


@cache
def _meanings(section: str) -> dict[str, str]:
    """Return what each folded word of a section means."""
    return {folded(word): meaning for meaning, known in _lists()[section].items() for word in known}


def meaning(section: str, word: str) -> str | None:
    """Return what a word means in a section (``status``, ``documents``, ``payment``); None where unknown."""
    return _meanings(section).get(folded(word))


def is_in(section: str, list_name: str, word: str) -> bool:
    """Tell whether a word stands in a list."""
    return folded(word) in _folded(section, list_name)


@cache
def _folded(section: str, list_name: str) -> frozenset[str]:
    return frozenset(map(folded, words(section, list_name)))


@cache
def currency_of(written: str) -> str | None:
    """Return the ISO code of a currency as a cell writes it: code, sign or name; None where unknown."""
    plain = written.strip().casefold()
    for code, spellings in _lists()["currencies"].items():
        if plain == code.casefold() or plain in spellings:
            return code
    return None


def currency_spellings() -> dict[str, str]:
    """Return every spelling of a currency, in lower case, with its ISO code."""
    known = _lists()["currencies"]
    return {code.lower(): code for code in known} | {
        spelling: code for code, spellings in known.items() for spelling in spellings
    }


def error_cells() -> tuple[str, ...]:
    """Return what spreadsheets write where a formula failed, in capitals."""
    return tuple(word.upper() for word in words("errors", "cells"))
