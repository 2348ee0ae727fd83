"""What stands behind a claim once a sale is undone, and when a friend comes again through the same fan."""

from __future__ import annotations

from typing import Any

import pytest

from clientela.loyalty.store import events
from clientela.loyalty.till import till
from clientela.loyalty.till.results import TillResult
from tests.worlds.loyalty_world import World, at, contact, sale, world

__all__ = ["world"]

LUCA = "luca@posta.example"


def undo(world: World, on: str) -> None:
    """Undo the use that stands."""
    used = world.value("select public_id from redemptions where reversed_at is null")
    world.write(lambda db: till.reverse(db, world.programme, used, "mistyped", "till:1", at(on)))


def say_contact(world: World, on: str = "2026-05-12") -> str | None:
    """Let Luca buy by the own address; return who is thanked."""
    who, told = contact(LUCA), sale(f"by contact {on}", on)
    return world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at(on))).member_name


def name_late(world: World, receipt_on: str, entered: str) -> TillResult:
    """Bring from a till's queue that Luca named Anna by phone, with a receipt of an earlier day."""
    member_id, told = world.member("C1").member_id, sale(f"queue {receipt_on}", receipt_on)
    how: dict[str, Any] = {"method": "phone", "friend_name": None, "confirmed_digits": None}
    return world.write(
        lambda db: till.attribute(
            db, world.programme, member_id, told, contact=contact(LUCA), now=at(entered), **how
        )
    )


def proof_of(world: World, customer_id: str) -> tuple[int, str | None]:
    """Return what the shop's machine was told last of a fan's claim: its evidence and the day shown."""
    with world.store.read() as db:
        told = [each for each in events.since(db, "").events if each["type"] == "claim"]
    last = [each for each in told if each["customer_id"] == customer_id][-1]
    return last["evidence"], last["shown_on"]


@pytest.mark.parametrize("method", ["phone", "email", "name"])
def test_a_fan_named_with_a_sale_that_is_undone_is_not_named_any_more(world: World, method: str) -> None:
    """Carlo came first; the cashier took Anna for the fan and undid it."""
    world.save(LUCA, of="C2", on="2026-05-01")
    world.save(LUCA, of="C1", on="2026-05-02")
    named = world.name_fan("C1", on="2026-05-10", friend=LUCA, method=method, confirmed_digits="567")
    assert named.member_name == "Anna B."
    assert proof_of(world, "C1") == (3, None)
    undo(world, "2026-05-11")
    assert proof_of(world, "C1") == (4, None)
    assert say_contact(world) == "Carlo N."
    assert world.claims() == [("C2", "bought", None), ("C1", "superseded", "came_later")]


@pytest.mark.parametrize("is_kept", [True, False])
def test_undoing_a_sale_leaves_the_click_that_came_before_it(world: World, is_kept: bool) -> None:
    """Also where the click itself is so old that it was deleted."""
    world.save(LUCA, of="C2", on="2026-05-01")
    world.click("C1", "own", on="2026-05-02")
    world.save(LUCA, of="C1", on="2026-05-02", hit_id="own")
    if not is_kept:
        world.write(lambda db: db.run("delete from clicks"))
    world.name_fan("C1", on="2026-05-10", friend=LUCA, method="phone")
    undo(world, "2026-05-11")
    assert say_contact(world) == "Anna B."


def test_undoing_a_sale_finds_the_click_that_reached_the_store_after_it(world: World) -> None:
    world.save(LUCA, of="C2", on="2026-05-01")
    world.save(LUCA, of="C1", on="2026-05-02", hit_id="late")
    world.name_fan("C1", on="2026-05-10", friend=LUCA, method="phone")
    world.click("C1", "late", on="2026-05-02")
    undo(world, "2026-05-11")
    assert proof_of(world, "C1") == (3, None)
    assert say_contact(world) == "Anna B."


def test_undoing_one_sale_leaves_what_was_said_with_another(world: World) -> None:
    """Named on the 10th, and in the queue of another till with a receipt of the 8th."""
    world.save(LUCA, of="C2", on="2026-05-01")
    world.save(LUCA, of="C1", on="2026-05-02")
    world.name_fan("C1", on="2026-05-10", friend=LUCA, method="phone")
    assert name_late(world, "2026-05-08", "2026-05-11").outcome == "already"
    undo(world, "2026-05-11 13:00")
    assert say_contact(world) == "Anna B."


