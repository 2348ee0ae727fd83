"""The other side of the exchange on another machine: over a real socket, and by files in a folder."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from clientela.exchange import carried_files
from clientela.exchange.carry import carry
from clientela.exchange.other_side import Push, Pushed
from clientela.exchange.other_side_api import ApiSide, ServerError
from clientela.exchange.other_side_choice import open_other_side
from clientela.exchange.other_side_folder import FolderSide
from clientela.exchange.other_side_store import StoreSide
from clientela.loyalty.claims.outcomes import SaleOutcome
from clientela.loyalty.people.consents import ConsentEntry
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from clientela.referral_server.accounts import keys
from clientela.settings.shop_settings import Settings
from clientela.settings.writing import write_settings
from tests.worlds.exchange_world import at
from tests.worlds.quiet import quiet_app

GRANT = ConsentEntry("m:C1", "marketing", "email", "grant", at("2026-03-01"), "paper", None, "shop")
ANNA = NewMember("C1", "Anna Bruni", "+393331234567", None, "fan", (GRANT,))
UNKNOWN = SaleOutcome("nobody", None, "waiting", 0, None, None, None, 0, None, "2026-11-22")

KEY = "cl_aaaaaaaa_" + "x" * 43


class Quiet(WSGIRequestHandler):
    """A server that does not write to the terminal."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    values = {"base_url": "https://negozio.example"}
    return write_settings(
        tmp_path / "server", name="Bottega", trade="shop", language="it", more={"referral": values}
    )


@pytest.fixture
def store(settings: Settings) -> Iterator[SqliteStore]:
    opened = open_store(settings.referral_store, create=True)
    yield opened
    opened.close()


@contextlib.contextmanager
def listening(server: Any) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def api(settings: Settings, store: SqliteStore) -> Iterator[ApiSide]:
    """A client of a real server over loopback."""
    key = store.write(lambda db: keys.new(db, "sync", "shop", at("2026-09-01")))
    app = quiet_app(settings, store)
    with listening(make_server("127.0.0.1", 0, app, handler_class=Quiet)) as url:
        yield ApiSide(url, key, pause=lambda _seconds: None)


def test_over_the_network_everything_is_as_with_the_store_beside_it(
    api: ApiSide, settings: Settings, store: SqliteStore
) -> None:
    beside = StoreSide(settings, store)
    (made,) = api.push_members(Push([ANNA]))
    assert made.portal_token is not None
    assert beside.push_members(Push([ANNA])) == [replace(made, portal_token=None)]
    (renewed,) = api.push_members(Push([ANNA], renew=True))
    assert renewed.portal_token not in (None, made.portal_token)
    assert api.fetch_events("") == beside.fetch_events("")
    assert [event["type"] for event in api.fetch_events("").events] == ["member", "link"]
    cursor = api.fetch_events("").next
    assert api.fetch_events(cursor).events == []
    assert api.push_sales([UNKNOWN]) == beside.push_sales([UNKNOWN]) == Pushed(unknown=1)
    friend = replace(GRANT, subject="luca@posta.example")
    api.push_members(Push(consents=[friend]))
    with store.read() as db:
        rows = db.all("select subject, at, origin from consents order by subject")
    assert [tuple(dict(row).values()) for row in rows] == [
        ("luca@posta.example", GRANT.at, "shop"),
        ("m:C1", GRANT.at, "shop"),
    ]


def test_two_thousand_members_travel_in_three_calls(api: ApiSide) -> None:
    calls: list[int] = []
    real = api._call

    def counted(path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        calls.append(len(body["members"]) if body else 0)
        return real(path, body)

    api._call = counted  # type: ignore[method-assign]
    many = [NewMember(f"C{number}", "", None, None, "customer") for number in range(2001)]
    assert [row.customer_id for row in api.push_members(Push(many))] == [row.customer_id for row in many]
    assert calls == [1000, 1000, 1]


def test_a_wrong_key_and_a_tills_key_are_said_in_words(api: ApiSide, store: SqliteStore) -> None:
    till = store.write(lambda db: keys.new(db, "till", "counter", 0))
    for key, words in ((KEY, "chiave"), (till, "sync")):
        with pytest.raises(ServerError, match=words) as refused:
            ApiSide(api.name, key).fetch_events("")
        assert "CLIENTELA_REFERRAL_KEY" in refused.value.hint
        assert key not in str(refused.value)


Answer = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def odd_server(answer: Callable[[int, Any], Answer]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server of another kind; it remembers the headers of every request."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append({**dict(self.headers), "path": self.path})
            status, headers, body = answer(len(seen), self)
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_args: object) -> None:
            pass

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, seen


EMPTY = b'{"events": [], "next": "", "more": false}'


def test_a_bad_moment_is_waited_for_and_the_call_comes_again_under_the_same_key() -> None:
    pauses: list[float] = []

    def answer(number: int, _handler: Any) -> Answer:
        return (503, {}, b"") if number < 3 else (200, {}, b'{"members": []}')

    with odd_server(answer) as (url, seen):
        ApiSide(url, KEY, pause=pauses.append).push_members(Push([ANNA]))
    assert pauses == [0.5, 2.0]
    assert len(seen) == 3
    assert len({call["Idempotency-Key"] for call in seen}) == 1


def test_a_server_that_stays_away_is_said_and_nothing_is_endless() -> None:
    problem = b'{"type": "about:blank", "title": "x", "status": 503, "detail": "Storage is unavailable."}'
    with odd_server(lambda _n, _h: (503, {}, problem)) as (url, seen):
        with pytest.raises(ServerError, match=r"503: Storage is unavailable\."):
            ApiSide(url, KEY, pause=lambda _seconds: None).fetch_events("")
        assert len(seen) == 3
    with pytest.raises(ServerError, match=r"127\.0\.0\.1"):
        ApiSide(url, KEY, pause=lambda _seconds: None).fetch_events("")


def test_the_key_follows_no_redirect() -> None:
    with odd_server(lambda _n, _h: (200, {}, EMPTY)) as (other, reached):
        with (
            odd_server(lambda _n, _h: (302, {"Location": other + "/api/events"}, b"")) as (url, _seen),
            pytest.raises(ServerError),
        ):
            ApiSide(url, KEY).fetch_events("")
        assert reached == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"events": 1}',
        b'{"events": [], "next": null, "more": false}',
        b'{"events": []}',
        b"\xff",
    ],
)
def test_what_is_no_server_of_ours_is_named_as_such(body: bytes) -> None:
    with odd_server(lambda _n, _h: (200, {}, body)) as (url, _seen), pytest.raises(ServerError):
        ApiSide(url, KEY).fetch_events("")


