"""The till, without its script: one field, a choice, one word; and nothing done twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worlds.loyalty_world import NewMember
from tests.worlds.staff_site import Browser, Shop, hidden, open_shop, verdict

HOSTILE = "<b>Anna</b> \"'><script>alert(1)</script>"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


@pytest.fixture
def till(shop: Shop) -> Browser:
    return shop.till()


def uses(shop: Shop) -> int:
    return int(shop.world.value("select count(*) as n from redemptions where reversed_at is null"))


def test_a_friend_s_coupon_is_used_and_then_it_is_used_up(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    found = till.look_up(f"{code[:4]} {code[4:]}".lower())
    assert "Sconto di 10" in found.text
    done = till.finish(found, receipt="12", amount="35,90")
    assert verdict(done) == ("accepted", "Fatto")
    (row,) = shop.world.all("select receipt_no, receipt_on, amount_cents, discount_cents from redemptions")
    assert row == {
        "receipt_no": "12",
        "receipt_on": "2026-05-10",
        "amount_cents": 3590,
        "discount_cents": 1000,
    }
    assert verdict(till.look_up(code)) == ("already", "Già usato")
    assert uses(shop) == 1


def test_receipt_and_total_may_be_left_out(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    assert verdict(till.finish(till.look_up(code))) == ("accepted", "Fatto")
    assert shop.world.value("select amount_cents from redemptions") is None


def test_the_same_form_sent_ten_times_is_one_sale(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    found = till.look_up(code)
    answers = {verdict(till.finish(found, receipt="12")) for _time in range(10)}
    assert answers == {("accepted", "Fatto")}
    assert uses(shop) == 1


def test_a_form_that_comes_back_with_another_friend_is_not_taken_for_the_first(
    shop: Shop, till: Browser
) -> None:
    found = till.look_up(shop.world.link().spoken)
    assert verdict(till.finish(found, friend="340 1112223")) == ("accepted", "Fatto")
    again = till.finish(found, friend="340 9998887")
    assert verdict(again) == ("refused", "No")
    assert "Ricomincia da capo" in again.text
    assert shop.world.value("select count(*) as n from claims") == 1


def test_a_spoken_code_names_the_fan_and_gives_the_friend_the_discount(shop: Shop, till: Browser) -> None:
    found = till.look_up(shop.world.link().spoken)
    assert "Viene da parte di Anna B." in found.text
    assert "Ultime 3 cifre" not in found.text.partition("<template")[0]
    done = till.finish(found, friend="340 1112223", receipt="7", operator="pi")
    assert verdict(done) == ("accepted", "Fatto")
    (claim,) = shop.world.all("select method, contact, receipt_no, operator from claims")
    assert claim == {"method": "code", "contact": "+393401112223", "receipt_no": "7", "operator": "PI"}


def test_a_friend_without_a_phone_needs_a_receipt(shop: Shop, till: Browser) -> None:
    found = till.look_up(shop.world.link().spoken)
    asked = till.finish(found, friend="Luca")
    assert "Senza il telefono dell’amico, scrivi il numero dello scontrino." in asked.text
    done = till.finish(asked, friend="Luca", receipt="7")
    assert verdict(done) == ("accepted", "Fatto")
    assert shop.world.value("select friend_name from claims") == "Luca"


def test_a_fan_s_name_is_confirmed_by_the_last_digits_of_the_phone(shop: Shop, till: Browser) -> None:
    found = till.look_up("anna bruni")
    assert "Ultime 3 cifre" in found.text.partition("<template")[0]
    assert "1234567" not in found.text
    assert "567" not in found.text.partition("<script")[0]
    wrong = till.finish(found, friend="340 1112223", receipt="9", digits="111")
    assert verdict(wrong)[0] == "refused"
    assert shop.world.value("select count(*) as n from claims") == 0
    again = till.post("/t/look-up", hidden(wrong.text.partition("<template")[0]))
    assert 'value="340 1112223"' in again.text
    right = till.finish(again, friend="340 1112223", receipt="9", digits="567")
    assert verdict(right) == ("accepted", "Fatto")
    assert shop.world.value("select method from claims") == "name"


def test_of_many_annas_three_are_offered_and_the_picked_one_counts(shop: Shop, till: Browser) -> None:
    for number, surname in enumerate(("Rossi", "Verdi", "Gialli", "Viola")):
        shop.world.invite(NewMember(f"A{number}", f"Anna {surname}", f"333 00000{number}0", None, "fan"))
    found = till.look_up("anna")
    assert found.text.count('name="choice" value=') == 3
    assert "Ce ne sono altre 2: aggiungi il cognome." in found.text
    picked = till.post(
        "/t/look-up", hidden(found.text.partition("<template")[0]) | {"choice": member_of(shop, "C1")}
    )
    assert "Viene da parte di Anna B." in picked.text
    done = till.finish(picked, friend="340 1112223", digits="567")
    assert verdict(done) == ("accepted", "Fatto")
    assert shop.world.value("select member_id from claims") == int(member_of(shop, "C1"))


def member_of(shop: Shop, customer_id: str) -> str:
    return str(shop.world.member(customer_id).member_id)


def test_a_number_in_a_form_opens_nobody_that_the_search_did_not_find(shop: Shop, till: Browser) -> None:
    page = till.send("/t/look-up", {"said": "carlo", "choice": member_of(shop, "C1")})
    assert "Anna" not in page.text
    sale = {"said": "carlo", "choice": member_of(shop, "C1"), "digits": "567", "friend": "340 1112223"}
    key = "00000000-0000-4000-8000-000000000001"
    assert verdict(till.send("/t/attribute", sale | {"key": key}))[0] == "refused"
    assert shop.world.value("select count(*) as n from claims") == 0


def test_a_friend_known_by_phone_uses_the_saved_discount(shop: Shop, till: Browser) -> None:
    shop.world.save("340 1112223")
    found = till.look_up("340 111 2223")
    assert "Sconto di 10" in found.text
    assert "340 111 2223" not in found.text.replace('value="340 111 2223"', "")
    assert verdict(till.finish(found)) == ("accepted", "Fatto")
    assert verdict(till.look_up("3401112223"))[0] == "already"


def test_a_fan_spends_the_reward_with_code_or_phone(shop: Shop, till: Browser) -> None:
    shop.world.save("340 1112223", on="2026-04-02")
    shop.world.redeem(str(shop.world.value("select code from coupons")), on="2026-04-10")
    from clientela.loyalty.rewards import rewards

    now = shop.clock[0]
    shop.world.write(lambda db: rewards.ripen(db, shop.world.programme, now))
    code = shop.world.value("select code from coupons where kind = 'fan'")
    asked = till.look_up("333 1234567")
    assert asked.text.count('name="choice" value=') == 2
    assert "Spende un premio di 10" in asked.text
    by_phone = till.look_up("333 1234567", choice="reward")
    assert "Premio di 10" in by_phone.text
    assert "Per Anna B." in by_phone.text
    assert verdict(till.finish(by_phone)) == ("accepted", "Fatto")
    assert shop.world.value("select state from rewards") == "redeemed"
    assert verdict(till.look_up(str(code)))[0] == "already"


@pytest.mark.parametrize(("said", "words"), [("", "Scrivi un codice"), ("zzz", ""), ("7K3F9X", "")])
def test_what_is_not_found_is_said_beside_the_field(till: Browser, said: str, words: str) -> None:
    page = till.look_up(said)
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text
    assert words in page.text


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1,234.50", 123450),
        ("12,50", 1250),
        ("12.5", 1250),
        ("1.234,50 €", 123450),
        ("1234", 123400),
        ("1.234", 123400),
        ("€ 7", 700),
    ],
)
def test_a_total_is_read_as_people_write_it(typed: str, cents: int) -> None:
    from clientela.referral_server.routes.staff import read_amount

    assert read_amount(typed) == cents


@pytest.mark.parametrize(
    "typed", ["0", "-5", "12,505", "1,2,3", "dodici", "٣", "1e3", "99999999999999999999"]
)
def test_what_is_no_total_is_refused(typed: str) -> None:
    from clientela.referral_server.routes.staff import FieldError, read_amount

    with pytest.raises(FieldError):
        read_amount(typed)


def test_a_field_with_a_mistake_is_said_beside_it_and_keeps_what_was_typed(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    page = till.finish(till.look_up(code), amount="dodici", receipt="R7")
    assert "Scrivi il totale così: 12,50." in page.text
    assert 'value="dodici"' in page.text
    assert 'value="R7"' in page.text
    assert uses(shop) == 0
    assert verdict(till.finish(page, amount="12")) == ("accepted", "Fatto")


def test_the_last_sale_of_today_is_taken_back_with_a_reason(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    done = till.finish(till.look_up(code), receipt="12")
    assert "/t/undo" in done.text
    page = till.get("/t/undo")
    assert "scontrino 12" in page.text
    assert "Di’ perché" in till.finish(page, reason="").text
    assert uses(shop) == 1
    answers = [verdict(till.finish(page, reason="reso")) for _time in range(3)]
    assert answers == [("accepted", "Fatto")] * 3
    assert uses(shop) == 0
    assert shop.world.value("select reverse_reason from redemptions").endswith(": reso")
    assert verdict(till.finish(till.look_up(code))) == ("accepted", "Fatto")


def test_another_till_and_another_day_take_nothing_back(shop: Shop, till: Browser) -> None:
    code = shop.world.save("luca@posta.example").coupon_code
    till.finish(till.look_up(code))
    page = till.get("/t/undo")
    other = shop.till("mercato")
    assert verdict(other.get("/t/undo"))[0] == "refused"
    form = hidden(page.text.partition("<template")[0]) | {"csrf": other.token("/t"), "reason": "mio"}
    assert verdict(other.post("/t/undo", form))[0] == "refused"
    shop.clock[0] += 86_400_000
    assert verdict(till.get("/t/undo"))[0] == "refused"
    assert verdict(till.finish(page, reason="ieri"))[0] == "refused"
    assert uses(shop) == 1


def test_the_operator_is_remembered_while_the_browser_is_open(till: Browser) -> None:
    till.look_up("zzz", operator="pi<è")
    assert 'name="operator" type="text" value="PIE"' in till.get("/t").text


def test_names_and_receipts_are_text_and_never_markup(shop: Shop, till: Browser) -> None:
    shop.world.invite(NewMember("X", HOSTILE, "333 5556667", None, "fan"))
    code = shop.world.save("340 1112223", of="X", name=HOSTILE).coupon_code
    pages = [
        till.look_up("anna"),
        till.look_up(HOSTILE),
        found := till.look_up(code),
        till.finish(found, receipt=HOSTILE[:40], amount="x", operator=HOSTILE),
        till.finish(found, receipt=HOSTILE[:40]),
        till.get("/t/undo"),
        till.get("/t"),
    ]
    for page in pages:
        assert "<b>" not in page.text.partition("<script>")[0]
        assert page.text.count("<script") == 1
        assert 'style="' not in page.text


def test_the_page_runs_the_one_script_and_no_other(till: Browser) -> None:
    import base64
    import hashlib
    import re

    page = till.get("/t")
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert len(page.text.encode()) < 30_000
