"""Rewards: what a fan has earned, when it may be spent, and how it is taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clientela.loyalty.claims import claims, verdicts, who_is_paid
from clientela.loyalty.claims.claim_log import Claim, UnknownClaimError
from clientela.loyalty.claims.flags import BY_RULE
from clientela.loyalty.erasure.person import erase_member
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.rewards import rewards
from clientela.loyalty.till import till
from tests.worlds.loyalty_world import World, at, contact, sale, world

__all__ = ["world"]

LUCA = "luca@posta.example"


def ripen(world: World, on: str) -> int:
    return world.write(lambda db: rewards.ripen(db, world.programme, at(on)))


def bought(world: World, on: str = "2026-05-10", friend: str = LUCA, of: str = "C1", **more: Any) -> str:
    """Let a friend save and buy; return the claim's public name."""
    saved = world.save(friend, of=of, on="2026-05-01 09:00" if on > "2026-05-01" else on)
    world.redeem(saved.coupon_code, on=on, **more)
    return saved.public_id


def moves(world: World) -> list[tuple[str | None, str, str | None]]:
    rows = world.all("select from_state, to_state, reason from reward_moves order by move_id")
    return [(row["from_state"], row["to_state"], row["reason"]) for row in rows]


def test_a_reward_waits_fourteen_days_for_a_return_of_the_goods(world: World) -> None:
    bought(world, on="2026-05-10")
    (reward,) = world.all("select amount_cents, earned_on, due_on from rewards")
    assert reward == {"amount_cents": 1000, "earned_on": "2026-05-10", "due_on": "2026-05-24"}
    assert ripen(world, "2026-05-23 23:59") == 0
    assert ripen(world, "2026-05-24 00:00") == 1
    assert ripen(world, "2026-05-25") == 0
    assert moves(world) == [(None, "held", None), ("held", "approved", None)]
    (coupon,) = world.all("select kind, value_cents, state from coupons where kind = 'fan'")
    assert coupon == {"kind": "fan", "value_cents": 1000, "state": "issued"}


def test_a_clock_set_back_never_shortens_a_hold(world: World) -> None:
    """The clock stands on 20 May, falls back to 1 May for a sale, and is set right again."""
    bought(world, on="2026-05-20", friend="first@posta.example")
    world.redeem(world.save(LUCA, on="2026-04-30").coupon_code, on="2026-05-01")
    assert world.all("select earned_on, due_on from rewards order by reward_id")[1] == {
        "earned_on": "2026-05-01",
        "due_on": "2026-06-03",
    }
    assert ripen(world, "2026-05-21") == 0
    assert ripen(world, "2026-05-02") == 0
    assert ripen(world, "2026-06-03") == 2
    assert ripen(world, "2026-05-02") == 0
    assert world.rewards() == [("C1", "approved", None)] * 2


def test_the_files_day_is_believed_whatever_the_clock_said(world: World) -> None:
    bought(world, on="2026-06-20", friend="first@posta.example")
    claim = bought(world, on="2026-05-02")
    assert world.value("select due_on from rewards where reward_id = 2") == "2026-07-04"
    world.tell(claim, "payable", on="2026-05-31", qualifying_on="2026-05-02", qualifying_cents=5000)
    assert world.value("select due_on from rewards where reward_id = 2") == "2026-05-16"


def test_a_refund_takes_a_reward_back_and_a_correction_brings_it_again(world: World) -> None:
    claim = bought(world, on="2026-05-10")
    ripen(world, "2026-05-24")
    world.tell(claim, "refunded", on="2026-05-31", refunded_on="2026-05-20")
    assert world.rewards() == [("C1", "reversed", "refunded")]
    world.tell(claim, "payable", on="2026-06-30", qualifying_on="2026-05-10", qualifying_cents=5000)
    assert world.rewards() == [("C1", "approved", None)]
    assert moves(world) == [
        (None, "held", None),
        ("held", "approved", None),
        ("approved", "reversed", "refunded"),
        ("reversed", "held", None),
        ("held", "approved", None),
    ]
    assert world.value("select count(*) from coupons where kind = 'fan'") == 1


def test_a_reward_spent_before_the_refund_is_noted_as_such(world: World) -> None:
    claim = bought(world, on="2026-05-10")
    ripen(world, "2026-05-24")
    world.redeem(world.value("select code from coupons where kind = 'fan'"), on="2026-05-25")
    world.tell(claim, "refunded", on="2026-05-31")
    assert world.rewards() == [("C1", "reversed", "refunded_after_use")]
    world.tell(claim, "payable", on="2026-06-30", qualifying_on="2026-05-10")
    assert world.rewards() == [("C1", "redeemed", None)]


