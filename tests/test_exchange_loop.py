"""The loop closed on real receipts: a fan invited, a friend who comes, what the sales say, and the reward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clientela.exchange.links import read_links
from clientela.exchange.sync import Synced
from tests.worlds.exchange_world import Shop, make_shop, open_copy

SALES = [f"{number},anna,,2026-{number:02}-03,20.00," for number in range(1, 10)] + [
    "90,bruno,,2026-08-20,12.50,"
]
"""Anna has bought nine times since January, Bruno once."""

LUCA = "luca@posta.example"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "shop"
    return make_shop(folder, SALES, friend_value=10.0, reward_value=15.0, hold_days=14).folder


@dataclass(frozen=True)
class Day:
    """What both sides know after the exchange of a day."""

    verdicts: dict[str, tuple[Any, ...]]
    """Verdict, purchases and revenue in cents by the friend's name, at the server."""

    rewards: dict[str, tuple[str, str]]
    """Amount and state by the friend's name, in the shop."""


class Story:
    """Luca buys and brings it back, Mara buys, Rita had bought before, Piero is named at the till."""

    def __init__(self, shop: Shop) -> None:
        """Play it."""
        self.days: dict[str, Day] = {}
        shop.load("50,,rita@posta.example,2026-08-05,30.00,", today="2026-08-06")
        shop.invite("anna")
        for number, (name, on, cents) in enumerate(
            [("luca", "2026-10-10", 4500), ("mara", "2026-10-11", 3000), ("rita", "2026-10-10", 5000)]
        ):
            contact = f"{name}@posta.example"
            saved = shop.server.save("anna", contact, "2026-10-05", name=name)
            assert shop.server.redeem(saved.coupon_code, on, f"7{number}", cents).outcome == "accepted"
            shop.load(f"7{number},,{contact},{on},{cents / 100:.2f},", today="2026-10-12")
        # Nobody asked Piero for a contact: the receipt's number and day are all that is known.
        assert shop.server.attribute("anna", "2026-10-10", "80", 2000, friend="piero").outcome == "accepted"
        shop.load("80,,,2026-10-10,20.00,", today="2026-10-12")
        self.first = self.keep(shop, "2026-10-12")
        self.again = self.keep(shop, "2026-10-12")
        self.links = read_links(shop.db, shop.settings, date(2026, 10, 12))
        self.claims = shop.db.execute(
            "select friend_name, status, first_order_id, receipt_on, method from raw.referrals order by 1"
        ).fetchall()
        shop.load("90,,luca@posta.example,2026-10-15,-45.00,70", today="2026-10-16")
        self.keep(shop, "2026-10-16")
        self.keep(shop, "2026-10-26")

    def keep(self, shop: Shop, on: str) -> Synced:
        """Exchange, and remember what both sides know."""
        done = shop.sync(on)
        verdicts = shop.server.rows(
            "select friend_name, verdict, purchases, revenue_cents from outcomes "
            "inner join claims on claims.claim_id = outcomes.claim_id"
        )
        rewards = shop.db.execute(
            "select friend_name, cast(amount as varchar), state from raw.referral_rewards "
            "inner join raw.referrals using (referral_id)"
        ).fetchall()
        self.days[on] = Day(
            {name: tuple(rest) for name, *rest in verdicts},
            {name: (amount, state) for name, amount, state in rewards},
        )
        return done


@pytest.fixture(scope="module")
def story(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    with open_copy(made, folder) as shop:
        return Story(shop)


HELD, APPROVED, REVERSED = ("15.0000", "held"), ("15.0000", "approved"), ("15.0000", "reversed")


def test_the_sales_say_who_bought_as_of_the_day_without_waiting_for_a_month_to_close(story: Story) -> None:
    assert story.days["2026-10-12"].verdicts == {
        "luca": ("payable", 1, 4500),
        "mara": ("payable", 1, 3000),
        "piero": ("payable", 1, 2000),
        "rita": ("existing_customer", 2, 8000),
    }
    assert story.first.quarantined == 0
    assert str(story.first.discounts) == "40.00"  # four friends, ten euro each


def test_a_purchase_that_counts_makes_a_reward_that_waits_and_an_old_customer_earns_none(
    story: Story,
) -> None:
    """The till could not know that Rita is an old customer; the sales files do."""
    rewards = {"luca": HELD, "mara": HELD, "piero": HELD, "rita": REVERSED}
    assert story.days["2026-10-12"].rewards == rewards


def test_two_exchanges_in_a_row_change_nothing(story: Story) -> None:
    again = story.again
    assert (again.counts, again.merged, again.members, again.outcomes.changed) == ({}, 0, 0, 0)


def test_the_shop_knows_each_friend_by_name_receipt_and_way(story: Story) -> None:
    tenth, eleventh = date(2026, 10, 10), date(2026, 10, 11)
    assert [row for row in story.claims if row[0] != "rita"] == [
        ("luca", "bought", "70", tenth, "link"),
        ("mara", "bought", "71", eleventh, "link"),
        ("piero", "bought", "80", tenth, "code"),
    ]


def test_a_refund_takes_the_reward_back_and_only_that_one(story: Story) -> None:
    assert story.days["2026-10-16"].verdicts["luca"][0] == "refunded"
    rewards = {"luca": REVERSED, "mara": HELD, "piero": HELD, "rita": REVERSED}
    assert story.days["2026-10-16"].rewards == rewards


def test_a_reward_is_due_when_its_hold_is_over(story: Story) -> None:
    """Fourteen days after 11 October: the 25th."""
    rewards = {"luca": REVERSED, "mara": APPROVED, "piero": APPROVED, "rita": REVERSED}
    assert story.days["2026-10-26"].rewards == rewards


def test_the_list_of_links_says_what_anna_brought(story: Story) -> None:
    (link,) = story.links
    assert link["customer_id"] == "anna"
    assert link["url"] == f"https://negozio.example/r/{link['code']}"
    # Luca, Mara and Piero bought for 45, 30 and 20 €; Rita had been a customer before.
    assert (link["buyers"], str(link["revenue"])) == (3, "95.00")
    assert str(link["rewards_due"]) == "0.00"