@pytest.mark.parametrize(
    "url",
    ["http://negozio.example", "ftp://negozio.example", "negozio.example", "http://localhost.example", ""],
)
def test_the_key_never_travels_in_the_open(url: str) -> None:
    with pytest.raises(ServerError, match="https://"):
        ApiSide(url, KEY)


def test_without_a_key_one_sentence_says_where_it_comes_from(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLIENTELA_REFERRAL_KEY", raising=False)
    away = replace(settings, referral=replace(settings.referral, server_url="https://negozio.example"))
    with pytest.raises(ServerError) as refused, open_other_side(away):
        pass
    assert "CLIENTELA_REFERRAL_KEY" in refused.value.hint
    assert "referral key new" in refused.value.hint


def names(folder: Path, name: str) -> dict[str, Any]:
    return dict(json.loads((folder / name).read_text(encoding="utf-8")))


def test_by_files_what_one_side_leaves_the_other_takes_and_twice_is_once(
    settings: Settings, store: SqliteStore, tmp_path: Path
) -> None:
    folder, server = tmp_path / "stick", StoreSide(settings, store)
    assert FolderSide(folder).push_members(Push([ANNA])) == []
    first = carry(folder, server)
    assert (first.members, first.events) == (1, 2)
    answer = (folder / carried_files.FROM_SERVER).read_bytes()
    assert carry(folder, server).members == 1
    assert (folder / carried_files.FROM_SERVER).read_bytes() == answer
    shop = FolderSide(folder)
    (anna,) = shop.push_members(Push([ANNA]))
    assert anna.portal_token is not None
    page = shop.fetch_events("")
    assert [event["type"] for event in page.events] == ["member", "link"]
    assert shop.fetch_events(page.next).events == []
    assert shop.push_sales([UNKNOWN]).waiting
    assert names(folder, carried_files.TO_SERVER)["cursor"] == page.next
    second = carry(folder, server)
    assert (second.events, second.outcomes) == (0, Pushed(unknown=1))
    assert names(folder, carried_files.FROM_SERVER)["members"][0]["portal_token"] is None


def test_the_files_are_for_their_owner_only(settings: Settings, store: SqliteStore, tmp_path: Path) -> None:
    FolderSide(tmp_path).push_members(Push([ANNA]))
    carry(tmp_path, StoreSide(settings, store))
    for name in (carried_files.TO_SERVER, carried_files.FROM_SERVER):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_an_answer_to_an_older_question_is_not_read_again(
    settings: Settings, store: SqliteStore, tmp_path: Path
) -> None:
    """A stick forgotten in a drawer must not bring the past back."""
    FolderSide(tmp_path).push_members(Push([ANNA]))
    carry(tmp_path, StoreSide(settings, store))
    shop = FolderSide(tmp_path)
    page = shop.fetch_events("")
    assert shop.fetch_events("0123abcd-99.0.0.").events == []
    assert shop.fetch_events(page.next) == replace(page, events=[], more=False)


def test_what_waits_for_the_server_is_not_lost_when_more_comes(tmp_path: Path) -> None:
    FolderSide(tmp_path).push_members(Push([ANNA], renew=True))
    FolderSide(tmp_path).push_members(Push([NewMember("C2", "Carlo Neri", None, None, "fan")]))
    FolderSide(tmp_path).push_sales([UNKNOWN])
    waiting = names(tmp_path, carried_files.TO_SERVER)
    assert [row["customer_id"] for row in waiting["members"]] == ["C1", "C2"]
    assert waiting["renew"] == ["C1"]
    assert waiting["sales"]["sales"][0]["claim"] == "nobody"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"version": 1, "version": 1}',
        b'{"version": 2}',
        b'{"version": 1, "kind": "to-server.json", "id": "x", "cursor": "", "members": [{"customer_id": 1}], '
        b'"renew": [], "consents": [], "sales": null}',
    ],
)
def test_a_damaged_file_is_refused_in_words_and_nothing_is_taken(
    content: bytes, settings: Settings, store: SqliteStore, tmp_path: Path
) -> None:
    (tmp_path / carried_files.TO_SERVER).write_bytes(content)
    with pytest.raises(carried_files.ParcelError) as refused:
        carry(tmp_path, StoreSide(settings, store))
    assert refused.value.hint
    assert not (tmp_path / carried_files.FROM_SERVER).exists()
