"""What no friend's browser sends is refused in words, and never does more than that."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientela.referral_server.http import forms, security
from clientela.referral_server.http.problems import BadRequestError, TooLargeError
from clientela.strict_json import Shape
from tests.worlds.served import BASE, Shop, open_shop

ANY_OBJECT = Shape({"type": "object"}, {})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One shop for the tests that leave it as they found it."""
    with open_shop(tmp_path_factory.mktemp("shop")) as found:
        yield found


EVERYWHERE = (
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cache-Control",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Content-Security-Policy",
    "X-Frame-Options",
)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/robots.txt", 200),
        ("/static/pages.css", 200),
        ("/static/nothing.css", 404),
        ("/favicon.ico", 204),
        ("/r/nothing", 404),
        ("/i/nothing", 404),
        ("/me/nothing", 404),
        ("/mine/nothing", 404),
        ("/t", 303),
        ("/owner", 303),
        ("/owner/login", 200),
        ("/nothing", 404),
        ("/api/nothing", 404),
        ("/api/events", 401),
        ("/api/openapi.json", 200),
        ("/healthz", 200),
        ("/readyz", 200),
    ],
)
def test_every_answer_carries_the_safety_headers(path: str, status: int, shop: Shop) -> None:
    answer = shop.get(path)
    assert answer.status_code == status
    assert [name for name in EVERYWHERE if name not in answer.headers] == []
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_a_link_and_its_preview_carry_them_too(shop: Shop) -> None:
    code = shop.world.link().code
    for agent, status in (("Mozilla/5.0 (iPhone) Safari/604.1", 302), ("WhatsApp/2.24", 200)):
        answer = shop.get(f"/r/{code}", headers={"User-Agent": agent})
        assert answer.status_code == status
        assert [name for name in EVERYWHERE if name not in answer.headers] == []
        assert answer.headers["Cache-Control"] == "no-store"


def test_https_is_not_promised_where_the_pages_have_none(tmp_path: Path) -> None:
    with open_shop(tmp_path, base_url="http://127.0.0.1:8080") as shop:
        assert "Strict-Transport-Security" not in shop.get("/").headers


def test_only_the_style_of_today_may_be_kept_for_ever(shop: Shop) -> None:
    address = re.search(r'href="(/static/pages\.[0-9a-f]{12}\.css)"', shop.get("/").text)
    assert address is not None
    assert "immutable" in shop.get(address[1]).headers["Cache-Control"]
    assert shop.get("/static/pages.0123456789ab.css").headers["Cache-Control"] == "no-cache"


def test_a_page_may_run_the_one_script_of_that_hash_and_no_other() -> None:
    answer = security.page("<p>", script_hash="sha256-abc=")
    policy = answer.get_header("Content-Security-Policy")
    assert "script-src 'sha256-abc='" in policy
    assert "connect-src 'self'" in policy
    assert "script-src" not in security.page("<p>").get_header("Content-Security-Policy")
    with pytest.raises(ValueError, match="script_hash"):
        security.page("<p>", script_hash="sha256-abc'; script-src *")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/r/../owner", 404),
        ("/r/..", 404),
        ("/r/.", 404),
        ("/r/x/../../etc/passwd", 404),
        ("/r/..\\owner", 404),
        ("/r/\\\\evil.example", 404),
        ("//evil.example", 404),
        ("//evil.example/..", 404),
        ("///", 404),
        ("/r/a\x00b", 404),
        ("/r/a\nb", 404),
        ("/r/a\r\nSet-Cookie: x=1", 404),
        ("/i/a;jsessionid=1", 404),
        ("/i/a;/../owner", 404),
        ("/static/../app.py", 404),
        ("/static/..pages.css", 404),
        ("/static/pages.css/", 404),
        ("/static/%2e%2e/app.py", 404),
        ("/owner/%2e%2e/%2e%2e", 404),
        ("owner", 404),
        ("*", 404),
        ("http://evil.example/", 404),
        ("/r/\xc0\xae\xc0\xae/owner", 400),
        ("/r/\xff\xfe", 400),
        ("/i/\xed\xa0\x80", 400),
        ("/me/" + "a" * 60_000, 404),
        ("/" + "a/" * 20_000, 404),
        ("/r/\xe2\x80\xae", 404),
        ("/r/caff\xc3\xa8", 404),
        ("/api/\xff", 400),
    ],
)
def test_tricks_with_the_path_lead_nowhere(path: str, status: int, shop: Shop) -> None:
    answer = shop.ask(path)
    assert answer.status_code == status
    assert "evil" not in str(answer.headers)
    assert "Location" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/r/nothing", "/i/nothing", "/api/events"])
