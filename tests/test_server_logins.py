"""Who may come in: the owner by a password, a till or another machine by a key; guessing is slow."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from bottle import HTTPResponse, request

from clientela.loyalty.store.errors import StoreUnavailableError
from clientela.referral_server.accounts import keys, password, sessions
from clientela.referral_server.accounts.sessions import Session
from clientela.referral_server.http import throttle
from clientela.referral_server.http.problems import ForbiddenError, UnauthorizedError
from clientela.referral_server.http.throttle import LIMITS, Limit, Logins, Throttle
from tests.worlds.served import Shop, open_shop

MINUTE = 60_000
HOUR = 60 * MINUTE


def carry(shop: Shop, cookie: str, kind: str = "owner") -> Session | None:
    """Find the session that a browser with this ``Set-Cookie`` header has."""
    request.bind({"HTTP_COOKIE": f"theme=dark; {cookie.partition(';')[0]}"})
    return shop.site.sessions.find("till" if kind == "till" else "owner")


def test_a_session_is_random_hashed_and_bound_to_this_host(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        session, cookie = shop.site.sessions.start("owner")
        assert cookie.startswith("__Host-owner=")
        assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
        bare = cookie.partition("=")[2].partition(";")[0]
        assert len(bare) == 43
        assert bare not in str(shop.world.all("select * from sessions"))
        assert carry(shop, cookie) == session
        assert carry(shop, cookie[:-60]) is None
        assert carry(shop, "__Host-owner=" + "A" * 43) is None
        assert carry(shop, "__Host-owner=") is None
        assert carry(shop, "") is None


def test_a_till_is_no_owner(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        _session, cookie = shop.site.sessions.start("till", "abc")
        assert carry(shop, cookie, "till") is not None
        assert carry(shop, cookie.replace("__Host-till", "__Host-owner")) is None


def test_the_owner_is_out_after_two_idle_hours_and_twelve_in_all(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        _session, cookie = shop.site.sessions.start("owner")
        shop.clock[0] += 2 * HOUR - 1
        assert carry(shop, cookie) is not None
        for _half_hour in range(19):
            shop.clock[0] += 30 * MINUTE
            assert carry(shop, cookie) is not None
        # Eleven and a half hours after the login, then twelve.
        shop.clock[0] += 30 * MINUTE + 1
        assert carry(shop, cookie) is None
        _session, cookie = shop.site.sessions.start("owner")
        shop.clock[0] += 2 * HOUR
        assert carry(shop, cookie) is None


def test_a_full_disk_logs_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object, **_more: object) -> None:
        raise StoreUnavailableError

    with open_shop(tmp_path) as shop:
        session, cookie = shop.site.sessions.start("owner")
        shop.clock[0] += HOUR
        monkeypatch.setattr(shop.world.store, "write", full)
        assert carry(shop, cookie) == session


def test_logging_out_ends_the_session_at_once(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        session, cookie = shop.site.sessions.start("owner")
        assert "Max-Age=0" in shop.site.sessions.end(session)
        assert carry(shop, cookie) is None


def test_who_is_not_logged_in_is_sent_to_the_door(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        for kind, door in (("owner", "/owner/login"), ("till", "/t/enrol")):
            request.bind({})
            with pytest.raises(HTTPResponse) as found:
                shop.site.sessions.require("till" if kind == "till" else "owner")
            assert (found.value.status_code, found.value.get_header("Location")) == (303, door)


def test_old_sessions_are_swept_away(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.site.sessions.start("owner")
        shop.clock[0] += 3 * HOUR
        shop.site.sessions.start("owner")
        assert shop.world.write(lambda db: sessions.purge(db, shop.clock[0])) == 1
        assert shop.world.value("select count(*) from sessions") == 1


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at a thousandth of the cost, where the cost is not the point."""
    monkeypatch.setattr(password, "N", 2**5)


def test_a_hash_is_read_by_the_parameters_it_was_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "N", 2**10)
    stored = password.hashed("tre pere verdi")
    assert stored.startswith("scrypt$1024$8$1$")
    monkeypatch.undo()
    assert password.fits("tre pere verdi", stored)


def test_a_password_is_kept_as_scrypt_with_its_parameters() -> None:
    stored = password.hashed("tre pere verdi")
    assert stored.startswith("scrypt$32768$8$1$")
    assert stored != password.hashed("tre pere verdi")
    assert password.fits("tre pere verdi", stored)
    assert not password.fits("tre pere verd", stored)


