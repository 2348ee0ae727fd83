"""The server says honestly how it is: process, storage, numbers, and one line of log a request."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clientela.loyalty.links.clicks import Click, new_hit_id
from clientela.loyalty.rewards import rewards
from clientela.loyalty.store.errors import StoreUnavailableError
from clientela.referral_server.running import health
from clientela.referral_server.running.background import Background
from clientela.referral_server.running.metrics import watch
from tests.worlds.served import NOON, Shop, open_shop, serving

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile Safari/537.36"}


def unavailable(*_given: Any, **_more: Any) -> Any:
    """Fail as a full disk does."""
    raise StoreUnavailableError


def test_ready_means_that_a_row_was_written(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        assert shop.get("/readyz").status_code == 200
        assert shop.world.value("select value from marks where name = 'ready'") == NOON
        shop.clock[0] += 500
        shop.get("/readyz")
        assert shop.world.value("select value from marks where name = 'ready'") == NOON
        shop.clock[0] += 501
        shop.get("/readyz")
        assert shop.world.value("select value from marks where name = 'ready'") == NOON + 1001


def test_not_ready_is_said_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_shop(tmp_path) as shop:
        assert shop.get("/readyz").status_code == 200
        monkeypatch.setattr(shop.world.store, "write", unavailable)
        shop.clock[0] += 1001
        answer = shop.get("/readyz")
        assert answer.status_code == 503
        assert "Storage is unavailable: the database takes no write." in answer.text
        assert answer.headers["Retry-After"] == "10"
        assert shop.get("/healthz").text == "ok\n"
        monkeypatch.undo()
        assert shop.get("/readyz").status_code == 200


def test_a_lock_held_by_another_process_makes_it_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.3)
    with (
        open_shop(tmp_path) as shop,
        closing(sqlite3.connect(tmp_path / "referral.sqlite", isolation_level=None)) as db,
    ):
        db.execute("begin immediate")
        assert shop.get("/readyz").status_code == 503
        db.execute("rollback")
        shop.clock[0] += 2000
        assert shop.get("/readyz").status_code == 200


def test_without_storage_every_page_says_so_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(tmp_path) as shop:
        code = shop.world.link().code
        key = shop.key()
        for name in ("read", "write"):
            monkeypatch.setattr(shop.world.store, name, unavailable)
        for path in (f"/i/{code}", "/me/nothing", "/mine/nothing", "/owner/login", f"/r/{code}"):
            answer = shop.get(path)
            assert answer.status_code == 503, path
            assert "Storage is unavailable at the moment: nothing has been saved." in answer.text
        problem = shop.get("/api/events", headers=key)
        assert (problem.status_code, problem.content_type) == (503, "application/problem+json")


def numbers(shop: Shop) -> dict[str, float]:
    """Return the metrics by name and labels."""
    text = shop.ask("/metrics", REMOTE_ADDR="127.0.0.1").text
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _blank, value in rows}


def test_what_happens_is_counted(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        watch(shop.world.store, shop.site.metrics)
        code = shop.world.link().code
        for agent in (PHONE, PHONE, {"User-Agent": "WhatsApp/2.24"}, {"User-Agent": "curl/8"}):
            shop.get(f"/r/{code}", headers=agent)
        shop.get("/r/nothing", headers=PHONE)
        shop.get("/api/events")
        shop.get("/nothing")
        shop.ask("/nothing", REQUEST_METHOD="BREW")
        found = numbers(shop)
    assert found['clicks_total{kind="person"}'] == 2
    assert found['clicks_total{kind="preview"}'] == 1
    assert found['clicks_total{kind="bot"}'] == 1
    assert found['clicks_total{kind="orphan"}'] == 1
    assert found["clicks_lost_total"] == found["clicks_degraded_total"] == 0
    assert found['http_requests_total{method="GET",route="/r/<code>",status="302"}'] == 3
    assert found['http_requests_total{method="GET",route="(none)",status="404"}'] == 1
    assert found['http_requests_total{method="OTHER",route="(none)",status="404"}'] == 1
    assert found['http_request_seconds_count{route="/r/<code>"}'] == 5
    assert found['rejects_total{reason="bad_key"}'] == 1
    assert found["commit_batch_rows_sum"] >= 5
    assert found["commit_seconds_count"] >= 1
    assert found["write_queue_depth"] == 0
    assert found['redemptions_total{outcome="made"}'] == 0


def test_a_redemption_is_counted_and_so_is_taking_it_back(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        watch(shop.world.store, shop.site.metrics)
        saved = shop.world.save("luca@posta.example")
        assert shop.world.redeem(saved.coupon_code).outcome == "accepted"
        assert numbers(shop)['redemptions_total{outcome="made"}'] == 1
        assert numbers(shop)['redemptions_total{outcome="reversed"}'] == 0


def test_clicks_that_only_the_fallback_file_took_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(tmp_path) as shop:
        watch(shop.world.store, shop.site.metrics)
        code = shop.world.link().code
        monkeypatch.setattr(shop.world.store.writer, "record", unavailable)
        assert shop.get(f"/r/{code}", headers=PHONE).status_code == 302
        assert numbers(shop)["clicks_degraded_total"] == 1


NAME, MAIL, PHONE_NUMBER = "Zenobia Quattrocchi", "zenobia@posta.example", "339 5550123"
PLANTED = ("Zenobia", "Quattrocchi", "zenobia", "5550123", "198.51.100.7", "198.51.100", "Nokia", "sekret")


def test_a_busy_day_leaves_no_person_in_the_log(tmp_path: Path) -> None:
    """Names, contacts, codes, tokens, addresses and browsers go in everywhere; none comes out in the log."""
    with serving(tmp_path, trusted_proxies=["127.0.0.1"]) as running:
        who = (
            "X-Forwarded-For: 198.51.100.7",
            "User-Agent: Nokia3310",
            "Referer: https://sekret.example/Zenobia",
        )
        landing = running.get(f"/r/{running.code}?c=w&name=Zenobia", *who)
        location = re.search(rb"\r\nLocation: (\S+)", landing)
        assert location is not None
        page = running.get(location[1].decode(), *who).decode()
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
        typed = hidden | {"name": NAME, "contact": MAIL, "consent": "yes"}
        body = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in typed.items())
        head = [f"POST /i/{running.code} HTTP/1.1", "Host: a", "Connection: close", *who]
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "", body]
        saved = running.say("\r\n".join(head).encode())
        assert saved.startswith(b"HTTP/1.1 303"), saved
        token = re.search(rb"\r\nLocation: (/mine/(\S+))", saved)
        assert token is not None
        assert running.get(token[1].decode(), *who).startswith(b"HTTP/1.1 200")
        for path in (
            "/me/sekret-token",
            f"/i/{running.code}?name={MAIL}",
            f"/t?q={PHONE_NUMBER.replace(' ', '')}",
            "/Zenobia/Quattrocchi",
            f"/api/members?email={MAIL}",
            "/r/%ffZenobia",
            "/owner/Zenobia",
        ):
            running.get(
                path, *who, "Authorization: Bearer cl_sekretid_Zenobia", "Cookie: __Host-owner=sekret"
            )
        running.say(b"GET /Zenobia sekret\r\n\r\n")
        running.say(
            b"POST /owner/login HTTP/1.1\r\nConnection: close\r\nContent-Length: 16\r\n\r\npassword=Zenobia"
        )
        running.stop()
        with closing(sqlite3.connect(tmp_path / "referral.sqlite")) as db:
            assert db.execute("select friend_name, contact from claims").fetchall() == [(NAME, MAIL)]
        lines = running.log()
        text = (tmp_path / "log").read_text()
    planted = (*PLANTED, running.code, token[2].decode())
    assert [each for each in planted if each in text] == []
    requests = [line for line in lines if "route" in line]
    assert len(requests) >= 12
    assert all(set(line) == {"at", "method", "route", "status", "ms"} for line in requests)
    assert {"/r/<code>", "/i/<code>", "/mine/<token>", "(none)"} <= {line["route"] for line in requests}


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.log.close()
        assert shop.get("/healthz").status_code == 200


def in_a_round(shop: Shop, rounds: int = 0) -> Background:
    """Do every piece of the background's work once."""
    made = Background(shop.site)
    for name, work in made.works(rounds):
        made._try(name, work)
    return made


