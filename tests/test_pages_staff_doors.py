"""Who may open what: enrolment, login, forms of other pages, and the line between till and owner."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.referral_server.http.throttle import LIMITS, Limit, Throttle
from tests.worlds.staff_site import PASSWORD, Browser, Shop, open_shop

OWNER_FORMS = (
    "/owner/flag",
    "/owner/reward",
    "/owner/assign",
    "/owner/withdraw",
    "/owner/find",
    "/owner/link",
    "/owner/logout",
)
TILL_FORMS = ("/t/look-up", "/t/redeem", "/t/attribute", "/t/undo")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


def test_a_device_is_enrolled_once_with_its_key_and_gets_a_name(shop: Shop) -> None:
    browser = shop.browser()
    first = browser.get("/t")
    assert (first.status_code, first.headers["Location"]) == (303, "/t/enrol")
    key = shop.till_key("")
    answer = browser.send("/t/enrol", {"till_key": f" {key} ", "till": "mercato"}, page="/t/enrol")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/t/enrol?came=1")
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("__Host-till=", "Secure", "HttpOnly", "SameSite=Lax"))
    assert "mercato" in browser.get("/t").text
    assert key not in browser.get("/t").text


def test_the_till_s_name_is_checked_before_the_key_is_used_up(shop: Shop) -> None:
    answer = shop.browser().send("/t/enrol", {"till_key": shop.till_key(), "till": "x" * 41}, page="/t/enrol")
    assert answer.status_code == 422
    assert "Al massimo 40 caratteri" in answer.text


@pytest.mark.parametrize("scope", ["sync", "none", "empty", "revoked"])
def test_any_other_key_enrols_nothing(shop: Shop, scope: str) -> None:
    from clientela.referral_server.accounts import keys

    now = shop.clock[0]
    sync = shop.world.write(lambda db: keys.new(db, "sync", "", now))
    closed = shop.till_key()
    shop.world.write(lambda db: keys.revoke(db, closed.split("_")[1], now))
    typed = {"sync": sync, "none": "cl_aaaaaaaa_" + "x" * 43, "empty": "", "revoked": closed}[scope]
    browser = shop.browser()
    answer = browser.send("/t/enrol", {"till_key": typed}, page="/t/enrol")
    assert answer.status_code == 403
    assert "Questa chiave non apre nessuna cassa" in answer.text
    assert browser.get("/t").status_code == 303


def test_keys_cannot_be_guessed_for_long(shop: Shop) -> None:
    browser = shop.browser()
    token = browser.token("/t/enrol")
    codes = [
        browser.post("/t/enrol", {"csrf": token, "till_key": f"cl_aaaaaaaa_{n:043}"}).status_code
        for n in range(25)
    ]
    assert codes[:20] == [403] * 20
    assert codes[-1] == 429


def test_a_revoked_key_closes_its_till(shop: Shop) -> None:
    from clientela.referral_server.accounts import keys

    till = shop.till()
    (row,) = shop.world.all("select key_id from api_keys")
    shop.world.write(lambda db: keys.revoke(db, row["key_id"], shop.clock[0]))
    assert till.get("/t").status_code == 303
    assert till.queue({"key": "x"}, token="x").status_code == 303


def test_the_owner_comes_in_and_goes_out(shop: Shop) -> None:
    browser = shop.browser()
    assert browser.get("/owner").headers["Location"] == "/owner/login"
    wrong = browser.send("/owner/login", {"password": "tre mele"}, page="/owner/login")
    assert wrong.status_code == 403
    assert "La password non è questa" in wrong.text
    assert "tre mele" not in wrong.text
    owner = shop.owner()
    assert owner.get("/owner").status_code == 200
    assert owner.get("/owner/login").headers["Location"] == "/owner"
    out = owner.send("/owner/logout", {}, page="/owner")
    assert out.headers["Location"] == "/owner/login"
    assert owner.get("/owner").status_code == 303


def test_a_session_s_id_does_not_outlive_its_login(shop: Shop) -> None:
    owner = shop.owner()
    kept = owner.client.get_cookie("__Host-owner", domain="negozio.example")
    assert kept is not None
    owner.send("/owner/logout", {}, page="/owner")
    owner.client.set_cookie("__Host-owner", kept.value, domain="negozio.example")
    assert owner.get("/owner").status_code == 303


def test_wrong_passwords_have_to_wait(shop: Shop) -> None:
    browser = shop.browser()
    token = browser.token("/owner/login")
    codes = [browser.post("/owner/login", {"csrf": token, "password": str(n)}).status_code for n in range(7)]
    assert codes[:5] == [403] * 5
    assert codes[-1] == 429
    late = browser.post("/owner/login", {"csrf": token, "password": PASSWORD})
    assert late.status_code == 429
    assert "Troppe password sbagliate" in late.text
    assert int(late.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("path", ["/t/enrol", "/owner/login"])
def test_a_form_without_a_session_needs_the_token_of_its_page(shop: Shop, path: str) -> None:
    browser = shop.browser()
    other = browser.token("/owner/login" if path == "/t/enrol" else "/t/enrol")
    typed = {"till_key": shop.till_key(), "password": PASSWORD}
    for token in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": other}, {"csrf": browser.token(path)[:-1]}):
        answer = browser.post(path, typed | token)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers
    assert browser.post(path, typed | {"csrf": browser.token(path)}).status_code == 303


def outsiders(browser: Browser, page: str) -> list[dict[str, str]]:
    """A token that is missing, empty, wrong, cut short."""
    own = browser.token(page)
    return [{}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": own[:-1]}]


@pytest.fixture(scope="module")
def open_all_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, Browser, Browser]]:
    """A shop, one enrolled till and the owner; nothing in these tests changes them."""
    with open_shop(tmp_path_factory.mktemp("doors")) as found:
        yield found, found.till(), found.owner()


Doors = tuple[Shop, Browser, Browser]


@pytest.mark.parametrize("path", TILL_FORMS)
def test_a_till_form_needs_its_own_session_s_token(open_all_day: Doors, path: str) -> None:
    shop, till, _owner = open_all_day
    for fields in [*outsiders(till, "/t"), {"csrf": shop.till("altra").token("/t")}]:
        assert till.post(path, {"said": "anna", **fields}).status_code == 403
    assert till.post(path, {"csrf": till.token("/t"), "said": "anna"}).status_code != 403


@pytest.mark.parametrize("path", OWNER_FORMS)
def test_an_owner_form_needs_its_own_session_s_token(open_all_day: Doors, path: str) -> None:
    _shop, till, owner = open_all_day
    for fields in [*outsiders(owner, "/owner"), {"csrf": till.token("/t")}]:
        assert owner.post(path, {"flag": "1", **fields}).status_code == 403


def test_another_login_s_token_is_another_s(shop: Shop) -> None:
    owner, other = shop.owner(), shop.owner()
    form = {"csrf": other.token("/owner"), "fan": "anna"}
    assert owner.post("/owner/find", form).status_code == 403
    assert other.post("/owner/find", form).status_code == 200


def test_a_queue_needs_the_token_too(open_all_day: Doors) -> None:
    shop, till, _owner = open_all_day
    for token in ("", "x", shop.till("altra").token("/t")):
        assert till.queue(token=token).status_code == 403


@pytest.mark.parametrize("path", ["/owner", *OWNER_FORMS])
def test_a_till_opens_nothing_of_the_owner_s(open_all_day: Doors, path: str) -> None:
    _shop, till, _owner = open_all_day
    answer = till.get(path) if path == "/owner" else till.post(path, {"csrf": till.token("/t"), "flag": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/owner/login")


@pytest.mark.parametrize("path", ["/t", *TILL_FORMS])
def test_the_owner_sells_nothing_unless_the_device_is_enrolled(open_all_day: Doors, path: str) -> None:
    _shop, _till, owner = open_all_day
    answer = (
        owner.get(path) if path == "/t" else owner.post(path, {"csrf": owner.token("/owner"), "said": "x"})
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/t/enrol")


@pytest.mark.parametrize("path", ["/t", "/t/enrol", "/owner", "/owner/login"])
def test_no_page_of_the_staff_is_kept_or_framed(open_all_day: Doors, path: str) -> None:
    _shop, till, owner = open_all_day
    page = (owner if path == "/owner" else till).get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    assert (path == "/t") == ("script-src" in page.headers["Content-Security-Policy"])


def test_a_till_cannot_look_up_names_by_the_hundred(shop: Shop) -> None:
    till = shop.till()
    token = till.token("/t")
    codes = [till.post("/t/look-up", {"csrf": token, "said": f"nome {n}"}).status_code for n in range(130)]
    assert codes[:100] == [200] * 100
    assert 429 in codes


def enrolled(shop: Shop, key: str) -> Browser:
    """Return a browser that has just enrolled with a key."""
    browser = shop.browser()
    assert browser.send("/t/enrol", {"till_key": key}, page="/t/enrol").status_code == 303
    return browser


@pytest.mark.parametrize("way", ["form", "queue"])
def test_a_till_that_enrols_again_has_not_begun_to_count_anew(way: str, shop: Shop) -> None:
    """A hundred and twenty look-ups at once are all that a device gets, in however many sessions."""
    shop.site.throttle = Throttle(lambda: 0.0)
    key, asked = shop.till_key(), 0
    for _enrolment in range(4):
        till = enrolled(shop, key)
        for _time in range(30):
            assert till.look_up("nome").status_code == 200
            asked += 1
    assert asked == 120
    late = enrolled(shop, key)
    item = {"key": str(uuid.uuid4()), "said": "nome"}
    answer = late.look_up("nome") if way == "form" else late.queue(item)
    assert answer.status_code == 429
    assert enrolled(shop, shop.till_key()).look_up("nome").status_code == 200


def test_all_tills_together_have_a_limit_too(shop: Shop) -> None:
    """Whoever collects keys does not collect guesses: six hundred at once in the whole shop."""
    shop.site.throttle = Throttle(lambda: 0.0, {**LIMITS, "tills": Limit(5, 1)})
    tills = [shop.till(f"cassa {number}") for number in range(3)]
    codes = [till.look_up("nome").status_code for till in tills * 2]
    assert codes == [200] * 5 + [429]
    assert LIMITS["tills"].burst > LIMITS["till"].burst


@pytest.mark.parametrize(("door", "inside"), [("/owner/login?came=1", "/owner"), ("/t/enrol?came=1", "/t")])
def test_who_was_let_in_without_keeping_the_cookie_is_told_why(shop: Shop, door: str, inside: str) -> None:
    assert "non ha tenuto l’accesso" in shop.browser().get(door).text
    known = shop.owner() if inside == "/owner" else shop.till()
    assert known.get(door).headers["Location"] == inside
