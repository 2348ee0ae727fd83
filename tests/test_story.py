"""One friend's whole story, through a browser and the program: from the link to the reward taken back."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from html import unescape
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.worlds.program import answer

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
WHATSAPP = "WhatsApp/2.23.20.0 A"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Mobile Safari/537.36"
)
"""A browser without a screen says so, and counts as a bot."""
PASSWORD = "sette fichi maturi"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def program(shop: Path, *words: str, today: date, given: str = "", codes: tuple[int, ...] = (0,)) -> str:
    """Run the program as an owner would and return what it printed."""
    found = answer(*words, shop=shop, lang=None, given=given, CLIENTELA_TODAY=today.isoformat())
    assert found.code in codes, found.err
    return found.out


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def server(shop: Path, port: int) -> Iterator[str]:
    """Run the real server; it must stop by itself when asked to."""
    log = shop.parent / "server.log"
    with log.open("w") as errors:
        running = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "error",
                "-m",
                "clientela.cli",
                "--shop",
                str(shop),
                "serve",
                "--port",
                str(port),
            ],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert running.stdout
            address = running.stdout.readline().strip()
            assert address, log.read_text("utf-8")
            yield address.rstrip("/")
        finally:
            running.send_signal(signal.SIGTERM)
            assert running.wait(20) == 0, log.read_text("utf-8")
            assert running.stdout
            running.stdout.close()
    assert "Traceback" not in log.read_text("utf-8")


def get(address: str, agent: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    """Ask for an address as a machine would."""
    parts = urlsplit(address)
    line = HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    line.request(method, f"{parts.path}?{parts.query}".rstrip("?"), headers={"User-Agent": agent})
    answer = line.getresponse()
    body = answer.read().decode()
    line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def a_shop(folder: Path, port: int, today: date) -> Path:
    """Twenty regulars, of whom Anna comes most; her shop's pages are on this machine."""
    shop = folder / "shop"
    program(shop, "init", str(shop), "--name", "Bottega", "--lang", "it", today=today)
    text = (shop / "clientela.toml").read_text("utf-8")
    for key, value in (
        ("base_url", f'"http://127.0.0.1:{port}"'),
        ("friend_offer", '"10 € sul primo acquisto"'),
        ("hold_days", "14"),
        ("history_complete", "true"),
    ):
        text, changed = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        assert changed == 1, key
    (shop / "clientela.toml").write_text(text, encoding="utf-8")
    people = [f"C{n}" for n in range(1, 21)]
    customers = [
        {"customer_id": each, "name": f"Cliente {each}", "phone": f"33300000{n:02d}"}
        for n, each in enumerate(people, start=1)
    ]
    customers[0] |= {"name": "Anna Bruni", "phone": "3331234567"}
    sales = []
    for n, each in enumerate(people):
        gap, spend = (7, 40) if n == 0 else (30, 15)
        for back in range(340, 5, -gap):
            day = today - timedelta(days=back)
            sales.append(
                {"order_id": f"{each}-{back}", "order_date": day, "customer_id": each, "net_amount": spend}
            )
    for name, rows in (("customers", customers), ("sales", sales)):
        program(shop, "load", str(write(folder / f"{name}.csv", rows)), today=today)
    return shop


def shown(tab: Page, name: str) -> None:
    """Keep what the page looks like, where somebody asked to see it."""
    if folder := os.environ.get("CLIENTELA_PICTURES"):
        for width in (360, 1280):
            tab.set_viewport_size({"width": width, "height": 800})
            tab.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def listed(shop: Path, today: date, customer: str) -> dict[str, Any]:
    """Return what ``referral list`` says of a fan's link."""
    links = json.loads(program(shop, "referral", "list", "--format", "json", today=today))["links"]
    [found] = [link for link in links if link["customer_id"] == customer]
    return dict(found)


def figures(shop: Path, month: str, today: date, folder: Path) -> tuple[dict[str, Any], str]:
    """Write the month's report; return the numbers inside its PDF and its page's text."""
    import pypdfium2

    told = json.loads(
        program(shop, "report", "--month", month, "--to", str(folder), "--format", "json", today=today)
    )
    document = pypdfium2.PdfDocument(told["pdf"])
    try:
        for place in range(document.count_attachments()):
            attached = document.get_attachment(place)
            if attached.get_name() == "numeri.json":
                return json.loads(bytes(attached.get_data()))["figures"], Path(told["html"]).read_text(
                    "utf-8"
                )
    finally:
        document.close()
    raise AssertionError("the PDF holds its numbers")


def friend_saves_the_discount(browser: Browser, link: str) -> tuple[str, str]:
    """Follow the link and save the discount; return the friend's page and the coupon's code."""
    friend = browser.new_context(java_script_enabled=False, locale="it-IT", user_agent=PHONE)
    tab = friend.new_page()
    tab.goto(link)
    assert "/i/" in tab.url
    assert "Anna B." in tab.inner_text("main")
    assert "10 € sul primo acquisto" in tab.inner_text("h1")
    shown(tab, "1-landing")
    tab.fill("[name=name]", "Bruno Sala")
    tab.fill("[name=contact]", "347 555 0199")
    tab.check("[name=consent]")
    tab.check("[name=share_name]")
    tab.click("button.primary")
    assert "/mine/" in tab.url
    shown(tab, "2-coupon")
    assert friend.cookies() == []
    mine, code = tab.url, tab.inner_text(".ticket .code")
    friend.close()
    return mine, code