def test_beside_answering_it_adds_up_ripens_and_forgets(tmp_path: Path) -> None:
    """A click of two days ago, a reward past its hold, an old session and an old answer."""
    day = 86_400_000
    with open_shop(tmp_path) as shop:
        link = shop.world.link()
        shop.world.store.fallback.append(
            Click(new_hit_id(NOON), link.link_id, NOON, "2026-05-10", "person", visitor="00" * 8)
        )
        shop.site.form_tokens.of_page("save", "ABC")
        shop.site.sessions.start("owner")
        shop.world.write(
            lambda db: db.add(
                "answers", idempotency_key="v2:k", request_hash="h", status=200, body="", at=NOON
            )
        )
        saved = shop.world.save("luca@posta.example", on="2026-05-01")
        shop.world.redeem(saved.coupon_code, on="2026-05-10")
        shop.world.tell(saved.public_id, "payable", on="2026-05-10", qualifying_on="2026-05-10")
        in_a_round(shop)
        assert shop.world.all("select people, visitors from link_days") == [{"people": 1, "visitors": 1}]
        assert shop.world.value("select count(*) from daily_keys") == 1
        assert shop.world.rewards()[0][1] == "held"
        shop.clock[0] += 3 * day
        in_a_round(shop)
        assert shop.world.value("select count(*) from daily_keys") == 0
        assert shop.world.value("select count(*) from visitor_days") == 0
        assert shop.world.value("select count(*) from sessions") == 0
        assert shop.world.value("select count(*) from answers where idempotency_key = 'v2:k'") == 1
        shop.clock[0] += 12 * day
        in_a_round(shop)
        assert shop.world.rewards()[0][1] == "approved"
        assert shop.world.value("select count(*) from answers where idempotency_key = 'v2:k'") == 0
        assert [line for line in shop.lines() if line.get("event") == "fault"] == []


