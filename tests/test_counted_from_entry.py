"""Time is counted from entry: what a till enters weeks later waits its full time, and the owner sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from test_pages_staff_queue import DAY, kept, outcomes

from clientela.loyalty.claims import claims, fraud, who_is_paid
from clientela.loyalty.rewards import rewards
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.till import late_entries, till
from clientela.referral_server.accounts import keys
from tests.worlds.loyalty_world import PROGRAMME, NewMember, World, at, contact, sale, world
from tests.worlds.old_store import write_old_store
from tests.worlds.staff_site import NOON, Browser, Shop, open_shop

__all__ = ["world"]

LUCA = "luca@posta.example"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path, language="it") as found:
        yield found


@pytest.fixture
def till_page(shop: Shop) -> Browser:
    return shop.till()


def ripen(world: World, on: str) -> None:
    world.write(lambda db: rewards.ripen(db, world.programme, at(on)))


def days(world: World) -> list[tuple[str, str, str]]:
    rows = world.all("select earned_on, counts_on, due_on from rewards order by reward_id")
    return [(row["earned_on"], row["counts_on"], row["due_on"]) for row in rows]


# The queue of a till. It is noon of 10 May; the programme of these settings holds a reward for 14 days.


@pytest.mark.parametrize("weeks", [1, 2, 4])
@pytest.mark.parametrize("by", ["code", "coupon"])
def test_a_queue_entry_dated_weeks_back_is_held_its_full_time(
    shop: Shop, till_page: Browser, by: str, weeks: int
) -> None:
    sold_at = NOON - weeks * 7 * DAY
    said = {"said": shop.world.link().spoken, "friend": "340 1112223"}
    if by == "coupon":
        said = {"said": shop.world.save(LUCA, on="2026-04-02").coupon_code}
    assert outcomes(till_page, kept(at=sold_at, receipt="31", amount="50", **said)) == ["accepted"]
    earned = shop.world.programme.today(sold_at).isoformat()
    assert days(shop.world) == [(earned, "2026-05-10", "2026-05-24")]
    assert [row[1] for row in shop.world.rewards()] == ["held"]
    ripen(shop.world, "2026-05-23 23:59")
    assert [row[1] for row in shop.world.rewards()] == ["held"]
    ripen(shop.world, "2026-05-24 00:01")
    assert [row[1] for row in shop.world.rewards()] == ["approved"]


def test_the_owner_sees_what_was_entered_late(shop: Shop, till_page: Browser) -> None:
    spoken = shop.world.link().spoken
    for back, receipt in ((0, "1"), (1, "2"), (2, "3"), (20, "4")):
        item = kept(
            spoken, friend=f"340 111222{receipt}", receipt=receipt, at=NOON - back * DAY, operator="PIE"
        )
        assert outcomes(till_page, item) == ["accepted"]
    page = shop.owner().get("/owner").text
    text = page[page.index('<section id="late"') :].partition("</section>")[0]
    assert 'data-metric="entries.late" value="2"' in text
    assert "Scontrino del 20 aprile 2026, registrato il 10 maggio 2026: 20 giorni dopo" in text
    assert "Scontrino dell’8 maggio 2026, registrato il 10 maggio 2026: 2 giorni dopo" in text
    assert "Scontrino 4" in text
    assert "PIE" in text
    held = page[page.index('<section id="held"') :].partition("</section>")[0]
    assert "l’attesa conta dalla registrazione" in held


def test_the_page_has_no_such_list_while_nothing_is_late(shop: Shop, till_page: Browser) -> None:
    outcomes(till_page, kept(shop.world.link().spoken, friend="340 1112223", receipt="1"))
    assert not re.search('id="late"|#late', shop.owner().get("/owner").text)


def test_the_files_word_through_the_api_ends_no_wait_of_a_late_entry(shop: Shop, till_page: Browser) -> None:
    """A cashier gives an old receipt of a stranger to a friend; the files know that receipt: it is true."""
    saved = shop.world.save(LUCA, on="2026-04-01")
    outcomes(till_page, kept(saved.coupon_code, receipt="31", amount="50", at=NOON - 25 * DAY))
    key = shop.world.write(lambda db: keys.new(db, "sync", "bottega", NOON))
    body = {
        "as_of": "2026-05-09",
        "sales": [
            {
                "claim": saved.public_id, "verdict": "payable", "purchases": 1, "revenue_cents": 5000,
                "first_purchase_on": "2026-04-15", "qualifying_on": "2026-04-15", "qualifying_cents": 5000,
            }
        ],
    }  # fmt: skip
    answer = shop.browser().client.post(
        "/api/sales",
        data=json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 200, answer.text
    assert days(shop.world) == [("2026-04-15", "2026-05-10", "2026-05-24")]
    ripen(shop.world, "2026-05-23")
    assert [row[1] for row in shop.world.rewards()] == ["held"]


# Caps.


def enter(world: World, friend: str, receipt_on: str, on: str, of: str = "C1", **more: str) -> str:
    """Enter at the till that a fan sent a friend, with a receipt of another day."""
    told = sale(f"{friend} {on}", receipt_on, receipt=f"{receipt_on} {friend}", **more)
    member_id = world.member(of).member_id
    return world.write(
        lambda db: till.attribute(
            db, world.programme, member_id, told, method="code", friend_name=None, contact=contact(friend),
            confirmed_digits=None, now=at(on),
        )
    ).outcome  # fmt: skip


def test_a_month_that_is_past_gives_no_more_places(world: World) -> None:
    """One a month. The receipts are of April and May, both are entered in May: one place."""
    shop = world.with_terms(cap_per_month=1)
    enter(shop, "a@posta.example", "2026-05-04", "2026-05-04")
    enter(shop, "b@posta.example", "2026-04-20", "2026-05-05")
    assert [row[1:] for row in shop.rewards()] == [("held", None), ("rejected", "cap")]
    enter(shop, "c@posta.example", "2026-05-31", "2026-06-01")
    assert [row[1:] for row in shop.rewards()][2] == ("held", None), "entered on the first of June"
    assert [row[1] for row in days(shop)] == ["2026-05-04", "2026-05-05", "2026-06-01"]


# Windows.


def test_the_window_of_a_claim_begins_when_it_is_entered(world: World) -> None:
    """The receipt is of 20 April, entered on 10 May and taken back. The window ends 90 days after 10 May."""
    enter(world, LUCA, "2026-04-20", "2026-05-10")
    (claim,) = world.all("select claimed_at, seen_at from claims")
    ages = {
        day: who_is_paid.age(PROGRAMME, claim, date.fromisoformat(day))
        for day in ("2026-08-08", "2026-08-09")
    }
    assert ages == {"2026-08-08": "fresh", "2026-08-09": "out_of_window"}
    assert who_is_paid.age(PROGRAMME, claim, date(2026, 4, 19)) == "late_claim"


def test_days_in_the_past_hide_no_operators_share(world: World) -> None:
    """Ten claims by one hand on one day, each with an earlier receipt than the one before."""
    for number in range(10):
        enter(world, f"f{number}@posta.example", f"2026-04-{28 - number * 3:02}", "2026-05-01", operator="a")
    assert world.value("select count(*) from flags where rule = 'operator_share'") == 1


def test_who_became_a_customer_before_the_entry_is_asked_about_and_not_refused(world: World) -> None:
    """Luca bought on 2 May where the till had no network, and became a member of the shop on the 3rd."""
    world.invite(NewMember("C5", "Luca Verdi", None, LUCA, "customer"), on="2026-05-03")
    assert enter(world, LUCA, "2026-05-02", "2026-05-05") == "accepted"
    assert world.all("select rule, state from flags") == [{"rule": "similar_customer", "state": "open"}]
    assert world.rewards() == [("C1", "held", "flag")]
    world.write(lambda db: fraud.decide(db, world.programme, 1, "cleared", "owner", at("2026-05-06")))
    assert days(world) == [("2026-05-02", "2026-05-05", "2026-05-19")]


# The clock.


def test_a_clock_set_back_shortens_nothing_also_for_who_is_paid_later(world: World) -> None:
    """On 1 June somebody buys. The clock falls back to 1 May for Luca's sale, and is set right again.

    Anna's claim is struck out on 2 June: Carlo, who takes her place, waits from 1 June as she did.
    """
    enter(world, "first@posta.example", "2026-06-01", "2026-06-01")
    world.save(LUCA, of="C1", on="2026-04-30")
    world.save(LUCA, of="C2", on="2026-04-30 13:00")
    who, told = contact(LUCA), sale("back", "2026-05-01")
    world.write(lambda db: till.redeem_friend(db, world.programme, who, told, at("2026-05-01")))
    anna = world.value(
        "select public_id from claims where contact = :who order by claim_id limit 1", who=LUCA
    )
    world.write(lambda db: claims.withdraw(db, world.programme, anna, "owner", "a joke", at("2026-06-02")))
    assert days(world)[1:] == [("2026-05-01", "2026-06-01", "2026-06-15")] * 2
    ripen(world, "2026-06-14")
    assert [row[1] for row in world.rewards()] == ["held", "reversed", "held"]


# The sales files.


def test_files_that_end_before_the_hold_leave_the_rest_of_it_to_be_waited(world: World) -> None:
    """Bought on 3 May; the files end on 10 May and arrive on 1 June: seven of the fourteen days are left."""
    saved = world.save(LUCA, on="2026-05-01")
    told = {"first_purchase_on": "2026-05-03", "qualifying_on": "2026-05-03"}
    tell(world, saved.public_id, "2026-05-10", "2026-06-01", **told)
    assert days(world) == [("2026-05-03", "2026-05-03", "2026-06-08")]
    assert [row[1] for row in world.rewards()] == ["held"]
    tell(world, saved.public_id, "2026-05-17", "2026-06-02", **told)
    assert [row[1] for row in world.rewards()] == ["approved"], "the files show all fourteen days"


def test_files_that_reach_beyond_the_hold_have_watched_it(world: World) -> None:
    saved = world.save(LUCA, on="2026-05-01")
    tell(world, saved.public_id, "2026-05-31", "2026-06-01", qualifying_on="2026-05-03")
    assert [row[1] for row in world.rewards()] == ["approved"]


def tell(world: World, claim: str, as_of: str, on: str, **more: str) -> None:
    """Bring the files' word up to a day, on a later day."""
    from clientela.loyalty.claims import outcomes
    from clientela.loyalty.claims.outcomes import SaleOutcome

    known = {
        "friend_customer_id": None, "verdict": "payable", "purchases": 1, "first_purchase_on": None,
        "qualifying_on": None, "qualifying_cents": 5000, "revenue_cents": 5000, "refunded_on": None,
    } | more  # fmt: skip
    row = SaleOutcome(claim=claim, as_of=as_of, **known)  # type: ignore[arg-type]
    world.write(lambda db: outcomes.apply(db, world.programme, [row], at(on)))


# A store of before.


def test_what_was_granted_before_this_rule_stays_and_is_listed(tmp_path: Path) -> None:
    """Dora's friend: a receipt of 5 May, entered on the 25th and approved at once by the code of then."""
    write_old_store(tmp_path / "referral.sqlite")
    store = open_store(tmp_path / "referral.sqlite")
    try:
        old = World(store, PROGRAMME, {})
        ripen(old, "2026-05-26")
        assert ("C3", "approved", None) in old.rewards()
        with store.read() as db:
            (entry,) = late_entries.late(db, PROGRAMME, at("2026-05-26"))
        assert (entry.member_name, entry.receipt_no, entry.days) == ("Dora R.", "31", 20)
    finally:
        store.close()