def till_takes_it(browser: Browser, address: str, key: str, code: str, receipt: str) -> None:
    """Enrol a till and use the coupon on a receipt of 42 euro; a second use is refused."""
    device = browser.new_context(locale="it-IT")
    tab = device.new_page()
    tab.goto(f"{address}/t")
    tab.fill("[name=till_key]", key)
    tab.fill("[name=till]", "banco")
    tab.click("button.primary")
    for word in ("Fatto", "Già usato"):
        tab.goto(f"{address}/t")
        tab.fill("[name=said]", code)
        tab.fill("[name=operator]", "LU")
        tab.click("button.primary")
        tab.wait_for_selector("form[data-till=act], .verdict")
        if tab.query_selector(".verdict") is None:
            assert "Anna B." in tab.inner_text("main")
            shown(tab, "3-till")
            tab.fill("[name=receipt]", receipt)
            tab.fill("[name=amount]", "42,00")
            tab.click("button.primary")
            tab.wait_for_selector(".verdict")
        shown(tab, f"4-till-{word.split()[0]}")
        assert tab.inner_text(".verdict") == word
    device.close()


def owner_sees(browser: Browser, address: str, name: str) -> str:
    """Log in as the owner and return what the page says."""
    context = browser.new_context(java_script_enabled=False, locale="it-IT")
    tab = context.new_page()
    tab.goto(f"{address}/owner")
    tab.fill("[name=password]", PASSWORD)
    tab.click("button.primary")
    shown(tab, name)
    text = tab.inner_text("main")
    context.close()
    return text


def test_from_the_fans_link_to_the_reward_taken_back(tmp_path: Path) -> None:
    today = datetime.now(ZoneInfo("Europe/Rome")).date()
    later = (today.replace(day=1) + timedelta(days=36)).replace(day=6)
    month = f"{today:%Y-%m}"
    port = free_port()
    shop = a_shop(tmp_path, port, today)

    invited = json.loads(program(shop, "referral", "invite", "--format", "json", today=today))
    [anna] = [row for row in invited["invited"] if row["customer_id"] == "C1"]
    program(shop, "referral", "password", "--stdin", given=PASSWORD + "\n", today=today)
    key = program(shop, "referral", "key", "new", "--scope", "till", today=today).split()[0]

    with server(shop, port) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        fan = browser.new_context(java_script_enabled=False, locale="it-IT")
        tab = fan.new_page()
        tab.goto(anna["page"])
        shown(tab, "0-fan")
        link = tab.input_value("#link")
        whatsapp = str(tab.get_attribute("a.primary", "href"))
        assert whatsapp.startswith("https://wa.me/?text=")

        status, headers, body = get(link, WHATSAPP)
        assert status == HTTPStatus.OK
        assert 'property="og:title"' in body
        assert get(link, "Mozilla/5.0 (iPhone)", "HEAD")[0] == HTTPStatus.FOUND
        assert "set-cookie" not in headers

        _mine, code = friend_saves_the_discount(browser, link)
        till_takes_it(browser, address, key, code, "S-1001")
        text = owner_sees(browser, address, "5-owner")
        assert "Anna Bruni" in text or "Anna B." in text

        # The till's receipt is in the sales file without a name, as receipts are.
        receipt = {"order_id": "S-1001", "order_date": today, "customer_id": "", "net_amount": "42.00"}
        program(shop, "load", str(write(tmp_path / "today.csv", [receipt])), today=today)
        program(shop, "referral", "sync", today=today)
        link_now = listed(shop, later, "C1")
        assert link_now["clicks"] == {"people": 1, "visitors": 1, "previews": 1, "bots": 0}
        assert (link_now["leads"], link_now["buyers"]) == (1, 1)
        assert link_now["revenue"] == "42.00"
        numbers, page = figures(shop, month, later, tmp_path / "first")
        assert "Bruno" in unescape(page)
        assert_reward(shop, today, "held")
        friend = json.loads(
            program(shop, "customers", "buyer", "--as-of", str(today), "--format", "json", today=today)
        )
        assert [row["name"] for row in friend["rows"]] == ["Bruno Sala"]
        tab.goto(anna["page"])
        shown(tab, "6-fan-with-a-friend")
        assert "Bruno S." in tab.inner_text("main")

        refund = {**receipt, "order_id": "R-1", "net_amount": "-42.00", "refund_of": "S-1001"}
        program(shop, "load", str(write(tmp_path / "refund.csv", [refund])), today=today)
        program(shop, "referral", "sync", today=today)
        assert_reward(shop, today, "reversed")
        assert listed(shop, later, "C1")["rewards_due"] == "0.00"
        after, _page = figures(shop, month, later, tmp_path / "second")
        assert numbers != after
        tab.goto(anna["page"])
        shown(tab, "7-fan-after-the-refund")
        shown_now = owner_sees(browser, address, "8-owner-after-the-refund")
        assert "Traceback" not in shown_now
        browser.close()


def assert_reward(shop: Path, today: date, state: str) -> None:
    """The one reward of the shop is in this state, in the shop's own data."""
    told = json.loads(
        program(
            shop, "sql", "select state, amount from raw.referral_rewards", "--format", "json", today=today
        )
    )
    assert [row[0] for row in told["rows"]] == [state]
