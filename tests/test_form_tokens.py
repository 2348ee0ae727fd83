"""The token of a form: one format for every page, bound to its purpose, its subject and its key."""

from __future__ import annotations

import hashlib
import hmac
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from clientela.referral_server.http.form_keys import FormKeys
from clientela.referral_server.http.form_tokens import FormTokens
from clientela.referral_server.http.problems import ForbiddenError
from tests.worlds import staff_site
from tests.worlds.served import Shop, open_shop

DAY = 86_400_000
FORM = re.compile(r"(session|[0-9]{4}-[0-9]{2}-[0-9]{2})\.[0-9a-f]{32}")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[staff_site.Shop]:
    with staff_site.open_shop(tmp_path_factory.mktemp("tokens")) as found:
        yield found


def day_key(shop: Shop, day: str) -> bytes:
    """Return the key of a day as the store holds it."""
    with shop.world.store.read() as db:
        row = db.one("select secret from daily_keys where day = :day and purpose = 'form'", day=day)
    assert row is not None
    return bytes.fromhex(row["secret"])


def test_a_form_is_accepted_from_its_own_page_of_today_or_yesterday(shop: Shop) -> None:
    tokens = shop.site.form_tokens
    token = tokens.of_page("save", "ABC")
    tokens.check_page(token, "save", "ABC")
    for purpose, subject, given in (
        ("save", "ABD", token),
        ("withdraw", "ABC", token),
        ("save", "ABC", ""),
        ("save", "ABC", token[:-1]),
        ("save", "ABC", "2026-05-10."),
        ("save", "ABC", "." + token.partition(".")[2]),
        ("save", "ABC", token.replace("2026-05-10", "2026-05-09")),
        ("save", "ABC", token.replace("2026-05-10", "session")),
        ("save", "ABC", "\u00e8" * 40),
    ):
        with pytest.raises(ForbiddenError):
            tokens.check_page(given, purpose, subject)
    shop.clock[0] += DAY
    tokens.check_page(token, "save", "ABC")
    shop.clock[0] += DAY
    with pytest.raises(ForbiddenError):
        tokens.check_page(token, "save", "ABC")


def test_what_ends_a_purpose_begins_no_subject(shop: Shop) -> None:
    token = shop.site.form_tokens.of_page("save", "ABC")
    for purpose, subject in (("sav", "eABC"), ("saveA", "BC"), ("saveABC", ""), ("", "saveABC")):
        with pytest.raises(ForbiddenError):
            shop.site.form_tokens.check_page(token, purpose, subject)


def test_a_form_survives_a_restart(shop: Shop) -> None:
    token = shop.site.form_tokens.of_page("save", "ABC")
    again = FormTokens(FormKeys(shop.world.store, lambda: shop.site.programme.today(shop.clock[0])))
    again.check_page(token, "save", "ABC")


def test_a_page_written_before_the_update_is_accepted_after_it(shop: Shop) -> None:
    """What earlier versions signed: HMAC-SHA-256 of purpose, NUL and subject, its first 32 signs."""
    shop.site.form_tokens.of_page("save", "ABC")
    key = day_key(shop, "2026-05-10")
    signed = hmac.new(key, b"save\0ABC", hashlib.sha256).hexdigest()[:32]
    shop.site.form_tokens.check_page(f"2026-05-10.{signed}", "save", "ABC")


def test_a_form_behind_a_login_needs_its_own_session_s_token(shop: Shop) -> None:
    tokens, sessions = shop.site.form_tokens, shop.site.sessions
    mine, _cookie = sessions.start("owner")
    other, _cookie = sessions.start("owner")
    till, _cookie = sessions.start("till", "k1")
    token = tokens.of_session(mine)
    tokens.check_session(token, mine)
    page = tokens.of_page("owner")
    for given in ("", tokens.of_session(other), tokens.of_session(till), token[:-1], "\u00e8", page):
        with pytest.raises(ForbiddenError):
            tokens.check_session(given, mine)
    with pytest.raises(ForbiddenError):
        tokens.check_page(token, "owner")


def test_a_till_open_since_before_the_update_brings_its_queue_and_the_owner_loads_the_page_again(
    shop: Shop,
) -> None:
    """Pages of earlier versions showed the session's secret itself."""
    till, _cookie = shop.site.sessions.start("till", "k1")
    other, _cookie = shop.site.sessions.start("till", "k2")
    owner, _cookie = shop.site.sessions.start("owner")
    shop.site.form_tokens.check_session(till.csrf, till)
    for given, session in ((other.csrf, till), (owner.csrf, owner)):
        with pytest.raises(ForbiddenError):
            shop.site.form_tokens.check_session(given, session)


def test_no_page_shows_the_secret_that_signs_its_forms(staffed: staff_site.Shop) -> None:
    till, owner = staffed.till(), staffed.owner()
    with staffed.world.store.read() as db:
        secrets = [row["csrf"] for row in db.all("select csrf from sessions")]
    assert len(secrets) >= 2
    pages = [till.get("/t").text, till.get("/t/undo").text, owner.get("/owner").text]
    assert [secret for secret in secrets for page in pages if secret in page] == []


def test_every_form_s_token_has_the_one_format(staffed: staff_site.Shop) -> None:
    browsers = ((staffed.browser(), "/owner/login"), (staffed.browser(), "/t/enrol"))
    for browser, path in (*browsers, (staffed.till(), "/t"), (staffed.owner(), "/owner")):
        found = re.findall(r'(?:name="csrf" value|data-csrf)="([^"]*)"', browser.get(path).text)
        assert found, path
        assert [token for token in found if not FORM.fullmatch(token)] == [], path


@pytest.mark.parametrize(
    "token", ["\xff", "\xc3\xa8", "\ud800", "x" * 9000, "session.", "session." + "0" * 32, "."]
)
def test_a_token_of_any_bytes_in_a_header_is_refused_and_no_mistake_of_ours(
    staffed: staff_site.Shop, token: str
) -> None:
    till = staffed.till()
    assert till.queue(token=till.token("/t")).status_code == 200
    body = b'{"items": []}'
    builder = EnvironBuilder("/t/queue", "https://negozio.example", method="POST", data=body)
    environ = till.client.open(builder).request.environ | {
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": "application/json",
        "HTTP_X_CSRF_TOKEN": token,
    }
    _body, status, _headers = run_wsgi_app(staffed.app, environ, buffered=True)
    assert status == "403 Forbidden"
