"""Links that friends follow, in a store on a real file and behind a real socket; run, a server to kill.

python -m tests.worlds.followed_links STORE [new]    prints its port, then serves until it is killed
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clientela.loyalty.links.clicks import Click
from clientela.loyalty.links.links import Link
from clientela.loyalty.rewards.programme import Programme
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from clientela.referral_server.http.wsgi import Application, Environ
from clientela.referral_server.routes import follow_link
from clientela.referral_server.routes.follow_link import FollowLink
from clientela.settings.shop_settings import Settings

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)
WHATSAPP = "WhatsApp/2.24.20.89 A"

NOON = 1_767_265_200_000
"""2026-01-01 12:00 in Rome."""


def programme(**changes: Any) -> Programme:
    """Return a programme by its defaults."""
    given = Programme.of(Settings(Path("/nowhere")))
    return Programme(**{**{key: getattr(given, key) for key in given.__dataclass_fields__}, **changes})


def click(hit_id: str, **changes: Any) -> Click:
    """Return a person's click on link 1."""
    return Click(
        **{"hit_id": hit_id, "link_id": 1, "at": NOON, "day": "2026-01-01", "kind": "person", **changes}
    )


def add_links(store: SqliteStore, codes: list[str]) -> None:
    """Add a member with a link for each code."""

    def work(db: Any) -> None:
        for code in codes:
            member = db.add(
                "members",
                public_id=code,
                customer_id=code,
                name=f"Anna {code}",
                category="fan",
                portal_hash=code,
                invited_at=NOON,
                updated_at=NOON,
            )
            db.add("links", member_id=member, code=code, short_code=code, spoken=code, made_at=NOON)

    store.write(work)


def count(path: Path, sql: str = "select count(*) from clicks") -> int:
    """Count with a connection of our own."""
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute(sql).fetchone()[0])


@contextmanager
def locked(path: Path) -> Iterator[Callable[[], None]]:
    """Hold the write lock as another process would; yields how to let go."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("begin immediate")
        yield lambda: db.rollback()


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something to become so."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never became so"
        time.sleep(0.005)


def wait_with_writer_stuck(store: SqliteStore, queued: int) -> None:
    """Wait until the writer holds a first job that it cannot commit, and so many wait behind it."""
    wait_until(lambda: store.writer.stuck_for() > 0 and store.writer.depth == queued)


@dataclass
class Door:
    """What the link's function is given by the server, as the tests want it."""

    at: int = NOON
    address: str = "203.0.113.7"
    lost: int = 0
    kinds: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    previewed: list[str] = field(default_factory=list)

    def app(self, store: SqliteStore, **changes: Any) -> FollowLink:
        """Return the WSGI function."""
        return follow_link.make(
            store,
            programme(**changes),
            preview=self._preview,
            missing=lambda environ: "<p>no such link</p>",
            address_of=lambda environ: self.address,
            clock=lambda: self.at,
            on_lost=self._lose,
            allow_miss=lambda network: network not in self.refused,
            on_click=self.kinds.append,
        )

    def _preview(self, environ: Environ, link: Link) -> str:
        self.previewed.append(link.code)
        return f'<meta property="og:title" content="{link.sender}">'

    def _lose(self) -> None:
        self.lost += 1


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Served:
    """A server on a port of this machine."""

    port: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send one request; headers by their name with ``_`` for ``-``."""
        given = {"User-Agent": PHONE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, headers=given)
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read().decode())
        finally:
            line.close()


@contextmanager
def served(app: Application, threads: int = 8) -> Iterator[Served]:
    """Serve on a free port until the block ends."""
    from waitress.server import create_server

    server = create_server(app, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Served(int(server.effective_port))
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: _close(server))
        thread.join()


def _close(server: Any) -> None:
    """Close every socket of waitress's loop, in its own thread; the loop ends when none is left."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


def main() -> None:
    """Serve for ever; ``/ingest`` brings the fallback file in and tells what became of the clicks."""
    from waitress.server import create_server

    store = open_store(Path(sys.argv[1]), create=True)
    door = Door(at=int(time.time() * 1000))
    follow = door.app(store)

    def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/ingest":
            # As the server's door does: the short cut first.
            onward = follow.at_once(environ, door.address)
            if onward is None:
                return follow(environ, start_response)
            start_response("302 Found", [("Location", onward), ("Content-Length", "0")])
            return [b""]
        told: dict[str, Any] = {
            "degraded": store.clicks_degraded,
            "lost": door.lost,
            **asdict(store.ingest_fallback()),
        }
        with store.read() as db:
            told["hits"] = [row["hit_id"] for row in db.all("select hit_id from clicks")]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]

    if sys.argv[2:] == ["new"]:
        add_links(store, ["anna"])
    server = create_server(app, host="127.0.0.1", port=0, threads=16)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