@pytest.mark.parametrize(
    ("query", "allowed"),
    [("k=%FF", {400}), ("k=%C0%AE", {400}), ("k=%", {200, 401, 404}), ("c=q%0d%0aX: 1", {200, 401, 404})],
)
def test_a_query_that_is_no_text_is_refused(path: str, query: str, allowed: set[int], shop: Shop) -> None:
    answer = shop.ask(path, QUERY_STRING=query)
    assert answer.status_code in allowed
    assert "X" not in answer.headers


def test_the_host_that_a_client_names_is_never_used(shop: Shop) -> None:
    code = shop.world.link().code
    for path in ("/", f"/r/{code}", f"/i/{code}", "/t", "/owner", "/nothing", "/api/openapi.json"):
        answer = shop.ask(
            path,
            HTTP_HOST="evil.example",
            HTTP_X_FORWARDED_HOST="evil.example",
            HTTP_FORWARDED="host=evil.example",
            SERVER_NAME="evil.example",
            HTTP_X_FORWARDED_PROTO="ftp",
        )
        assert "evil" not in answer.text + str(answer.headers), path
        assert answer.headers.get("Location", "/").startswith("/"), path


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "javascript:alert(1)"]
)
def test_a_redirect_never_leaves_the_server(target: str) -> None:
    with pytest.raises(BadRequestError):
        security.see_other(target)


def test_nothing_that_is_sent_can_begin_a_header() -> None:
    answer = security.see_other("/i/a\r\nSet-Cookie: owner=1\r\n\r\n<script>")
    assert answer.get_header("Location") == "/i/a%0D%0ASet-Cookie:%20owner=1%0D%0A%0D%0A%3Cscript%3E"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "EVIL", ""])
@pytest.mark.parametrize("path", ["/", "/r/nothing", "/owner", "/api/events"])
def test_other_methods_are_refused_in_words(method: str, path: str, shop: Shop) -> None:
    answer = shop.ask(path, REQUEST_METHOD=method)
    assert answer.status_code in (404, 405), answer.status
    assert "GET" in answer.headers.get("Allow", "") or answer.status_code == 404


