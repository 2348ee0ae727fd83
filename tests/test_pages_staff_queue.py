"""What a till kept while it had no network: each sale once, however often it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.loyalty_world import NewMember
from tests.worlds.staff_site import NOON, Browser, Shop, hidden, open_shop, verdict

DAY = 86_400_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


@pytest.fixture
def till(shop: Shop) -> Browser:
    return shop.till()


def kept(said: str, **more: Any) -> dict[str, Any]:
    """A sale as the script keeps it."""
    return {"key": str(uuid.uuid4()), "at": NOON - 60_000, "said": said, **more}


def outcomes(till: Browser, *items: Any) -> list[str]:
    answer = till.queue(*items)
    assert answer.status_code == 200, answer.text
    return [result["outcome"] for result in answer.get_json()["results"]]


def count(shop: Shop, table: str) -> int:
    return int(shop.world.value(f"select count(*) as n from {table}"))


def test_the_same_queue_sent_ten_times_is_stored_once(shop: Shop, till: Browser) -> None:
    coupon = kept(shop.world.save("luca@posta.example").coupon_code, receipt="1", amount="20")
    spoken = kept(shop.world.link().spoken, friend="340 1112223", receipt="2")
    answers = [till.queue(coupon, spoken).get_json() for _time in range(10)]
    assert all(answer == answers[0] for answer in answers)
    assert [result["outcome"] for result in answers[0]["results"]] == ["accepted", "accepted"]
    assert count(shop, "redemptions") == 2
    assert count(shop, "claims") == 2


def test_two_sales_of_one_coupon_are_one_sale_and_one_conflict(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    assert outcomes(till, kept(code), kept(code)) == ["accepted", "already"]
    assert count(shop, "redemptions") == 1


def test_a_form_whose_answer_was_lost_is_the_same_sale_in_the_queue(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    found = till.look_up(code)
    form = hidden(found.text.partition("<template")[0])
    assert verdict(till.finish(found, receipt="5", amount="12,50"))[0] == "accepted"
    item = kept(form["said"], key=form["key"], choice=form["choice"], receipt="5", amount="12,50")
    assert outcomes(till, item) == ["accepted"]
    assert count(shop, "redemptions") == 1


def test_the_day_of_the_sale_is_the_device_s_unless_its_clock_is_wrong(shop: Shop, till: Browser) -> None:
    for number, sold_at in enumerate((NOON - 2 * DAY, NOON + DAY, NOON - 400 * DAY, "yesterday", None, True)):
        code = shop.world.save(f"amico{number}@posta.example").coupon_code
        assert outcomes(till, kept(code, at=sold_at)) == ["accepted"]
    rows = shop.world.all("select receipt_on from redemptions order by redemption_id")
    assert [row["receipt_on"] for row in rows] == ["2026-05-08"] + ["2026-05-10"] * 5


def test_a_fan_by_name_counts_only_with_the_right_digits(shop: Shop, till: Browser) -> None:
    right = kept("Anna Bruni", friend="340 1112223", digits="567")
    wrong = kept("Anna Bruni", friend="340 9998887", digits="111")
    none = kept("Anna Bruni", friend="340 9998887")
    assert outcomes(till, right, wrong, none) == ["accepted", "refused", "refused"]
    assert count(shop, "claims") == 1


def test_a_name_that_fits_several_is_for_the_cashier_to_decide(shop: Shop, till: Browser) -> None:
    shop.world.invite(NewMember("C9", "Anna Rossi", "333 9999567", None, "fan"))
    (result,) = till.queue(kept("anna", friend="340 1112223", digits="567")).get_json()["results"]
    assert result["outcome"] == "refused"
    assert "Cercalo di nuovo e scegli" in result["sentence"]
    assert count(shop, "claims") == 0


def test_one_bad_entry_does_not_hold_the_others_up(shop: Shop, till: Browser) -> None:
    good = kept(shop.world.save("luca@posta.example").coupon_code)
    bad: list[Any] = [
        "text", None, [], {}, {"key": "short", "said": "x"}, kept(""), kept("x" * 300), kept("7K3F9X"),
        kept("anna", amount="dodici"), kept("anna", digits="5678"), kept("a\u0000b"),
        kept("anna", friend="333@"),
    ]  # fmt: skip
    found = outcomes(till, *bad, good)
    assert found == ["refused"] * len(bad) + ["accepted"]


def test_a_key_that_stands_for_another_sale_is_refused(shop: Shop, till: Browser) -> None:
    key = str(uuid.uuid4())
    first = kept(shop.world.save("luca@posta.example").coupon_code, key=key)
    other = kept(shop.world.save("ugo@posta.example").coupon_code, key=key)
    assert outcomes(till, first, other) == ["accepted", "refused"]
    assert count(shop, "redemptions") == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"items": 1}', b'{"items": "x"}', b"\xff"])
def test_what_is_no_queue_is_refused(till: Browser, body: bytes) -> None:
    answer = till.client.post(
        "/t/queue",
        data=body,
        content_type="application/json",
        base_url="https://negozio.example",
        headers={"X-CSRF-Token": till.token("/t")},
    )
    # The client of these tests does not say of nothing how long it is.
    assert answer.status_code == (400 if body else 411)


def test_more_than_a_batch_is_refused(till: Browser) -> None:
    assert till.queue(*[kept("zzz")] * 51).status_code == 400


def test_a_queue_is_no_way_around_the_limit_on_guessing(till: Browser) -> None:
    answers = [till.queue(*[kept(f"nome {n}") for n in range(40)]) for _time in range(4)]
    assert [answer.status_code for answer in answers[:3]] == [200, 200, 200]
    assert answers[3].status_code == 429 or len(answers[3].get_json()["results"]) < 40


def test_an_answer_says_nothing_of_who_somebody_is(shop: Shop, till: Browser) -> None:
    shop.world.save("340 1112223")
    answer = till.queue(kept("340 1112223"), kept("333 1234567", friend="340 5556667"))
    assert "1112223" not in answer.text
    assert "1234567" not in answer.text
    assert "Bruni" not in answer.text
