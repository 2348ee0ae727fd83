"""Each proxy file that the documentation prints, started before each server: slow clients stop nobody."""

from __future__ import annotations

import contextlib
import select
import sys
import time
from collections.abc import Iterator

import pytest

from tests.worlds.proxies import NAME, PROXIES, Proxy
from tests.worlds.served import Running, serving

UNFINISHED = 150
"""Requests that stopped granian behind the printed proxies."""

IN_TIME_S = 7.0
"""A friend waits no longer, on however busy a machine; who never finishes has ten seconds."""

GIVEN_UP_S = 40.0
"""A request that never ends is cut off by then: the printed files say ten seconds; unasked it is sixty."""

PHONE = "User-Agent: Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile Safari/537.36"

FORM = f"Host: {NAME}\r\nContent-Type: application/x-www-form-urlencoded\r\n".encode()

SLOW = {
    "heads": b"GET / HTTP/1.1\r\nHost: " + NAME.encode() + b"\r\nX-Slow: ",
    "bodies": b"POST /owner/login HTTP/1.1\r\n" + FORM + b"Content-Length: 60\r\n\r\npassword=",
    "calls": b"POST /api/members HTTP/1.1\r\n" + FORM + b"Content-Length: 4000000\r\n\r\n{",
}


@pytest.fixture(scope="module", params=["waitress", "granian"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Each server in its turn."""
    folder = tmp_path_factory.mktemp("behind")
    base = f"https://{NAME}"
    with serving(folder, "--server", request.param, base_url=base, trusted_proxies=["127.0.0.1"]) as found:
        yield found


@pytest.fixture(scope="module", params=PROXIES)
def proxy(
    request: pytest.FixtureRequest, running: Running, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    """Each proxy before it."""
    with PROXIES[request.param](tmp_path_factory.mktemp(request.param), running.port) as found:
        yield found


def follow(proxy: Proxy, code: str) -> float:
    """Follow a friend's link through the proxy; return the seconds that it took."""
    began = time.monotonic()
    answer = proxy.get(f"/r/{code}", PHONE)
    assert answer.startswith(b"HTTP/1.1 302"), answer
    return time.monotonic() - began


@pytest.mark.parametrize("start", SLOW.values(), ids=SLOW)
def test_a_friend_is_sent_on_behind_a_proxy_while_many_never_finish(
    start: bytes, proxy: Proxy, running: Running
) -> None:
    with contextlib.ExitStack() as open_connections:
        for _client in range(UNFINISHED):
            open_connections.enter_context(proxy.connect()).sendall(start)
        assert max(follow(proxy, running.code) for _friend in range(3)) < IN_TIME_S
    assert proxy.get("/healthz").startswith(b"HTTP/1.1 200")


def test_the_proxy_cuts_off_who_never_finishes(proxy: Proxy) -> None:
    with contextlib.ExitStack() as open_connections:
        slow = {}
        for name, start in SLOW.items():
            connection = open_connections.enter_context(proxy.connect())
            connection.sendall(start)
            slow[connection] = name
        until = time.monotonic() + GIVEN_UP_S
        while slow and time.monotonic() < until:
            for connection in select.select(list(slow), [], [], 1)[0]:
                connection.settimeout(5)
                with contextlib.suppress(OSError):
                    if connection.recv(65536):
                        continue
                del slow[connection]
        assert list(slow.values()) == []


def test_a_form_in_two_parts_arrives_whole(proxy: Proxy) -> None:
    """A phone with a bad connection: the second half comes a second later, refused for its token only."""
    with proxy.connect() as connection:
        connection.sendall(
            b"POST /owner/login HTTP/1.1\r\nConnection: close\r\n"
            + FORM
            + b"Content-Length: 20\r\n\r\npassword="
        )
        time.sleep(1)
        connection.sendall(b"tre-pere-ve")
        assert connection.recv(65536).startswith(b"HTTP/1.1 403")


def test_the_numbers_stay_inside(proxy: Proxy) -> None:
    for path in ("/metrics", "/metrics/", "//metrics", "/%6detrics"):
        assert proxy.get(path).split(b" ", 2)[1] in (b"404", b"401", b"308"), path


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X_Forwarded_For", "x-forwarded-for"])
def test_a_visitor_cannot_say_where_they_come_from(name: str, proxy: Proxy, running: Running) -> None:
    """Wrong keys of one network are counted together, whatever address each request claims to come from."""
    if sys.platform != "linux":
        pytest.skip("a visitor of this machine would come from the proxy's own address")
    seen = set()
    for number in range(40):
        claimed = f"{name}: 198.51.{number}.7"
        answer = proxy.get("/api/events", claimed, "Authorization: Bearer cl_wrong")
        seen.add(answer.split(b" ", 2)[1])
    assert b"429" in seen