class Endless(io.RawIOBase):
    """A body that counts what is read of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "read without a limit"
        self.taken += size
        return b"a" * size


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/owner/login", "10000000", 413),
        ("/i/nothing", "65537", 413),
        ("/api/members", "10000000", 413),
        ("/r/nothing", "10000000", 413),
        ("/owner/login", "9" * 40, 413),
        ("/owner/login", "-1", 400),
        ("/owner/login", "1e3", 400),
        ("/owner/login", "٣", 400),
    ],
)
def test_ten_megabytes_are_refused_before_they_are_read(
    path: str, length: str, status: int, shop: Shop
) -> None:
    body = Endless()
    answer = shop.ask(path, "POST", CONTENT_LENGTH=length, **{"wsgi.input": body})
    assert answer.status_code == status
    assert body.taken == 0


@pytest.mark.parametrize("coding", ["", "chunked"])
def test_a_body_without_a_length_is_not_read_at_all(coding: str, shop: Shop) -> None:
    body = Endless()
    answer = shop.ask(
        "/owner/login", "POST", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING=coding, **{"wsgi.input": body}
    )
    assert answer.status_code == 411
    assert body.taken == 0


class Request:
    """As much of a request as the forms look at."""

    def __init__(self, body: bytes, kind: str = "application/x-www-form-urlencoded", **more: str) -> None:
        length = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": kind}
        self.environ: dict[str, Any] = {**length, "wsgi.input": io.BytesIO(body), **more}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b"name=Luca+Verdi&contact=luca%40posta.example",
            {"name": "Luca Verdi", "contact": "luca@posta.example"},
        ),
        (b"name=Andr%C3%A8%20%20", {"name": "Andr\u00e8"}),
        (b"name=a&name=b", {"name": "a"}),
        (b"note=a%0D%0Ab%09c", {"note": "a b c"}),
        (b"name", {"name": ""}),
        (b"&&name=a&", {"name": "a"}),
        (b"a=1;b=2", {"a": "1;b=2"}),
        (b"a=%zz%4", {"a": "%zz%4"}),
        (b"", {}),
    ],
)
def test_a_form_is_read_as_the_browser_wrote_it(body: bytes, expected: dict[str, str]) -> None:
    assert forms.fields(Request(body)) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"name=%FF",
        b"name=\xff",
        b"name=%C0%AE",
        b"name=%ED%A0%80",
        b"name=a%00b",
        b"name=%1B[2J",
        b"%FF=1",
        b"name=%C2%85",
        b"&".join([b"f%d=1" % number for number in range(201)]),
    ],
)
def test_a_form_that_is_no_text_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        forms.fields(Request(body))


def test_a_form_of_another_kind_or_cut_short_is_refused() -> None:
    with pytest.raises(BadRequestError):
        forms.fields(Request(b"{}", "application/json"))
    with pytest.raises(BadRequestError):
        forms.fields(Request(b"--x", "multipart/form-data; boundary=x"))
    with pytest.raises(BadRequestError):
        forms.fields(Request(b"name=a", CONTENT_LENGTH="60"))
    with pytest.raises(TooLargeError):
        forms.fields(Request(b"name=" + b"a" * 70_000))


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b'{"a":', b'{"a": "\\ud800"}', b"\xff{}", b"[" * 100_000])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        forms.json_object(Request(body, "application/json"), ANY_OBJECT, forms.API_BODY)
    whole = Request(b'{"a": "\xc3\xa8"}', "application/json; charset=utf-8")
    assert forms.json_object(whole, ANY_OBJECT) == {"a": "\u00e8"}


@pytest.mark.parametrize("path", ["/owner/login", "/i/nothing", "/t/enrol"])
def test_a_form_posted_from_another_site_is_refused_whatever_it_holds(path: str, shop: Shop) -> None:
    for origin in ("cross-site", "same-site"):
        answer = shop.post(path, {"csrf": "x"}, headers={"Sec-Fetch-Site": origin})
        assert answer.status_code == 403


def test_a_mistake_of_ours_shows_a_reference_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_more: Any) -> Any:
        raise RuntimeError("select * from members where email = 'anna@posta.example'")

    with open_shop(tmp_path) as shop:
        monkeypatch.setattr(shop.world.store, "read", fail)
        pages = [shop.get("/owner/login"), shop.get("/i/nothing"), shop.get("/r/nothing")]
        call = shop.get("/api/events", headers={"Authorization": "Bearer cl_x"})
        faults = [line for line in shop.lines() if line.get("event") == "fault"]
        log = shop.log.getvalue()
    for page in pages:
        assert page.status_code == 500
        assert page.content_type == "text/html; charset=utf-8"
    problem = call.get_json(force=True)
    assert call.content_type == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == 500
    shown = [re.search(r"[0-9a-f]{8}(?=<)", page.text) for page in pages]
    references = [found[0] for found in shown if found] + [problem["instance"].rpartition(":")[2]]
    assert references == [fault["reference"] for fault in faults]
    for text in (*[page.text for page in pages], call.text, log):
        for secret in ("anna", "select", "Traceback"):
            assert secret not in text, secret


def test_an_error_page_needs_no_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_shop(tmp_path) as shop:
        monkeypatch.setattr(shop.site, "render", lambda *_given, **_more: 1 / 0)
        answer = shop.get("/nothing")
    assert answer.status_code == 404
    assert "<h1>There is nothing at this address.</h1>" in answer.text


def test_an_unknown_page_speaks_the_visitors_language(shop: Shop) -> None:
    for wanted, language in (
        ("it-IT,it;q=0.9,en;q=0.5", "it"),
        ("en-GB", "en"),
        ("de, it;q=0.4, en;q=0.3", "it"),
        ("fr", "en"),
        ("", "en"),
        ("it;q=x, en;q=0.1", "en"),
    ):
        page = shop.get("/nothing", headers={"Accept-Language": wanted})
        assert f'<html lang="{language}">' in page.text, wanted
    assert '<html lang="en">' in shop.get("/owner/login", headers={"Accept-Language": "it"}).text


def test_a_head_has_the_headers_of_its_page_and_no_body(shop: Shop) -> None:
    for path in ("/", "/nothing", "/r/nothing", "/readyz"):
        head = shop.ask(path, "HEAD")
        assert head.data == b""
        assert head.headers["Content-Length"] == str(len(shop.get(path).data)), path


def test_absolute_addresses_come_from_the_settings(shop: Shop) -> None:
    code = shop.world.link().code
    preview = shop.get(f"/r/{code}", headers={"User-Agent": "WhatsApp/2.24", "Host": "evil.example"})
    assert f"{BASE}/r/{code}" in preview.text
