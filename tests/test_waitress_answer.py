"""The head of an answer says what waitress itself would say, and is left to it where anything is unusual."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from waitress.task import WSGITask

from clientela.referral_server.http import security
from clientela.referral_server.routes.follow_link import ON_THE_WAY
from clientela.referral_server.running.waitress_answer import Answer

REDIRECT = [("Location", "/i/abcdefgh?k=0"), *security.completed(ON_THE_WAY)]
PAGE = security.completed([("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "12")])
COOKIES = [*PAGE, ("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/")]

CASES: list[tuple[str, list[tuple[str, str]], dict[str, Any]]] = [
    ("302 Found", REDIRECT, {}),
    ("200 OK", PAGE, {}),
    ("303 See Other", COOKIES, {}),
    ("200 OK", PAGE, {"version": "1.0"}),
    ("200 OK", PAGE, {"version": "1.0", "connection": "keep-alive"}),
    ("200 OK", PAGE, {"connection": "close"}),
    ("200 OK", PAGE, {"connection": "keep-alive"}),
    ("200 OK", [pair for pair in PAGE if pair[0] != "Content-Length"], {"length": 12}),
    ("200 OK", [pair for pair in PAGE if pair[0] != "Content-Length"], {}),
    ("200 OK", [("content-length", "12"), ("content-type", "text/plain")], {"length": 12}),
    ("204 No Content", [("X-Frame-Options", "DENY")], {}),
    ("304 Not Modified", PAGE, {}),
    ("200 OK", [*PAGE, ("Date", "Sun, 10 May 2026 10:00:00 GMT")], {}),
    ("200 OK", [*PAGE, ("Server", "ours")], {}),
    ("400 Bad Request", [*PAGE, ("Connection", "close")], {}),
]


def head(
    kind: type[WSGITask], status: str, headers: list[tuple[str, str]], given: dict[str, Any]
) -> tuple[str, list[str], bool, bool]:
    """Return the first line, the others in order of their names, and what becomes of the connection."""
    asked = {"CONNECTION": given["connection"]} if "connection" in given else {}
    request = SimpleNamespace(version=given.get("version", "1.1"), headers=asked)
    task = kind(SimpleNamespace(server=SimpleNamespace(adj=SimpleNamespace(ident=""))), request)
    task.status, task.response_headers, task.start_time = status, list(headers), 1_778_407_200.5
    said = dict(headers).get("Content-Length", given.get("length"))
    task.content_length = None if said is None else int(said)
    written = task.build_response_header().decode("latin-1")
    assert written.endswith("\r\n\r\n")
    first, *others = written.removesuffix("\r\n\r\n").split("\r\n")
    return first, sorted(others), task.close_on_finish, task.chunked_response


@pytest.mark.parametrize(("status", "headers", "given"), CASES)
def test_every_head_says_what_waitress_would_say(
    status: str, headers: list[tuple[str, str]], given: dict[str, Any]
) -> None:
    assert head(Answer, status, headers, given) == head(WSGITask, status, headers, given)


def test_a_redirect_is_dated_and_says_that_it_has_no_body() -> None:
    first, lines, closes, _chunked = head(Answer, "302 Found", REDIRECT, {})
    assert first == "HTTP/1.1 302 Found"
    assert {"Date: Sun, 10 May 2026 10:00:00 GMT", "Content-Length: 0", "Location: /i/abcdefgh?k=0"} <= set(
        lines
    )
    assert len(lines) == len(REDIRECT) + 1
    assert not closes


def test_the_usual_head_is_not_left_to_waitress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        WSGITask, "build_response_header", lambda _task: pytest.fail("written letter by letter")
    )
    for status, headers, given in CASES[:3]:
        head(Answer, status, headers, given)
