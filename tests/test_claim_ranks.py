"""What stands behind a claim decides who is paid; who came first decides only among equals.

Anna (C1) and Carlo (C2) both name Luca. ``stand`` gives one of them a claim of each kind, as the running shop
makes it: a saved form, a click and a form, the owner's page, a coupon shown at the till.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from clientela.loyalty.claims import claims, flags, fraud
from clientela.loyalty.people import consents
from clientela.loyalty.rewards import rewards
from clientela.loyalty.till import till
from clientela.loyalty.till.results import TillResult
from tests.worlds.loyalty_world import World, at, contact, sale, world

__all__ = ["world"]

LUCA: Final = "luca@posta.example"
PRESENTED, OWNER, VERIFIED, UNVERIFIED = "presented", "owner", "verified", "unverified"
KINDS: Final = (PRESENTED, OWNER, VERIFIED, UNVERIFIED)
"""From the strongest to the weakest, as the rule of the shop says."""

REASONS: Final = {PRESENTED: "code_presented", OWNER: "owner", VERIFIED: "better_proof"}


def assign(world: World, to: str, on: str) -> None:
    member_id = world.member(to).member_id
    claim = world.value("select min(public_id) from claims")
    world.write(
        lambda db: claims.assign(db, world.programme, claim, member_id, "owner", "I saw them", at(on))
    )


def stand(world: World, kind: str, fan: str, day: int) -> str:
    """Give a fan a claim on Luca; return the coupon that a form leaves."""
    on = f"2026-05-0{day}"
    if kind == VERIFIED:
        world.click(fan, f"hit {fan}", on=on)
    saved = world.save(LUCA, of=fan, on=on, hit_id=f"hit {fan}" if kind == VERIFIED else None)
    if kind == OWNER:
        assign(world, fan, on)
    return saved.coupon_code


def say_contact(world: World, on: str = "2026-05-10", key: str = "by contact") -> TillResult:
    who, told = contact(LUCA), sale(key, on)
    return world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at(on)))


def buy(world: World, shown: list[str]) -> None:
    """Let Luca buy with the coupons that are shown, or by the address alone."""
    if not shown:
        assert say_contact(world).outcome == "accepted"
    for number, coupon in enumerate(shown):
        # Two coupons: the second is of a till whose queue arrives later, for a sale of the day before.
        told = sale(f"sale {number}", f"2026-05-{10 - number:02}")
        result = world.write(
            lambda db, code=coupon, told=told: till.redeem_coupon(  # type: ignore[misc]
                db, world.programme, code, told, at("2026-05-10") + len(told.idempotency_key)
            )
        )
        assert result.outcome == ("accepted" if number == 0 else "already")


@pytest.mark.parametrize("second", KINDS)
@pytest.mark.parametrize("first", KINDS)
def test_the_better_proof_is_paid_and_among_equals_the_first(world: World, first: str, second: str) -> None:
    """Anna's claim is of 1 May, Carlo's of 2 May; every pair, so each also in the other order of time."""
    coupons = {"C1": stand(world, first, "C1", 1), "C2": stand(world, second, "C2", 2)}
    kinds = {"C1": first, "C2": second}
    buy(world, [coupons[fan] for fan in ("C1", "C2") if kinds[fan] == PRESENTED])
    if first == second == OWNER:
        # The owner's latest word replaces the one before.
        winner, reason = "C2", "owner"
    elif KINDS.index(second) < KINDS.index(first):
        winner, reason = "C2", REASONS[second]
    else:
        winner, reason = "C1", REASONS[first] if first != second else "came_later"
    loser = "C1" if winner == "C2" else "C2"
    states = {who: (state, why) for who, state, why in world.claims()}
    assert states[winner][0] == "bought"
    assert states[loser] == ("superseded", reason)
    assert [row for row in world.rewards() if row[1] != "reversed"] == [(winner, "held", None)]


@pytest.mark.parametrize("second", KINDS)
@pytest.mark.parametrize("first", KINDS)
def test_who_was_outranked_is_paid_once_the_winner_is_struck_out(
    world: World, first: str, second: str
) -> None:
    coupons = {"C1": stand(world, first, "C1", 1), "C2": stand(world, second, "C2", 2)}
    kinds = {"C1": first, "C2": second}
    buy(world, [coupons[fan] for fan in ("C1", "C2") if kinds[fan] == PRESENTED])
    winner = next(who for who, state, _why in world.claims() if state == "bought")
    loser = "C1" if winner == "C2" else "C2"
    claim = world.value(
        "select claims.public_id from claims inner join members using (member_id) where customer_id = :who",
        who=winner,
    )
    world.write(lambda db: claims.withdraw(db, world.programme, claim, "owner", "a joke", at("2026-05-11")))
    states = {who: state for who, state, _why in world.claims()}
    assert states == {winner: "withdrawn", loser: "bought"}
    assert [row for row in world.rewards() if row[1] == "held"] == [(loser, "held", None)]


def test_a_rejected_winner_makes_way_too_and_comes_back_when_cleared(world: World) -> None:
    stand(world, UNVERIFIED, "C1", 1)
    world.redeem(stand(world, PRESENTED, "C2", 2))
    claim_id = world.value("select claim_id from claims where state = 'bought'")
    world.write(lambda db: flags.raise_flag(db, claim_id, "many_leads", 25, {}, at("2026-05-11")))

    def decide(word: fraud.Decision) -> None:
        world.write(lambda db: fraud.decide(db, world.programme, 1, word, "owner", at("2026-05-12")))

    decide("confirmed")
    assert world.claims() == [("C1", "bought", None), ("C2", "rejected", "many_leads")]
    decide("cleared")
    assert world.claims() == [("C1", "superseded", "code_presented"), ("C2", "bought", None)]


def test_a_code_said_at_the_till_beats_a_contact_that_a_fan_typed(world: World) -> None:
    """The case that was reported: Anna types Luca's phone into her own form, Luca says Carlo's code."""
    world.save("340 1112223", of="C1", on="2026-05-01")
    result = world.name_fan("C2", friend="340 1112223", on="2026-05-10", receipt="7")
    assert (result.outcome, result.member_name) == ("accepted", "Carlo N.")
    assert world.rewards() == [("C2", "held", None)]


def test_who_is_named_at_the_till_beats_a_contact_that_a_fan_typed(world: World) -> None:
    world.save("340 1112223", of="C1", on="2026-05-01")
    result = world.name_fan("C2", friend="340 1112223", on="2026-05-10", receipt="7", method="phone")
    assert (result.outcome, result.member_name) == ("accepted", "Carlo N.")
    assert result.sentence == "Carlo N. sent them."


def test_the_till_does_not_say_first_of_who_was_not(world: World) -> None:
    """Luca names Anna by her phone, who typed him first; Carlo's link was followed by Luca himself."""
    world.save(LUCA, of="C2", on="2026-05-01")
    stand(world, OWNER, "C1", 3)
    result = world.name_fan("C2", friend=LUCA, on="2026-05-10", method="phone", receipt="7")
    assert result.sentence == "The thanks go to Anna B., whose claim is better proven."
    again = world.name_fan("C2", friend=LUCA, on="2026-05-11", method="phone", receipt="8")
    assert again.sentence == "This friend's discount was used on 10 May; Anna B. got the thanks."


