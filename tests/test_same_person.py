"""One person, many spellings: the owner is asked, nobody is refused; the same letters reject as before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clientela.loyalty.claims import fraud
from clientela.loyalty.erasure.person import erase_member
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.rewards import rewards
from clientela.loyalty.store.migrate import migrations
from clientela.loyalty.store.opening import open_store
from tests.worlds.loyalty_world import PROGRAMME, World, at, world
from tests.worlds.old_store import write_old_store
from tests.worlds.public_pages import Pages, hidden, open_pages
from tests.worlds.staff_site import Browser, Shop, open_shop, verdict

__all__ = ["world"]

FAN = NewMember("C9", "Dora Riva", "333 7777777", "dora.riva@gmail.com", "fan")

OF_THE_FAN = (
    "d.o.r.a.riva@gmail.com",
    "dorariva+amica@googlemail.com",
    "dоrаrivа@gmail.com",
    "dorariva@gmаil.com",
    "+39 0333 7777777",
    "0039 0333 7777777",
    "+39 39 333 7777777",
    "333 7777777 1",
)
"""Spellings of the fan's own phone and e-mail that are not kept alike."""

LUCA = ("luca.verdi@gmail.com", "lucaverdi+due@gmail.com")


def flagged(shop: World) -> list[tuple[str, str]]:
    return [(row["rule"], row["state"]) for row in shop.all("select rule, state from flags order by flag_id")]


# The landing page.


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, reward_value=10.0) as shop:
        shop.world.invite(FAN)
        yield shop


def save(pages: Pages, contact: str, of: str = "C9") -> str:
    """Fill in the landing page of a fan; return the address of the friend's page."""
    path = f"/i/{pages.world.link(of).code}"
    answer = pages.post(path, **{**hidden(pages.get(path).text), "name": "Luca Verdi", "contact": contact})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


@pytest.mark.parametrize("spelling", OF_THE_FAN)
def test_a_fan_who_brings_themselves_under_another_spelling_is_held(pages: Pages, spelling: str) -> None:
    mine = save(pages, spelling)
    assert flagged(pages.world) == [("similar_contact", "open")]
    assert pages.world.claims() == [("C9", "open", None)]
    assert pages.get(mine).status_code == 200
    code = pages.world.value("select code from coupons where kind = 'friend'")
    assert pages.world.redeem(code, on="2026-11-25").outcome == "accepted"
    assert pages.world.rewards() == [("C9", "held", "flag")]
    ripe = at("2027-02-01")
    pages.world.write(lambda db: rewards.ripen(db, pages.world.programme, ripe))
    assert pages.world.rewards() == [("C9", "held", "flag")]


@pytest.mark.parametrize("same", ["Dora.Riva@GMail.com", "+39 333 7777777", "３３３ ７７７７７７７"])
def test_the_fans_own_contact_as_it_is_kept_is_refused_as_before(pages: Pages, same: str) -> None:
    save(pages, same)
    assert flagged(pages.world) == [("same_contact", "confirmed")]
    assert pages.world.claims() == [("C9", "rejected", "same_contact")]


def test_what_is_kept_of_a_friend_is_what_was_typed(pages: Pages) -> None:
    save(pages, "D.O.R.A.Riva+Uno@GMail.com")
    assert pages.world.value("select contact from claims") == "d.o.r.a.riva+uno@gmail.com"


@pytest.mark.parametrize("spelling", OF_THE_FAN)
def test_a_customer_under_another_spelling_is_no_new_friend_without_asking(
    pages: Pages, spelling: str
) -> None:
    save(pages, spelling, of="C1")
    assert flagged(pages.world) == [("similar_customer", "open")]
    assert pages.world.claims() == [("C1", "open", None)]


def test_who_became_a_customer_after_the_claim_was_a_new_friend(pages: Pages) -> None:
    save(pages, "luca.verdi@gmail.com", of="C1")
    pages.world.invite(
        NewMember("C7", "Luca Verdi", None, "lucaverdi@gmail.com", "customer"), on="2026-11-23"
    )
    pages.world.redeem(pages.world.value("select code from coupons"), on="2026-11-25")
    assert flagged(pages.world) == []


# The till.


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        found.world.invite(FAN)
        yield found


@pytest.fixture
def till(shop: Shop) -> Browser:
    return shop.till()


@pytest.mark.parametrize("spelling", OF_THE_FAN)
def test_the_till_gives_the_discount_and_holds_the_reward(shop: Shop, till: Browser, spelling: str) -> None:
    found = till.look_up(shop.world.link("C9").spoken)
    assert verdict(till.finish(found, friend=spelling, receipt="11", amount="30"))[0] == "accepted"
    assert flagged(shop.world) == [("similar_contact", "open")]
    assert shop.world.rewards() == [("C9", "held", "flag")]


