"""What is promised is the same words wherever it is read: page, preview, messages, cards, coupon, till."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypdfium2
import pytest
from werkzeug.test import Client

from clientela.settings.writing import write_settings
from tests.worlds.exchange_world import SALES_OF_A_YEAR, make_shop
from tests.worlds.program import Run
from tests.worlds.public_pages import Pages, open_pages, words
from tests.worlds.quiet import quiet_app
from tests.worlds.staff_site import open_shop, verdict

NBSP = "\u00a0"


@dataclass(frozen=True)
class Given:
    """A programme, and the promise to friend and fan that whoever reads the settings would write by hand."""

    referral: dict[str, Any]
    friend: dict[str, str]
    """By language; empty where nothing is promised."""
    fan: dict[str, str]
    shop: str = "Bottega Alba"


PROGRAMMES = {
    "value only": Given(
        {"friend_offer": "", "friend_value": 10.0, "reward_value": 10.0},
        {"it": "10 € di sconto sul primo acquisto", "en": "€10 off your first purchase"},
        {
            "it": "Per ogni amico che compra da Bottega Alba ricevi 10 €. "
            "Per il tuo amico: 10 € di sconto sul primo acquisto.",
            "en": "For every friend who buys at Bottega Alba you get €10. "
            "For your friend: €10 off your first purchase.",
        },
    ),
    "words only": Given(
        {"friend_offer": "Un caffè e un cornetto!", "friend_value": 0.0, "reward_value": 7.5},
        {"it": "Un caffè e un cornetto!", "en": "Un caffè e un cornetto!"},
        {
            "it": "Per ogni amico che compra da Bottega Alba ricevi 7,50 €. "
            "Per il tuo amico: Un caffè e un cornetto.",
            "en": "For every friend who buys at Bottega Alba you get €7.50. "
            "For your friend: Un caffè e un cornetto.",
        },
    ),
    "words and value": Given(
        {"friend_offer": "Un assaggio da 5 € & altro", "friend_value": 5.0, "reward_value": 0.0},
        {"it": "Un assaggio da 5 € & altro", "en": "Un assaggio da 5 € & altro"},
        {
            "it": "Per il tuo amico: Un assaggio da 5 € & altro.",
            "en": "For your friend: Un assaggio da 5 € & altro.",
        },
    ),
    "nothing": Given(
        {"friend_offer": "", "friend_value": 0.0, "reward_value": 0.0},
        {"it": "", "en": ""},
        {"it": "Parla di Bottega Alba ai tuoi amici.", "en": "Tell your friends about Bottega Alba."},
    ),
    "least purchase": Given(
        {"friend_offer": "", "friend_value": 12.5, "reward_value": 10.0, "min_purchase": 20.0},
        {"it": "12,50 € di sconto sul primo acquisto", "en": "€12.50 off your first purchase"},
        {
            "it": "Per ogni amico che spende almeno 20 € da Bottega Alba ricevi 10 €. "
            "Per il tuo amico: 12,50 € di sconto sul primo acquisto.",
            "en": "For every friend who spends at least €20 at Bottega Alba you get €10. "
            "For your friend: €12.50 off your first purchase.",
        },
    ),
}

WELCOME = {"it": "Benvenuti da Bottega Alba", "en": "Welcome to Bottega Alba"}

both = pytest.mark.parametrize("lang", ["it", "en"])
every = pytest.mark.parametrize("given", list(PROGRAMMES.values()), ids=list(PROGRAMMES))


def plain(text: str) -> str:
    return " ".join(html.unescape(text).replace(NBSP, " ").split())


def paper(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return plain(document[0].get_textpage().get_text_bounded())
    finally:
        document.close()


def headline(given: Given, lang: str) -> str:
    return given.friend[lang] or WELCOME[lang]


@pytest.fixture
def pages(given: Given, tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, **given.referral) as opened:
        yield opened


@every
@both
def test_the_friends_page_its_preview_and_the_fans_card_say_the_promise(
    given: Given, lang: str, pages: Pages
) -> None:
    wanted = headline(given, lang)
    page = pages.get(pages.landing, lang).text
    assert [plain(found) for found in re.findall(r"<h1[^>]*>(.*?)</h1>", page)] == [wanted]
    code = pages.world.link().code
    preview = pages.get(f"/r/{code}", lang, **{"User-Agent": "WhatsApp/2.24 A"}).text
    assert [plain(found) for found in re.findall(r'og:title" content="(.*?)">', preview)] == [wanted]
    card = pages.get(f"{pages.fan}/card.pdf", lang).data
    assert f" {wanted} " in paper(card)


@every
@both
def test_the_fans_page_and_every_message_say_the_promise(given: Given, lang: str, pages: Pages) -> None:
    page = pages.get(pages.fan, lang).text
    (lede,) = re.findall(r'<p class="lede">(.*?)</p>', page)
    assert plain(lede) == given.fan[lang]
    wanted = given.friend[lang].rstrip("!")
    texts = {
        name: plain(unquote(html.unescape(found)))
        for name, found in re.findall(r'href="(https://wa\.me|mailto|sms)(?::|/)\?(.*?)"', page)
    }
    (shown,) = re.findall(r'id="text">(.*?)</p>', page, re.DOTALL)
    texts["shown"] = plain(shown)
    assert set(texts) == {"https://wa.me", "mailto", "sms", "shown"}
    for name, text in texts.items():
        # The alphabet of an SMS has no accent on most vowels, and its blanks are plain.
        said = text if name != "sms" else text.replace("e'", "è")
        assert (f": {wanted}." in said) is bool(wanted), (name, text)


@every
@both
def test_the_saved_discount_says_what_it_is_good_for(given: Given, lang: str, pages: Pages) -> None:
    mine = pages.save(lang).headers["Location"]
    ticket = re.findall(r'<div class="ticket">(.*?)</div>', pages.get(mine, lang).text, re.DOTALL)[0]
    wanted = given.friend[lang]
    assert plain(re.sub("<[^>]+>", " ", ticket)).startswith(wanted)


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_discount_saved_before_the_programme_changed_says_what_it_is_worth_itself(
    lang: str, tmp_path: Path
) -> None:
    with open_pages(tmp_path, friend_offer="", friend_value=10.0) as former:
        mine = former.save(lang).headers["Location"]
        settings = replace(
            former.settings,
            referral=replace(former.settings.referral, friend_offer="Un caffè", friend_value=3.0),
        )
        today = Client(quiet_app(settings, former.world.store, lambda: former.instant[0]))
        said = words(today.get(mine, headers={"Accept-Language": lang}).text)
    wanted = PROGRAMMES["value only"].friend[lang]
    assert wanted in said
    assert "Un caffè" not in said


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_discount_saved_under_words_alone_does_not_vanish_when_an_amount_is_given(
    lang: str, tmp_path: Path
) -> None:
    wanted = {
        "it": "Quello che era promesso il giorno in cui è stato salvato",
        "en": "What was promised on the day it was saved",
    }[lang]
    with open_shop(tmp_path, language=lang, friend_offer="20 %", friend_value=0.0) as shop:
        saved = shop.world.save("luca@posta.example")
        for offer in ("10 €!", ""):
            shop.site.programme = replace(shop.site.programme, friend_offer=offer, friend_cents=1000)
            page = shop.browser().get(f"/mine/{saved.token}?lang={lang}")
            till = shop.till(f"till {offer}").look_up(saved.coupon_code)
            for said in (words(page.text), words(found_at(till.text))):
                assert wanted in said
                assert "10 €" not in said
                assert "€10" not in said


DISCOUNT = re.compile("sconto|discount|something for you|qualcosa per te", re.IGNORECASE)


@both
@pytest.mark.parametrize("offer", ["", "  ", "Un caffè"])
def test_nobody_speaks_of_a_discount_where_nothing_is_promised(lang: str, offer: str, tmp_path: Path) -> None:
    """The consent's sentence is left out: its wording is the one that the log names."""
    with open_shop(tmp_path, language=lang, friend_offer=offer, friend_value=0.0) as shop:
        saved = shop.world.save("luca@posta.example")
        code, fan = shop.world.link().code, shop.world.tokens["C1"]
        till = shop.till()
        heard = {"Accept-Language": lang}
        seen = {
            path: shop.browser()
            .client.get(path, base_url="https://negozio.example", headers={**heard, **more})
            .text
            for path, more in {
                f"/i/{code}": {},
                f"/r/{code}": {"User-Agent": "WhatsApp/2.24 A"},
                f"/mine/{saved.token}": {},
                f"/me/{fan}": {},
            }.items()
        }
        seen["coupon"] = found_at(till.look_up(saved.coupon_code).text)
        seen["contact"] = found_at(till.look_up("luca@posta.example").text)
    for path, text in seen.items():
        told = re.sub(r'<label for="consent">.*?</label>', "", unquote(html.unescape(text)), flags=re.DOTALL)
        # How it works says until when a friend counts, in any programme.
        told = re.sub(r'<section aria-labelledby="terms">.*?</section>', "", told, flags=re.DOTALL)
        assert (DISCOUNT.search(told) is not None) is bool(offer.strip()), (path, DISCOUNT.findall(told))


