"""What the ladder's tables say of shops that can be counted on the fingers, and of shops gone wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.worlds.ladder_shop import TODAY, bought, column, ladder_shop, measures
from tests.worlds.made_shop import Row, order

DAY = timedelta(days=1)


def test_two_receipts_of_one_day_are_one_step() -> None:
    with ladder_shop(orders=bought("anna", 100, 100, 40)) as db:
        [(on_1, on_2, on_3)] = db.execute("select on_1, on_2, on_3 from steps.ladder_people").fetchall()
    assert (on_1, on_2, on_3) == (TODAY - 100 * DAY, TODAY - 40 * DAY, None)


def test_august_closed_is_not_waited() -> None:
    closures = ((TODAY - 80 * DAY, TODAY - 61 * DAY),)
    with ladder_shop(orders=bought("anna", 100, 40), rules={"closures": closures}) as db:
        waits = db.execute(
            "select step, waited_days, returned from steps.ladder_waits order by step"
        ).fetchall()
    assert waits == [(1, 40, 1), (2, 40, 0)]


def test_whoever_has_moved_does_not_count_as_waiting_but_as_having_come_back() -> None:
    rows = bought("anna", 100) + bought("bruno", 100, 40)
    gone = [{"customer_id": who, "status_note": "moved"} for who in ("anna", "bruno")]
    with ladder_shop(orders=rows, customers=gone) as db:
        assert db.execute("select step, returned from steps.ladder_waits").fetchall() == [(1, 1)]


def test_nobody_outside_the_seven_stands_on_the_ladder() -> None:
    rows = bought("anna", 100, 40) + bought("fornitore", 100, 40)
    with ladder_shop(orders=rows, customers=[{"customer_id": "fornitore", "status_note": "supplier"}]) as db:
        assert column(db, "select count(*) from steps.ladder_people") == [1]


def test_a_refund_of_the_second_purchase_puts_its_buyer_back_on_the_first_step() -> None:
    rows = [
        order("anna", TODAY - 100 * DAY, order_id="1"),
        order("anna", TODAY - 40 * DAY, order_id="2"),
        order("anna", TODAY - 10 * DAY, -10, order_id="3", refund_of="2"),
    ]
    with ladder_shop(orders=rows) as db:
        assert db.execute("select step, returned from steps.ladder_waits").fetchall() == [(1, 0)]
    with ladder_shop(TODAY - 20 * DAY, orders=rows) as db:
        assert column(db, "select returned from steps.ladder_waits where step = 1") == [1]


def test_nothing_after_the_date_is_known() -> None:
    rows = [row for place in range(40) for row in bought(f"c{place}", 300, 150)]
    with ladder_shop(TODAY - 200 * DAY, orders=rows) as db:
        found = measures(db)
    assert found["ladder.step1.within_90d"]["value"] == 0
    assert found["ladder.step2.people"]["value"] == 0


CAUSES: list[tuple[Row, Row, str, bool]] = [
    ({"acquisition_source": "shop_window"}, {}, "walk_in", False),
    ({"acquisition_source": "Vetrina "}, {"discount_amount": 2}, "discount", True),
    ({"acquisition_source": "volantino"}, {"coupon_code": "V10"}, "campaign", True),
    ({}, {"campaign_id": "K1", "coupon_code": "V10"}, "campaign", True),
    ({}, {"coupon_code": "V10"}, "discount", True),
    ({"acquisition_source": "google"}, {}, "search", False),
    ({"acquisition_source": "evento"}, {}, "event", False),
    ({"acquisition_source": "passaparola"}, {"campaign_id": "K1"}, "referral", False),
    ({"acquisition_source": "chissà"}, {}, "unknown", False),
    ({}, {}, "unknown", False),
]


@pytest.fixture(scope="module")
def causes() -> dict[str, tuple[str, bool]]:
    """Cause and discount of one person a case, by the case's number or the days from message to purchase."""
    rows, people, sent = [], [], []
    for place, (person, receipt, _cause, _has_discount) in enumerate(CAUSES):
        rows += bought(f"{place}", 50, **receipt) + bought(f"{place}", 20, coupon_code="LATER")
        people.append({"customer_id": f"{place}", **person})
    for days in (30, 31, -1):
        rows += bought(f"after {days}", 50)
        sent.append(
            {
                "customer_id": f"after {days}", "ts": f"{TODAY - (50 + days) * DAY} 09:00:00",
                "direction": "out", "channel": "email", "campaign_id": "K1", "status": "delivered",
            }
        )  # fmt: skip
    with ladder_shop(orders=rows, customers=people, touchpoints=sent) as db:
        found = db.execute(
            "select customer_id, cause, has_discount from steps.first_purchase_cause as causes "
            "join marts.people on people.person_no = causes.person_no"
        ).fetchall()
    return {customer: (cause, has_discount) for customer, cause, has_discount in found}


