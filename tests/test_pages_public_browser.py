"""The public pages in a real browser: readable by everybody, silent, and whole without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientela.loyalty.people.person import NewMember
from tests.worlds.public_pages import Pages, open_pages, served

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

LONG_SHOP = "Antica Premiata Salumeria Gastronomia Fratelli Brambilla & Figli"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, shop=LONG_SHOP) as shop:
        yield shop


def check(tab: Any, width: int, path: str) -> None:
    """Look for what somebody could not read, in both schemes, and for a page wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    assert tab.evaluate("document.documentElement.scrollWidth") == width, path
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        # What the scheme changes is colours only.
        found = Axe().run(tab, options={} if scheme == "light" else {"runOnly": ["color-contrast"]})
        assert found.violations_count == 0, (path, scheme, found.generate_report())


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible_and_fits_the_screen(browser: Any, pages: Pages, width: int) -> None:
    saved = pages.save(consent="yes", share_name="yes", name="Wolfeschlegelsteinhausenbergerdorff")
    mine = saved.headers["Location"]
    with served(pages.app) as base:
        # the page's own policy would keep the checker's script out
        context = browser.new_context(
            viewport={"width": width, "height": 740}, locale="it-IT", bypass_csp=True
        )
        tab = context.new_page()
        for path, status in {pages.landing: 200, mine: 200, pages.fan: 200, "/i/nobody": 404}.items():
            assert tab.goto(base + path).status == status
            tab.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
            check(tab, width, path)
        tab.goto(base + pages.landing)
        tab.fill("#contact", "333")
        tab.click("button")
        # A page gives the focus when it is first drawn, which is after it has arrived.
        tab.locator("#name:focus").wait_for()
        check(tab, width, "errors")
        context.close()


def test_a_firms_name_of_one_endless_word_fits_the_screen(browser: Any, pages: Pages) -> None:
    name = "Associazione" + "Sportivadilettantistica" * 6
    pages.world.invite(NewMember("F1", name, None, None, "fan", is_firm=True))
    landing = f"/i/{pages.world.link('F1').code}"
    with served(pages.app) as base:
        context = browser.new_context(viewport={"width": 360, "height": 740}, locale="it-IT")
        tab = context.new_page()
        for path in (landing, f"/me/{pages.world.tokens['F1']}"):
            tab.goto(base + path)
            assert name in tab.inner_text("main")
            assert tab.evaluate("document.documentElement.scrollWidth") == 360, path
        context.close()


def test_a_friend_without_scripts_saves_and_takes_back_and_nothing_is_fetched_from_elsewhere(
    browser: Any, pages: Pages
) -> None:
    with served(pages.app) as base:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="it-IT"
        )
        tab, asked, complaints = context.new_page(), [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto(base + pages.landing)
        tab.keyboard.press("Tab")
        tab.locator(".skip:focus").wait_for()
        assert tab.locator(".skip").bounding_box()["x"] >= 0
        tab.get_by_label("Il tuo nome").fill("Luca Verdi")
        tab.get_by_label("Telefono o e-mail").fill("luca@posta.example")
        tab.locator("#consent").check()
        tab.get_by_role("button", name="Salva il mio sconto").click()
        tab.get_by_role("heading", name="Il tuo sconto è pronto").wait_for()
        tab.get_by_role("button", name="Non scrivetemi più").click()
        tab.get_by_text("Fatto: non ti scriveremo più.").wait_for()
        tab.goto(base + pages.fan)
        tab.locator(".qr img").wait_for()
        tab.get_by_text("Non voglio più partecipare").click()
        tab.get_by_role("button", name="Sì, chiudi il mio link").click()
        tab.get_by_text("Fatto: il tuo link è chiuso.").wait_for()
        context.close()
        assert {url for url in asked if not url.startswith((base + "/", "data:"))} == set()
    assert complaints == []


def test_everything_to_press_is_as_large_as_a_thumb(browser: Any, pages: Pages) -> None:
    mine = pages.save(consent="yes").headers["Location"]
    with served(pages.app) as base:
        context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
        tab = context.new_page()
        for path in (pages.landing, mine, pages.fan):
            assert tab.goto(base + path).status == 200
            small = tab.evaluate(
                """
                [...document.querySelectorAll('main a, main button, main summary, .switch a, .tick label, '
                    + 'input:not([type=hidden]):not([type=checkbox])')]
                  .map(one => [one.textContent.trim() || one.id, one.getBoundingClientRect().height])
                  .filter(([, height]) => height < 44)
                """
            )
            assert small == [], path
        context.close()