def found_at(page: str) -> str:
    """Return what the till shows of a finding, without its script and its form for days without network."""
    shown = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    return shown[shown.index("<h1") : shown.index('data-till="start"')]


def test_the_till_takes_off_what_was_saved_whichever_way_the_friend_says_it(tmp_path: Path) -> None:
    """Ten euro were saved, the programme gives three since: coupon, phone and the fan's code give ten."""
    with open_shop(tmp_path, friend_offer="", friend_value=10.0) as former:
        coupons = [former.world.save(f"33312345{n}0").coupon_code for n in range(3)]
        former.site.programme = replace(former.site.programme, friend_cents=300)
        till, code = former.till(), former.world.link().spoken
        asked = [
            (coupons[0], {}),
            ("333123451 0", {}),
            (code, {"friend": "3331234520"}),
            (code, {"friend": "Ugo"}),
        ]
        for number, (said, more) in enumerate(asked):
            done = till.finish(till.look_up(said), receipt=str(number), amount="50", **more)
            assert verdict(done) == ("accepted", "Fatto"), said
        rows = former.world.all("select discount_cents from redemptions order by redemption_id")
    assert [row["discount_cents"] for row in rows] == [1000, 1000, 1000, 300]


@every
@both
def test_the_till_says_the_promise_before_it_is_used(given: Given, lang: str, tmp_path: Path) -> None:
    with open_shop(tmp_path, language=lang, **given.referral) as shop:
        till, wanted = shop.till(), given.friend[lang]
        coupon = till.look_up(shop.world.save("luca@posta.example").coupon_code)
        fan = till.look_up(shop.world.link().spoken)
        phone = till.look_up("luca@posta.example")
    for page in (coupon, fan, phone):
        # Where the heading is the promise itself it stands once.
        assert page.status_code == 200
        assert plain(words(page.text)).count(wanted) >= 1
        assert "0 €" not in words(page.text).replace("10 €", "").replace("20 €", "").replace("50 €", "")
        assert "€0 " not in words(page.text)


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sold")
    (folder / "customers.csv").write_text("customer_id,name\nanna,Anna Bruni\n", encoding="utf-8")
    return make_shop(folder / "shop", SALES_OF_A_YEAR, more=[folder / "customers.csv"]).folder


@every
@both
def test_cards_of_the_command_line_say_what_the_page_says(
    given: Given, lang: str, sold: Path, run: Run, tmp_path: Path
) -> None:
    (sold / "clientela.toml").unlink()
    referral = {"base_url": "https://negozio.example", **given.referral}
    write_settings(sold, name="Bottega Alba", trade="shop", language="it", more={"referral": referral})
    for size in ("--a6", "--fans"):
        path = tmp_path / f"cards{size}.pdf"
        answer = run("referral", "cards", "--to", path, size, "--customer", "anna", "--lang", lang, shop=sold)
        assert answer.code == 0, answer.err
        assert f" {headline(given, lang)} " in paper(path.read_bytes())