@pytest.mark.parametrize("place", range(len(CAUSES)))
def test_what_brought_somebody_to_the_first_purchase(causes: dict[str, Any], place: int) -> None:
    assert causes[f"{place}"] == CAUSES[place][2:]


@pytest.mark.parametrize(("days", "cause"), [(30, "campaign"), (31, "unknown"), (-1, "unknown")])
def test_a_campaign_counts_if_its_message_came_within_thirty_days(
    causes: dict[str, Any], days: int, cause: str
) -> None:
    assert causes[f"after {days}"] == (cause, False)


def given(customer: str, days_ago: int, **more: Any) -> dict[str, Any]:
    return {
        "code": f"B-{customer}", "customer_id": customer, "offer_type": "discount", "status": "issued",
        "issued_at": f"{TODAY - days_ago * DAY} 10:00:00", **more,
    }  # fmt: skip


def test_only_a_coupon_held_from_the_start_makes_a_difference_between_people() -> None:
    rows = [row for name in ("early", "late", "none", "void", "friend") for row in bought(name, 100)]
    rows += bought("before", 200)
    coupons = [
        given("early", 99),
        given("late", 60),
        given("void", 100, status="void"),
        given("friend", 100, offer_type="referral"),
    ]
    with ladder_shop(orders=rows, coupons=coupons) as db:
        found = db.execute(
            """
            select customer_id, has_coupon from steps.second_purchase_coupons as held
            join marts.people on people.person_no = held.person_no order by 1
            """
        ).fetchall()
    assert found == [("early", True), ("friend", False), ("late", False), ("none", False), ("void", False)]


def test_too_few_people_are_not_compared() -> None:
    rows = [row for place in range(40) for row in bought(f"a{place}", 200, channel="shop")]
    rows += [row for place in range(19) for row in bought(f"b{place}", 200, 150, channel="web")]
    with ladder_shop(orders=rows) as db:
        found = db.execute(
            "select member, chi2, p, p_adjusted, difference, difference_low from marts.ladder_groups "
            "where kind = 'channel' order by member"
        ).fetchall()
    assert found == [("shop", None, None, None, None, None), ("web", None, None, None, None, None)]


def test_the_leak_is_the_people_who_stopped_times_what_those_who_went_on_spend() -> None:
    rows = []
    for place in range(20):
        rows += bought(f"went{place}", 700, 600, 590, 240, amount=10)
        rows += bought(f"went{place}", 235, amount=1000)
    for place in range(7):
        rows += bought(f"stopped{place}", 300)
    for place in range(3):
        rows += bought(f"long{place}", 690)
    with ladder_shop(orders=rows) as db:
        [(people, lost, lost_12m, value, leak)] = db.execute(
            "select people, lost, lost_12m, value_12m, leak_12m from marts.ladder_leak where step = 1"
        ).fetchall()
        [(window,)] = db.execute("select first_repeat_days from marts.shop_rhythm").fetchall()
    assert window == 180
    assert (people, lost, lost_12m) == (30, 10, 7)
    # The year from the second purchase holds three receipts of 10: days 600, 590 and 240, not 235 (day 366).
    assert (value, leak) == (30, 210)


def test_fewer_than_twenty_people_give_no_euros() -> None:
    rows = [row for place in range(19) for row in bought(f"c{place}", 700, 600)]
    with ladder_shop(orders=rows + bought("stopped", 300)) as db:
        found = measures(db)
    assert found["ladder.step1.lost_12m"]["value"] == 1
    assert (found["ladder.step1.leak_12m"]["value"], found["ladder.step1.leak_12m"]["reason"]) == (
        None,
        "too_few",
    )


