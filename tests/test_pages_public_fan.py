"""The fan's page: passing the link on, seeing what came of it, and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pypdfium2
import pytest

from clientela.i18n import speaking
from clientela.loyalty.rewards.programme import Programme
from clientela.referral_server import sharing
from tests.worlds.loyalty_world import PROGRAMME, at
from tests.worlds.public_pages import Pages, hidden, open_pages, read_square, words


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as shop:
        yield shop


def addresses(html: str, scheme: str) -> list[str]:
    return [unescape(found) for found in re.findall(rf'href="({scheme}[^"]*)"', html)]


def test_each_way_of_passing_on_carries_its_own_letter(pages: Pages) -> None:
    html = pages.get(pages.fan).text
    link = f"https://negozio.example/r/{pages.world.link().code}"
    (whatsapp,) = addresses(html, "https://wa.me")
    (mail,) = addresses(html, "mailto:")
    (sms,) = addresses(html, "sms:")
    assert parse_qs(urlsplit(whatsapp).query)["text"] == [
        "Ciao! Da Bottega Alba mi trovo proprio bene. Se ci passi, questo è per te: "
        f"10 € di sconto sul primo acquisto.\n{link}?c=w"
    ]
    assert unquote(mail).startswith("mailto:?subject=Un’idea per te: Bottega Alba&body=Ciao!")
    assert mail.endswith("%3Fc%3Dm")
    assert unquote(sms).startswith("sms:?&body=Ciao!")
    assert sms.endswith("%3Fc%3Ds")
    assert not set(' \n"<>+') & set(whatsapp + mail + sms)
    assert f'value="{link}" readonly' in html


def test_the_words_come_in_english_too(pages: Pages) -> None:
    html = pages.get(pages.fan, "en").text
    assert "For every friend who buys at Bottega Alba you get €10." in words(html)
    assert "Hi! I like going to Bottega Alba." in words(html)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(
    ("shop", "offer"),
    [
        ("Bottega Alba", "10 € di sconto"),
        ("L’Angolo “È Qui” – Caffè 🦊", "Un caffè dell’anima… ^ gratis"),
        ("Antica Premiata Salumeria Gastronomia Fratelli Brambilla & Figli", "Un assaggio " * 12),
        ("B" * 300, ""),
        ("李小龙", ""),
    ],
)
def test_an_sms_fits_one_message_without_strange_signs(language: str, shop: str, offer: str) -> None:
    link = "https://negozio.example/r/L4HaypkW2jjqq?c=s"
    with speaking(language):
        told = sharing.sms(replace(PROGRAMME, shop_name=shop, friend_offer=offer), link)
    # The basic alphabet of 3GPP TS 23.038, written here from the table; those of the second row count twice.
    basic = set(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
        "abcdefghijklmnopqrstuvwxyzäöñüà"
    )
    twice = set("^{}\\[~]|€")
    assert set(told) <= basic | twice
    assert len(told) + sum(sign in twice for sign in told) <= 160
    assert told.endswith(link)


def test_the_square_is_the_link_by_the_way_of_the_square(pages: Pages) -> None:
    answer = pages.get(f"{pages.fan}/qr.svg")
    assert answer.content_type.startswith("image/svg+xml")
    assert read_square(answer.text) == f"https://negozio.example/r/{pages.world.link().code}?c=q"


def test_the_card_is_a_pdf_in_the_readers_language(pages: Pages) -> None:
    for language, said in (("it", "Ti manda Anna"), ("en", "Anna sent you")):
        answer = pages.get(f"{pages.fan}/card.pdf", language)
        assert answer.content_type == "application/pdf"
        document = pypdfium2.PdfDocument(answer.data)
        told = document[0].get_textpage().get_text_bounded()
        document.close()
        assert said in told
        assert pages.world.link().spoken in told


def test_a_friend_has_a_name_only_if_they_said_so(pages: Pages) -> None:
    pages.save(contact="333 9876543")
    assert "un amico sconto salvato il 22 novembre 2026" in words(pages.get(pages.fan).text)
    pages.save(contact="333 9876544", name="Mario Rossi", share_name="yes")
    told = words(pages.get(pages.fan).text)
    assert "Mario R. sconto salvato" in told
    assert "Luca" not in told
    assert "Rossi" not in told
    assert "987654" not in told


def test_a_reward_waits_becomes_a_code_and_is_taken_back_with_the_reason(pages: Pages) -> None:
    pages.save()
    code = pages.world.value("select code from coupons")
    pages.world.redeem(code, "2026-11-22")
    claim = pages.world.value("select public_id from claims")
    bought = {"first_purchase_on": "2026-11-22", "qualifying_on": "2026-11-22", "qualifying_cents": 5000}
    pages.world.tell(claim, "payable", "2026-11-23", **bought)
    told = words(pages.get(pages.fan).text)
    assert "10 € in attesa fino al" in told
    assert "ha comprato: grazie" in told
    pages.world.tell(claim, "refunded", "2026-11-24", refunded_on="2026-11-24", **bought)
    assert "10 € annullato La merce è stata resa." in words(pages.get(pages.fan).text)


def test_the_rules_are_told_in_plain_words(tmp_path: Path) -> None:
    rules = {
        "window_days": 60,
        "hold_days": 7,
        "cap_per_month": 3,
        "reward_on_purchase": 2,
        "min_purchase": 25.5,
    }
    with open_pages(tmp_path, **rules) as shop:
        told = words(shop.get(shop.fan).text)
        assert "entro 60 giorni da quando salva lo sconto" in told
        assert "Non vale per chi è già cliente di Bottega Alba, né per te." in told
        assert "Il premio arriva con l’acquisto numero 2 del tuo amico." in told
        assert "L’acquisto deve essere di almeno 25,50 €." in told
        assert "Il premio aspetta 7 giorni" in told
        assert "Al massimo 3 premi al mese." in told


def test_a_fan_closes_the_link_and_what_is_earned_stays(pages: Pages) -> None:
    form = hidden(pages.get(pages.fan).text)
    assert form["do"] == "link"
    landing = pages.landing
    done = pages.post(f"{pages.fan}/withdraw", **form)
    assert done.status_code == 303
    told = words(pages.get(done.headers["Location"]).text)
    assert "Fatto: il tuo link è chiuso." in told
    assert "Per riaprirlo chiedi in negozio." in told
    assert "wa.me" not in pages.get(pages.fan).text
    assert pages.get(landing).status_code == 404
    assert pages.get(f"{pages.fan}/qr.svg").status_code == 404
    assert pages.get(f"{pages.fan}/card.pdf").status_code == 404


def test_a_fan_stops_the_messages_and_keeps_the_link(pages: Pages) -> None:
    from clientela.loyalty.people import consents
    from clientela.loyalty.people.consents import ConsentEntry

    yes = ConsentEntry("m:C1", "marketing", "email", "grant", at("2026-05-01"), "paper", "v1", "shop")
    pages.world.write(lambda db: consents.add(db, [yes]))
    form = hidden(pages.get(pages.fan).text)
    assert form["do"] == "messages"
    done = pages.post(f"{pages.fan}/withdraw", **form)
    assert "Fatto: non ti scriveremo più." in pages.get(done.headers["Location"]).text
    assert "Non voglio più messaggi" not in pages.get(pages.fan).text
    assert pages.get(pages.landing).status_code == 200


def test_without_a_public_address_there_is_no_link_or_card_and_the_page_says_why(
    tmp_path: Path,
) -> None:
    with open_pages(tmp_path, base_url="") as shop:
        page = shop.get(shop.fan)
        assert page.status_code == 200
        assert 'class="problem"' in page.text
        assert "wa.me" not in page.text
        assert shop.world.link().spoken[-7:] in page.text
        for name in ("qr.svg", "card.pdf"):
            refused = shop.get(f"{shop.fan}/{name}", "en")
            assert refused.status_code == 422
            assert "base_url" in words(refused.text)
        assert shop.get(shop.landing).status_code == 200
        assert shop.save().status_code == 303


def test_the_programme_of_the_tests_is_the_settings_own(pages: Pages) -> None:
    assert Programme.of(pages.settings) == pages.world.programme