def test_a_claim_outside_the_window_is_not_alive_whatever_stands_behind_it(world: World) -> None:
    """Carlo's click is of 1 January, 129 days before the purchase; Anna's typed contact is of May."""
    world.click("C2", "old", on="2026-01-01")
    world.save(LUCA, of="C2", on="2026-01-01", hit_id="old")
    stand(world, UNVERIFIED, "C1", 1)
    say_contact(world)
    states = {who: (state, why) for who, state, why in world.claims()}
    assert states == {"C1": ("bought", None), "C2": ("open", "out_of_window")}


@pytest.mark.parametrize("later", ["code", "phone"])
def test_what_is_said_after_the_first_purchase_proves_nothing(world: World, later: str) -> None:
    """The same day and the day after: a cashier or a fan cannot take a reward over by a second visit."""
    stand(world, UNVERIFIED, "C1", 1)
    say_contact(world, on="2026-05-10 09:00")
    for on in ("2026-05-10 18:00", "2026-05-11 09:00"):
        result = world.name_fan("C2", friend=LUCA, on=on, method=later, key=on, confirmed_digits=None)
        assert result.outcome == "already"
        assert world.claims()[0] == ("C1", "bought", None)
    assert world.claims()[1] == ("C2", "superseded", "came_later")
    ripe = at("2026-06-01")
    world.write(lambda db: rewards.ripen(db, world.programme, ripe))
    assert world.rewards() == [("C1", "approved", None)]


