"""The page: one file that fetches nothing, runs nothing, and can be read by everybody."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tests.worlds import report_shop

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


def test_names_are_text_and_never_markup(tmp_path: Path) -> None:
    html = report_shop.report(tmp_path, "hostile").html.read_text("utf-8")
    assert "&lt;b&gt;Anna&lt;/b&gt; &amp; &#34;Figli&#34; &#39;Rossi&#39;" in html
    assert "<script" not in html
    assert "<b>Anna" not in html
    assert "<i>vendite" not in html
    assert "{{ shop }} {% raw %}" in html


def test_the_page_runs_no_script_and_fetches_nothing(tmp_path: Path) -> None:
    html = unescape(report_shop.report(tmp_path).html.read_text("utf-8"))
    assert "default-src 'none'" in html
    assert "unsafe" not in html
    assert " style=" not in html
    assert not re.search(r'(src|href)="(https?:)?//', html)
    assert len(html.encode()) < 2_000_000


def test_a_page_of_many_people_stays_small(tmp_path: Path) -> None:
    from clientela.reports.monthly import write

    with report_shop.whole_shop() as db:
        db.execute(
            """
            insert into marts.customers
            select customers.* replace (list_position + k * 1000 as list_position)
            from marts.customers, range(1, 30) copies(k)
            """
        )
        written = write(
            db, report_shop.OCTOBER, shop=report_shop.BOTTEGA, language="it", to=tmp_path, pdf=False
        )
    html = written.html.read_text("utf-8")
    assert len(html.encode()) < 2_000_000
    assert 'href="persi.csv" download="persi.csv"' in html


def test_an_empty_category_names_the_file_that_would_fill_it(tmp_path: Path) -> None:
    html = report_shop.report(tmp_path, "empty").html.read_text("utf-8")
    for file in ("targets.csv", "touchpoints.csv", "referrals.csv", "orders.csv"):
        assert file in html


def test_a_share_of_six_people_is_not_printed(tmp_path: Path) -> None:
    html = report_shop.report(tmp_path, "one").html.read_text("utf-8")
    assert "troppo poco per dirlo (n = 6)" in html
    assert 'data-metric="buyer.second_within_30d" value=""' in html


def test_two_purchases_are_no_rhythm(tmp_path: Path) -> None:
    html = report_shop.report(tmp_path).html.read_text("utf-8")
    assert "ha comprato due volte, a 59 giorni di distanza: ritmo ancora ignoto" in html
    assert "ogni 17 giorni, manca da 122" in html


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("shop", "width", "scheme"), [("whole", 1280, "light"), ("hostile", 360, "dark")])
def test_the_page_is_accessible_and_silent(shop: str, width: int, scheme: str, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    written = report_shop.report(tmp_path, shop)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        # the page's own policy would keep the checker's script out
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        tab = context.new_page()
        tab.goto(written.html.as_uri())
        found = Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
        silent = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
        tab, asked, complaints = silent.new_page(), [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto(written.html.as_uri())
        assert tab.locator("h2").first.is_visible()
        assert [url for url in asked if not url.startswith("data:")] == [written.html.as_uri()]
        assert complaints == []
        browser.close()