def test_one_friend_twice_is_held_the_second_time_whoever_is_named(shop: Shop, till: Browser) -> None:
    for number, (spelling, fan) in enumerate(zip(LUCA, ("C1", "C2"), strict=True)):
        found = till.look_up(shop.world.link(fan).spoken)
        assert verdict(till.finish(found, friend=spelling, receipt=f"{number}", amount="30"))[0] == "accepted"
    assert flagged(shop.world) == [("similar_friend", "open")]
    assert shop.world.rewards() == [("C1", "held", None), ("C2", "held", "flag")]


def test_the_owner_reads_why_and_decides(shop: Shop, till: Browser) -> None:
    found = till.look_up(shop.world.link("C9").spoken)
    till.finish(found, friend="dora.riva+1@gmail.com", receipt="11", amount="30")
    owner = shop.owner()
    page = owner.get("/owner").text
    assert "somiglia a quello del fan" in page
    owner.send("/owner/flag", {"flag": "1", "decision": "cleared"}, page="/owner")
    assert shop.world.rewards() == [("C9", "held", None)]


def test_a_queue_is_compared_like_a_form(shop: Shop, till: Browser) -> None:
    from test_pages_staff_queue import kept, outcomes

    spoken = shop.world.link("C9").spoken
    friends = [each for each in OF_THE_FAN if not each.startswith("0039")]  # kept as the one with +39 is
    items = [kept(spoken, friend=each, receipt=str(number)) for number, each in enumerate(friends)]
    assert outcomes(till, *items) == ["accepted"] * len(friends)
    asked = shop.world.value("select count(*) from flags where rule = 'similar_contact' and state = 'open'")
    assert asked == len(friends)
    assert {state for _who, state, _why in shop.world.rewards()} == {"held"}


# The cap.


def bought(world: World, friend: str, on: str, of: str = "C1") -> None:
    saved = world.save(friend, of=of, on=on)
    assert world.redeem(saved.coupon_code, on=on).outcome == "accepted"


def test_what_is_held_counts_against_the_cap(world: World) -> None:
    """Two a month: one is held for its spelling; the third finds no place until that one is refused."""
    shop = world.with_terms(cap_per_month=2)
    shop.invite(FAN)
    bought(shop, "dora.riva+1@gmail.com", "2026-05-02", of="C9")
    bought(shop, "uno@posta.example", "2026-05-03", of="C9")
    bought(shop, "due@posta.example", "2026-05-04", of="C9")
    assert [row[1:] for row in shop.rewards()] == [("held", "flag"), ("held", None), ("rejected", "cap")]
    shop.write(lambda db: fraud.decide(db, shop.programme, 1, "confirmed", "owner", at("2026-05-05")))
    assert [row[1:] for row in shop.rewards()] == [
        ("rejected", "similar_contact"),
        ("held", None),
        ("held", None),
    ]


def test_one_fan_under_two_spellings_has_one_months_rewards_before_the_owner_is_asked(world: World) -> None:
    shop = world.with_terms(cap_per_month=2)
    shop.invite(FAN, NewMember("C8", "D. Riva", None, "dorariva@gmail.com", "fan"))
    for day, fan in ((2, "C9"), (3, "C8"), (4, "C8"), (5, "C9")):
        bought(shop, f"f{day}@posta.example", f"2026-05-0{day}", of=fan)
    assert shop.rewards() == [
        ("C9", "held", None),
        ("C8", "held", None),
        ("C8", "held", "flag"),
        ("C9", "held", "flag"),
    ]
    assert flagged(shop) == [("similar_fan", "open")] * 2
    bought(shop, "f6@posta.example", "2026-06-01", of="C8")
    assert shop.rewards()[-1] == ("C8", "held", None)


def test_a_circle_is_seen_through_another_spelling(world: World) -> None:
    """Anna brought Luca, who became a member; Luca says that he brought Anna, by her dotted address."""
    world.invite(NewMember("C6", "Eva Sole", None, "evasole@gmail.com", "fan"))
    world.save("luca.verdi@gmail.com", of="C6", on="2026-05-01")
    world.invite(NewMember("C5", "Luca Verdi", None, "lucaverdi@gmail.com", "fan"), on="2026-05-02")
    world.save("eva.sole@gmail.com", of="C5", on="2026-05-03")
    assert ("cycle", "open") in flagged(world)


