"""What is malformed is refused alike by both servers: the same bytes, the same status, and never a 500."""

from __future__ import annotations

import ast
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.referral_server.accounts import keys
from clientela.referral_server.http import cookies
from tests.worlds.loyalty_world import open_world
from tests.worlds.served import Running, everything, serving

ROOT = Path(__file__).resolve().parent.parent

SERVERS = ("waitress", "granian")

CLOSE = b"Host: a\r\nConnection: close\r\n"
FORM = b"POST /owner/login HTTP/1.1\r\n" + CLOSE + b"Content-Type: application/x-www-form-urlencoded\r\n"
CALL = b"POST /api/members HTTP/1.1\r\n" + CLOSE + b"Content-Type: application/json\r\n"
BODY = b"password=a"
CHUNKS = b"a\r\npassword=a\r\n0\r\n\r\n"


@pytest.fixture(scope="module", params=SERVERS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Each server in its turn, left as it was found."""
    with serving(tmp_path_factory.mktemp("malformed"), "--server", request.param) as found:
        yield found


def statuses(answer: bytes) -> list[int]:
    """Return the status of every answer on a connection."""
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def posted(*lines: bytes, body: bytes = BODY, head: bytes = FORM) -> bytes:
    """Return a form with these lines in its head."""
    return b"\r\n".join([head.removesuffix(b"\r\n"), *lines, b"", body])


def page(*lines: bytes, body: bytes = b"") -> bytes:
    """Return the request of a page with these lines in its head."""
    return posted(*lines, body=body, head=b"GET / HTTP/1.1\r\n" + CLOSE)


OLD = FORM.replace(b"HTTP/1.1", b"HTTP/1.0")
JSON = FORM.replace(b"x-www-form-urlencoded", b"json")
IN_CHUNKS = b"Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("named", "raw", "expected"),
    [
        ("a whole form, its token missing", posted(b"Content-Length: 10"), 403),
        ("an empty form that says so", posted(b"Content-Length: 0", body=b""), 403),
        ("no length", posted(body=b""), 411),
        ("no length, but a body", posted(), 411),
        ("no length, HTTP/1.0", posted(head=OLD, body=b""), 411),
        ("no length, to the API", posted(head=CALL, body=b""), 411),
        ("no length, to no page", posted(head=b"POST /nothing HTTP/1.1\r\n" + CLOSE, body=b""), 411),
        ("a length of nothing", posted(b"Content-Length:"), 400),
        ("a negative length", posted(b"Content-Length: -10"), 400),
        ("a length with its sign", posted(b"Content-Length: +10"), 400),
        ("a length in hexadecimal", posted(b"Content-Length: 0xa"), 400),
        ("a length with an exponent", posted(b"Content-Length: 1e1"), 400),
        ("a length with an underscore", posted(b"Content-Length: 1_0"), 400),
        ("a length in words", posted(b"Content-Length: ten"), 400),
        ("a length in other digits", posted("Content-Length: ١٠".encode()), 400),
        ("a list of lengths", posted(b"Content-Length: 10, 10"), 400),
        ("two lengths", posted(b"Content-Length: 10", b"Content-Length: 5"), 400),
        ("one length, said twice", posted(b"Content-Length: 10", b"content-length:10"), 403),
        ("a length beyond any machine", posted(b"Content-Length: " + b"9" * 40), 400),
        ("a length beyond the limit", posted(b"Content-Length: 65537", body=b""), 413),
        ("beyond it, asking first", posted(b"Content-Length: 65537", b"Expect: 100-continue", body=b""), 413),
        ("beyond the API's limit", posted(b"Content-Length: 4194305", head=CALL, body=b""), 413),
        ("a length with an underscored name", posted(b"Content_Length: 10"), 411),
        ("chunks", posted(IN_CHUNKS, body=CHUNKS), 411),
        ("chunks to the API", posted(IN_CHUNKS, head=CALL, body=b"2\r\n{}\r\n0\r\n\r\n"), 411),
        ("chunks, shouted", posted(IN_CHUNKS.upper(), body=CHUNKS), 411),
        ("chunks that are none", posted(IN_CHUNKS, body=b"zz\r\n"), 411),
        ("chunks in HTTP/1.0", posted(IN_CHUNKS, head=OLD, body=CHUNKS), 400),
        ("chunks for a page", page(IN_CHUNKS, body=CHUNKS), 411),
        ("a length and chunks", posted(b"Content-Length: 10", IN_CHUNKS, body=CHUNKS), 411),
        ("chunks and a length", posted(IN_CHUNKS, b"Content-Length: 10", body=CHUNKS), 411),
        ("chunks twice", posted(IN_CHUNKS, IN_CHUNKS, body=CHUNKS), 411),
        ("packed chunks", posted(b"Transfer-Encoding: gzip, chunked", body=CHUNKS), 411),
        ("a coding that nobody knows", posted(b"Transfer-Encoding: xchunked", body=CHUNKS), 400),
        ("no coding, said aloud", posted(b"Transfer-Encoding: identity", b"Content-Length: 10"), 400),
        ("a blank before the colon", posted(b"Transfer-Encoding : chunked", body=CHUNKS), 400),
        ("a form of another kind", posted(b"Content-Length: 10", head=JSON), 400),
        ("a form that is no text", posted(b"Content-Length: 10", body=b"password=\xff"), 400),
        ("a page with a body", page(b"Content-Length: 10", body=BODY), 200),
        ("a page with a length below zero", page(b"Content-Length: -1"), 400),
    ],
)
def test_a_length_is_read_alike_by_both_servers(
    named: str, raw: bytes, expected: int, running: Running
) -> None:
    assert statuses(running.say(raw)) == [expected], named


@pytest.mark.parametrize("head", [FORM, CALL], ids=["form", "call"])
def test_a_body_cut_short_is_refused_and_does_nothing(head: bytes, running: Running) -> None:
    with running.connect() as connection:
        connection.sendall(head + b"Content-Length: 60\r\n\r\n" + BODY)
        connection.shutdown(socket.SHUT_WR)
        assert statuses(everything(connection)) in ([400], [401])
    assert statuses(running.get("/healthz")) == [200]


DAMAGED = [
    b"{theme}=dark; initials=MR",
    b"shop/basket=1",
    b"@=initials",
    b"a:b=1",
    b"initials=[",
    b"[",
    b"=",
    b";;;; ; =;a",
    b'initials="a\\"',
    b'initials="\\400\\777"',
    b"initials=a b; initials",
    b"initials=\xff\xfe; \xe2\x80\xae=1",
    b"initials=@#(){}<>?/\\|",
    b"$Version=1; $Path=/; initials=MR",
    b"initials=!bm9uZQ==?gAR9lC4=",
    b"a=b; " * 4000,
    b"initials=" + b"M" * 9000,
]
"""What is no cookie of ours, or a damaged one; the first three made the till answer 500."""


@pytest.fixture(scope="module")
def session(running: Running) -> bytes:
    """The cookie of a device that is enrolled at the running server's till."""
    with open_world(running.folder) as world:
        key = world.write(lambda db: keys.new(db, "till", "banco", 0))
    page = running.get("/t/enrol")
    token = re.search(rb'name="csrf" value="([^"]+)"', page)
    assert token is not None
    body = b"csrf=" + token[1] + b"&till_key=" + key.encode()
    head = b"POST /t/enrol HTTP/1.1\r\n" + CLOSE + b"Content-Type: application/x-www-form-urlencoded\r\n"
    answer = running.say(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    found = re.search(rb"\r\n[Ss]et-[Cc]ookie: (__Host-till=[^;]+)", answer)
    assert found is not None, answer
    return found[1]


@pytest.mark.parametrize("damaged", DAMAGED, ids=range(len(DAMAGED)))
@pytest.mark.parametrize("place", ["before", "after", "header"])
def test_a_damaged_cookie_beside_a_good_one_changes_nothing(
    place: str, damaged: bytes, session: bytes, running: Running
) -> None:
    lines = {
        "before": b"Cookie: " + damaged[:6000] + b"; " + session,
        "after": b"Cookie: " + session + b"; " + damaged,
        "header": b"Cookie: " + session + b"; a=b\r\nCookie: " + damaged,
    }
    answer = running.say(b"GET /t HTTP/1.1\r\n" + CLOSE + lines[place] + b"\r\n\r\n")
    # Of a header that is no ASCII granian tells us nothing: then the device is asked to enrol, no more.
    assert statuses(answer) in ([[200]] if damaged.isascii() else [[200], [303]])
    assert b"MMMM" not in answer


@pytest.mark.parametrize("damaged", DAMAGED, ids=range(len(DAMAGED)))
@pytest.mark.parametrize(("path", "door"), [("/t", b"/t/enrol"), ("/owner", b"/owner/login")])
def test_a_damaged_cookie_alone_is_no_cookie(
    path: str, door: bytes, damaged: bytes, running: Running
) -> None:
    answer = running.say(
        b"GET " + path.encode() + b" HTTP/1.1\r\n" + CLOSE + b"Cookie: " + damaged + b"\r\n\r\n"
    )
    assert statuses(answer) == [303]
    assert re.search(rb"\r\n[Ll]ocation: " + door + b"\r\n", answer)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("__Host-owner=abc", "abc"),
        ("a=1; __Host-owner=abc ; b=2", "abc"),
        ("__Host-owner=a; __Host-owner=b", "a"),
        ('__Host-owner="a"; __Host-owner=b', "b"),
        ("x__Host-owner=a", ""),
        ("__Host-owner", ""),
        ("__Host-owner=", ""),
        ("__Host-owner=a b", ""),
        ("__Host-owner=" + "a" * 257, ""),
        ("x=1,__Host-owner=a", ""),
        ("", ""),
    ],
)
def test_a_cookie_is_what_we_wrote_or_nothing(header: str, found: str) -> None:
    """A neighbouring host may set cookies of any value, but none whose name begins with ``__Host-``."""
    assert cookies.read({"HTTP_COOKIE": header}, "__Host-owner") == found


