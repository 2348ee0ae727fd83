"""The till: what somebody says or shows, used once, in one colour and one word."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date

import pytest

from clientela.i18n import speaking
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.rewards import rewards
from clientela.loyalty.till import lookup, till
from clientela.loyalty.till.lookup import Finding
from clientela.loyalty.till.results import TillResult
from tests.worlds.loyalty_world import World, at, contact, sale, world

__all__ = ["world"]

LUCA = "luca@posta.example"


def find(world: World, text: str, on: str = "2026-05-10") -> Finding:
    with world.store.read() as db:
        return lookup.look_up(db, world.programme, text, at(on))


def test_a_coupon_is_used_once_whoever_asks_again(world: World) -> None:
    code = world.save(LUCA).coupon_code
    first = world.redeem(code, key="sale 1")
    assert (first.outcome, first.discount_cents, first.member_name) == ("accepted", 1000, "Anna B.")
    assert first.sentence == "Anna B. sent them."
    again = world.redeem(code, on="2026-05-11", key="sale 2")
    assert (again.outcome, again.discount_cents) == ("already", 0)
    assert again.sentence == "This friend's discount was used on 10 May."


def test_the_same_sale_sent_again_gets_the_same_answer(world: World) -> None:
    code = world.save(LUCA).coupon_code
    first = world.redeem(code, key="sale 1")
    assert [world.redeem(code, on=day, key="sale 1") for day in ("2026-05-10", "2026-05-11")] == [
        first,
        first,
    ]
    unknown = world.redeem("27K3F9XX", key="sale 2")
    assert unknown.outcome == "refused"
    assert world.redeem("27K3F9XX", key="sale 2") == unknown
    assert world.value("select count(*) from redemptions") == 1


def test_a_key_that_served_another_sale_is_refused(world: World) -> None:
    first, other = world.save(LUCA).coupon_code, world.save("paolo@posta.example").coupon_code
    world.redeem(first, key="sale 1")
    result = world.redeem(other, key="sale 1")
    assert result.outcome == "refused"
    assert world.redeem(other, key="sale 2").outcome == "accepted"


def test_a_sale_is_remembered_after_its_answer_is_thrown_away(world: World) -> None:
    code = world.save(LUCA).coupon_code
    first = world.redeem(code, key="sale 1")
    world.write(lambda db: db.run("delete from answers"))
    again = world.redeem(code, key="sale 1")
    assert (again.outcome, again.discount_cents) == ("accepted", 1000)
    assert again.redemption_id == first.redemption_id
    assert world.value("select count(*) from redemptions") == 1


def test_forty_tills_at_once_use_a_coupon_once(world: World) -> None:
    code = world.save(LUCA).coupon_code
    results = _at_once(lambda number: world.redeem(code, key=f"sale {number}"))
    assert Counter(result.outcome for result in results) == {"accepted": 1, "already": 39}
    assert world.value("select count(*) from redemptions") == 1


def test_one_sale_sent_forty_times_at_once_is_one_sale(world: World) -> None:
    code = world.save(LUCA).coupon_code
    results = _at_once(lambda _number: world.redeem(code, key="sale 1"))
    assert len(results) == 40
    assert set(results) == {results[0]}
    assert results[0].outcome == "accepted"
    assert world.value("select count(*) from redemptions") == 1


def test_a_friend_with_forty_coupons_of_two_fans_uses_the_discount_once(world: World) -> None:
    codes = [world.save(LUCA, of="C1" if n % 2 else "C2", form=f"form {n}").coupon_code for n in range(40)]
    results = _at_once(lambda number: world.redeem(codes[number], key=f"sale {number}"))
    assert Counter(result.outcome for result in results) == {"accepted": 1, "already": 39}
    assert sum(result.discount_cents for result in results) == 1000


def test_a_reward_spent_at_forty_tills_is_spent_once(world: World) -> None:
    code = _reward_coupon(world)
    results = _at_once(lambda number: world.redeem(code, on="2026-06-01", key=f"sale {number}"))
    assert Counter(result.outcome for result in results) == {"accepted": 1, "already": 39}
    assert world.rewards() == [("C1", "redeemed", None)]


def _at_once(call: object) -> list[TillResult]:
    assert callable(call)
    results: list[TillResult] = []
    start = threading.Barrier(40)

    def work(number: int) -> None:
        start.wait()
        results.append(call(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _reward_coupon(world: World) -> str:
    world.redeem(world.save(LUCA).coupon_code, on="2026-05-02")
    world.write(lambda db: rewards.ripen(db, world.programme, at("2026-05-16")))
    code = world.value("select code from coupons where kind = 'fan'")
    assert isinstance(code, str)
    return code


def test_a_reward_is_spent_like_a_coupon_and_can_be_given_back(world: World) -> None:
    code = _reward_coupon(world)
    found = find(world, code)
    assert (found.kind, found.message) == ("reward", "Anna B.'s reward.")
    result = world.redeem(code, on="2026-06-01", key="a")
    assert (result.outcome, result.word, result.discount_cents) == ("accepted", "Reward", 1000)
    assert world.redeem(code, on="2026-06-02", key="b").sentence == "This reward was spent on 1 June."
    assert result.redemption_id
    used = result.redemption_id
    world.write(lambda db: till.reverse(db, world.programme, used, "a mistake", "till:1", at("2026-06-02")))
    assert world.rewards() == [("C1", "approved", None)]
    assert world.redeem(code, on="2026-06-03", key="c").outcome == "accepted"


def test_a_reward_cannot_be_spent_before_its_day_nor_after_it_was_taken_back(world: World) -> None:
    saved = world.save(LUCA)
    world.redeem(saved.coupon_code, on="2026-05-02")
    world.write(lambda db: rewards.ripen(db, world.programme, at("2026-05-16")))
    code = world.value("select code from coupons where kind = 'fan'")
    world.tell(saved.public_id, "refunded", on="2026-05-31")
    assert world.redeem(code, on="2026-06-01").sentence == "This reward does not count any more."


def test_the_discount_is_never_more_than_the_sale(world: World) -> None:
    assert world.redeem(world.save(LUCA).coupon_code, cents=650).discount_cents == 650
    assert world.redeem(world.save("p@posta.example").coupon_code, cents=None).discount_cents == 1000


def test_a_fan_who_is_said_by_code_is_thanked_for_the_friend(world: World) -> None:
    result = world.name_fan("C1", friend="333 9998887", friend_name="Luca  Verdi", receipt="17")
    assert (result.outcome, result.discount_cents, result.member_name) == ("accepted", 1000, "Anna B.")
    (claim,) = world.all(
        "select method, friend_name, contact, receipt_no, receipt_on, operator, state from claims"
    )
    assert claim == {
        "method": "code",
        "friend_name": "Luca Verdi",
        "contact": "+393339998887",
        "receipt_no": "17",
        "receipt_on": "2026-05-10",
        "operator": "Piera",
        "state": "bought",
    }
    assert world.rewards() == [("C1", "held", None)]


def test_a_friend_without_contact_is_known_by_the_receipt(world: World) -> None:
    assert world.name_fan("C1", receipt="17", key="a").outcome == "accepted"
    assert world.name_fan("C1", receipt="17", key="b").outcome == "already"
    assert world.name_fan("C2", receipt="17", key="c").outcome == "already"
    assert world.name_fan("C1", receipt="18", key="d").outcome == "accepted"
    assert world.claims() == [
        ("C1", "bought", None),
        ("C2", "superseded", "came_later"),
        ("C1", "bought", None),
    ]


def test_a_fan_said_by_name_is_confirmed_by_three_digits_of_the_phone(world: World) -> None:
    for digits in (None, "566", "67", "1234567"):
        result = world.name_fan(friend=LUCA, method="name", confirmed_digits=digits, key=f"k{digits}")
        assert result.outcome == "refused"
    assert world.claims() == []
    assert world.name_fan(friend=LUCA, method="name", confirmed_digits="567").outcome == "accepted"


def test_a_fan_without_a_phone_is_not_confirmed_by_name(world: World) -> None:
    world.invite(NewMember("C3", "Piero Costa", None, "piero@posta.example", "fan"))
    result = world.name_fan("C3", friend=LUCA, method="name", confirmed_digits="567")
    assert result.sentence == "No phone number is known of Piero C.: ask for the spoken code."


def test_a_second_fan_for_the_same_friend_is_told_plainly_and_kept_as_evidence(world: World) -> None:
    """No code is said: Carlo is named at the till, and before that Luca had followed Anna's link."""
    world.click("C1", "hit", on="2026-05-01")
    world.save(LUCA, of="C1", on="2026-05-01", hit_id="hit")
    result = world.name_fan("C2", friend=LUCA, on="2026-05-10", method="phone")
    assert (result.outcome, result.member_name) == ("accepted", "Anna B.")
    assert result.sentence == "The thanks go to Anna B., who sent them first."
    assert world.claims() == [("C1", "bought", None), ("C2", "superseded", "came_later")]
    assert world.rewards() == [("C1", "held", None)]
    later = world.name_fan("C2", friend=LUCA, on="2026-05-11", method="phone")
    assert (later.outcome, later.member_name) == ("already", "Anna B.")
    assert later.sentence == "This friend's discount was used on 10 May; Anna B. sent them first."