def test_an_erased_person_leaves_no_key(world: World) -> None:
    world.invite(FAN)
    world.save("luca.verdi+1@gmail.com", of="C9")
    world.save("dora.riva@gmail.com", of="C1", name="Dora Riva")
    world.write(lambda db: erase_member(db, "C9", at("2026-05-02")))
    row = world.all("select phone_key, email_key from members where customer_id = 'C9'")
    assert row == [{"phone_key": None, "email_key": None}]
    assert world.all("select contact_key from claims where contact is null") == [{"contact_key": None}]


def test_a_member_whose_contact_changes_has_the_new_key(world: World) -> None:
    world.invite(FAN)
    world.invite(NewMember("C9", "Dora Riva", None, "nuova@gmail.com", "fan"))
    world.save("n.uova@gmail.com", of="C9")
    assert flagged(world) == [("similar_contact", "open")]


# A store of before.


@pytest.fixture
def old(tmp_path: Path) -> Iterator[World]:
    write_old_store(tmp_path / "referral.sqlite")
    store = open_store(tmp_path / "referral.sqlite")
    try:
        yield World(store, PROGRAMME, {})
    finally:
        store.close()


def test_a_store_of_before_gets_its_keys_and_its_like_friends_are_flagged(old: World) -> None:
    assert old.value("select count(*) from claims where contact is not null and contact_key is null") == 0
    assert old.value("select count(*) from members where email is not null and email_key is null") == 0
    assert old.value("select count(*) from members where phone is not null and phone_key is null") == 0
    rows = old.all(
        """
        select claims.contact, flags.rule, flags.points, flags.state
        from flags inner join claims on claims.claim_id = flags.claim_id order by flags.flag_id
        """
    )
    assert [tuple(row.values()) for row in rows] == [
        ("lucaverdi+due@gmail.com", "similar_before", 0, "open"),
        ("l.ucaverdi@googlemail.com", "similar_friend", 50, "open"),
        ("+3903401112223", "similar_friend", 50, "open"),
    ]


def test_nothing_that_was_paid_or_granted_before_is_taken_back(old: World) -> None:
    before = [("C1", "redeemed", None), ("C1", "approved", None), ("C1", "approved", None)]
    assert old.rewards()[:3] == before
    old.write(lambda db: rewards.ripen(db, PROGRAMME, at("2026-07-20")))
    claim = old.value("select public_id from claims where contact = 'lucaverdi+due@gmail.com'")
    old.tell(claim, "payable", on="2026-07-21", qualifying_on="2026-05-03", first_purchase_on="2026-05-03")
    assert old.rewards()[:3] == before
    mara = """
        select rewards.state from rewards inner join claims using (claim_id) where contact = '+3903401112223'
    """
    assert old.value(mara) == "held", "the second of Mara's two rewards waits"


def test_keys_of_another_rule_are_made_anew_when_the_store_is_opened(tmp_path: Path) -> None:
    """A program that knew other spellings filled them; no flag comes of it, and the new ones compare."""
    path = tmp_path / "referral.sqlite"
    write_old_store(path)
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("update members set email_key = 'e:old' where email is not null")
        db.execute("update claims set contact_key = 'e:old' where contact is not null")
        db.execute("update marks set value = value - 1 where name = 'likeness_rule'")
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select count(*) from members where email_key = 'e:old'").fetchone() == (0,)
        assert db.execute("select count(*) from claims where contact_key = 'e:old'").fetchone() == (0,)
        assert db.execute("select count(*) from flags where rule like 'similar%'").fetchone() == (3,)


def test_the_step_is_done_once_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The filling fails half-way: the store is as it was, and the next start does all of it."""
    from clientela.loyalty.people import likeness
    from clientela.loyalty.store import filling

    path = tmp_path / "referral.sqlite"
    write_old_store(path)

    def fails(_db: sqlite3.Connection, _now: int) -> None:
        raise RuntimeError("the power went")

    assert migrations()[1].fill is filling.likeness_keys
    monkeypatch.setitem(filling.FILLS, 2, fails)
    with pytest.raises(RuntimeError):
        open_store(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select max(number) from migrations").fetchone() == (1,)
        columns = {row[1] for row in db.execute("pragma table_info(claims)")}
    assert "contact_key" not in columns
    monkeypatch.undo()
    open_store(path).close()
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select count(*) from flags where rule like 'similar%'").fetchone() == (3,)
        key = db.execute("select email_key from members where customer_id = 'C3'").fetchone()
    assert key == (likeness.email_key("dorariva@gmail.com"),)
