"""The PDF: readable by a screen reader, fit for an archive, with its lists inside."""

from __future__ import annotations

import logging
import zlib
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from clientela.templates.pdf import Enclosure, render
from tests.worlds import report_shop
from tests.yardsticks.pdf_promise import assert_kept


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shop", "language"),
    [("whole", "it"), ("whole", "en"), ("hostile", "en"), ("empty", "it"), ("one", "it")],
)
def test_the_pdf_is_accessible_and_archival(
    shop: str, language: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        written = report_shop.report(tmp_path, shop, language, pdf=True)
    assert written.pdf is not None
    assert_kept(written.pdf.read_bytes(), has_footer=True)
    assert [record.getMessage() for record in caplog.records] == []


def render_plain(body: str, *enclosures: Enclosure) -> bytes:
    html = (
        '<html lang="en"><head><title>A</title><meta name="dcterms.created" content="2026-10-31">'
        f'<meta name="dcterms.modified" content="2026-10-31"></head><body><h1>A</h1>{body}</body></html>'
    )
    sheet = 'body { font-family: "Clientela Sans", system-ui, sans-serif } strong { font-weight: 600 }'
    return render(html, [sheet], enclosures, date(2026, 10, 31))


def test_a_packed_stream_may_end_in_any_byte() -> None:
    """One in 256 ends in a carriage return, which the line feed after it turns into the end of a line."""
    commas = (b"," * length for length in range(1, 257))
    unlucky = next(content for content in commas if zlib.compress(content)[-1:] == b"\r")
    enclosed = Enclosure("list.csv", unlucky, "A list")
    content = render_plain("", enclosed)
    assert b"\r\nendstream" in content
    assert_kept(content)
    document = pypdfium2.PdfDocument(content)
    assert bytes(document.get_attachment(0).get_data()) == unlucky
    document.close()


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> pypdfium2.PdfDocument:
    written = report_shop.report(tmp_path_factory.mktemp("report"), pdf=True)
    document = pypdfium2.PdfDocument(written.pdf)
    yield document
    document.close()


def text(document: pypdfium2.PdfDocument, number: int) -> str:
    return " ".join(document[number - 1].get_textpage().get_text_bounded().split())


def test_the_report_has_fourteen_pages_each_with_its_finding(pdf: pypdfium2.PdfDocument) -> None:
    assert len(pdf) == 14
    assert "418 clienti attivi, 5 in meno di settembre" in text(pdf, 1)
    assert "17 persone hanno comprato per la prima volta" in text(pdf, 2)
    assert "20 telefonate, in gioco" in text(pdf, 3)
    assert "58 fan, 38,6 % delle vendite" in text(pdf, 4)
    assert "La scala comincia dal primo acquisto con un nome" in text(pdf, 8)
    assert "Quanti clienti hai?" in text(pdf, 9)
    assert "58 fan, 15 hanno portato qualcuno che compra" in text(pdf, 10)
    assert "Ti consiglierebbero? ottobre 2026: +33" in text(pdf, 11)
    assert "Troppo presto per un voto" in text(pdf, 12)
    assert "17.885 righe lette; da correggere: 16" in text(pdf, 13)


def test_the_contents_name_the_pages_where_things_are(pdf: pypdfium2.PdfDocument) -> None:
    first = text(pdf, 1)
    assert "Chi chiamare domani, p. 3" in first
    assert "Dati e parole, p. 13" in first
    assert "acquirenti, p. 6" in first


def test_bookmarks_lead_to_every_page_and_category(pdf: pypdfium2.PdfDocument) -> None:
    marks = [(mark.level, mark.get_title()) for mark in pdf.get_toc()]
    assert marks == [
        (0, "In un minuto"), (0, "Chi si è mosso"), (0, "Chi chiamare domani"), (0, "Le sette categorie"),
        (1, "potenziali"), (1, "prospect"), (1, "persi"), (1, "arrivati col passaparola"), (1, "acquirenti"),
        (1, "clienti"), (1, "fan"), (0, "La scala degli acquisti"), (0, "Quanto vale un cliente"),
        (0, "Fan e amici"), (0, "Avevamo ragione?"), (0, "Dati e parole"),
    ]  # fmt: skip


def test_the_lists_and_numbers_travel_inside(pdf: pypdfium2.PdfDocument) -> None:
    names = {pdf.get_attachment(i).get_name() for i in range(pdf.count_attachments())}
    assert names == {
        "da-chiamare.csv", "potenziali.csv", "prospect.csv", "persi.csv", "passaparola.csv", "acquirenti.csv",
        "clienti.csv", "fan.csv", "premi.csv", "ancora-in-tempo.csv", "buoni-7-giorni.csv", "numeri.json",
    }  # fmt: skip


def test_names_of_every_script_stay_and_pictures_become_dots(tmp_path: Path) -> None:
    from clientela.templates.signs import drawable

    assert drawable("Zoë 🦊 e\u200d שרה – 12\u202f€") == "Zoë • e שרה – 12\u202f€".replace(
        "\u202f", drawable("\u202f")
    )
    assert drawable("plain") == "plain"


def test_letters_that_no_typeface_here_draws_are_said_to_be_there() -> None:
    """Toto, a script of 2021, stands for those that this machine has no typeface for."""
    from clientela.i18n import speaking
    from clientela.templates.cards import fitting
    from clientela.templates.signs import drawable

    with speaking("it"):
        assert drawable("<b>\U0001e290\U0001e291 \U0001e292</b> Bruni") == "<b>[altra scrittura]</b> Bruni"
    with speaking("en"):
        assert drawable("\U0001e290, שרה") == "[another script], שרה"
    assert fitting("\U0001e290 Li", 28) == "Li"
    assert drawable("A\x07\x7fB\n\tC") == "AB\n\tC"


def test_names_of_any_script_keep_the_promise(caplog: pytest.LogCaptureFixture) -> None:
    names = [
        "王小明", "김민수", "สมชาย ใจดี", "राम शर्मा", "አበበ", "𒀀𒀁", "Ａｎｎａ", "שרה כהן",
        "محمد العلي", "Γιώργος", "გიორგი", "Nguyễn Thị Ánh", "\U0001e290", "A\x07\x01B",
        "\ue000\uf8ff", "e\u0301\u0378", "𝓐𝓷𝓷𝓪 🦊\u200d👩", "①②Ⅻ", "A\U000e0041\u202eB",
    ]  # fmt: skip
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        assert_kept(render_plain("".join(f"<p><strong>{name}</strong> {name}</p>" for name in names)))
    assert [record.getMessage() for record in caplog.records] == []


def test_the_renderer_opens_nothing_but_the_typeface() -> None:
    from weasyprint.urls import FatalURLFetchingError

    from clientela.templates.typeface import font_folder, strict_fetcher

    fetcher = strict_fetcher()
    fetcher.fetch((font_folder() / "SourceSansPro-Regular.ttf").as_uri())
    for url in ("https://example.com/x.png", "http://127.0.0.1/", "file:///etc/passwd", "ftp://x/y"):
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(url)
