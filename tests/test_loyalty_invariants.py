"""Whatever happens, in whatever order: one payer a friend, one use a discount, and a ledger that adds up."""

from __future__ import annotations

import itertools
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from clientela.loyalty.claims import claims, fraud, outcomes
from clientela.loyalty.claims.outcomes import SaleOutcome
from clientela.loyalty.people import members
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.rewards import rewards
from clientela.loyalty.rewards.programme import Programme
from clientela.loyalty.store.interface import Connection
from clientela.loyalty.till import till
from tests.worlds.loyalty_world import PROGRAMME, World, at, contact, open_world, sale, world

__all__ = ["world"]

FRIENDS: Final = ("luca@posta.example", "320 1111111", "anna@posta.example", "320 9999999")
"""The third is Anna herself; the fourth is Piero, C3."""

FANS: Final = ("C1", "C2", "C3")
VERDICTS: Final = (
    "waiting",
    "payable",
    "payable",
    "refunded",
    "existing_customer",
    "out_of_window",
    "other_referrer",
    "rejected",
)
CAP: Final = 2
START: Final = at("2026-05-01 09:00")
DAY: Final = 86_400_000

fans = st.sampled_from(FANS)
friends = st.sampled_from(FRIENDS)
which = st.integers(0, 30)


class Shop(RuleBasedStateMachine):
    """A shop where everybody does everything: friends, cashiers, the owner, the files and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.count = 0
        self.now = START

    @initialize()
    def open(self) -> None:
        folder = self.closing.enter_context(tempfile.TemporaryDirectory())
        terms = Programme(**{**vars(PROGRAMME), "cap_per_month": CAP, "hold_days": 3, "window_days": 20})
        self.world = self.closing.enter_context(open_world(Path(folder), terms))
        self.world.invite(NewMember("C3", "Piero Costa", FRIENDS[3], None, "fan"))

    def teardown(self) -> None:
        self.closing.close()

    @property
    def today(self) -> str:
        return self.world.programme.today(self.now).isoformat()

    def key(self) -> str:
        self.count += 1
        return f"key {self.count}"

    def pick(self, sql: str, number: int) -> Any:
        rows = self.world.all(sql)
        return rows[number % len(rows)] if rows else None

    @rule(friend=friends, fan=fans)
    def save(self, friend: str, fan: str) -> None:
        self.world.save(friend, of=fan, on=self.clock(), form=self.key())

    def clock(self) -> str:
        from datetime import datetime

        from tests.worlds.loyalty_world import ROME

        return f"{datetime.fromtimestamp(self.now / 1000, ROME):%Y-%m-%d %H:%M:%S}"

    @rule(number=which, again=st.booleans())
    def show_a_coupon(self, number: int, again: bool) -> None:
        row = self.pick("select code from coupons order by coupon_id", number)
        if row:
            key = self.key()
            first = self.world.redeem(row["code"], on=self.clock(), key=key)
            if again:
                assert self.world.redeem(row["code"], on=self.clock(), key=key) == first

    @rule(friend=friends, fan=fans, cents=st.sampled_from([None, 500, 9000]))
    def name_a_fan(self, friend: str, fan: str, cents: int | None) -> None:
        self.world.name_fan(
            fan, on=self.clock(), friend=friend, key=self.key(), cents=cents, receipt=self.key()
        )

    @rule(friend=friends)
    def say_the_contact(self, friend: str) -> None:
        told, now = sale(self.key(), self.today), self.now
        self.world.write(lambda db: till.redeem_friend(db, self.world.programme, contact(friend), told, now))

    @rule(number=which, verdict=st.sampled_from(VERDICTS), late=st.integers(0, 3), house=st.booleans())
    def load_the_sales(self, number: int, verdict: str, late: int, house: bool) -> None:
        row = self.pick("select public_id from claims order by claim_id", number)
        if row:
            day = self.world.programme.today(self.now - late * DAY).isoformat()
            said = SaleOutcome(
                row["public_id"], None, verdict, 1, day, day, 5000, 5000, None, day, house and late == 3
            )
            now = self.now
            self.world.write(lambda db: outcomes.apply(db, self.world.programme, [said], now))

    @rule(number=which)
    def take_back_a_sale(self, number: int) -> None:
        row = self.pick("select public_id from redemptions order by redemption_id", number)
        if row:
            now = self.now
            self.world.write(
                lambda db: till.reverse(db, self.world.programme, row["public_id"], "x", "till", now)
            )

    @rule(number=which, clear=st.booleans())
    def decide_a_flag(self, number: int, clear: bool) -> None:
        row = self.pick("select flag_id from flags order by flag_id", number)
        if row:
            now = self.now
            self.world.write(
                lambda db: fraud.decide(
                    db,
                    self.world.programme,
                    row["flag_id"],
                    "cleared" if clear else "confirmed",
                    "owner",
                    now,
                )
            )

    @rule(number=which, fan=fans)
    def give_a_friend_to_a_fan(self, number: int, fan: str) -> None:
        row = self.pick("select public_id from claims order by claim_id", number)
        if row:
            member_id, now = self.world.member(fan).member_id, self.now
            self.world.write(
                lambda db: claims.assign(
                    db, self.world.programme, row["public_id"], member_id, "owner", "x", now
                )
            )

    @rule(number=which)
    def declare_a_claim_void(self, number: int) -> None:
        row = self.pick("select public_id from claims order by claim_id", number)
        if row:
            now = self.now
            self.world.write(
                lambda db: claims.withdraw(db, self.world.programme, row["public_id"], "owner", "x", now)
            )

    @rule(number=which, hand_over=st.integers(0, 4))
    def hand_over_or_refuse_a_reward(self, number: int, hand_over: int) -> None:
        row = self.pick("select reward_id from rewards order by reward_id", number)
        if row:
            now, terms = self.now, self.world.programme
            self.world.write(
                lambda db: (
                    rewards.give(db, terms, row["reward_id"], "owner", now)
                    if hand_over
                    else rewards.reject(db, terms, row["reward_id"], "owner", "x", now)
                )
            )

    @rule(hours=st.sampled_from([0, 1, 30, 80, 600, -30]))
    def let_time_pass(self, hours: int) -> None:
        self.now = max(START, self.now + hours * 3_600_000)
        now = self.now
        self.world.write(lambda db: rewards.ripen(db, self.world.programme, now))

    @invariant()
    def a_friend_has_one_payer_and_uses_the_discount_once(self) -> None:
        if not hasattr(self, "world"):
            return
        assert not self.world.all(
            "select friend_key from claims where state = 'bought' group by friend_key having count(*) > 1"
        )
        assert not self.world.all(
            "select use_key from redemptions where reversed_at is null group by use_key having count(*) > 1"
        )

    @invariant()
    def a_reward_is_alive_only_for_the_payer(self) -> None:
        if not hasattr(self, "world"):
            return
        for row in self.world.all(
            """
            select rewards.*, claims.state as claim_state,
                (select count(*) from redemptions
                    where use_key = 'reward:' || rewards.reward_id and reversed_at is null) as uses,
                (select count(*) from coupons where coupons.reward_id = rewards.reward_id) as coupons,
                (select count(*) from flags
                    where flags.claim_id = rewards.claim_id and flags.state = 'open') as open_flags
            from rewards inner join claims on claims.claim_id = rewards.claim_id
            """
        ):
            alive = row["state"] in ("held", "approved", "redeemed")
            assert not alive or row["claim_state"] == "bought", row
            assert (row["state"] == "redeemed") == (alive and row["uses"] == 1), row
            if row["state"] == "approved":
                assert row["coupons"] == 1, row
                assert row["open_flags"] == 0, row
            if row["state"] == "reversed" and row["uses"]:
                assert row["reason"] == "refunded_after_use", row

    @invariant()
    def no_month_has_more_rewards_than_the_shop_gives(self) -> None:
        if not hasattr(self, "world"):
            return
        for row in self.world.all(
            """
            select member_id, substr(earned_on, 1, 7) as month, count(*) as alive,
                sum(case when state = 'redeemed' then 1 else 0 end) as spent
            from rewards where state in ('held', 'approved', 'redeemed') group by member_id, month
            """
        ):
            assert row["alive"] <= max(CAP, row["spent"]), row

    @invariant()
    def the_ledger_adds_up_to_the_states(self) -> None:
        if not hasattr(self, "world"):
            return
        states: dict[int, str | None] = {}
        for move in self.world.all("select * from reward_moves order by move_id"):
            assert states.get(move["reward_id"]) == move["from_state"], move
            states[move["reward_id"]] = move["to_state"]
        assert states == {
            row["reward_id"]: row["state"] for row in self.world.all("select reward_id, state from rewards")
        }

    @invariant()
    def settling_again_changes_nothing(self) -> None:
        if not hasattr(self, "world"):
            return
        now = self.now
        before = snapshot(self.world)
        ids = [row["claim_id"] for row in self.world.all("select claim_id from claims")]

        def settle_all(db: Connection) -> None:
            for claim_id in ids:
                rewards.settle(db, self.world.programme, claim_id, now)

        self.world.write(settle_all)
        assert snapshot(self.world) == before


def snapshot(world: World) -> dict[str, Any]:
    """Return all that settling may touch."""
    names = ("claims", "rewards", "reward_moves", "coupons", "redemptions", "flags", "outcomes", "consents")
    found = {name: world.all(f"select * from {name}") for name in names}
    return found | {"events": world.value("select count(*) from events")}


TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)


FACTS: Final = ("till", "anna", "carlo", "household")


@pytest.mark.parametrize("order", list(itertools.permutations(FACTS)), ids=" ".join)
def test_the_order_in_which_things_become_known_makes_no_difference(
    world: World, order: tuple[str, ...]
) -> None:
    """
    Anna's claim of 1 January is too old for the till's sale of 11 April; the files know of one on 20 March,
    for which Anna counts, and that Carlo lives with the friend.
    """
    anna = world.save(FRIENDS[0], of="C1", on="2026-01-01")
    carlo = world.save(FRIENDS[0], of="C2", on="2026-03-02")
    member_id = world.member("C2").member_id
    for fact in order:
        if fact == "till":
            told = sale("key", "2026-04-11")
            world.write(
                lambda db, told=told: till.redeem_coupon(  # type: ignore[misc]
                    db, world.programme, carlo.coupon_code, told, at("2026-04-20")
                )
            )
        elif fact == "anna":
            world.tell(anna.public_id, "payable", on="2026-04-20", qualifying_on="2026-03-20")
        else:
            world.tell(
                carlo.public_id,
                "other_referrer",
                on="2026-04-20",
                is_household=True,
                first_purchase_on="2026-03-20",
            )
    assert world.claims() == [("C1", "bought", None), ("C2", "superseded", "came_later")]
    alive = [row for row in world.rewards() if row[1] != "reversed"]
    assert alive == [("C1", "approved", None)]
    with world.store.read() as db:
        assert members.by_id(db, member_id) is not None
