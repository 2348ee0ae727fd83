"""Friends who save a discount by a link, and what their page tells them and nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from clientela import forgotten
from clientela.loyalty.erasure import by_contact
from clientela.loyalty.links import friends
from clientela.loyalty.links.codes import read_code
from clientela.loyalty.people import consents
from clientela.loyalty.store import events
from clientela.loyalty.till import till
from tests.worlds.loyalty_world import World, at, contact, world

__all__ = ["world"]

LUCA = "luca@posta.example"


def page(world: World, token: str) -> friends.FriendView | None:
    with world.store.read() as db:
        return friends.by_token(db, token)


def test_a_saved_discount_lasts_ninety_days_and_says_who_sent_it(world: World) -> None:
    saved = world.save(LUCA, on="2026-05-01", consent=True)
    found = page(world, saved.token)
    assert found == friends.FriendView(
        name="Luca Verdi",
        sender="Anna B.",
        coupon_code=f"{saved.coupon_code[:4]} {saved.coupon_code[4:]}",
        value_cents=1000,
        valid_until_on=date(2026, 7, 30),
        used_on=None,
        contact_kind="email",
        consented=True,
        language="it",
    )
    code = read_code(found.coupon_code)
    assert code is not None
    assert (code.kind, code.value) == ("coupon", saved.coupon_code)


def test_the_same_form_twice_is_one_discount(world: World) -> None:
    first = world.save(LUCA, form="form 1")
    assert world.save(LUCA, on="2026-05-02", form="form 1") == first
    assert world.value("select count(*) from coupons") == 1
    assert world.value("select count(*) from claims") == 1


def test_the_key_of_a_form_opens_no_page_of_another_contact(world: World) -> None:
    mine = world.save(LUCA, form="form 1")
    other = world.save("paolo@posta.example", form="form 1")
    assert other.token != mine.token
    assert other.claim_id != mine.claim_id


def test_the_store_holds_neither_the_token_nor_the_key_of_a_form(world: World) -> None:
    saved = world.save(LUCA, form="a very secret form")
    world.store.close()
    content = world.store.path.read_bytes()
    assert saved.token.encode() not in content
    assert b"a very secret form" not in content


@pytest.mark.parametrize("known", [LUCA, "anna@posta.example", "347 7654321", "nobody@posta.example"])
def test_the_page_looks_the_same_whoever_the_contact_belongs_to(world: World, known: str) -> None:
    """Luca saved and used a discount before; the others are Anna herself, a member, and nobody."""
    world.redeem(world.save(LUCA, consent=True).coupon_code, on="2026-05-02")
    saved = world.save(known, on="2026-05-03", name="Who Ever")
    found = page(world, saved.token)
    assert found is not None
    assert (found.name, found.sender, found.used_on, found.consented) == ("Who Ever", "Anna B.", None, False)
    assert (found.value_cents, found.valid_until_on) == (1000, date(2026, 8, 1))


def test_without_the_tick_there_is_no_consent_and_with_it_there_is_one(world: World) -> None:
    world.save(LUCA)
    world.save("333 9998887", consent=True, text_version="2026-03")
    with world.store.read() as db:
        assert consents.state(db, LUCA) == {}
        assert consents.state(db, "+393339998887") == {("marketing", "whatsapp"): True}
        (told,) = [each for each in events.since(db, "").events if each["type"] == "consent"]
    assert (told["subject_kind"], told["subject"], told["action"]) == ("contact", "+393339998887", "grant")
    assert (told["text_version"], told["method"]) == ("2026-03", "web")


def test_a_consent_can_be_taken_back_and_the_discount_stays(world: World) -> None:
    saved = world.save(LUCA, consent=True)
    for _again in range(2):
        world.write(lambda db: friends.withdraw(db, saved.token, at("2026-05-02")))
    with world.store.read() as db:
        assert consents.state(db, LUCA) == {("marketing", "email"): False}
    found = page(world, saved.token)
    assert found is not None
    assert not found.consented
    assert world.value("select count(*) from consents") == 2
    assert world.redeem(saved.coupon_code).outcome == "accepted"
    used = page(world, saved.token)
    assert used is not None
    assert used.used_on == date(2026, 5, 10)


def test_a_wrong_token_opens_and_changes_nothing(world: World) -> None:
    world.save(LUCA, consent=True)
    for token in ("", "x" * 22, "\ud800"):
        assert page(world, token) is None
        world.write(lambda db, token=token: friends.withdraw(db, token, at("2026-05-02")))  # type: ignore[misc]
    with world.store.read() as db:
        assert consents.state(db, LUCA) == {("marketing", "email"): True}


def test_who_comes_back_after_the_window_begins_anew(world: World) -> None:
    world.save(LUCA, on="2026-01-01")
    again = world.save(LUCA, on="2026-05-01")
    assert world.value("select count(*) from claims") == 1
    assert world.redeem(again.coupon_code, on="2026-05-10").outcome == "accepted"
    assert world.claims() == [("C1", "bought", None)]


def test_the_shop_learns_of_the_friend_and_of_the_click(world: World) -> None:
    link_id = world.link().link_id
    world.write(
        lambda db: db.add(
            "clicks",
            hit_id="hit 1",
            link_id=link_id,
            at=at("2026-05-01 09:00"),
            day="2026-05-01",
            kind="person",
        )
    )
    saved = world.save(LUCA, on="2026-05-01 10:00", hit_id="hit 1")
    with world.store.read() as db:
        (claim,) = [each for each in events.since(db, "").events if each["type"] == "claim"]
    assert claim == {
        "type": "claim",
        "seq": claim["seq"],
        "at": "2026-05-01T08:00:00.000Z",
        "claim": saved.public_id,
        "customer_id": "C1",
        "code": world.link().code,
        "method": "link",
        "friend_name": "Luca Verdi",
        "contact": LUCA,
        "friend_customer_id": None,
        "receipt_no": None,
        "receipt_on": None,
        "store_id": None,
        # The friend's own click stands behind it, and no coupon was shown yet.
        "evidence": 3,
        "shown_on": None,
        "clicked_at": "2026-05-01T07:00:00.000Z",
        "claimed_at": "2026-05-01T08:00:00.000Z",
        "state": "open",
        "reason": None,
    }


def test_a_friend_who_asks_is_forgotten_and_the_sums_stay(world: World) -> None:
    used = world.save(LUCA, consent=True)
    undone = world.redeem(used.coupon_code, receipt="16", key="a").redemption_id
    assert undone
    world.write(lambda db: till.reverse(db, world.programme, undone, "Luca asked", "till", at("2026-05-10")))
    world.redeem(used.coupon_code, receipt="17", key="b")
    waiting = world.save(LUCA, of="C2", on="2026-05-11", name="Luca V.")
    # In the shop: a page of Luca's would only take away what was left on it.
    world.write(lambda db: by_contact.erase_friend(db, contact(LUCA), at("2026-05-12")))
    assert page(world, used.token) is None
    assert page(world, waiting.token) is None
    assert world.claims()[0] == ("C1", "bought", None)
    assert world.rewards() == [("C1", "held", None)]
    for table in (
        "claims",
        "saves",
        "consents",
        "redemptions",
        "coupons",
        "answers",
        "flags",
        "reward_moves",
    ):
        assert "luca" not in str(world.all(f"select * from {table}")).lower()
    with world.store.read() as db:
        log = events.since(db, "").events
    assert "luca" not in str(log).lower()
    # What the shop must still hear: that the consent which stood is taken back, of whom a keyed hash says.
    said = [(each["subject"], each["action"]) for each in log if each["type"] == "consent"]
    assert [action for _who, action in said] == ["grant", "withdraw"]
    [who] = {who for who, _action in said}
    assert forgotten.is_token(who)
    [told] = [each for each in log if each["type"] == "forgotten"]
    luca = forgotten.mark(told["key"], "email", LUCA)
    assert luca in told["marks"]
    assert who == forgotten.token("email", luca)


def test_a_forgotten_friends_open_discount_ends_with_them(world: World) -> None:
    saved = world.save(LUCA)
    world.write(lambda db: friends.erase(db, saved.token, at("2026-05-02")))
    assert world.claims() == [("C1", "withdrawn", "erased")]
    assert world.redeem(saved.coupon_code).outcome == "refused"


def test_one_claim_for_a_friend_who_writes_the_contact_in_two_ways(world: World) -> None:
    world.save("333 9998887")
    world.save("+39 333-999 8887", on="2026-05-02")
    assert contact("0039 333 999 8887").value == "+393339998887"
    assert world.value("select count(*) from claims") == 1
