"""Words in cells, whatever their case, accents and signs; a word in no list means nothing."""

from __future__ import annotations

from itertools import combinations

import pytest

from clientela.warehouse.loading.staging import known_words


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Completed", "counts"), ("wc-cancelled", "cancelled"), ("on-hold", "ask"), ("ON_HOLD", "ask"),
        ("Stornato", "cancelled"), ("checkout-draft", "cancelled"), (" partially  refunded ", "counts"),
        ("Rimborsato", "refunded"), ("in attesa", "ask"), ("plutonium", None), ("", None),
    ],
)  # fmt: skip
def test_a_status_word_has_one_meaning_however_it_is_spelled(word: str, meaning: str | None) -> None:
    assert known_words.meaning("status", word) == meaning


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Nota di Credito", "credit_note"), ("TD04", "credit_note"), ("Scontrino", "invoice"), ("xyz", None)],
)
def test_a_kind_of_document_is_known_by_its_word(word: str, meaning: str | None) -> None:
    assert known_words.meaning("documents", word) == meaning


def test_no_word_of_a_section_stands_in_two_lists() -> None:
    for section, lists in (
        ("status", ("counts", "cancelled", "refunded", "quote", "ask")),
        ("documents", ("invoice", "credit_note", "set_aside")),
    ):
        for one, other in combinations(lists, 2):
            shared = {w for w in known_words.words(section, one) if known_words.is_in(section, other, w)}
            assert not shared, (section, one, other, shared)


@pytest.mark.parametrize(
    ("written", "code"),
    [("€", "EUR"), ("usd", "USD"), ("£", "GBP"), ("CHF", "CHF"), ("¥", "JPY"), ("q", None)],
)
def test_a_currency_is_known_by_its_code_its_sign_or_its_name(written: str, code: str | None) -> None:
    assert known_words.currency_of(written) == code
