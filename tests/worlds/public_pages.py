"""A shop whose public pages run in this process, on a real store, with a clock that stands still."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from clientela.loyalty.rewards.programme import Programme
from clientela.settings.shop_settings import Categories, Referral, Settings, ShopIdentity
from tests.worlds.loyalty_world import World, at, open_world
from tests.worlds.quiet import quiet_app

TODAY = "2026-11-22 12:00"

CODE = re.compile(r'class="code">([^<]*)(?:<span class="nowrap">([^<]*)</span>)?')


@dataclass
class Pages:
    """The shop's pages and what stands behind them."""

    client: Client
    world: World
    app: Any
    settings: Settings
    instant: list[int]
    """The clock; a test may set it."""

    def get(self, path: str, lang: str = "it", **headers: str) -> TestResponse:
        """Open a page as a phone that speaks a language."""
        return self.client.get(path, headers={"Accept-Language": lang, **headers})

    def post(self, path: str, lang: str = "it", **form: str) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data=form, headers={"Accept-Language": lang})

    @property
    def landing(self) -> str:
        """Where Anna's link leads."""
        return f"/i/{self.world.link().code}"

    @property
    def fan(self) -> str:
        """Anna's own page."""
        return f"/me/{self.world.tokens['C1']}"

    def save(self, lang: str = "it", **typed: str) -> TestResponse:
        """Fill in the landing page as a friend would and press the button."""
        form = hidden(self.get(self.landing, lang).text)
        return self.post(
            self.landing, lang, **{**form, "name": "Luca Verdi", "contact": "333 9876543", **typed}
        )


def hidden(html: str, nth: int = 0) -> dict[str, str]:
    """Return the hidden fields of a form of a page."""
    form = re.findall(r"<form.*?</form>", html, re.DOTALL)[nth]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def words(html: str) -> str:
    """Return what a reader sees of a page, blanks made one."""
    body = re.sub(r"<head>.*?</head>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


def codes(html: str) -> list[str]:
    """Return the codes that a page shows large."""
    return ["".join(found) for found in CODE.findall(html)]


def read_square(svg: str) -> str:
    """Read an SVG of horizontal strokes as a phone would: draw it module by module, then look at it."""
    from PIL import Image

    size = int(re.findall(r'viewBox="0 0 (\d+) ', svg)[0])
    image = Image.new("L", (size, size), 255)
    x, y = 0.0, 0.0
    for step, one, two in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", svg.split('class="qrline"')[1]):
        if step == "M":
            x, y = float(one), float(two)
        elif step == "m":
            x, y = x + float(one), y + float(two or 0)
        else:
            for module in range(int(float(one))):
                image.putpixel((int(x) + module, int(y)), 0)
            x += float(one)
    import zxingcpp

    large = image.resize((size * 8, size * 8), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(large)
    return str(found.text)


def consent_rows(pages: Pages) -> list[tuple[Any, ...]]:
    """Return what friends consented to: whose, for what, yes or no, after which text."""
    rows = pages.world.all(
        "select subject, purpose, action, text_version from consents where subject not like 'm:%'"
    )
    return [tuple(row.values()) for row in rows]


@contextlib.contextmanager
def open_pages(folder: Path, shop: str = "Bottega Alba", **referral: Any) -> Iterator[Pages]:
    """Open a new shop whose settings say so; Anna Bruni and Carlo Neri are members."""
    known: dict[str, Any] = {
        "base_url": "https://negozio.example",
        "friend_offer": "10 € di sconto sul primo acquisto",
        **referral,
    }
    settings = Settings(
        folder=folder,
        shop=ShopIdentity(name=shop),
        categories=Categories(),
        referral=Referral(**known),
    )
    with open_world(folder, Programme.of(settings)) as world:
        instant = [at(TODAY)]
        app = quiet_app(settings, world.store, lambda: instant[0])
        yield Pages(Client(app), world, app, settings, instant)


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application on this machine; yields its address."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