def test_the_same_letters_are_the_same_password_on_another_machine(cheap: None) -> None:
    """One composes accents, the other writes them behind the letter."""
    assert password.fits("perche\u0301 no, dai", password.hashed("perch\u00e9 no, dai"))


def test_a_new_password_ends_every_session_of_the_owner_and_no_tills(tmp_path: Path, cheap: None) -> None:
    with open_shop(tmp_path) as shop:
        assert not password.is_set(shop.world.store)
        assert not password.is_right(shop.world.store, "tre pere verdi")
        _owner, cookie = shop.site.sessions.start("owner")
        _till, till_cookie = shop.site.sessions.start("till", "abc")
        stored = password.hashed("tre pere verdi")
        assert shop.world.write(lambda db: password.store(db, stored)) == 1
        assert password.is_right(shop.world.store, "tre pere verdi")
        assert not password.is_right(shop.world.store, "tre pere verdi" * 1000)
        assert carry(shop, cookie) is None
        assert carry(shop, till_cookie, "till") is not None


@pytest.mark.parametrize(
    "bad", ["", "nine sign", "tre pere\x00verdi", "tre pere\nverdi", "a" * 1001, "\ud800" * 12]
)
def test_a_password_that_cannot_be_used_is_refused(bad: str) -> None:
    with pytest.raises(password.PasswordError):
        password.check_new(bad)
    password.check_new("diecisegni")


def test_without_a_password_the_answer_takes_as_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    before = password._scrypt

    def count(typed: str, salt: bytes, n: int, r: int, p: int) -> bytes:
        costs.append((n, r, p))
        return before(typed, salt, n, r, p)

    monkeypatch.setattr(password, "_scrypt", count)
    with open_shop(tmp_path) as shop:
        assert not password.is_right(shop.world.store, "tre pere verdi")
    assert costs == [(2**15, 8, 1)]


