"""The whole server for tests: in this process with a clock under the hand, or in a child on real sockets."""

from __future__ import annotations

import contextlib
import io
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.test import Client, EnvironBuilder, TestResponse, run_wsgi_app
from werkzeug.wrappers import Request

from clientela.referral_server.accounts import keys
from clientela.referral_server.app import create_app, make_site
from clientela.referral_server.http.wsgi import Application
from clientela.referral_server.running.logs import Log
from clientela.referral_server.site import Site
from clientela.settings.shop_settings import Settings
from clientela.settings.writing import write_settings
from tests.worlds.loyalty_world import World, at, open_world

NOON = at("2026-05-10 12:00")
BASE = "https://negozio.example"


def settings_in(folder: Path, **referral: Any) -> Settings:
    """Write a shop's settings; its pages live at ``BASE`` unless said otherwise."""
    given = {"base_url": BASE, "friend_offer": "10 € per te"} | referral
    return write_settings(folder, name="Bottega Alba", trade="shop", language="en", more={"referral": given})


@dataclass
class Shop:
    """The server in this process: Anna and Carlo are members."""

    world: World
    site: Site
    app: Application
    log: io.StringIO
    clock: list[int] = field(default_factory=lambda: [NOON])

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask for a page."""
        return Client(self.app).get(path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> TestResponse:
        """Send a form or a body."""
        return Client(self.app).post(path, data=data, **more)

    def ask(self, path: str, method: str = "GET", **environ: Any) -> TestResponse:
        """Send a request whose environ is written by hand, as no client of good manners would."""
        built = EnvironBuilder(path="/", method=method).get_environ() | {"PATH_INFO": path}
        built |= environ
        return TestResponse(*run_wsgi_app(self.app, built, buffered=True), request=Request(built))

    def lines(self) -> list[dict[str, Any]]:
        """Return the log."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def key(self, scope: Any = "sync") -> dict[str, str]:
        """Return the header of a new key."""
        made = self.world.write(lambda db: keys.new(db, scope, "", self.clock[0]))
        return {"Authorization": f"Bearer {made}"}


@contextlib.contextmanager
def open_shop(folder: Path, **referral: Any) -> Iterator[Shop]:
    """Open the shop in a folder."""
    settings = settings_in(folder, **referral)
    clock = [NOON]
    with open_world(folder) as world:
        site = make_site(settings, world.store, lambda: clock[0])
        log = io.StringIO()
        site.log = Log(log)
        yield Shop(world, site, create_app(settings, world.store, site=site), log, clock)


@dataclass
class Running:
    """The server in a process of its own."""

    folder: Path
    process: subprocess.Popen[str]
    address: str
    code: str
    """Of Anna's link."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.rstrip("/").rpartition(":")[2])

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def say(self, raw: bytes) -> bytes:
        """Send bytes over a new connection; return all that comes until the server closes it."""
        with self.connect() as connection:
            # A refusal may come, and the connection end, before everything is sent.
            with contextlib.suppress(ConnectionError):
                connection.sendall(raw)
            return everything(connection)

    def get(self, path: str, *headers: str) -> bytes:
        """Ask for a page; return the raw answer."""
        lines = [f"GET {path} HTTP/1.1", "Host: negozio.example", "Connection: close", *headers, "", ""]
        return self.say("\r\n".join(lines).encode())

    def stop(self) -> tuple[int, float]:
        """Ask it to end; return its exit code and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30), time.monotonic() - began

    def log(self) -> list[dict[str, Any]]:
        """Return the lines of its log."""
        text = (self.folder / "log").read_text()
        return [json.loads(line) for line in text.splitlines()]


def everything(connection: socket.socket) -> bytes:
    """Read until the other side closes."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while data := connection.recv(65536):
            found += data
    return found


@contextlib.contextmanager
def serving(folder: Path, *options: str, **referral: Any) -> Iterator[Running]:
    """Start ``clientela serve`` on a free port and wait until it says where it is."""
    settings_in(folder, **referral)
    with open_world(folder) as world:
        code = world.link().code
    program = [sys.executable, "-W", "error", "-m", "clientela.cli", "--lang", "en", "--shop", str(folder)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*program, "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=log, text=True
        )
    assert process.stdout is not None
    # A busy machine takes its time; what hangs for ten minutes is dead.
    watchdog = threading.Timer(600, process.kill)
    watchdog.start()
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), (folder / "log").read_text()
        yield Running(folder, process, address, code)
    finally:
        watchdog.cancel()
        process.terminate()
        process.wait(30)
        process.stdout.close()