@pytest.mark.parametrize(
    "verdict",
    ["existing_customer", "out_of_window", "other_referrer", "self", "circle", "late_claim", "refunded"],
)
def test_the_sales_files_word_beats_the_tills(world: World, verdict: str) -> None:
    claim = bought(world)
    world.tell(claim, verdict)
    assert world.rewards() == [("C1", "reversed", verdict)]


@pytest.mark.parametrize("verdict", ["waiting", "rejected"])
def test_while_the_files_say_nothing_the_tills_word_stands(world: World, verdict: str) -> None:
    claim = bought(world)
    world.tell(claim, verdict, on="2026-05-20")
    assert world.rewards() == [("C1", "held", None)]


def test_a_purchase_that_no_till_saw_earns_the_reward_by_the_files(world: World) -> None:
    saved = world.save(LUCA)
    done = world.tell(saved.public_id, "payable", qualifying_on="2026-05-12", qualifying_cents=3000)
    assert (done.changed, done.unchanged, done.unknown) == (1, 0, 0)
    assert world.claims() == [("C1", "bought", None)]
    assert world.all("select earned_on, due_on from rewards") == [
        {"earned_on": "2026-05-12", "due_on": "2026-05-26"}
    ]
    assert world.rewards() == [("C1", "approved", None)]


def test_the_same_word_again_changes_nothing_and_an_older_one_neither(world: World) -> None:
    saved = world.save(LUCA)
    world.tell(saved.public_id, "payable", on="2026-06-01", qualifying_on="2026-05-12")
    told = world.value("select count(*) from events")
    assert world.tell(saved.public_id, "payable", on="2026-06-01", qualifying_on="2026-05-12").unchanged == 1
    assert world.tell(saved.public_id, "refunded", on="2026-05-31").unchanged == 1
    assert world.tell("no such claim", "payable").unknown == 1
    assert world.rewards() == [("C1", "approved", None)]
    assert world.value("select count(*) from events") == told


def test_what_the_till_took_back_after_the_files_end_counts_until_they_go_on(world: World) -> None:
    saved = world.save(LUCA)
    used = world.redeem(saved.coupon_code, on="2026-05-10").redemption_id
    assert used
    world.tell(saved.public_id, "payable", on="2026-05-31", qualifying_on="2026-05-10")
    world.write(lambda db: till.reverse(db, world.programme, used, "returned", "till:1", at("2026-06-05")))
    assert world.rewards() == [("C1", "reversed", "returned")]
    world.tell(saved.public_id, "payable", on="2026-06-30", qualifying_on="2026-05-10")
    assert world.rewards() == [("C1", "approved", None)]


def test_a_reward_on_the_second_purchase_waits_for_the_files(world: World) -> None:
    shop = world.with_terms(reward_on_purchase=2)
    claim = bought(shop)
    assert shop.rewards() == []
    shop.tell(claim, "waiting", purchases=1, first_purchase_on="2026-05-10")
    assert shop.rewards() == []
    shop.tell(claim, "payable", on="2026-06-30", purchases=2, qualifying_on="2026-06-20")
    assert shop.value("select due_on from rewards") == "2026-07-04"


@pytest.mark.parametrize(("cents", "earned"), [(1999, []), (2000, [("C1", "held", None)]), (None, [])])
def test_a_small_purchase_earns_no_reward(
    world: World, cents: int | None, earned: list[tuple[str, str, str | None]]
) -> None:
    shop = world.with_terms(min_purchase_cents=2000)
    claim = bought(shop, cents=cents)
    assert shop.rewards() == earned
    shop.tell(claim, "payable", qualifying_on="2026-05-10", qualifying_cents=1999)
    assert shop.rewards() == [("C1", "reversed", "below_minimum")] * len(earned)


def test_no_more_rewards_in_a_month_than_the_shop_gives(world: World) -> None:
    """Two a month; the third of May waits outside, until one of the others is returned."""
    shop = world.with_terms(cap_per_month=2)
    claims_made = [bought(shop, on=f"2026-05-0{day}", friend=f"f{day}@posta.example") for day in (2, 3, 4)]
    bought(shop, on="2026-06-01", friend="june@posta.example")
    states = [state for _who, state, _why in shop.rewards()]
    assert states == ["held", "held", "rejected", "held"]
    assert shop.rewards()[2] == ("C1", "rejected", "cap")
    shop.tell(claims_made[0], "refunded", on="2026-05-15")
    assert [state for _who, state, _why in shop.rewards()] == ["reversed", "held", "held", "held"]