def test_a_coupon_shown_later_does_not_outrank_for_a_purchase_that_the_files_knew_before(
    world: World,
) -> None:
    stand(world, UNVERIFIED, "C1", 1)
    coupon = stand(world, PRESENTED, "C2", 2)
    world.redeem(coupon, on="2026-05-20")
    assert world.claims()[1][:2] == ("C2", "bought")
    claim = world.value("select min(public_id) from claims where member_id = 2")
    world.tell(claim, "other_referrer", on="2026-05-25", first_purchase_on="2026-05-06")
    assert world.claims() == [("C1", "bought", None), ("C2", "superseded", "came_later")]


def test_what_was_shown_with_a_sale_that_is_undone_is_forgotten(world: World) -> None:
    stand(world, UNVERIFIED, "C1", 1)
    used = world.redeem(stand(world, PRESENTED, "C2", 2), on="2026-05-10").redemption_id
    assert used
    world.write(lambda db: till.reverse(db, world.programme, used, "mistyped", "till:1", at("2026-05-10")))
    say_contact(world, on="2026-05-12")
    assert world.claims() == [("C1", "bought", None), ("C2", "superseded", "came_later")]


def test_one_click_stands_behind_one_friend_only(world: World) -> None:
    """A fan follows the own link once and types five contacts: only the first has the click."""
    world.click("C1", "one")
    for number in range(5):
        world.save(f"f{number}@posta.example", of="C1", hit_id="one")
    rows = world.all("select contact from claims where verified_at is not null")
    assert [row["contact"] for row in rows] == ["f0@posta.example"]


@pytest.mark.parametrize("kind", ["preview", "bot"])
def test_a_preview_or_a_program_is_no_click_of_the_friends(world: World, kind: str) -> None:
    world.click("C1", "seen", kind=kind)
    world.save(LUCA, of="C1", hit_id="seen")
    assert world.value("select verified_at from claims") is None


def test_a_click_of_another_link_or_of_nobody_proves_nothing(world: World) -> None:
    world.click("C2", "theirs")
    world.save(LUCA, of="C1", hit_id="theirs")
    world.save("other@posta.example", of="C1", hit_id="made up")
    assert world.all("select verified_at from claims") == [{"verified_at": None}] * 2


def test_a_click_that_reaches_the_store_after_the_form_counts(world: World) -> None:
    """The store was busy: the click waited in the file beside it until the form had been sent."""
    stand(world, UNVERIFIED, "C1", 1)
    world.save(LUCA, of="C2", on="2026-05-02", hit_id="late")
    world.click("C2", "late", on="2026-05-02")
    assert say_contact(world).member_name == "Carlo N."


def test_a_contact_confirmed_by_mail_is_verified(world: World) -> None:
    stand(world, UNVERIFIED, "C1", 1)
    assert world.value("select verified_at from claims") is None
    said = consents.ConsentEntry(
        LUCA, "marketing", "email", "grant", at("2026-05-02"), "double_opt_in", None, "shop"
    )
    world.write(lambda db: consents.add(db, [said]))
    say_contact(world)
    assert world.value("select verified_at from claims") is not None


def test_a_claim_struck_out_by_a_rule_never_wins_by_its_rank(world: World) -> None:
    """Anna shows her own coupon under her own phone: rejected, whatever she shows."""
    world.save("333 1234567", of="C2", on="2026-05-01")
    own = world.save("333 1234567", of="C1", on="2026-05-02")
    assert world.redeem(own.coupon_code).outcome == "refused"
    assert world.claims()[1] == ("C1", "rejected", "same_contact")


ByFiles = Callable[[World], None]


@pytest.mark.parametrize("second", KINDS[1:])
@pytest.mark.parametrize("first", KINDS[1:])
def test_a_purchase_that_only_the_files_know_is_ranked_alike(world: World, first: str, second: str) -> None:
    """The files name the first claim in time; the server ranks, and takes the days from their word."""
    stand(world, first, "C1", 1)
    stand(world, second, "C2", 2)
    named, other = world.all("select public_id from claims order by claim_id")
    bought = {"first_purchase_on": "2026-05-08", "friend_customer_id": "L1"}
    world.tell(named["public_id"], "payable", on="2026-05-30", qualifying_on="2026-05-08", **bought)
    world.tell(other["public_id"], "other_referrer", on="2026-05-30", **bought)
    is_second = KINDS.index(second) < KINDS.index(first) or first == second == OWNER
    winner = "C2" if is_second else "C1"
    assert [row[0] for row in world.claims() if row[1] == "bought"] == [winner]
    assert [row for row in world.rewards() if row[1] == "approved"] == [(winner, "approved", None)]
