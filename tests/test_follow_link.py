"""A friend follows a link, over a real socket: counted once, sent on, nothing of theirs kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clientela.loyalty.links import click_sums
from clientela.loyalty.store.errors import StoreUnavailableError
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from clientela.referral_server.http import agents
from clientela.referral_server.http.problems import TooManyRequestsError
from clientela.referral_server.routes import click_recorder, follow_link, held_links
from tests.worlds.followed_links import PHONE, WHATSAPP, Door, Served, add_links, programme, served

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
IMESSAGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
    "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(tmp_path / "referral.sqlite", create=True)
    add_links(opened, ["anna", "carlo"])
    yield opened
    opened.close()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def web(store: SqliteStore, door: Door) -> Iterator[Served]:
    with served(door.app(store)) as server:
        yield server


def kept(store: SqliteStore) -> list[dict[str, Any]]:
    with store.read() as db:
        return [dict(row) for row in db.all("select * from clicks order by click_id")]


def test_a_friend_goes_on_to_the_offer_and_is_counted(web: Served, store: SqliteStore) -> None:
    answer = web.ask("/r/anna?c=w", Referer="https://l.instagram.com/?u=secret")
    (click,) = kept(store)
    assert answer.status == 302
    assert answer.headers["location"] == f"/i/anna?k={click['hit_id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert answer.body == ""
    assert {
        name: click[name] for name in ("link_id", "day", "kind", "channel", "agent", "referrer_host")
    } == {
        "link_id": 1,
        "day": "2026-01-01",
        "kind": "person",
        "channel": "whatsapp",
        "agent": "Chrome Android",
        "referrer_host": "l.instagram.com",
    }


def test_no_address_and_no_name_of_a_browser_is_stored(web: Served, store: SqliteStore) -> None:
    web.ask("/r/anna")
    web.ask("/r/nobody")
    written = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    assert b"203.0.113" not in written
    assert b"SM-A546B" not in written
    assert b"nobody" not in written


def test_one_friend_twice_is_two_people_and_one_visitor(web: Served, store: SqliteStore, door: Door) -> None:
    web.ask("/r/anna?c=q")
    web.ask("/r/anna")
    door.address = "198.51.100.1"
    web.ask("/r/anna")
    web.ask("/r/anna", User_Agent=WHATSAPP)
    web.ask("/r/anna", User_Agent="curl/8.5")
    web.ask("/r/anna", "HEAD")
    web.ask("/r/other")
    with store.read() as db:
        assert click_sums.totals(db) == click_sums.Totals(
            people=3, visitors=2, previews=1, bots=1, qr=1, orphans=1
        )
    assert door.kinds == ["person", "person", "person", "preview", "bot", "orphan"]


@pytest.mark.parametrize("agent", [WHATSAPP, IMESSAGE, "TelegramBot (like TwitterBot)"])
def test_a_messenger_is_shown_the_offer_and_not_sent_on(
    web: Served, store: SqliteStore, door: Door, agent: str
) -> None:
    answer = web.ask("/r/anna", User_Agent=agent)
    assert answer.status == 200
    assert "og:title" in answer.body
    assert "Anna a." in answer.body
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert door.previewed == ["anna"]
    assert [click["kind"] for click in kept(store)] == ["preview"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sec_Purpose", "prefetch"),
        ("Sec_Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X_Purpose", "preview"),
        ("X_Moz", "prefetch"),
    ],
)
def test_a_browser_that_looks_ahead_is_sent_on_but_is_nobody_yet(
    web: Served, store: SqliteStore, header: str, value: str
) -> None:
    assert web.ask("/r/anna", **{header: value}).status == 302
    assert [click["kind"] for click in kept(store)] == ["preview"]


def test_head_is_no_click(web: Served, store: SqliteStore) -> None:
    answer = web.ask("/r/anna", "HEAD")
    assert (answer.status, answer.headers["location"]) == (302, "/i/anna")
    assert web.ask("/r/other", "HEAD").status == 404
    assert kept(store) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_link_is_only_read(web: Served, store: SqliteStore, method: str) -> None:
    answer = web.ask("/r/anna", method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert kept(store) == []


def test_an_unknown_a_disabled_and_a_paused_link_answer_alike(web: Served, store: SqliteStore) -> None:
    store.write(lambda db: db.run("update links set disabled_at = 1 where code = 'anna'"))
    store.write(lambda db: db.run("update members set status = 'paused' where customer_id = 'carlo'"))
    answers = [web.ask(path) for path in ("/r/anna", "/r/carlo", "/r/nobody", "/r/a-b", "/r/", "/r/x/y")]
    assert {answer.status for answer in answers} == {404}
    assert {answer.body for answer in answers} == {"<p>no such link</p>"}
    for answer in answers:
        answer.headers.pop("date")
    assert all(answer.headers == answers[0].headers for answer in answers)
    assert {(click["kind"], click["link_id"]) for click in kept(store)} == {("orphan", None)}
    assert len(kept(store)) == 6


def test_a_link_disabled_by_another_process_is_dead_within_a_second(web: Served, store: SqliteStore) -> None:
    assert web.ask("/r/anna").status == 302
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("update links set disabled_at = 1 where code = 'anna'")
        db.commit()
    disabled_at = time.monotonic()
    asked_at = disabled_at
    while web.ask("/r/anna").status == 302:
        # Counted from the question: on a busy machine the answer itself may take its time.
        assert asked_at < disabled_at + 1
        time.sleep(0.02)
        asked_at = time.monotonic()
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("update links set disabled_at = null where code = 'anna'")
        db.commit()
    assert web.ask("/r/anna").status == 302


def test_guessing_is_slowed_but_a_good_link_behind_the_same_network_works(
    store: SqliteStore, door: Door
) -> None:
    app = door.app(store)
    door.refused.add("203.0.113.0/24")
    with pytest.raises(TooManyRequestsError):
        app({"REQUEST_METHOD": "GET", "PATH_INFO": "/r/guess"}, lambda *_: None)
    assert kept(store) == []
    app({"REQUEST_METHOD": "GET", "PATH_INFO": "/r/anna", "HTTP_USER_AGENT": PHONE}, lambda *_: None)
    assert [click["kind"] for click in kept(store)] == ["person"]


@pytest.mark.parametrize(
    "path",
    [
        "/r/anna%0d%0aSet-Cookie:%20a=b",
        "/r/anna%00",
        "/r/../r/anna",
        "/r/%2e%2e/owner",
        "/r/anna//evil.example",
        "/r/" + "a" * 3000,
        "/r/%ff%fe",
        "/r/ann\u00e0".encode().decode("latin-1").replace("\u00c3\u00a0", "%C3%A0"),
        "/r/' or 1=1 --".replace(" ", "%20"),
    ],
)
def test_strange_paths_are_just_no_link(web: Served, path: str) -> None:
    answer = web.ask(path)
    assert answer.status == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "query",
    [
        "?next=https://evil.example",
        "?redir_url=//evil.example",
        "?c=//evil.example",
        "?k=mine&c=q%0d%0aX:y",
        "?" + "c=" * 900,
    ],
)
def test_nothing_that_the_friend_sends_comes_back_in_the_answer(
    web: Served, store: SqliteStore, query: str
) -> None:
    answer = web.ask(f"/r/anna{query}", Host="evil.example", X_Forwarded_Host="evil.example")
    (click,) = kept(store)
    assert answer.headers["location"] == f"/i/anna?k={click['hit_id']}"
    assert "evil" not in str(answer)
    assert click["channel"] is None


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://www.bottega.example/benvenuti?da=amici", True),
        ("https://WWW.bottega.example/", True),
        ("https://www.bottega.example:443/", True),
        ("http://www.bottega.example/", False),
        ("https://evil.example/", False),
        ("https://www.bottega.example.evil.example/", False),
        ("https://www.bottega.example@evil.example/", False),
        ("https://anna@www.bottega.example/", False),
        ("https://www.bottega.example:8443/", False),
        ("https://www.bottega.example\\@evil.example/", False),
        ("https://www.bottega.example/\r\nSet-Cookie: a=b", False),
        ("//www.bottega.example/", False),
        ("javascript:alert(1)//www.bottega.example", False),
        ("https://[::1", False),
        ("https://bottega.example:port/", False),
    ],
)
def test_a_link_leads_to_the_owners_page_only_on_a_host_of_the_list(
    store: SqliteStore, door: Door, url: str, leads: bool
) -> None:
    given = {"target_url": url, "target_hosts": ("www.bottega.example",)}
    assert follow_link.target(programme(**given)) == (url if leads else "")
    with served(door.app(store, **given)) as web:
        location = web.ask("/r/anna").headers["location"]
    assert location == url if leads else location.startswith("/i/anna?k=")


def test_a_known_link_works_while_the_file_cannot_be_read(
    store: SqliteStore, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_links, "BELIEVED_S", 0.0)
    app, answers = door.app(store), []

    def ask(code: str) -> None:
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/r/{code}", "HTTP_USER_AGENT": PHONE}
        app(environ, lambda status, headers: answers.append((status, dict(headers)["Location"][:8])))

    ask("anna")
    store.close()
    ask("anna")
    assert answers == [("302 Found", "/i/anna?")] * 2
    assert store.clicks_degraded == 1
    with pytest.raises(StoreUnavailableError):
        ask("carlo")


def test_the_shop_s_day_turns_at_its_own_midnight(web: Served, store: SqliteStore, door: Door) -> None:
    midnight = 1_767_308_400_000  # 2026-01-02 00:00 in Rome, 23:00 the day before in UTC
    for at in (midnight - 1, midnight, midnight - 60_000):
        door.at = at
        web.ask("/r/anna")
    assert [click["day"] for click in kept(store)] == ["2026-01-01", "2026-01-02", "2026-01-01"]


def test_a_clock_set_back_a_year_loses_no_click(web: Served, store: SqliteStore, door: Door) -> None:
    web.ask("/r/anna")
    door.at -= 365 * 86_400_000
    assert web.ask("/r/anna").status == 302
    door.at = 5
    assert web.ask("/r/anna").status == 302
    assert [click["day"] for click in kept(store)] == ["2026-01-01", "2025-01-01", "1970-01-01"]
    store.write(click_sums.roll_up)
    with store.read() as db:
        assert click_sums.totals(db).people == 3


PEOPLE = [
    (PHONE, "Chrome Android"),
    (IPHONE, "Safari iOS"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox Windows"),
    (IPHONE.replace("Safari/604.1", "Instagram 350.0.0.20.91 (iPhone14,5; iOS 18_1)"), "Instagram iOS"),
    (f"{PHONE} [FB_IAB/FB4A;FBAV/490.0.0.63.82;]", "Facebook Android"),
    (f"{PHONE} WhatsApp/2.24.20.89", "WhatsApp Android"),
    (f"{PHONE} Viber/22.6", "Viber Android"),
    (
        "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/130.0 Mobile",
        "Chrome Android",
    ),
    (PHONE.replace("Mobile Safari/537.36", "Mobile Safari/537.36 SamsungBrowser/26.0"), "Samsung Android"),
    (f"{IPHONE} [Pinterest/iOS]", "Pinterest iOS"),
    (f"{IPHONE} Snapchat/12.98 (like Safari/8618)", "Snapchat iOS"),
    (f"{IPHONE} [LinkedInApp]/9.30", "LinkedIn iOS"),
]

PREVIEWS = [
    "WhatsApp/2.24.20.89 A",
    "WhatsApp/2.23.18.78 i",
    "WhatsApp/2",
    "WhatsApp",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit/1.1;line-poker/1.0",
    "Facebot",
    "meta-externalfetcher/1.1",
    IMESSAGE,
    "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Viber/13.2.0.8",
    "Mozilla/5.0 (compatible; Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/))",
    "Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)",
    "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)",
    "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "Mozilla/5.0 (compatible; Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots)",
    f"{IPHONE} (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
    "Bluesky Cardyb/1.1; +mailto:support@bsky.app",
]

BOTS = [
    "",
    "curl/8.5.0",
    "python-requests/2.32",
    "Go-http-client/2.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0 Safari/537.36",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)",
    "okhttp/4.12.0",
    "Dalvik/2.1.0 (Linux; U; Android 14)",
    "Clienti/1 CFNetwork/1568.200.51 Darwin/24.1.0",
    "no browser at all",
]


@pytest.mark.parametrize(("agent", "family"), PEOPLE)
def test_people_are_people_in_the_browser_of_an_app_too(agent: str, family: str) -> None:
    assert agents.read(agent) == ("person", family)


@pytest.mark.parametrize("agent", PREVIEWS)
def test_messengers_that_draw_a_preview(agent: str) -> None:
    assert agents.read(agent).kind == "preview"


@pytest.mark.parametrize("agent", BOTS)
def test_robots(agent: str) -> None:
    assert agents.read(agent).kind == "bot"


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://l.facebook.com/l.php?u=x", "l.facebook.com"),
        ("android-app://com.google.android.gm/", "com.google.android.gm"),
        ("https://anna:secret@shop.example/", "shop.example"),
        ("HTTPS://Shop.EXAMPLE:8443/a", "shop.example"),
        ("shop.example", None),
        ("https://<script>/", None),
        ("", None),
    ],
)
def test_of_the_page_before_only_the_host_is_kept(referrer: str, host: str | None) -> None:
    assert click_recorder.referrer_host(referrer) == host