def test_an_earlier_purchase_that_is_entered_later_goes_before_a_waiting_one(world: World) -> None:
    shop = world.with_terms(cap_per_month=1)
    bought(shop, on="2026-05-20", friend="late@posta.example")
    bought(shop, on="2026-05-05", friend="early@posta.example")
    assert [state for _who, state, _why in shop.rewards()] == ["rejected", "held"]


def test_a_reward_handed_over_by_the_owner_cannot_be_spent_again(world: World) -> None:
    bought(world)

    def give() -> bool:
        return world.write(lambda db: rewards.give(db, world.programme, 1, "owner", at("2026-06-01")))

    assert not give()
    ripen(world, "2026-05-24")
    assert give()
    assert not give()
    assert world.rewards() == [("C1", "redeemed", None)]
    code = world.value("select code from coupons where kind = 'fan'")
    assert world.redeem(code, on="2026-06-02").outcome == "already"
    assert world.value("select count(*) from redemptions where use_key = 'reward:1'") == 1


def test_the_owners_no_is_for_good(world: World) -> None:
    claim = bought(world)

    def refuse() -> bool:
        now = at("2026-05-12")
        return world.write(lambda db: rewards.reject(db, world.programme, 1, "owner", "his own brother", now))

    assert refuse()
    world.tell(claim, "payable", on="2026-06-30", qualifying_on="2026-05-10")
    ripen(world, "2026-07-01")
    assert world.rewards() == [("C1", "rejected", "owner")]
    assert moves(world)[-1] == ("held", "rejected", "his own brother")
    assert refuse()
    assert len(moves(world)) == 2


def test_a_spent_reward_cannot_be_refused(world: World) -> None:
    bought(world)
    ripen(world, "2026-05-24")
    world.write(lambda db: rewards.give(db, world.programme, 1, "owner", at("2026-06-01")))
    assert not world.write(
        lambda db: rewards.reject(db, world.programme, 1, "owner", "too late", at("2026-06-02"))
    )


def test_other_terms_later_change_no_reward_that_is_there(world: World) -> None:
    claim = bought(world)
    shop = world.with_terms(reward_cents=5000, reward_on_purchase=3)
    shop.tell(claim, "payable", on="2026-06-01", qualifying_on="2026-05-10")
    assert shop.all("select amount_cents, state from rewards") == [
        {"amount_cents": 1000, "state": "approved"}
    ]


def test_a_shop_that_gives_fans_nothing_owes_nothing(world: World) -> None:
    shop = world.with_terms(reward_cents=0)
    bought(shop)
    assert shop.rewards() == []


# The owner's word on who brought a friend.


def assign(world: World, claim: str, to: str, on: str = "2026-05-15") -> Claim:
    member_id = world.member(to).member_id
    return world.write(
        lambda db: claims.assign(db, world.programme, claim, member_id, "owner", "I saw them", at(on))
    )


def bought_by_contact(world: World) -> str:
    """Let a friend save and buy, known at the till by the contact alone."""
    saved = world.save(LUCA, on="2026-05-01 09:00")
    who, told = contact(LUCA), sale("by contact", "2026-05-10")
    world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at("2026-05-10")))
    return saved.public_id


def test_the_owner_gives_a_friend_to_another_fan_and_the_reward_moves(world: World) -> None:
    claim = bought_by_contact(world)
    ripen(world, "2026-05-24")
    given = assign(world, claim, "C2", on="2026-05-25")
    assert given.method == "owner"
    assert world.claims() == [("C1", "superseded", "owner"), ("C2", "bought", "owner")]
    assert world.rewards() == [("C1", "reversed", "other_referrer"), ("C2", "approved", None)]
    evidence = world.value("select evidence from claims where member_id = 2")
    assert "I saw them" in evidence
    assert claim in evidence
    assign(world, claim, "C1", on="2026-05-26")
    assert world.claims() == [("C1", "bought", "owner"), ("C2", "superseded", "owner")]
    assert world.rewards() == [("C1", "approved", None), ("C2", "reversed", "other_referrer")]


def test_a_reward_by_the_files_moves_too_and_stays_when_they_repeat_themselves(world: World) -> None:
    saved = world.save(LUCA)
    world.tell(saved.public_id, "payable", on="2026-05-31", qualifying_on="2026-05-10")
    given = assign(world, saved.public_id, "C2", on="2026-06-02")
    assert world.rewards() == [("C1", "reversed", "other_referrer"), ("C2", "approved", None)]
    world.tell(saved.public_id, "rejected", on="2026-06-30")
    world.tell(given.public_id, "payable", on="2026-06-30", qualifying_on="2026-05-10")
    assert world.rewards() == [("C1", "reversed", "other_referrer"), ("C2", "approved", None)]


