"""The server as it runs: a process of its own, real sockets, an end that loses nothing."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientela.referral_server.running import waitress_server
from clientela.referral_server.running.listening import listening_socket
from clientela.referral_server.running.lock import AlreadyServedError, ServerLock
from clientela.referral_server.running.logs import Log
from clientela.referral_server.running.waitress_server import Server
from tests.worlds.followed_links import wait_until
from tests.worlds.program import Run
from tests.worlds.served import Running, everything, serving, settings_in

PHONE = "User-Agent: Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for the tests that leave it as they found it."""
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


def status(answer: bytes) -> int:
    """Return the status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


def read_health(connection: socket.socket) -> None:
    """Read the answer of ``/healthz`` to its end, leaving the connection open."""
    found = b""
    while not found.endswith(b"\r\n\r\nok\n"):
        data = connection.recv(4096)
        assert data, found
        found += data


def clicks(folder: Path) -> int:
    """Count the clicks in a store."""
    with contextlib.closing(sqlite3.connect(folder / "referral.sqlite")) as db:
        return int(db.execute("select count(*) from clicks").fetchone()[0])


def test_a_friend_follows_a_link_over_a_real_socket(running: Running) -> None:
    before = clicks(running.folder)
    answer = running.get(f"/r/{running.code}?c=w", PHONE)
    assert answer.startswith(b"HTTP/1.1 302 Found")
    location = re.search(rb"\r\nLocation: (/i/\S+)\r\n", answer)
    assert location is not None
    assert clicks(running.folder) == before + 1
    assert status(running.get(location[1].decode(), PHONE)) == 200


def test_it_says_nothing_of_what_it_runs_on(running: Running) -> None:
    for answer in (running.get("/"), running.get("/nothing"), running.say(b"rubbish\r\n\r\n")):
        assert b"waitress" not in answer.lower()
        assert b"\r\nServer:" not in answer
        assert b"X-Content-Type-Options: nosniff\r\n" in answer


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"GET /r/%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400),
        (b"GET /r/..%2f..%2fowner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET /r/..%5cowner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET /r/%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET /r/a%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET //evil.example/%2f.. HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET http://evil.example/nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET /nothing\r\n\r\n", 404),
        (b"GET  /  HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\nHost: a\n\n" + b"\r\n\r\n", 400),
        (b"POST /t HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST /t HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\naaaaa", 400),
        (b"POST /t HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
        (b"POST /t HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 411),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
def test_what_is_no_honest_request_is_refused(raw: bytes, expected: int, running: Running) -> None:
    answer = running.say(raw)
    assert status(answer) == expected
    assert b"X-Evil" not in answer
    assert b"Traceback" not in answer


def test_a_request_hidden_in_another_is_no_request(running: Running) -> None:
    """A length and chunks that disagree: the hidden GET is a body or nothing, never answered."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    raw = (
        b"POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n0\r\n\r\n" % (len(hidden) + 5)
    )
    answer = running.say(raw + hidden)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"ok\n" not in answer
    doubled = b"POST /nothing HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    assert status(running.say(doubled + hidden)) == 400


def test_requests_in_a_row_are_answered_in_their_order(running: Running) -> None:
    raw = b"".join(
        b"GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n" % (path, end)
        for path, end in ((b"/healthz", b""), (b"/nothing", b""), (b"/robots.txt", b"Connection: close\r\n"))
    )
    found = re.findall(rb"HTTP/1.1 (\d{3})", running.say(raw))
    assert found == [b"200", b"404", b"200"]