def test_an_old_claim_gives_way_to_a_fresh_one(world: World) -> None:
    """Anna's claim is 100 days old when the friend buys, Carlo's 40: the window is 90."""
    world.save(LUCA, of="C1", on="2026-01-01")
    coupon = world.save(LUCA, of="C2", on="2026-03-02").coupon_code
    assert world.redeem(coupon, on="2026-04-11").member_name == "Carlo N."
    assert world.claims() == [("C1", "open", "out_of_window"), ("C2", "bought", None)]


@pytest.mark.parametrize(("bought_on", "outcome"), [("2026-07-30", "accepted"), ("2026-07-31", "refused")])
def test_the_window_has_ninety_days(world: World, bought_on: str, outcome: str) -> None:
    saved = world.save(LUCA, on="2026-05-01")
    result = world.redeem(saved.coupon_code, on=bought_on)
    assert result.outcome == outcome
    if outcome == "refused":
        assert result.sentence == "This discount was valid until 30 July."
    with world.store.read() as db:
        from clientela.loyalty.claims import claims

        payer = claims.payer(db, world.programme, f"c:{LUCA}", date.fromisoformat(bought_on))
    assert (payer is not None) == (outcome == "accepted")


def test_a_friend_who_saved_says_only_the_phone(world: World) -> None:
    saved = world.save("333 9998887")

    def say(key: str) -> TillResult:
        who, told = contact("3339998887"), sale(key, "2026-05-10")
        return world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at("2026-05-10")))

    assert find(world, "333 999 8887").kind == "friend"
    assert say("a").outcome == "accepted"
    assert say("a").outcome == "accepted"
    assert say("b").outcome == "already"
    assert world.redeem(saved.coupon_code).outcome == "already"
    found = find(world, "333 999 8887")
    assert found.friend is not None
    assert not found.friend.usable
    assert found.message == "This friend's discount was used on 10 May."