def test_a_friend_given_before_buying_is_the_new_fans(world: World) -> None:
    saved = world.save(LUCA)
    assign(world, saved.public_id, "C2", on="2026-05-02")
    assert world.claims() == [("C1", "superseded", "owner"), ("C2", "open", "owner")]
    who, told = contact(LUCA), sale("by contact", "2026-05-10")
    result = world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at("2026-05-10")))
    assert result.member_name == "Carlo N."
    assert world.rewards() == [("C2", "held", None)]


def test_the_owner_may_overrule_a_rule_but_not_pay_a_fan_for_themselves(world: World) -> None:
    known = world.save("347 7654321", of="C1")
    assert world.claims() == [("C1", "rejected", "known_customer")]
    assign(world, known.public_id, "C1")
    assert world.claims() == [("C1", "open", "owner")]
    assign(world, known.public_id, "C2")
    assert world.claims() == [("C1", "open", "owner"), ("C2", "rejected", "same_contact")]


def test_a_claim_declared_void_makes_way_for_the_next(world: World) -> None:
    first = world.save(LUCA, of="C1", on="2026-05-01")
    world.save(LUCA, of="C2", on="2026-05-02")
    who, told = contact(LUCA), sale("by contact", "2026-05-10")
    world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at("2026-05-10")))
    world.write(
        lambda db: claims.withdraw(db, world.programme, first.public_id, "owner", "a joke", at("2026-05-12"))
    )
    assert world.claims() == [("C1", "withdrawn", "owner"), ("C2", "bought", None)]
    assert world.rewards() == [("C1", "reversed", "owner"), ("C2", "held", None)]


def test_what_is_not_there_cannot_be_given(world: World) -> None:
    saved = world.save(LUCA)
    for claim, member in (("x", 1), (saved.public_id, 999)):
        with pytest.raises(UnknownClaimError):
            world.write(
                lambda db, c=claim, m=member: claims.assign(  # type: ignore[misc]
                    db, world.programme, c, m, "owner", "", at("2026-05-15")
                )
            )


def test_the_first_claim_of_an_earlier_purchase_in_the_files_is_paid(world: World) -> None:
    """
    Anna's claim of 1 January is too old for the till's sale of 11 April, Carlo's of 2 March is fresh.
    Then the files show a purchase of 20 March: for that one Anna's claim was fresh, and first.
    """
    anna = world.save(LUCA, of="C1", on="2026-01-01")
    carlo = world.save(LUCA, of="C2", on="2026-03-02")
    world.redeem(carlo.coupon_code, on="2026-04-11")
    assert world.rewards() == [("C2", "held", None)]
    world.tell(carlo.public_id, "other_referrer", on="2026-04-30", first_purchase_on="2026-03-20")
    world.tell(anna.public_id, "payable", on="2026-04-30", qualifying_on="2026-03-20")
    assert world.claims() == [("C1", "bought", None), ("C2", "superseded", "came_later")]
    assert world.rewards() == [("C2", "reversed", "other_referrer"), ("C1", "approved", None)]


def test_who_is_forgotten_is_owed_nothing_and_the_friend_keeps_the_discount(world: World) -> None:
    bought(world, friend="first@posta.example")
    waiting = world.save(LUCA)
    world.write(lambda db: erase_member(db, "C1", at("2026-05-12")))
    assert world.rewards() == [("C1", "reversed", "member_erased")]
    result = world.redeem(waiting.coupon_code, on="2026-05-13")
    assert (result.outcome, result.member_name) == ("accepted", None)
    assert world.rewards() == [("C1", "reversed", "member_erased")]
    ripen(world, "2026-07-01")
    assert world.rewards() == [("C1", "reversed", "member_erased")]
    world.invite(NewMember("C1", "Anna Bruni", "333 1234567", None, "fan"))
    assert world.all("select name, phone, email, status from members where customer_id = 'C1'") == [
        {"name": "", "phone": None, "email": None, "status": "erased"}
    ]
    for table in ("members", "links", "claims", "events", "answers", "consents"):
        text = str(world.all(f"select * from {table}"))
        assert "ANNA" not in text
        assert "1234567" not in text
        if table != "answers":
            assert "Anna" not in text


def test_a_claim_is_fresh_from_its_day_to_the_end_of_the_window(world: World) -> None:
    claim = {"claimed_at": at("2026-05-01 23:30")}
    days = {
        "2026-04-30": "late_claim",
        "2026-05-01": "fresh",
        "2026-07-30": "fresh",
        "2026-07-31": "out_of_window",
    }
    assert {day: who_is_paid.age(world.programme, claim, date.fromisoformat(day)) for day in days} == days
    assert "payable" not in verdicts.SILENT
    assert BY_RULE == "rules"
