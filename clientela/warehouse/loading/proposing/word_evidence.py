"""What the words of a status or of a kind of document mean; unknown ones are to be asked."""

from __future__ import annotations

from clientela.warehouse.loading.proposing.evidence import Column
from clientela.warehouse.loading.staging.known_words import meaning


def status_words(column: Column) -> dict[str, tuple[str, ...]]:
    """Return meaning to the words of the file; words in no list stand under ``ask``."""
    return _sorted(column, "status", ("counts", "cancelled", "refunded", "quote", "ask"))


def document_words(column: Column) -> dict[str, tuple[str, ...]]:
    """Return meaning to the words of the file; empty where none of them is a kind of document."""
    found = _sorted(column, "documents", ("invoice", "credit_note", "set_aside", "ask"))
    return found if set(found) - {"ask"} else {}


def _sorted(column: Column, section: str, order: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {name: [] for name in order}
    for word in column.words():
        found[meaning(section, word.text) or "ask"].append(word.text)
    return {name: tuple(sorted(words)) for name, words in found.items() if words}
