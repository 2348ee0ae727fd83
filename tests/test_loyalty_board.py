"""The owner's page and the fan's own page, in figures that can be worked out by hand."""

from __future__ import annotations

from datetime import date

from clientela.loyalty.links import click_sums
from clientela.loyalty.links.clicks import INSERT
from clientela.loyalty.pages import fan as fan_page
from clientela.loyalty.pages import owner as owner_page
from clientela.loyalty.pages import owner_tree, owner_waiting
from clientela.loyalty.people import members
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.rewards import rewards
from tests.worlds.loyalty_world import World, at, world

__all__ = ["world"]


def click(world: World, of: str | None, kind: str, count: int) -> None:
    link_id = world.link(of).link_id if of else None
    row = {"link_id": link_id, "day": "2026-05-01", "kind": kind, "at": 0, "channel": None, "agent": None}
    rows = [
        {**row, "hit_id": f"{of} {kind} {n}", "visitor": f"{of} {n % 2}", "referrer_host": None}
        for n in range(count)
    ]
    world.write(lambda db: db.many(INSERT, rows))


def story(world: World) -> None:
    """
    Anna's link: 5 people (2 of them different), 3 previews, 1 bot; Carlo's nobody; 2 orphans.
    Luca and Paolo save Anna's discount, Sara Carlo's. Luca buys for 50 € at the till, Paolo for 80 € by the
    files, Sara not. Anna herself tries, and is no friend.
    """
    click(world, "C1", "person", 5)
    click(world, "C1", "preview", 3)
    click(world, "C1", "bot", 1)
    click(world, None, "orphan", 2)
    world.write(click_sums.roll_up)
    luca = world.save("320 1111111", name="Luca Verdi", on="2026-05-01", show_name=True)
    paolo = world.save("320 2222222", name="Paolo Riva", on="2026-05-02")
    world.save("320 3333333", of="C2", name="Sara Lodi", on="2026-05-03")
    world.save("anna@posta.example", name="Anna", on="2026-05-04")
    world.redeem(luca.coupon_code, on="2026-05-13", cents=5000)
    world.tell(paolo.public_id, "payable", on="2026-05-26", qualifying_on="2026-05-11", revenue_cents=8000)


def test_the_funnel_counts_from_link_to_reward(world: World) -> None:
    story(world)
    with world.store.read() as db:
        found = owner_page.funnel(db, world.programme, at("2026-06-01"))
    assert found == owner_page.Funnel(
        links=2,
        links_shared=1,
        people=5,
        visitors=2,
        previews=3,
        bots=1,
        orphans=2,
        friends=3,
        coupons_used=1,
        buyers=2,
        revenue_cents=13000,
        rewards_held=1,
        rewards_approved=1,
        rewards_redeemed=0,
        rewards_reversed=0,
        held_cents=1000,
        owed_cents=1000,
        spent_cents=0,
    )


def test_the_leaders_are_who_brought_buyers(world: World) -> None:
    story(world)
    world.invite(NewMember("C3", "Nobody Yet", None, None, "fan"))
    with world.store.read() as db:
        anna, carlo = owner_page.leaders(db)
        assert owner_page.leaders(db, limit=1) == [anna]
    assert (anna.shown_name, anna.people, anna.friends, anna.buyers) == ("Anna B.", 5, 2, 2)
    assert (anna.revenue_cents, anna.rewards_cents) == (13000, 1000)
    assert (carlo.shown_name, carlo.people, carlo.friends, carlo.buyers) == ("Carlo N.", 0, 1, 0)


def test_what_is_owed_and_what_waits(world: World) -> None:
    story(world)
    with world.store.read() as db:
        (owed,), (held,) = owner_waiting.owed(db), owner_waiting.held(db)
    assert (owed.member_name, owed.friend_name, owed.amount_cents) == ("Anna B.", "Paolo R.", 1000)
    assert (owed.earned_on, owed.due_on) == (date(2026, 5, 11), date(2026, 5, 25))
    assert owed.coupon_code is not None
    assert (held.friend_name, held.due_on, held.coupon_code) == ("Luca V.", date(2026, 5, 27), None)
    world.write(lambda db: rewards.ripen(db, world.programme, at("2026-06-02")))
    with world.store.read() as db:
        assert [due.friend_name for due in owner_waiting.owed(db)] == ["Paolo R.", "Luca V."]
        assert [due.friend_name for due in owner_waiting.owed(db, limit=1)] == ["Paolo R."]