def test_undoing_one_sale_leaves_the_coupon_that_was_shown_with_another(world: World) -> None:
    """Shown on the 10th, and in the queue of another till with a receipt of the 8th; Carlo came first."""
    world.save(LUCA, of="C2", on="2026-05-01")
    coupon = world.save(LUCA, of="C1", on="2026-05-02").coupon_code
    world.redeem(coupon, on="2026-05-10")
    assert world.redeem(coupon, on="2026-05-08").outcome == "already"
    undo(world, "2026-05-11")
    assert proof_of(world, "C1") == (4, "2026-05-08")
    assert say_contact(world) == "Anna B."
    # The sale of the 12th is undone as well: what was shown on the 8th stands still.
    undo(world, "2026-05-13")
    assert world.redeem(coupon, on="2026-05-14").outcome == "accepted"
    undo(world, "2026-05-15")
    assert proof_of(world, "C1") == (4, "2026-05-08")


def test_the_shop_learns_that_a_coupon_was_not_shown_where_nothing_else_changes(world: World) -> None:
    """The files know the purchase, so that the claim stays as it was."""
    saved = world.save(LUCA, of="C1", on="2026-05-02")
    world.redeem(saved.coupon_code, on="2026-05-10")
    world.tell(saved.public_id, "payable", on="2026-05-12", first_purchase_on="2026-05-10")
    assert proof_of(world, "C1") == (4, "2026-05-10")
    undo(world, "2026-05-13")
    assert world.claims() == [("C1", "bought", None)]
    assert proof_of(world, "C1") == (4, None)


def test_who_comes_again_with_a_click_is_proven_by_it(world: World) -> None:
    """Anna's claim is the first; both have a click of Luca's own, so the first counts."""
    world.save(LUCA, of="C1", on="2026-05-01")
    world.click("C2", "second", on="2026-05-02")
    world.save(LUCA, of="C2", on="2026-05-02", hit_id="second")
    world.click("C1", "third", on="2026-05-03")
    world.save(LUCA, of="C1", on="2026-05-03", hit_id="third")
    assert proof_of(world, "C1") == (3, None)
    assert say_contact(world) == "Anna B."
    assert world.claims() == [("C1", "bought", None), ("C2", "superseded", "came_later")]


def test_who_was_named_by_mistake_and_then_followed_is_proven_by_the_click(world: World) -> None:
    """A claim that began at the till, whose sale was undone."""
    world.name_fan("C1", on="2026-05-01", friend=LUCA, method="phone")
    undo(world, "2026-05-01 13:00")
    world.save(LUCA, of="C2", on="2026-04-30")
    world.click("C1", "own", on="2026-05-03")
    world.save(LUCA, of="C1", on="2026-05-03", hit_id="own")
    assert say_contact(world) == "Anna B."


def test_a_later_click_too_stands_behind_one_friend_only(world: World) -> None:
    """A fan types five contacts, follows the own link once and types them again, the last one first."""
    typed = [f"f{number}@posta.example" for number in range(5)]
    for each in typed:
        world.save(each, of="C1", on="2026-05-01")
    world.click("C1", "one", on="2026-05-02")
    for each in reversed(typed):
        world.save(each, of="C1", on="2026-05-02", hit_id="one")
    rows = world.all("select contact from claims where verified_at is not null")
    assert [row["contact"] for row in rows] == ["f4@posta.example"]


def test_a_click_after_a_purchase_that_only_the_files_know_proves_nothing_for_it(world: World) -> None:
    first = world.save(LUCA, of="C2", on="2026-05-01")
    world.save(LUCA, of="C1", on="2026-05-02")
    world.click("C1", "after", on="2026-05-09")
    world.save(LUCA, of="C1", on="2026-05-09", hit_id="after")
    world.tell(first.public_id, "payable", on="2026-05-12", first_purchase_on="2026-05-08")
    assert world.claims() == [("C2", "bought", None), ("C1", "superseded", "came_later")]


def test_a_click_after_a_purchase_at_the_till_is_not_noted(world: World) -> None:
    world.save(LUCA, of="C2", on="2026-05-01")
    world.save(LUCA, of="C1", on="2026-05-02")
    assert say_contact(world) == "Carlo N."
    world.click("C1", "after", on="2026-05-13")
    world.save(LUCA, of="C1", on="2026-05-13", hit_id="after")
    assert proof_of(world, "C1") == (4, None)
    assert world.claims() == [("C2", "bought", None), ("C1", "superseded", "came_later")]


def test_a_made_up_click_takes_no_place_of_one_that_is_on_its_way(world: World) -> None:
    world.save(LUCA, of="C2", on="2026-05-01")
    world.save(LUCA, of="C1", on="2026-05-02", hit_id="real")
    world.save(LUCA, of="C1", on="2026-05-03", hit_id="made up")
    world.click("C1", "real", on="2026-05-02")
    assert say_contact(world) == "Anna B."
