"""Reasons to look twice: each holds the reward until the owner has looked."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from clientela.loyalty.claims import fraud
from clientela.loyalty.pages import owner_waiting
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.rewards import rewards
from clientela.loyalty.till import till
from clientela.loyalty.till.results import TillResult
from tests.worlds.loyalty_world import World, at, contact, sale, world

__all__ = ["world"]

LUCA = "luca@posta.example"


def raised(world: World) -> list[tuple[str, int, str]]:
    rows = world.all("select rule, points, state from flags order by flag_id")
    return [(row["rule"], row["points"], row["state"]) for row in rows]


def decide(
    world: World, decision: Literal["cleared", "confirmed"], on: str = "2026-06-01", flag: int = 1
) -> None:
    world.write(lambda db: fraud.decide(db, world.programme, flag, decision, "owner", at(on)))


def say_contact(world: World, friend: str, when: str) -> TillResult:
    who, told = contact(friend), sale(f"{friend} {when}", when)
    return world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at(when)))


@pytest.mark.parametrize(("minute", "flags"), [("09", 1), ("10", 0)])
def test_a_discount_used_within_ten_minutes_without_its_code_is_looked_at(
    world: World, minute: str, flags: int
) -> None:
    world.save(LUCA, on="2026-05-01 10:00")
    assert say_contact(world, LUCA, f"2026-05-01 10:{minute}").outcome == "accepted"
    assert raised(world) == [("quick_use", 20, "open")] * flags
    assert world.rewards() == [("C1", "held", "flag" if flags else None)]


def test_a_coupon_that_is_shown_may_be_used_at_once(world: World) -> None:
    saved = world.save(LUCA, on="2026-05-01 10:00")
    world.redeem(saved.coupon_code, on="2026-05-01 10:01")
    assert raised(world) == []


def test_an_open_flag_holds_the_reward_until_the_owner_clears_it(world: World) -> None:
    world.save(LUCA, on="2026-05-01 10:00")
    say_contact(world, LUCA, "2026-05-01 10:01")
    ripen = at("2026-05-20")
    assert world.write(lambda db: rewards.ripen(db, world.programme, ripen)) == 0
    with world.store.read() as db:
        (flag,) = owner_waiting.queue(db)
        assert (flag.rule, flag.member_name, flag.friend_name, flag.reward_cents) == (
            "quick_use",
            "Anna B.",
            "Luca V.",
            1000,
        )
        assert [due.open_flags for due in owner_waiting.held(db)] == [1]
    decide(world, "cleared", on="2026-05-21", flag=flag.flag_id)
    assert world.rewards() == [("C1", "approved", None)]
    with world.store.read() as db:
        assert owner_waiting.queue(db) == []


def test_a_confirmed_flag_rejects_the_claim_and_a_cleared_one_brings_it_back(world: World) -> None:
    world.save(LUCA, on="2026-05-01 10:00")
    say_contact(world, LUCA, "2026-05-01 10:01")
    decide(world, "confirmed")
    assert world.claims() == [("C1", "rejected", "quick_use")]
    assert world.rewards() == [("C1", "rejected", "quick_use")]
    decide(world, "cleared", on="2026-06-02")
    assert world.claims() == [("C1", "bought", None)]
    assert world.rewards() == [("C1", "approved", None)]
    decide(world, "cleared", flag=99)


def test_a_friend_whose_first_fan_is_rejected_counts_for_the_second(world: World) -> None:
    world.save(LUCA, of="C1", on="2026-05-01 10:00")
    world.save(LUCA, of="C2", on="2026-05-01 10:00:30")
    say_contact(world, LUCA, "2026-05-01 10:01")
    assert world.rewards() == [("C1", "held", "flag")]
    decide(world, "confirmed")
    assert world.claims() == [("C1", "rejected", "quick_use"), ("C2", "bought", None)]
    assert world.rewards() == [("C1", "rejected", "quick_use"), ("C2", "approved", None)]


def test_the_files_echo_of_a_fan_who_was_rejected_since_is_not_believed(world: World) -> None:
    world.save(LUCA, of="C1", on="2026-05-01 10:00")
    second = world.save(LUCA, of="C2", on="2026-05-01 10:00:30")
    say_contact(world, LUCA, "2026-05-01 10:01")
    world.tell(second.public_id, "other_referrer", on="2026-05-20", first_purchase_on="2026-05-01")
    decide(world, "confirmed", on="2026-06-01")
    assert world.rewards()[-1] == ("C2", "approved", None)
    world.tell(second.public_id, "other_referrer", on="2026-06-30", first_purchase_on="2026-04-30")
    assert world.rewards()[-1] == ("C2", "reversed", "other_referrer")


def test_the_sixth_friend_of_one_link_within_an_hour_is_looked_at(world: World) -> None:
    for minute in range(7):
        world.save(f"f{minute}@posta.example", on=f"2026-05-01 10:0{minute}")
    assert raised(world) == [("many_leads", 25, "open")] * 2
    world.save("late@posta.example", on="2026-05-01 11:30")
    assert len(raised(world)) == 2


def at_the_till(world: World, operators: str, **more: Any) -> None:
    for number, operator in enumerate(operators):
        world.name_fan(
            friend=f"f{number}@posta.example", on=f"2026-05-{number + 1:02}", operator=operator, **more
        )


@pytest.mark.parametrize(
    ("operators", "flagged"),
    [
        ("abcdabcdab", 0),
        ("abcdabcda", 0),
        ("abcdabcdaa", 1),
        ("aaaaaaaaaa", 1),
        ("aaaaaaaaa", 0),
    ],
)
def test_one_operator_with_more_than_three_of_ten_is_looked_at(
    world: World, operators: str, flagged: int
) -> None:
    """Three of ten are 30 %, which is allowed; four are not. Fewer than ten say nothing."""
    at_the_till(world, operators)
    assert raised(world) == [("operator_share", 40, "open")] * flagged


def test_an_operator_whom_the_owner_trusts_is_not_looked_at_again(world: World) -> None:
    at_the_till(world, "aaaaaaaaaa")
    decide(world, "cleared", on="2026-05-11")
    world.name_fan(friend="more@posta.example", on="2026-05-12", operator="a")
    assert raised(world) == [("operator_share", 40, "cleared")]


def test_two_friends_on_one_receipt_are_looked_at(world: World) -> None:
    world.name_fan("C1", friend=LUCA, receipt="17")
    world.name_fan("C2", friend="other@posta.example", receipt="17")
    world.name_fan("C2", friend="third@posta.example", receipt="17", on="2026-05-11")
    assert raised(world) == [("same_receipt", 40, "open")]


def test_a_circle_of_members_is_looked_at(world: World) -> None:
    """Anna brought Luca, who is a member now; Luca brought Piero; Piero says he brought Anna."""
    world.name_fan("C1", friend="320 5554443", on="2026-05-01")
    world.invite(NewMember("C3", "Luca Verdi", "320 5554443", None, "customer"), on="2026-05-02")
    world.name_fan("C3", friend="320 5554444", on="2026-05-03")
    world.invite(NewMember("C4", "Piero Costa", "320 5554444", None, "customer"), on="2026-05-04")
    claim_of = world.save("nobody@posta.example", of="C4", on="2026-05-05").public_id
    world.tell(claim_of, "payable", friend_customer_id="C1", qualifying_on="2026-05-06")
    assert raised(world) == [("cycle", 60, "open")]
    assert world.rewards()[-1] == ("C4", "held", "flag")


def test_one_household_is_looked_at_when_the_files_say_so(world: World) -> None:
    saved = world.save(LUCA)
    world.tell(saved.public_id, "payable", qualifying_on="2026-05-06", is_household=True)
    assert raised(world) == [("household", 30, "open")]
    assert world.rewards() == [("C1", "held", "flag")]
    decide(world, "cleared")
    assert (
        world.tell(saved.public_id, "payable", qualifying_on="2026-05-06", is_household=True).unchanged == 1
    )
    assert world.rewards() == [("C1", "approved", None)]


def test_who_the_files_know_as_the_fan_is_no_friend(world: World) -> None:
    saved = world.save(LUCA)
    world.tell(saved.public_id, "payable", friend_customer_id="C1", qualifying_on="2026-05-06")
    assert world.claims() == [("C1", "rejected", "same_contact")]
    assert world.rewards() == []


def test_a_flag_raised_after_approval_holds_the_reward_again(world: World) -> None:
    saved = world.save(LUCA)
    world.tell(saved.public_id, "payable", qualifying_on="2026-05-06")
    code = world.value("select code from coupons where kind = 'fan'")
    world.tell(saved.public_id, "payable", on="2026-06-30", qualifying_on="2026-05-06", is_household=True)
    assert world.rewards() == [("C1", "held", "flag")]
    assert world.redeem(code, on="2026-07-01").sentence == "This reward waits for the owner's word."