def family(world: World, *pairs: tuple[str, str]) -> None:
    """Let members bring members; everybody's phone is 320 and seven times their number."""
    for number, (above, below) in enumerate(pairs):
        day = number % 28 + 1
        phone = f"320 {int(below[1:]):07}"
        world.name_fan(above, friend=phone, on=f"2026-06-{day:02}", key=f"{above} {below}")
        world.invite(
            NewMember(below, f"Member {below}", phone, None, "customer"), on=f"2026-06-{day:02} 18:00"
        )


def test_the_tree_shows_who_brought_whom(world: World) -> None:
    family(world, ("C1", "C3"), ("C3", "C4"), ("C1", "C5"), ("C2", "C6"))
    with world.store.read() as db:
        found = owner_tree.tree(db)
    assert [(each.customer_id, each.depth, each.members_brought) for each in found] == [
        ("C1", 0, 2),
        ("C3", 1, 1),
        ("C4", 2, 0),
        ("C5", 1, 0),
        ("C2", 0, 1),
        ("C6", 1, 0),
    ]
    assert found[1].parent_id == found[0].member_id
    assert (found[0].friends, found[0].buyers) == (2, 2)
    with world.store.read() as db:
        assert owner_tree.tree(db, limit=2) == found[:2]


def test_the_tree_ends_after_six_generations(world: World) -> None:
    family(world, ("C1", "C3"), *((f"C{n}", f"C{n + 1}") for n in range(3, 11)))
    with world.store.read() as db:
        assert [each.depth for each in owner_tree.tree(db)] == [0, 1, 2, 3, 4, 5, 6]


def test_a_circle_in_the_tree_is_cut_open(world: World) -> None:
    family(world, ("C1", "C3"), ("C3", "C4"))
    back = world.save("nobody@posta.example", of="C4", on="2026-06-05").public_id
    world.tell(back, "payable", friend_customer_id="C1", qualifying_on="2026-06-06")
    with world.store.read() as db:
        found = owner_tree.tree(db)
    assert sorted(each.customer_id for each in found) == ["C1", "C3", "C4"]
    assert [each.depth for each in found] == [0, 1, 2]


def test_a_fan_sees_a_friends_name_only_if_the_friend_agreed(world: World) -> None:
    story(world)
    world.write(lambda db: rewards.ripen(db, world.programme, at("2026-05-20")))
    with world.store.read() as db:
        anna = members.by_token(db, world.tokens["C1"])
        assert anna is not None
        found = fan_page.view(db, world.programme, anna)
    assert (found.name, found.spoken, found.status) == ("Anna", world.link().spoken, "active")
    assert [(each.name, each.since_on, each.state) for each in found.friends] == [
        (None, date(2026, 5, 4), "other"),
        (None, date(2026, 5, 2), "bought"),
        ("Luca V.", date(2026, 5, 1), "bought"),
    ]
    assert (found.friends_count, found.buyers_count) == (2, 2)
    assert [(each.state, each.coupon_code is not None) for each in found.rewards] == [
        ("held", False),
        ("approved", True),
    ]
    assert (found.held_cents, found.spendable_cents, found.spent_cents) == (1000, 1000, 0)


def test_a_fan_takes_back_every_marketing_consent_at_once(world: World) -> None:
    from clientela.loyalty.people.consents import ConsentEntry

    said = tuple(
        ConsentEntry("m:C1", "marketing", channel, "grant", at("2026-01-01"), "paper", None, "shop")
        for channel in ("email", "whatsapp")
    )
    world.invite(NewMember("C1", "Anna Bruni", "333 1234567", None, "fan", said))
    anna = world.member()
    world.write(lambda db: fan_page.withdraw(db, anna, at("2026-05-01")))
    with world.store.read() as db:
        assert fan_page.view(db, world.programme, anna).consents == {
            ("marketing", "email"): False,
            ("marketing", "whatsapp"): False,
        }


def test_an_empty_shop_has_an_empty_page(world: World) -> None:
    with world.store.read() as db:
        assert owner_page.funnel(db, world.programme, 0).links == 2
        assert owner_page.leaders(db) == []
        assert owner_tree.tree(db) == []
        assert owner_waiting.queue(db) == []
        assert owner_waiting.owed(db) == []
        assert owner_waiting.held(db) == []
