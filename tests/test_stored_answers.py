"""The answer to a request that may come twice: for its caller only, unreadable to whoever has the store."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clientela.loyalty.store import answers
from clientela.loyalty.store.answers import Caller, OtherRequestError
from clientela.referral_server.accounts import keys
from tests.worlds.api_client import ANNA, Api, open_api
from tests.worlds.loyalty_world import World, world
from tests.worlds.staff_site import NOON, Browser, Shop, open_shop

__all__ = ["world"]

KEY = "5d2f9c1e-1111-4222-8333-944445555666"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    with open_api(tmp_path) as found:
        yield found


def queued(till: Browser, said: str, **more: Any) -> dict[str, str]:
    """Send one sale of a till's queue under ``KEY``; return its result."""
    (result,) = till.queue({"key": KEY, "at": NOON, "said": said, **more}).get_json()["results"]
    return dict(result)


def stored_texts(store: Path) -> list[str]:
    """Return every text of every table of a store."""
    import sqlite3

    found: list[str] = []
    with closing(sqlite3.connect(store)) as db:
        tables = [row[0] for row in db.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in db.execute(f"select * from {table}"):
                found += [value for value in row if isinstance(value, str)]
    return found


# ---- one key, two callers ----


def test_two_tills_with_one_key_do_not_hear_of_each_other(shop: Shop) -> None:
    """Till B repeats till A's request to the sign: it is told what any other sale would be told, no more."""
    code = shop.world.save("luca@posta.example").coupon_code
    first, second = shop.till("banco"), shop.till("cassa")
    assert queued(first, code)["outcome"] == "accepted"
    told = queued(second, code)
    fresh = second.queue({"key": str(uuid.uuid4()), "at": NOON, "said": code}).get_json()["results"][0]
    assert told["outcome"] == "already"
    assert {**told, "key": ""} == {**fresh, "key": ""}
    assert queued(first, code)["outcome"] == "accepted"


def test_two_tills_with_one_key_can_each_make_their_own_sale(shop: Shop) -> None:
    one, other = (shop.world.save(f"{name}@posta.example").coupon_code for name in ("luca", "ugo"))
    first, second = shop.till("banco"), shop.till("cassa")
    assert queued(first, one)["outcome"] == "accepted"
    assert queued(second, other)["outcome"] == "accepted"
    assert shop.world.value("select count(*) from redemptions") == 2


def test_two_receipts_of_two_tills_with_one_key_are_two_friends(world: World) -> None:
    """Without a receipt number the key names the friend; two devices do not share one."""
    for device in ("till-1", "till-2"):
        assert world.name_fan("C1", key=KEY, device_id=device).outcome == "accepted"
    assert world.value("select count(*) from claims") == 2


def test_a_sale_whose_answer_is_gone_is_remembered_for_its_own_till_only(world: World) -> None:
    code = world.save("luca@posta.example").coupon_code
    first = world.redeem(code, key=KEY)
    world.write(lambda db: db.run("delete from answers"))
    other = world.redeem(code, key=KEY, device_id="till-2")
    assert (other.outcome, other.redemption_id) == ("already", None)
    again = world.redeem(code, key=KEY)
    assert (again.outcome, again.redemption_id) == ("accepted", first.redemption_id)


def test_a_device_that_enrols_again_finds_its_answer(shop: Shop) -> None:
    code, key = shop.world.save("luca@posta.example").coupon_code, shop.till_key()
    results = []
    for _enrolment in range(2):
        browser = shop.browser()
        assert browser.send("/t/enrol", {"till_key": key}, page="/t/enrol").status_code == 303
        results.append(queued(browser, code))
    assert results[0] == results[1]
    assert results[0]["outcome"] == "accepted"


def test_two_keys_of_the_api_with_one_idempotency_key_do_not_hear_of_each_other(api: Api) -> None:
    other_key = api.store.write(lambda db: keys.new(db, "sync", "", 0))
    bring = {"members": [ANNA]}
    first = api.post("/api/members", bring, Idempotency_Key=KEY).json["members"][0]
    second = api.post("/api/members", bring, key=other_key, Idempotency_Key=KEY).json["members"][0]
    assert first["portal_token"]
    assert not second.get("portal_token")
    changed = {"members": [{**ANNA, "name": "Anna Neri"}]}
    assert api.post("/api/members", changed, key=other_key, Idempotency_Key=KEY).status_code == 422
    assert api.post("/api/members", bring, Idempotency_Key=KEY).json["members"][0] == first


@pytest.mark.parametrize(
    "other",
    [Caller("b", "s"), Caller("a", "t"), Caller("a"), Caller("as", ""), Caller("", "as")],
)
def test_another_name_or_secret_is_another_caller(other: Caller, world: World) -> None:
    def ask(caller: Caller, said: bytes, answer: bytes) -> bytes:
        return world.write(lambda db: answers.once(db, caller, KEY, said, 0, lambda: answer))

    mine = Caller("a", "s")
    assert ask(mine, b"one", b"mine") == b"mine"
    assert ask(other, b"one", b"yours") == b"yours"
    assert ask(other, b"one", b"again") == b"yours"
    assert ask(mine, b"one", b"again") == b"mine"
    with pytest.raises(OtherRequestError):
        ask(mine, b"two", b"again")


# ---- what the store holds ----


def test_nothing_that_a_till_sent_or_heard_can_be_read_in_the_stored_answers(shop: Shop) -> None:
    till_ = shop.till()
    code = shop.world.save("luca@posta.example", name="Luca Verdi").coupon_code
    assert queued(till_, code, receipt="R-77")["outcome"] == "accepted"
    fresh = {"key": str(uuid.uuid4()), "at": NOON, "said": shop.world.link().spoken, "friend": "340 1112223"}
    assert till_.queue(fresh).get_json()["results"][0]["outcome"] == "accepted"
    rows = shop.world.all("select * from answers")
    assert len(rows) == 4
    for row in rows:
        told = f"{json.dumps(row)} {bytes.fromhex(row['body'])!r}"
        for planted in ("Anna", "Luca", "luca@", "1112223", code, "accepted", "R-77", KEY, "discount"):
            assert planted not in told, planted


def test_the_key_that_opens_an_answer_is_nowhere_in_the_store(shop: Shop) -> None:
    till_ = shop.till()
    code = shop.world.save("luca@posta.example").coupon_code
    assert queued(till_, code)["outcome"] == "accepted"
    shop.world.name_fan("C1", key=KEY.replace("5d2f", "6d2f"))
    texts = stored_texts(shop.world.store.path)
    assert len(texts) > 50
    assert [text for text in texts if KEY in text or KEY.replace("5d2f", "6d2f") in text] == []


def test_what_was_asked_cannot_be_tried_out_with_the_store_alone(world: World) -> None:
    """A phone number has ten digits: a bare hash of what was asked would give it away."""
    request = b'{"said": "333 1234567"}'
    world.write(lambda db: answers.once(db, Caller("till 1"), KEY, request, 0, lambda: b"{}"))
    (row,) = world.all("select request_hash from answers")
    assert row["request_hash"] != hashlib.sha256(request).hexdigest()


def test_the_secret_of_a_page_is_sealed_by_the_callers_own_key(api: Api) -> None:
    """Who has the store and even the Idempotency-Key, out of some notes, still cannot open the answer."""
    told = api.post("/api/members", {"members": [ANNA]}, Idempotency_Key=KEY)
    token = told.json["members"][0]["portal_token"]
    with api.store.read() as db:
        (row,) = db.all("select * from answers")
    assert token.encode() not in bytes.fromhex(row["body"])
    request = json.dumps({"members": [ANNA]}).encode()
    key_id = api.sync_key.split("_")[1]
    for secret in ("", key_id, hashlib.sha256(api.sync_key.split("_", 2)[2].encode()).hexdigest()):
        caller = Caller(f"{key_id} Members", secret)
        opened = api.store.write(
            lambda db, c=caller: answers.once(db, c, KEY, request, 0, lambda: b"nothing")
        )
        assert opened == b"nothing"


def test_no_two_answers_are_sealed_by_one_stream(world: World) -> None:
    """Else two of them laid over each other would show both."""
    zeros = bytes(64)
    for caller, key in (
        (Caller("a Members"), KEY),
        (Caller("a Sales"), KEY),
        (Caller("a Members"), KEY[::-1]),
    ):
        world.write(lambda db, c=caller, k=key: answers.once(db, c, k, b"", 0, lambda: zeros))
    bodies = {row["body"] for row in world.all("select body from answers")}
    assert len(bodies) == 3
    assert zeros.hex() not in bodies


# ---- answers of an earlier form ----


def old_answer(world: World, key: str, result: dict[str, Any]) -> None:
    """Keep an answer as the first stores did: in clear, under the key itself, for any device."""
    request = json.dumps(["coupon", "27K3F9XX", None, 5000, "till-1"])
    world.write(
        lambda db: db.add(
            "answers",
            idempotency_key=f"sale:{key}",
            request_hash=hashlib.sha256(request.encode()).hexdigest(),
            status=200,
            body=json.dumps(result),
            at=0,
        )
    )


def test_an_answer_of_an_earlier_form_is_neither_given_nor_kept(world: World) -> None:
    old_answer(world, KEY, {"outcome": "accepted", "member_name": "Anna B."})
    assert world.redeem("27K3F9XX", key=KEY).outcome == "refused"
    mine = world.all("select idempotency_key from answers where idempotency_key not like 'sale:%'")
    assert world.write(lambda db: answers.forget(db, 1)) == 1
    assert world.all("select idempotency_key from answers") == mine
    assert len(mine) == 1


def test_a_sale_made_before_keys_were_bound_is_still_done_once(world: World) -> None:
    code = world.save("luca@posta.example").coupon_code
    first = world.redeem(code, key=KEY)
    world.write(lambda db: db.run("update redemptions set idempotency_key = :key", key=KEY))
    world.write(lambda db: db.run("delete from answers"))
    again = world.redeem(code, key=KEY)
    assert (again.outcome, again.redemption_id) == ("accepted", first.redemption_id)
    assert world.value("select count(*) from redemptions") == 1


def test_an_answer_is_kept_for_seven_days(world: World) -> None:
    day = 86_400_000
    world.write(lambda db: answers.once(db, Caller("a"), KEY, b"", 10 * day, lambda: b"kept"))
    assert world.write(lambda db: answers.forget(db, 17 * day)) == 0
    assert world.write(lambda db: answers.forget(db, 17 * day + 1)) == 1
