"""Printed cards: a phone reads them, a person says them, an archive keeps them."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal

import page
import pypdfium2
import pytest

from clientela.templates.cards import CARDS_IN_A_FILE, Card, a6, fitting, sheet, sheets

zxingcpp = pytest.importorskip("zxingcpp")

ANNA = Card(
    shop="Bottega Alba",
    sender="Anna",
    offer="10 € di sconto sul primo acquisto",
    url="https://negozio.example/r/abcdEFGH1234?c=q",
    spoken="ANNA 7K3 F9X",
    window_days=90,
)
LONG = replace(
    ANNA,
    sender="Massimiliano Alessandro Giangiacomo",
    shop="Antica Premiata Salumeria Gastronomia Fratelli Brambilla & Figli",
    offer="Un assaggio di formaggi e un bicchiere di vino della casa, a scelta fra tre, da 20 € in su",
    url="https://passaparola.antica-premiata-salumeria-gastronomia-brambilla.example/r/abcdEFGH1234?c=q",
    spoken="MASSIMIL 7K3 F9X",
)
STRANGE = [
    LONG,
    replace(ANNA, sender="Zoë 🦊"),
    replace(ANNA, sender="🦊"),
    replace(ANNA, sender="שרה"),
    replace(ANNA, sender="محمد"),
    replace(ANNA, sender='<script>alert("1")</script>\n\u202egnp'),
    replace(ANNA, sender="Supercalifragilistichespiralidoso"),
    replace(ANNA, offer=""),
    replace(ANNA, sender="D'Angelo & C."),
    ANNA,
]


def text(pdf: bytes, number: int = 0) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(document[number].get_textpage().get_text_bounded().split())
    finally:
        document.close()


def squares(pdf: bytes, dots_per_inch: int = 200) -> list[tuple[str, float]]:
    """Return every code that a reader finds on the pages, with its width in millimetres without the white."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for number in range(len(document)):
            drawn = document[number].render(scale=dots_per_inch / 72).to_pil().convert("L")
            for code in zxingcpp.read_barcodes(drawn):
                corners = code.position
                width = corners.top_right.x - corners.top_left.x
                found.append((code.text, width / dots_per_inch * 25.4))
        return found
    finally:
        document.close()


@pytest.mark.parametrize(("cards", "language"), [([ANNA], "en"), ([*STRANGE, ANNA], "it")])
def test_a_sheet_is_accessible_and_archival(
    cards: list[Card], language: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = sheet(cards, language)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        verdict = page.validate_pdf_bytes(pdf, profile=profile)
        assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]
    assert [record.getMessage() for record in caplog.records] == []


def test_every_card_of_a_sheet_can_be_scanned_and_is_large_enough() -> None:
    cards = [replace(ANNA, url=f"https://negozio.example/r/abcdEFGH{n:04}?c=q") for n in range(11)]
    found = squares(sheet([*cards, LONG]))
    assert sorted(text for text, _width in found) == sorted(card.url for card in [*cards, LONG])
    assert min(width for _text, width in found) >= 20


def test_a_card_says_who_sends_what_and_which_code() -> None:
    told = text(sheet([ANNA]))
    assert told == (
        "Bottega Alba Ti manda Anna 10 € di sconto sul primo acquisto "
        "Inquadra, o di' alla cassa ANNA 7K3 F9X vale 90 giorni da quando lo salvi"
    )
    assert "Anna sent you" in text(sheet([ANNA], "en"))


def test_the_large_card_fits_one_page_and_is_scanned() -> None:
    pdf = a6(LONG)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    width, height = document[0].get_size()
    document.close()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (105, 148)
    assert [text for text, _width in squares(pdf)] == [LONG.url]
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        assert page.validate_pdf_bytes(pdf, profile=profile).is_compliant


def test_names_lose_what_no_typeface_draws_and_what_turns_the_line_round() -> None:
    assert fitting("Zoë 🦊", 28) == "Zoë"
    assert fitting("Anna\u202e\nRossi", 28) == "Anna Rossi"
    assert fitting("Massimiliano Alessandro Giangiacomo", 28) == "Massimiliano Alessandro…"
    assert fitting("Supercalifragilistichespiralidoso", 12) == "Supercalifr…"
    assert fitting("שרה", 28) == "שרה"


def test_a_name_of_pictures_only_is_a_friend() -> None:
    assert "Ti manda un amico" in text(sheet([replace(ANNA, sender="🦊")]))


def test_without_the_owners_words_the_card_says_the_amount() -> None:
    assert "12,50 € di sconto sul primo acquisto" in text(a6(replace(ANNA, offer="", value=Decimal("12.5"))))
    assert "sconto" not in text(a6(replace(ANNA, offer="")))


def test_markup_in_a_name_is_printed_as_text() -> None:
    assert "<script>" in text(sheet([replace(ANNA, sender="<script>")]))


def test_equal_cards_give_equal_bytes() -> None:
    assert a6(ANNA) == a6(ANNA)


def test_many_cards_come_as_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CARDS_IN_A_FILE == 500
    monkeypatch.setattr("clientela.templates.cards.CARDS_IN_A_FILE", 2)
    files = list(sheets([ANNA] * 5))
    assert [len(squares(file)) for file in files] == [2, 2, 1]
