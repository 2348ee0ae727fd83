"""Printed cards: a phone reads them, a person says them, an archive keeps them."""

from __future__ import annotations

import logging
from dataclasses import replace

import pypdfium2
import pytest

from clientela.templates.cards import CARDS_IN_A_FILE, Card, a6, fitting, sheet, sheets
from tests.yardsticks.pdf_promise import assert_kept

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
    replace(ANNA, offer="Benvenuto da Bottega Alba"),
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
    assert_kept(pdf)
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
        "Inquadra, o di’ alla cassa ANNA 7K3 F9X vale 90 giorni da quando lo salvi"
    )
    assert "Anna sent you" in text(sheet([ANNA], "en"))


OFFERS = [
    "10 € di sconto sul primo acquisto",
    "€10 off your first purchase",
    "Un caffè",
    "SCONTO DI DIECI EURO SU TUTTO",
    "Buonissimissimamente buonissimissimi",
    "Un bicchiere di vino della casa con la prima cena per due",
    "Sconto del 15 % sul primo taglio, piega compresa, dal martedì al giovedì, su appuntamento o sabato",
    "M" * 36,
    "Precipitevolissimevolmente in omaggio",
    LONG.offer,
]
NAMES = [
    "Anna",
    "Ristorante Alla Pesa",
    "Antica Premiata Salumeria Brambilla",
    "Massimiliano Alessandro Maria",
]


def places(pdf: bytes, wanted: str, number: int = 0) -> list[tuple[float, float, float, float]]:
    """Return where each letter of a text stands: left, bottom, right, top in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number].get_textpage()
        said = page.get_text_range().replace("\r", " ").replace("\n", " ")
        at = said.index(wanted)
        boxes = [page.get_charbox(place) for place in range(at, at + len(wanted))]
        return [tuple(edge / 72 * 25.4 for edge in box) for box in boxes]
    finally:
        document.close()


@pytest.mark.parametrize("sender", NAMES)
@pytest.mark.parametrize("offer", OFFERS)
def test_the_end_of_an_offer_stands_above_the_line_and_beside_the_square(offer: str, sender: str) -> None:
    card = replace(ANNA, offer=offer, sender=sender)
    last = fitting(offer, 110).split()[-1][-6:]
    for left, bottom, right, _top in places(sheet([card]), last):
        # The card's upper left corner is at 20 mm and 283.5 mm; the line is 40 mm below it.
        assert bottom >= 283.5 - 40.3
        assert 25 <= left <= right <= 20 + 49
    for left, bottom, right, _top in places(a6(card), last):
        assert bottom >= 148 - 63, "it runs into the square"
        assert 8 <= left <= right <= 97


def test_a_card_is_used_to_its_edges() -> None:
    """The offer is the largest text; square and words take the card from edge to edge."""
    pdf = sheet([ANNA])
    (_text, width), (offer, code) = squares(pdf)[0], (places(pdf, "10\u00a0€"), places(pdf, "ANNA 7K3"))
    assert width >= 29
    assert max(top - bottom for _l, bottom, _r, top in offer) > max(
        top - bottom for _l, bottom, _r, top in code
    )
    assert min(bottom for _l, bottom, _r, _t in code) <= 283.5 - 47
    large = squares(a6(ANNA))[0][1]
    assert large >= 47


def test_the_large_card_fits_one_page_and_is_scanned() -> None:
    pdf = a6(LONG)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    width, height = document[0].get_size()
    document.close()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (105, 148)
    assert [text for text, _width in squares(pdf)] == [LONG.url]
    assert_kept(pdf)


def test_names_lose_what_no_typeface_draws_and_what_turns_the_line_round() -> None:
    assert fitting("Zoë 🦊", 28) == "Zoë"
    assert fitting("Anna\u202e\nRossi", 28) == "Anna Rossi"
    assert fitting("Massimiliano Alessandro Giangiacomo", 28) == "Massimiliano Alessandro…"
    assert fitting("Supercalifragilistichespiralidoso", 12) == "Supercalifr…"
    assert fitting("שרה", 28) == "שרה"


def test_a_name_of_pictures_only_is_a_friend() -> None:
    assert "Ti manda un amico" in text(sheet([replace(ANNA, sender="🦊")]))


def test_markup_in_a_name_is_printed_as_text() -> None:
    assert "<script>" in text(sheet([replace(ANNA, sender="<script>")]))


def test_equal_cards_give_equal_bytes() -> None:
    assert a6(ANNA) == a6(ANNA)


def test_many_cards_come_as_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CARDS_IN_A_FILE == 500
    monkeypatch.setattr("clientela.templates.cards.CARDS_IN_A_FILE", 2)
    files = list(sheets([ANNA] * 5))
    assert [len(squares(file)) for file in files] == [2, 2, 1]