def test_a_key_is_shown_once_kept_as_a_hash_and_opens_one_thing(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        made = shop.world.write(lambda db: keys.new(db, "sync", "office", shop.clock[0]))
        assert keys.FORM.fullmatch(made)
        key_id, secret = made[3:11], made[12:]
        assert secret not in str(shop.world.all("select * from api_keys"))
        found = shop.site.keys.check(f"Bearer {made}", "sync")
        assert (found.key_id, found.label, found.scope) == (key_id, "office", "sync")
        with pytest.raises(ForbiddenError):
            shop.site.keys.check(f"Bearer {made}", "till")
        for header in (
            None,
            "",
            "Bearer",
            f"Basic {made}",
            made,
            f"Bearer {made}x",
            f"Bearer {made[:-1]}",
            f"Bearer cl_{key_id}_{'A' * 43}",
            f"Bearer cl_aaaaaaaa_{secret}",
            "Bearer cl__",
            "Bearer \u00e8",
        ):
            with pytest.raises(UnauthorizedError):
                shop.site.keys.check(header, "sync")


def test_the_use_of_a_key_is_noted_once_a_minute(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        made = shop.world.write(lambda db: keys.new(db, "sync", "", shop.clock[0]))
        noted = []
        for step in (0, 30_000, 31_000):
            shop.clock[0] += step
            shop.site.keys.find(made, "sync")
            noted.append(shop.world.value("select used_at from api_keys"))
    start = noted[0]
    assert noted == [start, start, start + 61_000]


def test_closing_a_tills_key_puts_its_device_out(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        made = shop.world.write(lambda db: keys.new(db, "till", "banco", shop.clock[0]))
        key = shop.site.keys.find(made, "till")
        _session, cookie = shop.site.sessions.start("till", key.key_id)
        assert carry(shop, cookie, "till") is not None
        shop.world.write(lambda db: keys.revoke(db, key.key_id, shop.clock[0]))
        assert carry(shop, cookie, "till") is None
        with pytest.raises(UnauthorizedError):
            shop.site.keys.find(made, "till")


def test_a_key_has_one_device(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        _session, first = shop.site.sessions.start("till", "abc")
        _session, second = shop.site.sessions.start("till", "abc")
        assert carry(shop, first, "till") is None
        assert carry(shop, second, "till") is not None


def test_a_bucket_gives_what_it_holds_and_then_what_comes_back() -> None:
    now = [0.0]
    bucket = Throttle(lambda: now[0], {"miss": Limit(3, 6)})
    assert [bucket.allow("miss", "a") for _try in range(4)] == [True, True, True, False]
    assert bucket.is_spent("miss", "a")
    assert bucket.allow("miss", "b")
    now[0] = 9.9
    assert not bucket.allow("miss", "a")
    now[0] = 20.1
    assert [bucket.allow("miss", "a") for _try in range(3)] == [True, True, False]
    now[0] = -5.0
    assert not bucket.allow("miss", "a")


def test_a_market_day_behind_one_address_is_not_slowed_down() -> None:
    """600 people in an hour save a discount from one address, 150 of them in one minute."""
    now = [0.0]
    bucket = Throttle(lambda: now[0])
    assert all(bucket.allow("lead", "198.51.100.0/24") for _person in range(150))
    for person in range(450):
        now[0] = person * 3600 / 450
        assert bucket.allow("lead", "198.51.100.0/24")
    assert "redirect" not in LIMITS


def test_the_memory_of_the_limits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEYS", 100)
    bucket, logins = Throttle(), Logins()
    for number in range(1000):
        bucket.allow("miss", str(number))
        logins.begin(str(number))
    assert len(bucket._levels["miss"]) <= 100
    assert len(logins._tries) <= 100


def test_a_crowd_of_strangers_does_not_push_a_tills_count_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEYS", 10)
    bucket = Throttle(lambda: 0.0)
    while bucket.allow("till", "abc"):
        pass
    for number in range(100):
        bucket.allow("miss", f"2001:db8:{number:x}::/48")
    assert not bucket.allow("till", "abc")


def wrong(logins: Logins, prefix: str, times: int) -> list[float]:
    """Try so many wrong passwords; return the waits that were asked for."""
    return [logins.begin(prefix) for _try in range(times)]


def test_each_wrong_password_doubles_the_wait() -> None:
    now = [0.0]
    logins = Logins(lambda: now[0])
    assert wrong(logins, "a", 5) == [0] * 5
    waits = []
    for _try in range(12):
        waits.append(logins.begin("a"))
        now[0] += waits[-1]
        assert logins.begin("a") == 0
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    now[0] += throttle.FORGET_AFTER + 1
    assert wrong(logins, "a", 5) == [0] * 5


def test_the_right_password_clears_the_networks_own_failures() -> None:
    logins = Logins(lambda: 0.0)
    wrong(logins, "a", 4)
    assert logins.begin("a") == 0
    logins.succeeded("a")
    assert wrong(logins, "a", 5) == [0] * 5
    assert logins.begin("a") > 0


def test_guessing_from_everywhere_slows_strangers_but_not_the_owner() -> None:
    now = [0.0]
    logins = Logins(lambda: now[0])
    assert logins.begin("owner") == 0
    logins.succeeded("owner")
    for number in range(50):
        assert logins.begin(f"network {number}") == 0
    assert 0 < logins.begin("another") <= throttle.LONGEST_WAIT_OF_ALL
    assert logins.begin("owner") == 0


def test_many_tries_at_once_are_no_more_than_one_after_the_other() -> None:
    logins = Logins(lambda: 0.0)
    allowed: list[float] = []
    threads = [threading.Thread(target=lambda: allowed.append(logins.begin("a"))) for _try in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed)[:6] == [0, 0, 0, 0, 0, 1]


def test_the_guide_names_the_limits_as_they_are() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "how-to" / "run-the-server.md").read_text()
    for name, row in (
        ("lead", "saving a discount | network"),
        ("miss", "asking for links or pages that do not exist | network"),
        ("key", "wrong keys | network"),
        ("till", "look-ups and sales at a till | device, however often it enrols"),
        ("tills", "the same at all tills together | shop"),
    ):
        assert f"| {row} | {LIMITS[name].burst} | {LIMITS[name].per_minute:.0f} a minute |" in guide
    assert (
        f"| wrong passwords | network | {throttle.FREE_TRIES} | wait 1, 2, 4 … {throttle.LONGEST_WAIT:.0f}"
        in guide
    )
    assert (
        f"| {throttle.FREE_TRIES_OF_ALL} | wait 1, 2, 4 … {throttle.LONGEST_WAIT_OF_ALL:.0f} seconds |"
        in guide
    )
