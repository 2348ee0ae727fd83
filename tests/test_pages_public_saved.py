"""The friend's own page: the discount, what to say at the till, and taking everything back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worlds.loyalty_world import at
from tests.worlds.public_pages import Pages, codes, consent_rows, hidden, open_pages, read_square, words


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as shop:
        yield shop


def test_saving_leads_to_the_friends_own_page_with_the_coupon(pages: Pages) -> None:
    saved = pages.save()
    assert saved.status_code == 303
    html = pages.get(saved.headers["Location"]).text
    (coupon,) = pages.world.all("select code, valid_until_on from coupons")
    assert codes(html) == [f"{coupon['code'][:4]} {coupon['code'][4:]}"]
    assert "Vale fino al 20 febbraio 2027" in words(html)
    assert "Ti manda Anna B." in words(html)
    (claim,) = pages.world.all("select friend_name, contact, method, state from claims")
    assert dict(claim) == {
        "friend_name": "Luca Verdi", "contact": "+393339876543", "method": "link", "state": "open",
    }  # fmt: skip


def test_the_square_of_the_coupon_holds_its_code_and_nothing_else(pages: Pages) -> None:
    import base64
    import xml.etree.ElementTree as ElementTree

    html = pages.get(pages.save().headers["Location"]).text
    drawn = base64.b64decode(re.findall(r"data:image/svg\+xml;base64,([^\"]+)", html)[0])
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert read_square(drawn.decode()) == pages.world.value("select code from coupons")


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_tick_is_kept_with_the_version_of_the_text(pages: Pages, lang: str) -> None:
    page = pages.get(pages.save(lang, consent="yes").headers["Location"])
    assert consent_rows(pages) == [("+393339876543", "marketing", "grant", f"friend-1-{lang}")]
    form = hidden(page.text)
    assert form["do"] == "withdraw"
    done = pages.post(page.request.path, **form)
    assert done.status_code == 303
    assert "Fatto: non ti scriveremo più." in pages.get(done.headers["Location"]).text
    assert [row[2] for row in consent_rows(pages)] == ["grant", "withdraw"]
    assert "Non scrivetemi più" not in pages.get(page.request.path).text


def test_a_used_or_old_discount_says_so(pages: Pages) -> None:
    mine = pages.save().headers["Location"]
    pages.instant[0] = at("2027-02-20 23:00")
    assert "Il tuo sconto è pronto" in pages.get(mine).text
    pages.instant[0] = at("2027-02-21 00:01")
    assert "Questo sconto è scaduto" in pages.get(mine).text
    code = pages.world.value("select code from coupons")
    assert pages.world.redeem(code, "2026-12-03").outcome == "accepted"
    told = words(pages.get(mine).text)
    assert "Sconto già usato" in told
    assert "L’hai usato il 3 dicembre 2026." in told
    assert "image/svg" not in pages.get(mine).text


def test_a_friend_can_erase_what_they_left(pages: Pages) -> None:
    mine = pages.save(consent="yes").headers["Location"]
    form = hidden(pages.get(mine).text, nth=1)
    assert form["do"] == "erase"
    done = pages.post(mine, **form)
    assert "I tuoi dati sono cancellati" in done.text
    assert pages.get(mine).status_code == 404
    (claim,) = pages.world.all("select friend_name, contact, friend_key from claims")
    assert "Luca" not in str(dict(claim))
    assert "9876543" not in str(dict(claim))


@pytest.mark.parametrize("path", ["mine", "fan"])
def test_nobody_changes_a_page_without_its_form(pages: Pages, path: str) -> None:
    page = pages.save().headers["Location"] if path == "mine" else f"{pages.fan}/withdraw"
    for wanted in ("withdraw", "erase", "link", "messages"):
        assert pages.post(page, do=wanted).status_code == 403
        assert pages.post(page, do=wanted, form_token="2026-11-22.0000").status_code == 403
    assert pages.get(pages.landing).status_code == 200