def test_nobody_brings_themselves_and_no_customer_is_a_friend(world: World) -> None:
    own = world.name_fan("C1", friend="anna@posta.example")
    assert own.sentence == "Fans cannot refer themselves: these details are the fan's own."
    known = world.name_fan("C1", friend="347 7654321")
    assert known.sentence == (
        "This discount is for a first visit, and these details are a customer's already."
    )
    assert world.claims() == [("C1", "rejected", "same_contact"), ("C1", "rejected", "known_customer")]
    saved = world.save("anna@posta.example")
    assert world.redeem(saved.coupon_code).outcome == "refused"
    assert world.value("select count(*) from redemptions") == 0
    assert world.rewards() == []


def test_who_becomes_a_member_after_arriving_stays_a_friend(world: World) -> None:
    saved = world.save("320 5554443", on="2026-05-01")
    world.invite(NewMember("C3", "Luca Verdi", "320 5554443", None, "customer"), on="2026-05-05")
    assert world.redeem(saved.coupon_code, on="2026-05-10").outcome == "accepted"


def test_an_undone_sale_gives_the_discount_back_and_takes_the_reward(world: World) -> None:
    saved = world.save(LUCA)
    used = world.redeem(saved.coupon_code, key="a", receipt="17").redemption_id
    assert used
    for _again in range(2):
        world.write(
            lambda db: till.reverse(db, world.programme, used, "returned", "till:1", at("2026-05-12"))
        )
    assert world.rewards() == [("C1", "reversed", "no_purchase")]
    assert world.claims() == [("C1", "open", None)]
    assert world.redeem(saved.coupon_code, on="2026-05-13", key="b").outcome == "accepted"
    assert world.rewards() == [("C1", "held", None)]
    with pytest.raises(till.UnknownUseError):
        world.write(lambda db: till.reverse(db, world.programme, "x", "y", "z", at("2026-05-12")))


@pytest.mark.parametrize(
    ("receipt_on", "sentence"),
    [
        ("2026-05-11", "The receipt's day is still to come."),
        ("2026-04-09", "The receipt is older than 30 days: ask the owner."),
    ],
)
def test_a_receipt_of_another_time_is_refused(world: World, receipt_on: str, sentence: str) -> None:
    coupon = world.save(LUCA, on="2026-04-05").coupon_code
    told = sale("a", receipt_on)
    result = world.write(lambda db: till.redeem_coupon(db, world.programme, coupon, told, at("2026-05-10")))
    assert (result.outcome, result.sentence) == ("refused", sentence)