def readers_of_cookies(source: str) -> list[str]:
    """Return what a module uses that reads cookies in another way than ours."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("get_cookie", "cookies", "cookie_decode"):
            found.append(node.attr)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "HTTP_COOKIE" in node.value:
            found.append(node.value)
        if isinstance(node, ast.Constant) and node.value in ("get_cookie", "Cookie"):
            found.append(node.value)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [getattr(node, "module", None) or "", *(each.name for each in node.names)]
            found += [name for name in names if name in ("http.cookies", "SimpleCookie", "cookie_decode")]
    return found


def test_one_module_reads_cookies_and_no_other() -> None:
    modules = sorted((ROOT / "referral_server").rglob("*.py"))
    assert len(modules) > 40
    found = {path.name: readers_of_cookies(path.read_text("utf-8")) for path in modules}
    assert {name: used for name, used in found.items() if used} == {"cookies.py": ["HTTP_COOKIE"]}


@pytest.mark.parametrize(
    "line",
    [
        "x = request.get_cookie('a')",
        "x = request.cookies.a",
        "x = getattr(request, 'get_cookie')('a')",
        "x = environ['HTTP_COOKIE']",
        "from http.cookies import SimpleCookie",
        "import http.cookies",
        "x = request.get_header('Cookie')",
    ],
)
def test_the_ban_on_other_readers_finds_them(line: str) -> None:
    assert readers_of_cookies(line)