def test_single_clicks_are_kept_for_thirteen_months(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        link = shop.world.link().link_id
        for day in ("2025-01-01", "2025-01-02", "2026-05-10"):
            shop.world.store.record(Click(new_hit_id(NOON), link, NOON, day, "person"))
        in_a_round(shop)
        assert shop.world.all("select day from clicks") == [{"day": "2026-05-10"}]
        assert shop.world.value("select sum(people) from link_days") == 3


def test_a_failing_piece_is_noted_once_and_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(tmp_path) as shop:
        monkeypatch.setattr(rewards, "ripen", unavailable)
        made = in_a_round(shop)
        for name, work in made.works(0):
            made._try(name, work)
        monkeypatch.undo()
        for name, work in made.works(0):
            made._try(name, work)
        told = [
            (line["event"], line.get("route", line.get("work"))) for line in shop.lines() if "event" in line
        ]
        assert told == [("fault", "background:rewards"), ("recovered", "rewards")]


def test_the_background_ends_when_it_is_told(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        made = Background(shop.site, tick=0.01)
        link = shop.world.link().link_id
        shop.world.store.record(Click(new_hit_id(NOON), link, NOON, "2026-05-10", "person"))
        made.start()
        for _try in range(200):
            if shop.world.value("select count(*) from link_days"):
                break
            made._stop.wait(0.02)
        made.stop()
        assert not made._thread.is_alive()
        assert shop.world.value("select sum(people) from link_days") == 1
