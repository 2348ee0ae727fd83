"""The till and the owner's page in a real browser: with and without the script, with and without network."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientela.loyalty.links import codes
from tests.worlds.loyalty_world import NewMember
from tests.worlds.staff_site import PASSWORD, Shop, listening, open_shop

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


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("browser"), base_url="") as found:
        yield found


@pytest.fixture(scope="module")
def address(shop: Shop) -> Iterator[str]:
    with listening(shop) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def enrolled(shop: Shop, address: str, chromium: Any) -> Any:
    """The cookies of an enrolled device."""
    context = chromium.new_context()
    page = context.new_page()
    enrol(shop, page, f"{address}/t")
    state = context.storage_state()
    context.close()
    return state


def enrol(shop: Shop, page: Any, address: str) -> None:
    page.goto(address)
    page.fill("#till_key", shop.till_key())
    page.click("text=Apri la cassa")
    page.wait_for_selector("#said")


@pytest.fixture
def opened(address: str, chromium: Any, enrolled: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The till's page, with or without the script as asked."""
    options = {"viewport": {"width": 360, "height": 740}} | getattr(request, "param", {})
    context = chromium.new_context(storage_state=enrolled, **options)
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security" in message.text else None,
    )
    page.goto(f"{address}/t")
    page.wait_for_selector("#said")
    yield page
    context.close()
    assert complaints == []


def look_up(page: Any, said: str) -> None:
    page.fill("#said", said)
    page.click("#till button.primary")


def word(page: Any) -> str:
    return str(page.inner_text(".verdict"))


def uses(shop: Shop, receipt: str) -> int:
    return int(shop.world.value("select count(*) as n from redemptions where receipt_no = :r", r=receipt))


@pytest.mark.parametrize(
    "opened", [{"java_script_enabled": True}, {"java_script_enabled": False}], indirect=True
)
def test_a_sale_from_code_to_one_word_and_back(shop: Shop, opened: Any) -> None:
    contact = f"amico{shop.world.value('select count(*) as n from claims')}@posta.example"
    code = shop.world.save(contact).coupon_code
    look_up(opened, code)
    opened.fill("#receipt", "R1")
    opened.fill("#amount", "30,00")
    opened.click("text=Usa lo sconto")
    assert word(opened) == "Fatto"
    opened.click("text=Avanti il prossimo")
    look_up(opened, code)
    assert word(opened) == "Già usato"
    opened.click("text=Avanti il prossimo")
    opened.goto(opened.url.rpartition("/t")[0] + "/t")
    opened.click("text=Annulla l’ultimo")
    opened.fill("#reason", "prova")
    opened.click("#till button.primary")
    assert word(opened) == "Fatto"
    assert uses(shop, "R1") >= 1
    assert (
        shop.world.value(
            "select count(*) as n from redemptions where reversed_at is null and receipt_no = 'R1'"
        )
        == 0
    )


@pytest.mark.parametrize(
    "opened", [{"java_script_enabled": True}, {"java_script_enabled": False}], indirect=True
)
def test_a_fan_by_name_among_several(shop: Shop, opened: Any) -> None:
    number = shop.world.value("select count(*) as n from members")
    shop.world.invite(NewMember(f"B{number}", "Annalisa Bo", "333 7776665", None, "fan"))
    look_up(opened, "anna")
    opened.click(".choices button >> nth=0")
    opened.fill("#friend", f"340 55{number:05}")
    opened.fill("#digits", "567")
    opened.click("text=Registra")
    assert word(opened) == "Fatto"


def test_a_misread_code_is_found_before_anything_is_sent(shop: Shop, opened: Any) -> None:
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    code = shop.world.link().short_code
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    look_up(opened, f"mario {wrong[:3]} {wrong[3:]}")
    assert "letto male" in opened.inner_text("#said-error")
    assert opened.evaluate("document.activeElement.id") == "said"
    assert asked == []