def test_a_sale_entered_days_later_counts_from_its_receipt(world: World) -> None:
    """The till was offline on 2 May; Carlo's friend had saved Anna's discount on 3 May."""
    world.save(LUCA, of="C1", on="2026-05-03")
    member_id, told = world.member("C2").member_id, sale("a", "2026-05-02", receipt="17")
    who = contact(LUCA)
    result = world.write(
        lambda db: till.attribute(
            db, world.programme, member_id, told, method="code", friend_name=None, contact=who,
            confirmed_digits=None, now=at("2026-05-05"),
        )
    )  # fmt: skip
    assert (result.outcome, result.member_name) == ("accepted", "Carlo N.")
    assert world.value("select earned_on from rewards") == "2026-05-02"
    assert world.value("select due_on from rewards") == "2026-05-19", "14 days from the entry on the 5th"
    assert world.claims() == [("C1", "superseded", "came_later"), ("C2", "bought", None)]


def test_what_is_typed_is_found_or_said_to_be_wrong(world: World) -> None:
    link, coupon = world.link("C1"), world.save(LUCA).coupon_code
    for typed in (link.spoken, link.short_code.lower(), f"https://negozio.example/r/{link.code}?c=q"):
        found = find(world, typed)
        assert (found.kind, found.method, found.message) == ("member", "code", "Anna B. sends them.")
        assert found.member is not None
        assert found.member.member_id == link.member_id
    waiting = find(world, f"{coupon[:4]}-{coupon[4:]}".lower())
    assert waiting.coupon is not None
    assert (waiting.kind, waiting.coupon.usable, waiting.coupon.friend_name) == ("coupon", True, "Luca")
    assert waiting.message == "Anna B. sent them: the discount is ready."
    by_phone = find(world, "333 1234567")
    assert (by_phone.kind, by_phone.method) == ("member", "phone")
    by_digits = find(world, "1234567")
    assert (by_digits.kind, by_digits.method) == ("member", "name")
    assert find(world, "anna@posta.example").method == "email"
    assert find(world, "bruni").method == "name"
    assert find(world, "zz").kind == "nothing"
    assert find(world, "").kind == "nothing"
    wrong = ("7" if link.short_code[-1] != "7" else "8") + link.short_code[1:]
    if wrong != link.short_code:
        assert find(world, link.short_code[:-1] + "O").kind == "misread"
    assert find(world, "\ud800").kind == "nothing"


def test_several_fans_of_a_name_are_to_be_chosen_from(world: World) -> None:
    world.invite(NewMember("C3", "Anna Rossi", None, None, "fan"))
    found = find(world, "anna")
    assert (found.kind, found.message) == ("several", "2 fans match: ask which one.")
    assert [each.shown_name for each in found.candidates] == ["Anna B.", "Anna R."]
    assert [each.has_phone for each in found.candidates] == [True, False]


def test_a_fan_who_is_also_a_friend_is_found_as_both(world: World) -> None:
    world.save("320 5554443", on="2026-05-01")
    world.invite(NewMember("C3", "Luca Verdi", "320 5554443", None, "customer"), on="2026-05-05")
    found = find(world, "320 5554443")
    assert found.kind == "friend"
    assert found.friend is not None
    assert found.member is not None
    assert (found.friend.sender, found.friend.masked, found.member.shown_name) == (
        "Anna B.",
        "…443",
        "Luca V.",
    )


def test_a_paused_fan_sends_nobody_but_their_friends_keep_the_discount(world: World) -> None:
    from clientela.loyalty.people import members

    saved, spoken = world.save(LUCA), world.link().spoken
    world.write(lambda db: members.pause(db, "C1", at("2026-05-02")))
    assert find(world, spoken).kind == "nothing"
    assert world.name_fan("C1", friend="p@posta.example").outcome == "refused"
    assert world.redeem(saved.coupon_code).outcome == "accepted"


def test_the_till_speaks_the_shops_language_whatever_the_thread_speaks(world: World) -> None:
    italian = world.with_terms(language="it")
    coupon = world.save(LUCA).coupon_code
    with speaking("en"):
        assert italian.redeem(coupon, key="a").sentence == "Viene da parte di Anna B."
        again = italian.redeem(coupon, key="b")
    assert again.word == "Già usato"
    assert again.sentence == "Lo sconto di questo amico è già stato usato (10 maggio)."
