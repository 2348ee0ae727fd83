"""The pages of friends: who sends them, the offer, saving it, and taking everything back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientela.i18n import speaking
from clientela.loyalty.links import links
from clientela.loyalty.store.errors import StoreUnavailableError
from clientela.referral_server.routes.landing import CONSENT_TEXT, consent_text
from tests.worlds.loyalty_world import NewMember, at
from tests.worlds.public_pages import Pages, codes, consent_rows, hidden, open_pages, words


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as shop:
        yield shop


def test_a_friend_reads_who_sends_them_what_they_get_and_until_when(pages: Pages) -> None:
    html = pages.get(pages.landing).text
    told = words(html)
    assert "Ti manda Anna B." in told
    assert "<h1>10 € di sconto sul primo acquisto</h1>" in html
    assert "Da Bottega Alba, per chi viene la prima volta. Vale fino al 20 febbraio 2027." in told
    assert codes(html) == [pages.world.link().spoken]
    assert "Bruni" not in html
    assert "333" not in html


def test_without_the_owners_words_the_offer_is_the_amount(tmp_path: Path) -> None:
    with open_pages(tmp_path, friend_offer="", friend_value=12.5) as shop:
        assert "12,50 € di sconto sul primo acquisto" in words(shop.get(shop.landing).text)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    with open_pages(nothing, friend_offer="", friend_value=0) as shop:
        assert "<h1>Benvenuti da Bottega Alba</h1>" in shop.get(shop.landing).text


@pytest.mark.parametrize(
    ("header", "query", "said"),
    [
        ("it", "", "it"),
        ("en-GB,en;q=0.9,it;q=0.8", "", "en"),
        ("de", "", "it"),
        ("", "", "it"),
        ("it", "?lang=en", "en"),
        ("en", "?lang=it", "it"),
        ("en", "?lang=xx", "en"),
    ],
)
def test_the_page_speaks_the_phones_language_or_the_one_asked_for(
    pages: Pages, header: str, query: str, said: str
) -> None:
    answer = pages.get(pages.landing + query, header)
    assert f'<html lang="{said}">' in answer.text
    assert {"it": "Salva il mio sconto", "en": "Save my discount"}[said] in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_language_once_chosen_stays_to_the_end(pages: Pages) -> None:
    path = f"{pages.landing}?lang=en"
    form = hidden(pages.get(path, "it").text)
    saved = pages.post(path, "it", **form, name="Luca", contact="333 9876543")
    assert saved.headers["Location"].endswith("?lang=en")
    assert "Your discount is ready" in pages.get(saved.headers["Location"], "it").text


def test_the_discount_needs_no_consent_and_the_box_starts_empty(pages: Pages) -> None:
    assert "checked" not in pages.get(pages.landing).text
    assert pages.save().status_code == 303
    assert consent_rows(pages) == []


def test_a_changed_consent_text_needs_a_new_version() -> None:
    told = []
    for lang in ("it", "en"):
        with speaking(lang):
            told.append(consent_text("Bottega"))
    assert (CONSENT_TEXT, hashlib.sha256("|".join(told).encode()).hexdigest()[:16]) == (
        "friend-1",
        "32059e643bca9df2",
    )


def test_a_tick_for_another_text_is_not_taken(pages: Pages) -> None:
    answer = pages.save(consent="yes", text_version="friend-0-it")
    assert answer.status_code == 422
    assert "checked" not in answer.text
    assert consent_rows(pages) == []


def test_the_same_form_sent_twice_is_one_discount(pages: Pages) -> None:
    form = {**hidden(pages.get(pages.landing).text), "name": "Luca", "contact": "luca@posta.example"}
    first, second = pages.post(pages.landing, **form), pages.post(pages.landing, **form)
    assert codes(pages.get(first.headers["Location"]).text) == codes(
        pages.get(second.headers["Location"]).text
    )
    assert pages.world.value("select count(*) from coupons") == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Scrivi il tuo nome, anche senza cognome."),
        ({"name": "\u202e \u200b"}, "name", "Scrivi il tuo nome, anche senza cognome."),
        ({"contact": ""}, "contact", "Scrivi un numero di telefono o un indirizzo e-mail."),
        ({"contact": "luca@posta"}, "contact", "Questo indirizzo non è completo"),
        ({"contact": "333 12"}, "contact", "Questo numero non torna"),
        ({"contact": "luca"}, "contact", "Questo non è né un telefono né un’e-mail."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    pages: Pages, typed: dict[str, str], field: str, said: str
) -> None:
    answer = pages.save(**{"share_name": "yes", "consent": "yes", **typed})
    assert answer.status_code == 422
    html = answer.text.replace("&#39;", "'")
    assert re.search(rf'<p class="error" id="{field}-error">{re.escape(said)}', html)
    (tag,) = re.findall(rf'<input id="{field}"[^>]*>', html)
    assert 'aria-invalid="true"' in tag
    assert f"{field}-error" in tag
    assert tag.endswith(" autofocus>")
    other = "contact" if field == "name" else "name"
    kept = {"contact": "333 9876543", "name": "Luca Verdi"}[other]
    assert f'id="{other}" name="{other}" type="text" value="{kept}"' in html
    assert html.count(" checked") == 2
    assert pages.world.all("select * from claims") == []


def test_unknown_and_disabled_links_get_the_same_page(pages: Pages) -> None:
    closed = pages.landing
    pages.world.write(lambda db: links.disable(db, pages.world.link().link_id, at("2026-11-01")))
    answers = [pages.get(path) for path in (closed, "/i/nobody1234", "/mine/nobody", "/me/nobody")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.data for answer in answers}) == 1
    assert "Questo link non è attivo" in answers[0].text
    assert [pages.post(path, name="Luca").status_code for path in (closed, "/i/nobody1234")] == [404] * 2


def test_a_form_from_elsewhere_saves_nothing_but_loses_nothing(pages: Pages) -> None:
    carlo = f"/i/{pages.world.link('C2').code}"
    foreign = hidden(pages.get(carlo).text)["form_token"]
    for token in ("", "x", foreign):
        answer = pages.save(form_token=token)
        assert answer.status_code == 422
        assert 'value="Luca Verdi"' in answer.text
        assert "premi il bottone ancora una volta" in answer.text
    assert pages.world.all("select * from claims") == []


def test_a_page_left_open_for_three_days_asks_to_press_again(pages: Pages) -> None:
    form = {**hidden(pages.get(pages.landing).text), "name": "Luca", "contact": "333 9876543"}
    pages.instant[0] += 3 * 86_400_000
    late = pages.post(pages.landing, **form)
    assert late.status_code == 422
    again = {**form, **hidden(late.text)}
    assert pages.post(pages.landing, **again).status_code == 303


def test_while_storage_is_away_the_friend_keeps_what_was_typed_and_can_say_the_code(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**hidden(pages.get(pages.landing).text), "name": "Luca Verdi", "contact": "333 9876543"}

    def fail(*_args: Any, **_more: Any) -> Any:
        raise StoreUnavailableError

    monkeypatch.setattr(pages.world.store, "write", fail)
    answer = pages.post(pages.landing, **form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Adesso non riusciamo a salvare" in answer.text
    assert 'value="Luca Verdi"' in answer.text
    assert codes(answer.text) == [pages.world.link().spoken]


def test_hostile_names_are_text_everywhere(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>\n\u202e\"'> Bru\x00ni"
    with open_pages(tmp_path, shop='Bar <b>\u202e & "Figli"\'') as shop:
        shop.world.invite(NewMember("C3", name, "347 1112223", None, "fan"))
        path = f"/i/{shop.world.link('C3').code}"
        form = hidden(shop.get(path).text)
        typed = {**form, "contact": "luca@posta.example", "share_name": "yes"}
        wrong = shop.post(path, **{**typed, "name": '"><script>x', "contact": '"><img>'})
        saved = shop.post(path, **{**typed, "name": "<script>x</script>\u202e\u2066 Verdi"})
        drawn = [
            shop.get(path),
            wrong,
            shop.get(saved.headers["Location"]),
            shop.get(f"/me/{shop.world.tokens['C3']}"),
            shop.get("/i/nobody"),
        ]
        assert [answer.status_code for answer in drawn] == [200, 422, 200, 200, 404]
        for answer in drawn:
            assert "<script" not in answer.text
            assert "<b>" not in answer.text
            assert "<img>" not in answer.text
            assert not set(answer.text) & set("\u202e\u2066\x00")
        assert shop.get(f"/me/{shop.world.tokens['C3']}/card.pdf").status_code == 200


def test_the_pages_are_small_and_send_no_script(pages: Pages) -> None:
    mine = pages.save(consent="yes").headers["Location"]
    style = len(pages.get(re.findall(r'href="(/static/pages[^"]+)"', pages.get(mine).text)[0]).data)
    for path in (pages.landing, mine, pages.fan, "/i/nobody"):
        answer = pages.get(path)
        assert len(answer.data) + style < 30_000
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.text.count("<h1") == 1
        assert "Set-Cookie" not in answer.headers


def test_a_messenger_sees_the_offer_and_is_sent_nowhere(pages: Pages) -> None:
    answer = pages.client.get(f"/r/{pages.world.link().code}", headers={"User-Agent": "WhatsApp/2.23.20.0"})
    html = answer.text
    assert answer.status_code == 200
    assert '<meta property="og:title" content="10 € di sconto sul primo acquisto">' in html
    said = "Ti manda Anna B. – apri il link e salva lo sconto da Bottega Alba."
    assert f'<meta property="og:description" content="{said}">' in html
    for name, value in {
        "og:type": "website", "og:locale": "it_IT", "og:site_name": "Bottega Alba",
        "og:url": f"https://negozio.example/r/{pages.world.link().code}",
    }.items():  # fmt: skip
        assert f'<meta property="{name}" content="{value}">' in html
    assert "refresh" not in html
    assert "noindex" in html
    assert "<script" not in html