@pytest.mark.parametrize("path", ["/owner/login", "/api/members", "/r/nothing"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_ten_megabytes_are_refused_while_they_come(path: str, is_chunked: bool, running: Running) -> None:
    size = 10_000_000
    kind = b"Transfer-Encoding: chunked" if is_chunked else b"Content-Length: %d" % size
    head = b"POST %s HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n" % (path.encode(), kind)
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    sent = 0
    with running.connect() as connection:
        connection.sendall(head)
        connection.settimeout(10)
        with contextlib.suppress(ConnectionError):
            while sent < size:
                connection.sendall(chunk if is_chunked else b"a" * 65536)
                sent += 65536
        # The connection may be reset with our unread bytes; what matters is that it did not take them all.
        answer = everything(connection)
    assert answer == b"" or status(answer) == (411 if is_chunked else 413)
    assert sent < size
    assert status(running.get("/healthz")) == 200


def test_ten_megabytes_that_are_only_announced_get_their_413(running: Running) -> None:
    answer = running.say(b"POST /owner/login HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n")
    assert status(answer) == 413
    assert b"Content-Security-Policy: default-src 'none'" in answer


def test_slow_clients_do_not_keep_the_others_waiting(running: Running) -> None:
    with contextlib.ExitStack() as open_connections:
        for _client in range(100):
            slow = open_connections.enter_context(running.connect())
            slow.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        began = time.monotonic()
        assert status(running.get(f"/r/{running.code}", PHONE)) == 302
        assert time.monotonic() - began < waitress_server.IDLE / 3


@contextlib.contextmanager
def small_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve one page in this process, with a patience of one second; yields the port."""
    for name in ("IDLE", "WHOLE_REQUEST", "CLEANUP"):
        monkeypatch.setattr(waitress_server, name, 1)

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with listening_socket("127.0.0.1", 0) as listener:
        server = Server(app, listener, 2, Log())
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield port
        finally:
            server.ask_to_stop()
            thread.join(20)
            assert not thread.is_alive()


@pytest.mark.parametrize(
    "start", [b"", b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n"]
)
def test_who_says_nothing_or_one_sign_at_a_time_is_cut_off(
    start: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_server(monkeypatch) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(10)
        slow.sendall(start)
        began, closed = time.monotonic(), False
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 25 and not closed:
                if start:
                    slow.sendall(b"a")
                slow.settimeout(0.2)
                with contextlib.suppress(TimeoutError):
                    closed = slow.recv(100) == b""
        assert time.monotonic() - began < 20


def test_a_form_that_never_ends_is_told_that_it_was_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    with small_server(monkeypatch) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(30)
        slow.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nname=")
        told = everything(slow)
    assert status(told) == 408
    assert b"X-Content-Type-Options: nosniff\r\n" in told


@pytest.mark.parametrize(
    ("soft", "hard", "allowed", "then"),
    [(1024, 8192, 2000, 2500), (256, 1024, 524, 1024), (300, 300, 64, 300), (4000, 4000, 2000, 4000)],
)
def test_connections_leave_the_store_the_files_that_it_opens(
    soft: int, hard: int, allowed: int, then: int
) -> None:
    """Two thousand connections and 500 files beside them; where the system allows fewer, fewer."""
    asked = "import resource; from clientela.referral_server.running.listening import connections;"
    asked += "print(connections(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    limited = f'ulimit -S -n {soft} && ulimit -H -n {hard} && exec "$@"'
    program = ["sh", "-c", limited, "sh", sys.executable, "-c", asked]
    answer = subprocess.run(program, capture_output=True, text=True, check=False)
    if "ulimit" in answer.stderr:
        pytest.skip(f"this system sets no such limits: {answer.stderr.strip()}")
    assert answer.stdout.split() == [str(allowed), str(then)], answer.stderr


def test_two_servers_never_serve_one_store(running: Running, start: Run) -> None:
    answer = start("serve", "--port", 0, shop=running.folder)
    assert (answer.code, answer.out) == (2, "")
    assert "referral.sqlite is being served already." in answer.err


def test_a_taken_port_is_named(running: Running, start: Run, tmp_path: Path) -> None:
    settings_in(tmp_path)
    answer = start("serve", "--port", running.port, shop=tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert f"Port {running.port} is taken by another program.\nChoose another" in answer.err


@pytest.mark.parametrize(
    ("host", "said"),
    [("203.0.113.77", "The server cannot listen on 203.0.113.77"), ("no such host", "cannot listen on")],
)
def test_an_address_of_another_machine_is_refused(host: str, said: str, run: Run, tmp_path: Path) -> None:
    settings_in(tmp_path)
    answer = run("serve", "--port", 0, "--host", host, shop=tmp_path)
    assert answer.code == 2
    assert said in answer.err


def test_a_folder_that_is_no_shop_is_refused(run: Run, tmp_path: Path) -> None:
    answer = run("serve", shop=tmp_path)
    assert answer.code == 2
    assert "is not a shop folder" in answer.err


def test_a_store_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    settings_in(tmp_path)
    (tmp_path / "referral.sqlite").write_bytes(b"This is a letter, no database." * 200)
    answer = run("serve", "--port", 0, shop=tmp_path)
    assert answer.code == 2
    assert "referral.sqlite" in answer.err


def test_without_the_extra_granian_is_refused_in_words(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_in(tmp_path)
    monkeypatch.setattr("clientela.referral_server.running.granian_server.find_spec", lambda _name: None)
    answer = run("serve", "--server", "granian", shop=tmp_path)
    assert answer.code == 2
    assert "granian is not installed." in answer.err


def test_the_lock_goes_with_its_holder(tmp_path: Path) -> None:
    store = tmp_path / "referral.sqlite"
    with ServerLock(store), pytest.raises(AlreadyServedError), ServerLock(store):
        pass
    with ServerLock(store):
        pass


def lock_of(folder: Path) -> sqlite3.Connection:
    """Hold the store's write lock, as a long write of another process would."""
    db = sqlite3.connect(folder / "referral.sqlite", isolation_level=None)
    db.execute("begin immediate")
    return db


def open_sockets(pid: int) -> int:
    """Count the open sockets of a process and its children: a connection is one once it is accepted."""
    there = Path(f"/proc/{pid}")
    found = 0
    with contextlib.suppress(OSError):
        for link in (there / "fd").iterdir():
            with contextlib.suppress(OSError):
                found += link.readlink().name.startswith("socket:")
        children = (there / "task" / str(pid) / "children").read_text().split()
        found += sum(open_sockets(int(child)) for child in children)
    return found


def settled(count: Callable[[], int]) -> int:
    """Count until it stays: who asked before may still be hanging up."""
    former, same = count(), 0
    while same < 4:
        time.sleep(0.15)
        now = count()
        former, same = now, same + 1 if now == former else 0
    return former


@pytest.mark.parametrize("server", ["waitress", "granian"])
def test_on_sigterm_requests_in_hand_are_finished(server: str, tmp_path: Path) -> None:
    """Ten friends wait for a busy disk when the server is told to end: each gets the answer and the click."""
    with serving(tmp_path, "--server", server) as running, contextlib.ExitStack() as held:
        idle = held.enter_context(running.connect())
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        read_health(idle)
        db = held.enter_context(contextlib.closing(lock_of(tmp_path)))
        answers: list[bytes] = []
        friends = [
            threading.Thread(target=lambda: answers.append(running.get(f"/r/{running.code}", PHONE)))
            for _friend in range(10)
        ]
        before = settled(lambda: open_sockets(running.process.pid))
        for friend in friends:
            friend.start()
        wait_until(lambda: open_sockets(running.process.pid) >= before + 10, 30)
        time.sleep(0.4)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.4)
        assert running.process.poll() is None
        with contextlib.suppress(ConnectionError), running.connect() as late:
            late.settimeout(5)
            assert late.recv(100) == b""
        db.execute("rollback")
        for friend in friends:
            friend.join(20)
        assert [status(answer) for answer in answers] == [302] * 10
        assert running.process.wait(20) == 0
        assert clicks(tmp_path) == 10
        assert [line["event"] for line in running.log() if "event" in line] == ["start", "stop"]


def test_an_end_without_work_is_quick_and_leaves_one_file(tmp_path: Path) -> None:
    with serving(tmp_path) as running, running.connect() as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        read_health(idle)
        code, seconds = running.stop()
        assert (code, idle.recv(10)) == (0, b"")
        assert seconds < 3
    assert not (tmp_path / "referral.sqlite-wal").exists()
    assert (tmp_path / "referral.sqlite").stat().st_mode & 0o777 == 0o600


def test_control_c_ends_it_as_well(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(20) == 0


def test_granian_serves_the_same(tmp_path: Path) -> None:
    with serving(tmp_path, "--server", "granian") as running:
        answer = running.get(f"/r/{running.code}", PHONE)
        assert status(answer) == 302
        assert b"location: /i/" in answer.lower()
        for raw, expected in (
            (b"GET /r/%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400),
            (b"GET //evil.example/%2f.. HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
            (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n", 413),
            (b"rubbish\r\n\r\n", 400),
        ):
            assert status(running.say(raw)) == expected
        running.process.kill()
        running.process.wait(10)
        # With its parent gone the worker ends too, and the store can be served again.
        assert any(is_free(tmp_path) for _try in range(200))


def is_free(folder: Path) -> bool:
    """Tell whether nobody serves a store; wait a moment if somebody does."""
    try:
        with ServerLock(folder / "referral.sqlite"):
            return True
    except AlreadyServedError:
        time.sleep(0.05)
        return False
