"""An address that the program prints or writes down opens: lists, cards, report, invitations, pages."""

from __future__ import annotations

import csv
import html
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest

from clientela.loyalty.links import links
from clientela.loyalty.people import members
from clientela.loyalty.store.opening import open_store
from tests.worlds.exchange_world import make_shop
from tests.worlds.program import Run

zxingcpp = pytest.importorskip("zxingcpp")

BASE = "https://negozio.example"

OLD = """\
customer_id,code,short_code,made_at,disabled_at
anna,AMICO-0061,4X7K2P,2024-05-03 10:00:00,
anna,FICO2024AB,4X7K2R,2024-06-03 10:00:00,
bruno,AMICO-0062,4X7K2S,2024-05-03 10:00:00,
elsa,AMICO-0065,4X7K2T,2026-08-01 10:00:00,
"""
"""Codes of another programme; one looks just like ours, one is newer."""

NUMBERS = {"anna": 0, "bruno": 1, "clara": 2, "dora": 3, "elsa": 4}


@pytest.fixture
def shop(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five good customers with links since July: Bruno has closed his, the owner has stopped Clara's."""
    sales = [
        f"{100 * number + month},{who},,2026-{month:02}-{3 + number:02},{40 + 20 * number}.00,"
        for who, number in NUMBERS.items()
        for month in range(1, 10)
    ]
    old = tmp_path / "referral_links.csv"
    old.write_text(OLD, encoding="utf-8")
    settings = make_shop(tmp_path / "shop", sales, more=[old])
    monkeypatch.setenv("CLIENTELA_TODAY", "2026-07-10")
    assert run("referral", "invite", shop=settings.folder).code == 0
    store = open_store(settings.referral_store)
    try:
        store.write(lambda db: members.pause(db, "bruno", at))
        store.write(lambda db: links.disable(db, links.of_member(db, 3).link_id, at))
    finally:
        store.close()
    monkeypatch.delenv("CLIENTELA_TODAY")
    assert run("referral", "sync", shop=settings.folder).code == 0
    return settings.folder


at = 1_783_900_000_000


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a shop in a process of its own; yields its address."""
    program = [sys.executable, "-m", "clientela.cli", "--shop", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().rstrip("/")
        finally:
            process.terminate()
            process.wait(30)


def status(here: str, address: str) -> int:
    """Return how the running server answers an address of the shop."""
    try:
        with urllib.request.urlopen(address.replace(BASE, here), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def in_text(text: str) -> set[str]:
    """Return the shop's addresses that a text names."""
    return {found.rstrip(".,)") for found in re.findall(rf"{BASE}/[^\s\"'<>;,]+", html.unescape(text))}


def on_cards(path: Path) -> set[str]:
    """Return the addresses in the squares of a PDF."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [document[number].render(scale=200 / 72).to_pil() for number in range(len(document))]
    finally:
        document.close()
    return {code.text for page in pages for code in zxingcpp.read_barcodes(page)}


def test_every_address_that_is_printed_opens(shop: Path, run: Run, tmp_path: Path) -> None:
    said = run("referral", "invite", "--renew", "--format", "json", shop=shop)
    assert "2 people's links are closed" in said.err
    invited = said.json["invited"]
    assert sorted(row["customer_id"] for row in invited) == ["anna", "dora", "elsa"]
    listed = run("referral", "list", "--format", "json", shop=shop).json["links"]
    cards = tmp_path / "cards.pdf"
    assert run("referral", "cards", "--to", cards, shop=shop).code == 0
    where = tmp_path / "report"
    report = run("report", "--month", "2026-09", "--no-pdf", "--to", where, shop=shop, lang="it")
    assert report.code == 0, report.err
    written = [file for file in sorted(where.rglob("*")) if file.suffix in (".csv", ".html")]
    papers = {file.name: in_text(file.read_text(encoding="utf-8-sig")) for file in written}
    printed = {
        "list": {row["url"] for row in listed if row["url"]},
        "invite": {row["url"] for row in invited} | {row["page"] for row in invited},
        "cards": on_cards(cards),
        "report": set().union(*papers.values()),
    }
    assert {name: len(found) for name, found in printed.items() if name != "report"} == {
        "list": 3,
        "invite": 6,
        "cards": 3,
    }
    with serving(shop) as here:
        for row in invited:
            with urllib.request.urlopen(row["page"].replace(BASE, here), timeout=20) as answer:
                page = answer.read().decode()
            printed[f"page of {row['customer_id']}"] = in_text(urllib.request.unquote(page)) | {
                BASE + path for path in re.findall(r'(?:href|src)="(/[^"]+)"', page)
            }
        answers = {address: status(here, address) for found in printed.values() for address in found}
    assert {address: code for address, code in answers.items() if code != 200} == {}


def test_links_that_lead_nowhere_are_listed_without_an_address(shop: Path, run: Run) -> None:
    rows = run("referral", "list", "--format", "json", shop=shop).json["links"]
    ours = {row["customer_id"] for row in rows if row["url"]}
    without = sorted((row["customer_id"], row["code"]) for row in rows if row["url"] is None)
    assert ours == {"anna", "dora", "elsa"}
    assert [row for row in without if row[1] in OLD] == [
        ("anna", "AMICO-0061"),
        ("anna", "FICO2024AB"),
        ("bruno", "AMICO-0062"),
        ("elsa", "AMICO-0065"),
    ]
    assert [who for who, _code in without] == ["anna", "anna", "bruno", "bruno", "clara", "elsa"]


def test_the_reports_list_gives_a_fan_the_address_that_opens_and_never_another(
    shop: Path, run: Run, tmp_path: Path
) -> None:
    assert run("report", "--month", "2026-09", "--no-pdf", "--to", tmp_path, shop=shop, lang="it").code == 0
    listed = run("referral", "list", "--format", "json", shop=shop).json["links"]
    served = {row["customer_id"]: row["url"] for row in listed if row["url"]}
    with (tmp_path / "fan.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["codice"]: row["link per gli amici"] for row in csv.DictReader(file, delimiter=";")}
    # Only Elsa is a fan; her code of the other programme is newer than her link.
    assert found == {"elsa": served["elsa"]}


def test_a_link_that_is_opened_again_has_its_address_again(shop: Path, run: Run) -> None:
    def address(who: str) -> str | None:
        rows = run("referral", "list", "--format", "json", shop=shop).json["links"]
        (found,) = [row["url"] for row in rows if row["customer_id"] == who and row["code"] not in OLD]
        return None if found is None else str(found)

    assert address("bruno") is None
    store = open_store(shop / "referral.sqlite")
    try:
        store.write(lambda db: members.resume(db, "bruno", at + 1000))
        with store.read() as db:
            bruno = members.by_customer(db, "bruno")
            code = links.of_member(db, bruno.member_id) if bruno else None
    finally:
        store.close()
    assert run("referral", "sync", shop=shop).code == 0
    assert code is not None
    assert address("bruno") == f"{BASE}/r/{code.code}"