def test_who_is_in_time_has_the_days_that_are_left_and_the_coupon_held() -> None:
    rows = bought("new", 20) + bought("old", 170) + bought("gone", 400) + bought("quiet", 20)
    people = [{"customer_id": "quiet", "do_not_contact": "true"}]
    coupons = [given("new", 20, valid_until=str(TODAY + 3 * DAY)), given("old", 170, valid_until=str(TODAY))]
    with ladder_shop(orders=rows, customers=people, coupons=coupons) as db:
        found = db.execute(
            "select customer_id, step, days_left, ends_on, offer, offer_until "
            "from marts.in_window order by position"
        ).fetchall()
        [(alpha,)] = db.execute("select rhythm_alpha from marts.shop_rhythm").fetchall()
        [(expected,)] = db.execute(
            "select expected_on from marts.in_window where customer_id = 'new'"
        ).fetchall()
    assert found == [
        ("old", 1, 10, TODAY + 10 * DAY, None, None),
        ("new", 1, 160, TODAY + 160 * DAY, "discount", TODAY + 3 * DAY),
    ]
    assert expected == TODAY - 20 * DAY + round(alpha * (0.5**-0.5 - 1)) * DAY


DUE: dict[str, tuple[Row, bool]] = {
    "last day in seven": ({"valid_until": "2026-01-07"}, True),
    "last day in eight": ({"valid_until": "2026-01-08"}, False),
    "last day today": ({"valid_until": "2025-12-31"}, False),
    "so many days": ({"validity_days": 23}, True),
    "void": ({"valid_until": "2026-01-03", "status": "void"}, False),
    "used": (
        {"valid_until": "2026-01-03", "status": "redeemed", "redeemed_at": "2025-12-30 10:00:00"},
        False,
    ),
    "used later": (
        {"valid_until": "2026-01-03", "status": "redeemed", "redeemed_at": "2026-01-02 10:00:00"},
        True,
    ),
    "said to have ended, later": ({"valid_until": "2026-01-03", "status": "expired"}, True),
    "without an end": ({}, False),
}


def test_a_coupon_is_due_in_its_last_seven_days() -> None:
    rows = [row for name in DUE for row in bought(name, 20)]
    coupons = [given(name, 20, **coupon) for name, (coupon, _is_due) in DUE.items()]
    with ladder_shop(orders=rows, coupons=coupons) as db:
        due = column(db, "select customer_id from marts.coupons_due")
        told = measures(db)
    assert set(due) == {name for name, (_coupon, is_due) in DUE.items() if is_due}
    assert told["ladder.coupons_due_7d"]["value"] == len(due)


def test_new_people_up_and_their_return_not_is_an_imbalance() -> None:
    def year(name: str, start: int, people: int, returning: int) -> list[dict[str, Any]]:
        rows = []
        for place in range(people):
            first = start - place % 100
            rows += bought(f"{name}{place}", first, *([first - 40] if place < returning else []))
        return rows

    before = year("b", 700, 100, 50)
    before += bought("first", 740)
    with ladder_shop(orders=before + year("n", 330, 130, 65)) as db:
        alarm = measures(db)
    with ladder_shop(orders=before + year("n", 330, 130, 100)) as db:
        calm = measures(db)
    assert alarm["ladder.new_change"]["value"] == pytest.approx(0.3)
    assert (alarm["ladder.is_imbalanced"]["value"], calm["ladder.is_imbalanced"]["value"]) == (1, 0)


def test_a_channel_converts_with_an_interval_and_its_faults_are_named() -> None:
    def month(channel: str, **counts: int) -> dict[str, Any]:
        return {"period": "2025-06", "channel": channel, **counts}

    stats = [
        month("site", entered=400, buyers=12),
        month("flyer", entered=20, buyers=0),
        month("radio", buyers=3),
        month("fair", entered=30, buyers=31),
        month("press", entered=19, buyers=2),
        {"period": "2024-12", "channel": "site", "entered": 1000, "buyers": 1000},
        {"period": "2026-01", "channel": "site", "entered": 1000, "buyers": 1000},
    ]
    with ladder_shop(orders=bought("anna", 20), channel_stats=stats) as db:
        found = {
            channel: rest
            for channel, *rest in db.execute(
                "select channel, share, round(low, 3), round(high, 3), reason from marts.channel_conversion "
                "where stage = 'buyers'"
            ).fetchall()
        }
    assert found["site"] == [0.03, 0.017, 0.052, None]
    assert found["flyer"] == [0, 0, 0.161, None]
    assert {name: found[name] for name in ("radio", "fair", "press")} == {
        "radio": [None, None, None, "no_denominator"],
        "fair": [None, None, None, "data_error"],
        "press": [None, None, None, "too_few"],
    }