def test_the_script_reads_codes_as_the_server_does(opened: Any) -> None:
    texts = [
        "",
        "anna",
        "ANNA B2",
        "333 1234567",
        "a@b.it",
        "x" * 101,
        "7K3 F9X",
        "Ð7K3F9X",
        "ß 7K3F9X",
        "via 12 bis",
    ]
    for _time in range(60):
        short, coupon = codes.new_short_code(), codes.new_coupon_code()
        swapped = short[1] + short[0] + short[2:]
        texts += [
            short,
            codes.spoken("Mariò", short),
            f"mario-{short.lower()}",
            codes.printed(coupon),
            coupon + "2",
        ]
        texts += [
            swapped,
            coupon[:-1] + "A",
            f"Niccolò {codes.printed(coupon)}",
            f"Luca{short}",
            f"{short} {coupon}",
        ]
    assert [said_by_server(text) for text in texts] == opened.evaluate(
        "(texts) => texts.map(readCode).map((found) => found?.value || found)",
        texts,
    )


def said_by_server(text: str) -> str | None:
    try:
        found = codes.read_code(text)
    except codes.MisreadCodeError:
        return "misread"
    return found.value if found else None


def kept(page: Any) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage).sort()"))


def test_two_sales_without_network_are_stored_once_each(shop: Shop, opened: Any) -> None:
    coupon = shop.world.save("fuori@posta.example").coupon_code
    opened.context.set_offline(True)
    look_up(opened, coupon)
    opened.fill("#kept-receipt", "OFF1")
    opened.click("text=Metti in coda")
    assert word(opened) == "In coda"
    assert opened.inner_text("#waiting") == "in coda: 1"
    opened.click("text=Avanti il prossimo")
    look_up(opened, shop.world.link().spoken)
    opened.fill("#kept-receipt", "OFF2")
    opened.fill("#kept-friend", "340 7070707")
    opened.click("text=Metti in coda")
    assert opened.inner_text("#waiting") == "in coda: 2"
    opened.click("text=Avanti il prossimo")
    opened.context.set_offline(False)
    opened.wait_for_selector("#queue", state="hidden")
    assert (uses(shop, "OFF1"), uses(shop, "OFF2")) == (1, 1)
    assert kept(opened) == []


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_done_twice(shop: Shop, opened: Any) -> None:
    """The server stores the sale, the answer never arrives: once from the form, once from the queue."""
    coupon = shop.world.save("persa@posta.example").coupon_code
    sent: list[str] = []

    def lose(route: Any) -> None:
        sent.append(route.request.url)
        route.fetch()
        route.abort()

    look_up(opened, coupon)
    opened.fill("#receipt", "LOST")
    opened.route("**/t/redeem", lose)
    opened.route("**/t/queue", lose, times=1)
    opened.click("text=Usa lo sconto")
    assert word(opened) == "In coda"
    with opened.expect_event("requestfailed", lambda request: request.url.endswith("/t/queue")):
        opened.click("text=Invia ora")
    opened.click("text=Invia ora")
    opened.wait_for_selector("#queue", state="hidden")
    assert [url.rpartition("/")[2] for url in sent] == ["redeem", "queue"]
    assert uses(shop, "LOST") == 1
    assert (
        shop.world.value(
            "select count(*) as n from redemptions where reversed_at is null and receipt_no = 'LOST'"
        )
        == 1
    )
    assert kept(opened) == []


def test_a_conflict_is_listed_without_the_person_and_cleared(shop: Shop, opened: Any) -> None:
    coupon = shop.world.save("due@posta.example").coupon_code
    shop.world.redeem(coupon)
    opened.context.set_offline(True)
    for said, receipt in ((coupon, "C1"), ("Giovanni Sconosciuto", "C2")):
        look_up(opened, said)
        opened.fill("#kept-receipt", receipt)
        opened.fill("#kept-friend", "340 1231231")
        opened.click("text=Metti in coda")
        opened.click("text=Avanti il prossimo")
    opened.context.set_offline(False)
    opened.wait_for_selector("#conflict-rows li >> nth=1")
    text = opened.inner_text("#conflict-rows")
    assert "Già usato" in text
    assert "C1" in text
    stored = json.dumps(opened.evaluate("({...localStorage})"))
    assert "Giovanni" not in stored + text
    assert "1231231" not in stored + text
    opened.reload()
    assert opened.locator("#conflict-rows li").count() == 2
    opened.once("dialog", lambda dialog: dialog.dismiss())
    opened.click("text=Cancella l’elenco")
    assert opened.locator("#conflict-rows li").count() == 2
    opened.once("dialog", lambda dialog: dialog.accept())
    opened.click("text=Cancella l’elenco")
    assert opened.locator("#queue").is_hidden()
    assert kept(opened) == []


