"""Who never finishes a request keeps nobody else waiting, without a proxy and behind each that we print."""

from __future__ import annotations

import contextlib
import io
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clientela.referral_server.http.bodies import Bodies, places
from clientela.referral_server.http.problems import BusyError, TooSlowError
from tests.worlds.served import Running, open_shop, serving

UNFINISHED = 150
"""Requests that stopped the server once: more than the 128 connections that granian took."""

IN_TIME_S = 15.0
"""A friend waits no longer, on however busy a machine; who never finishes has thirty seconds and more."""

PHONE = "User-Agent: Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile Safari/537.36"

HEAD = b"POST /owner/login HTTP/1.1\r\nHost: amici.bottega.example\r\n"

SLOW = {
    "heads": b"GET / HTTP/1.1\r\nHost: amici.bottega.example\r\nX-Slow: ",
    "bodies": HEAD + b"Content-Length: 60\r\n\r\npassword=",
    "calls": HEAD.replace(b"owner/login", b"api/members") + b"Content-Length: 4000000\r\n\r\n{",
}


@pytest.fixture(scope="module", params=["waitress", "granian"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Each server in its turn, with no more than eight threads."""
    folder = tmp_path_factory.mktemp("slow")
    with serving(folder, "--server", request.param, "--threads", "8", trusted_proxies=["127.0.0.1"]) as found:
        yield found


@contextlib.contextmanager
def unfinished(running: Running, start: bytes) -> Iterator[None]:
    """Begin a hundred and fifty requests and finish none."""
    with contextlib.ExitStack() as open_connections:
        for _client in range(UNFINISHED):
            slow = open_connections.enter_context(running.connect())
            slow.sendall(start)
        yield


def follow(running: Running) -> float:
    """Follow a friend's link; return the seconds that it took."""
    began = time.monotonic()
    answer = running.get(f"/r/{running.code}", PHONE)
    assert answer.startswith(b"HTTP/1.1 302"), answer
    return time.monotonic() - began


@pytest.mark.parametrize("start", SLOW.values(), ids=SLOW)
def test_a_friend_is_sent_on_while_many_never_finish(start: bytes, running: Running) -> None:
    with unfinished(running, start):
        assert max(follow(running) for _friend in range(3)) < IN_TIME_S
    assert running.get("/healthz").startswith(b"HTTP/1.1 200")


class Slow(io.RawIOBase):
    """A body of which nothing comes until it is let go."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()

    def read(self, size: int = -1) -> bytes:
        assert self.goes_on.wait(30)
        return b"a" * size


def asked(bodies: Bodies, body: Any, network: str = "198.51.100.0/24") -> Any:
    """Return the body's reader as a request of a network gets it."""
    client = SimpleNamespace(prefix=network)
    environ = {"wsgi.input": body, "clientela.client": client, "CONTENT_LENGTH": "3"}
    assert bodies(environ, lambda *_given: None) == []
    return environ["wsgi.input"]


def nothing(_environ: dict[str, Any], _start: Any) -> list[bytes]:
    """Answer nothing."""
    return []


def test_a_body_that_does_not_come_is_given_up() -> None:
    slow = Slow()
    reader = asked(Bodies(nothing, 8, patience=0.05), slow)
    with pytest.raises(TooSlowError):
        reader.read(10)
    slow.goes_on.set()


def test_who_sends_a_form_too_slowly_reads_that_in_words(tmp_path: Path) -> None:
    slow = Slow()
    with open_shop(tmp_path) as shop:
        shop.app = Bodies(shop.app, 8, patience=0.05)
        form = {"CONTENT_LENGTH": "10", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
        answer = shop.ask("/owner/login", "POST", **form, **{"wsgi.input": slow})
        slow.goes_on.set()
        assert (answer.status_code, answer.headers["Connection"]) == (408, "close")
        assert "This request did not arrive in time." in answer.text
        assert shop.get("/owner/login").status_code == 200


def test_too_many_unfinished_forms_are_refused_in_words_and_links_are_not(tmp_path: Path) -> None:
    """With one thread there are four places, two of them for one network."""
    slow = Slow()
    with open_shop(tmp_path) as shop:
        shop.app, code = Bodies(shop.app, 1), shop.world.link().code
        form = {"CONTENT_LENGTH": "10", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
        waiting = [
            threading.Thread(target=lambda: shop.ask("/t/enrol", "POST", **form, **{"wsgi.input": slow}))
            for _form in range(2)
        ]
        for thread in waiting:
            thread.start()
        until = time.monotonic() + 20
        while shop.app._waiting.total() < 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        answer = shop.post("/owner/login", {"a": "b"})
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "5"
        assert "Too many requests are unfinished at the moment." in answer.text
        assert shop.get(f"/r/{code}").status_code == 302
        slow.goes_on.set()
        for thread in waiting:
            thread.join(20)


def test_a_body_that_is_here_is_read_and_one_that_breaks_off_is_cut_short() -> None:
    bodies = Bodies(nothing, 8)
    assert asked(bodies, io.BytesIO(b"name=Luca")).read(9) == b"name=Luca"
    broken = SimpleNamespace(read=lambda _size: 1 / 0)
    assert asked(bodies, broken).read(9) == b""


def test_one_network_takes_half_of_the_places_and_gives_them_back() -> None:
    """With eight threads four bodies are waited for, two of one network."""
    assert places(8) == 4
    bodies, slow = Bodies(nothing, 8), Slow()
    read: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def wait(network: str) -> threading.Thread:
        thread = threading.Thread(target=lambda: read.put(asked(bodies, slow, network).read(3)))
        thread.start()
        return thread

    def taken(network: str) -> bool:
        try:
            asked(bodies, io.BytesIO(b"abc"), network).read(3)
        except BusyError:
            return True
        return False

    def until(places_taken: int) -> None:
        end = time.monotonic() + 20
        while bodies._waiting.total() < places_taken:
            assert time.monotonic() < end
            time.sleep(0.01)

    waiting = [wait("a"), wait("a")]
    until(2)
    assert taken("a")
    assert not taken("b")
    waiting += [wait("b"), wait("b")]
    until(4)
    assert taken("c")
    slow.goes_on.set()
    for thread in waiting:
        thread.join(10)
    assert [read.get(timeout=5) for _body in range(4)] == [b"aaa"] * 4
    assert not taken("a")
