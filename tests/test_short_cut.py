"""The short cut of a followed link: the same answer and the same click as the whole way, or none at all."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from clientela.loyalty.links import links
from clientela.loyalty.store.opening import open_store
from clientela.referral_server.routes.follow_link import FollowLink
from tests.worlds.followed_links import PHONE, WHATSAPP, click, count
from tests.worlds.served import Shop, open_shop

ROBOT = "curl/8.5"
PLAIN: list[dict[str, Any]] = [
    {},
    {"QUERY_STRING": "c=w"},
    {"QUERY_STRING": "c=q&fbclid=abc"},
    {"QUERY_STRING": "c=nobody"},
    {"QUERY_STRING": "x" * 300 + "&c=m"},
    {"HTTP_USER_AGENT": ROBOT},
    {"HTTP_USER_AGENT": ""},
    {"HTTP_REFERER": "https://l.instagram.com/?u=x"},
    {"HTTP_ACCEPT_LANGUAGE": "en"},
    {"REMOTE_ADDR": "198.51.100.9"},
    {"REMOTE_ADDR": "2001:db8:1:2::3"},
    {"REMOTE_ADDR": "::ffff:198.51.100.9"},
    {"REMOTE_ADDR": "no address"},
    {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7, 198.51.100.8"},
]
"""What the short cut takes."""

UNUSUAL: list[dict[str, Any]] = [
    {"HTTP_USER_AGENT": WHATSAPP},
    {"HTTP_SEC_PURPOSE": "prefetch"},
    {"HTTP_TRANSFER_ENCODING": "chunked"},
    {"CONTENT_LENGTH": "5"},
    {"CONTENT_LENGTH": "none"},
    {"QUERY_STRING": "c=%77"},
    {"QUERY_STRING": "c=%ff"},
    {"REQUEST_METHOD": "HEAD"},
    {"REQUEST_METHOD": "POST"},
    {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"},
    {"HTTP_X_REAL_IP": "198.51.100.7"},
]
"""What it leaves to the whole way."""

TRUSTED = {"trusted_proxies": ["192.0.2.1"]}


def ask(shop: Shop, path: str, environ: dict[str, Any]) -> tuple[int, set[tuple[str, str]], bytes]:
    """Return the answer, the hit's own number taken out."""
    answer = shop.ask(path, **{"HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "203.0.113.7", **environ})
    headers = {(name, re.sub("k=[0-9a-f]{27}", "k=", value)) for name, value in answer.headers}
    assert len(headers) == len(answer.headers)
    return answer.status_code, headers, answer.data


def clicks(shop: Shop) -> list[tuple[Any, ...]]:
    """Return the clicks without their numbers."""
    with shop.world.store.read() as db:
        rows = db.all("select * from clicks order by click_id")
    return [tuple(value for name, value in row.items() if name not in ("click_id", "hit_id")) for row in rows]


def said(shop: Shop) -> list[dict[str, Any]]:
    """Return the log without instants."""
    lines = [json.loads(line) for line in shop.log.getvalue().splitlines()]
    return [{name: value for name, value in line.items() if name not in ("at", "ms")} for line in lines]


@pytest.mark.parametrize("base_url", ["https://negozio.example", "http://127.0.0.1"])
def test_the_short_cut_answers_keeps_counts_and_logs_what_the_whole_way_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base_url: str
) -> None:
    with open_shop(tmp_path, base_url=base_url, **TRUSTED) as shop:
        path, taken = f"/r/{shop.world.link().code}", []
        ask(shop, path, {})
        at_once = FollowLink.at_once

        def watched(follow: FollowLink, environ: dict[str, Any], address: str) -> str | None:
            onward = at_once(follow, environ, address)
            taken.append(onward is not None)
            return onward

        found = {}
        for name, way in (("short", watched), ("whole", lambda *_given: None)):
            monkeypatch.setattr(FollowLink, "at_once", way)
            before = len(clicks(shop)), len(said(shop))
            answers = [ask(shop, path, environ) for environ in PLAIN]
            found[name] = answers, clicks(shop)[before[0] :], said(shop)[before[1] :]
        assert taken == [True] * len(PLAIN)
        assert found["short"] == found["whole"]
        assert len(found["short"][1]) == len(PLAIN)
        numbers = shop.site.metrics.text().decode()
        assert (
            f'http_requests_total{{method="GET",route="/r/<code>",status="302"}} {2 * len(PLAIN) + 1}.0'
            in numbers
        )
        assert f'clicks_total{{kind="bot"}} {2 * 2}.0' in numbers


@pytest.mark.parametrize("environ", UNUSUAL)
def test_the_short_cut_keeps_nothing_of_what_it_leaves_to_the_whole_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, Any]
) -> None:
    with open_shop(tmp_path, **TRUSTED) as shop:
        path = f"/r/{shop.world.link().code}"
        ask(shop, path, {})
        both = ask(shop, path, environ), clicks(shop)[1:]
        shop.world.write(lambda db: db.run("delete from clicks"))
        monkeypatch.setattr(FollowLink, "at_once", lambda *_given: None)
        assert (ask(shop, path, environ), clicks(shop)) == both


def test_a_link_that_was_disabled_is_dead_on_the_short_cut_within_a_second(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        link = shop.world.link()
        assert ask(shop, f"/r/{link.code}", {})[0] == 302
        shop.world.write(lambda db: links.disable(db, link.link_id, shop.clock[0]))
        until = time.monotonic() + 1.0
        while ask(shop, f"/r/{link.code}", {})[0] == 302:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert ask(shop, f"/r/{link.code}", {})[0] == 404


def test_a_mistake_on_the_short_cut_is_answered_with_a_reference_and_without_a_second_click(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(tmp_path) as shop:
        path = f"/r/{shop.world.link().code}"
        ask(shop, path, {})
        monkeypatch.setattr(
            FollowLink, "__call__", lambda *_given: pytest.fail("the whole way kept it again")
        )
        monkeypatch.setattr(FollowLink, "at_once", lambda *_given: {}["a slip"])
        status, _headers, body = ask(shop, path, {})
        (fault,) = (line for line in said(shop) if line.get("event") == "fault")
        assert (status, fault["error"]) == (500, "KeyError")
        assert fault["reference"] in body.decode()


def test_of_many_who_wait_at_once_nobody_is_answered_before_their_click_is_there(tmp_path: Path) -> None:
    path = tmp_path / "referral.sqlite"
    store = open_store(path, create=True)
    missing: list[str] = []

    def friend(number: int) -> None:
        for turn in range(25):
            hit = f"{number:02}{turn:025}"
            store.record(click(hit, link_id=None))
            with store.read() as db:
                if db.one("select 1 as one from clicks where hit_id = :hit", hit=hit) is None:
                    missing.append(hit)

    friends = [threading.Thread(target=friend, args=(number,)) for number in range(24)]
    for each in friends:
        each.start()
    for each in friends:
        each.join()
    assert missing == []
    assert (count(path), store.clicks_degraded) == (600, 0)
    assert store.writer.commits < 600
    store.close()