def test_a_queue_outlives_the_page_and_a_till_that_was_closed(
    shop: Shop, address: str, chromium: Any
) -> None:
    context = chromium.new_context()
    opened = context.new_page()
    enrol(shop, opened, f"{address}/t")
    coupon = shop.world.save("chiusa@posta.example").coupon_code
    opened.context.set_offline(True)
    look_up(opened, coupon)
    opened.fill("#kept-receipt", "SHUT")
    opened.click("text=Metti in coda")
    latest = "delete from sessions where rowid = (select max(rowid) from sessions)"
    shop.world.write(lambda db: db.run(latest))
    opened.context.set_offline(False)
    opened.wait_for_selector("text=la cassa va riaperta")
    assert len(kept(opened)) == 1
    opened.click("text=Riapri la cassa")
    opened.fill("#till_key", shop.till_key())
    opened.click("text=Apri la cassa")
    until = time.monotonic() + 20
    while kept(opened) and time.monotonic() < until:
        opened.wait_for_timeout(50)
    assert kept(opened) == []
    assert uses(shop, "SHUT") == 1
    context.close()


def test_a_double_tap_is_one_sale(shop: Shop, opened: Any) -> None:
    look_up(opened, shop.world.save("doppio@posta.example").coupon_code)
    opened.fill("#receipt", "TWICE")
    opened.dblclick("text=Usa lo sconto")
    assert word(opened) == "Fatto"
    assert uses(shop, "TWICE") == 1


SIZES = [(360, "dark"), (1280, "light")]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_step_can_be_read_by_everybody(
    shop: Shop, address: str, chromium: Any, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # the page's own policy would keep the checker's script out
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page, axe = context.new_page(), Axe()

    def check(waits_for: str) -> None:
        page.wait_for_selector(waits_for)
        if width > 360 and waits_for not in ("#said", "#digits", ".verdict", "#leaders"):
            return
        page.wait_for_selector("[aria-busy]", state="detached")
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    number = shop.world.value("select count(*) as n from claims")
    coupon = shop.world.save(f"axe{number}@posta.example").coupon_code
    for receipt in ("same", "same"):
        number += 1
        shop.world.name_fan("C1", friend=f"340 66{number:05}", receipt=receipt, friend_name="Zoe Blu")
    shop.world.name_fan("C2", friend=f"340 66{number:05}", key=f"dispute{number}")
    page.goto(f"{address}/t")
    check("#till_key")
    page.fill("#till_key", shop.till_key())
    page.click("text=Apri la cassa")
    check("#said")
    look_up(page, "anna bruni")
    check("#digits")
    page.click("text=Indietro")
    look_up(page, coupon)
    page.click("text=Usa lo sconto")
    check(".verdict")
    page.click("text=Annulla l’ultimo")
    check("#reason")
    context.set_offline(True)
    page.click("text=Indietro")
    look_up(page, "zzz")
    check("#kept-said")
    page.click("text=Metti in coda")
    context.set_offline(False)
    check("#conflict-rows li")
    page.goto(f"{address}/owner")
    check("#password")
    page.fill("#password", PASSWORD)
    page.click("text=Entra")
    check("#leaders")
    page.click("summary:has-text('Assegna') >> nth=0")
    check(".pick")
    page.fill("#find", "anna")
    page.click("#links button")
    check(".cases")
    context.close()
