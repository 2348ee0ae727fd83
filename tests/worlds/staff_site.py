"""The shop of ``loyalty_world`` behind its web pages, for the tests of the till and of the owner's page."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from clientela.loyalty.rewards.programme import Programme
from clientela.referral_server.accounts import keys, password
from clientela.referral_server.app import create_app, make_site
from clientela.referral_server.running.logs import Log
from clientela.referral_server.site import Site
from clientela.settings.shop_settings import Referral, Settings, ShopIdentity
from tests.worlds.loyalty_world import World, at, open_world

PASSWORD = "tre pere verdi"
NOON = at("2026-05-10 12:00")


@cache
def hashed_once() -> str:
    """Return the owner's password as it is stored; made slowly on purpose, so once is enough."""
    return password.hashed(PASSWORD)


@dataclass
class Shop:
    """A running shop, its clock under the test's hand."""

    world: World
    site: Site
    app: Any
    clock: list[int] = field(default_factory=lambda: [NOON])

    def browser(self) -> Browser:
        """Return a browser without cookies."""
        return Browser(self, Client(self.app))

    def till_key(self, label: str = "banco") -> str:
        """Return a new key for a till."""
        return self.world.write(lambda db: keys.new(db, "till", label, self.clock[0]))

    def till(self, label: str = "banco") -> Browser:
        """Return the browser of an enrolled device."""
        browser = self.browser()
        answer = browser.send("/t/enrol", {"till_key": self.till_key(label)}, page="/t/enrol")
        assert answer.status_code == 303
        return browser

    def owner(self) -> Browser:
        """Return the browser of the owner, logged in."""
        browser = self.browser()
        answer = browser.send("/owner/login", {"password": PASSWORD}, page="/owner/login")
        assert answer.status_code == 303, answer.text
        return browser


@dataclass
class Browser:
    """Cookies, and the forms of the pages seen."""

    shop: Shop
    client: Client

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, base_url="https://negozio.example")

    def post(self, path: str, fields: dict[str, str], **more: Any) -> TestResponse:
        """Send exactly these fields."""
        return self.client.post(path, data=fields, base_url="https://negozio.example", **more)

    def token(self, page: str) -> str:
        """Return the hidden token of a page's form."""
        return hidden(self.get(page).text)["csrf"]

    def send(self, path: str, fields: dict[str, str], page: str = "/t") -> TestResponse:
        """Send a form with the token of its page."""
        return self.post(path, {"csrf": self.token(page), **fields})

    def queue(self, *items: Any, token: str | None = None) -> TestResponse:
        """Send a till's queue."""
        return self.client.post(
            "/t/queue",
            json={"items": list(items)},
            base_url="https://negozio.example",
            headers={"X-CSRF-Token": self.token("/t") if token is None else token},
        )

    def look_up(self, said: str, **more: str) -> TestResponse:
        """Type something into the one field."""
        return self.send("/t/look-up", {"said": said, **more})

    def finish(self, page: TestResponse, **typed: str) -> TestResponse:
        """Fill in the form that a page shows and send it."""
        path = re.search(r'action="(/t/(?:redeem|attribute|undo))"', page.text)
        assert path is not None, page.text
        return self.post(path[1], hidden(page.text.partition("<template")[0]) | typed)


def hidden(html: str) -> dict[str, str]:
    """Return the hidden fields of a page's last form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return dict(found)


def verdict(page: TestResponse) -> tuple[str, str]:
    """Return the colour and the word of a result."""
    found = re.search(r'<div class="verdict (\w+)"><h1[^>]*>([^<]*)', page.text)
    assert found is not None, page.text[:4000]
    return found[1], found[2]


@contextlib.contextmanager
def open_shop(
    folder: Path, *, language: str = "it", base_url: str = "https://negozio.example", **referral: Any
) -> Iterator[Shop]:
    """Open the shop: Anna and Carlo are members, the owner has a password."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        folder=folder,
        shop=ShopIdentity(name="Bottega Alba", language=language),
        referral=Referral(**{"base_url": base_url, "friend_offer": "10 € sul primo acquisto"} | referral),
    )
    with open_world(folder, Programme.of(settings)) as world:
        world.write(lambda db: password.store(db, hashed_once()))
        clock = [NOON]
        site = make_site(settings, world.store, lambda: clock[0])
        site.log = Log(StringIO())
        yield Shop(world, site, create_app(settings, world.store, site=site), clock)
        site.log.close()


@contextlib.contextmanager
def listening(shop: Shop) -> Iterator[str]:
    """Serve the shop on a free port of this machine; yields its address."""
    from waitress.server import create_server

    server = create_server(shop.app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(5)
