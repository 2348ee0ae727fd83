"""Whom the shop got back to, whom it ignored before they left, whom it never asks, and who had enough."""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import Any

import pytest

from tests.worlds.care_world import AS_OF, Z, ago, built, care, care_shop, said, told, touch, wilson
from tests.worlds.made_shop import Row, every, order, raw_shop

LONG_AGO = touch("stranger", "2023-01-01")
"""Contacts are on file since long before anything is asked."""


def names(n: int, prefix: str = "C") -> list[str]:
    return [f"{prefix}{place:02}" for place in range(n)]


AFTER_THE_PURCHASE: dict[str, tuple[Row | None, bool]] = {
    "nothing": (None, False),
    "on the day itself": (touch("", "2025-11-01"), False),
    "the next day": (touch("", "2025-11-02"), True),
    "after fourteen days": (touch("", "2025-11-15"), True),
    "after fifteen days": (touch("", "2025-11-16"), False),
    "before": (touch("", "2025-10-31"), False),
    "bounced": (touch("", "2025-11-05", status="bounced"), False),
    "sent, who knows": (touch("", "2025-11-05", status="sent"), False),
    "a call, sent": (touch("", "2025-11-05", "phone", status="sent"), True),
    "a delivery notice": (touch("", "2025-11-05", type="Delivery notice"), False),
    "they wrote": (touch("", "2025-11-05", direction="in"), False),
    "a newsletter": (touch("", "2025-11-05", type="newsletter"), True),
}


def test_only_a_contact_that_arrives_in_the_fourteen_days_after_follows_a_purchase_up() -> None:
    orders = [order(who, "2025-11-01") for who in (*AFTER_THE_PURCHASE, *names(8))]
    orders.append(order("too young to tell", ago(13)))
    touches = [{**row, "customer_id": who} for who, (row, _) in AFTER_THE_PURCHASE.items() if row]
    with care_shop(orders=orders, touchpoints=[LONG_AGO, *touches]) as db:
        found = care(db)["follow_up"]
        rows = db.execute(
            "select people.customer_id, recent.followed_up from marts.recent_purchases as recent "
            "join marts.people on people.person_no = recent.person_no where recent.watched = 1"
        ).fetchall()
    expected = {who: int(is_followed) for who, (_, is_followed) in AFTER_THE_PURCHASE.items()}
    assert {who: hits for who, hits in rows if who in expected} == expected
    assert (found["value"], found["n"]) == (4 / 20, 20)
    assert (found["low"], found["high"]) == pytest.approx(wilson(0.2, 20), abs=1e-6)


def test_purchases_before_the_first_contact_on_file_are_not_held_against_the_shop() -> None:
    orders = [order(who, "2025-11-01") for who in names(20)] + [order(who, "2025-03-01") for who in names(20)]
    with care_shop(orders=orders, touchpoints=[touch("C00", "2025-10-31"), touch("C01", "2025-11-02")]) as db:
        found = care(db)["follow_up"]
    assert (found["n"], found["value"]) == (20, 1 / 20)


def leavers(people: list[str]) -> list[Row]:
    """Ten purchases ten days apart, the last on 1 September: too long silent on 6 October.

    m0 = 10, so alpha = 20 and s*(0.05) = (20 + 90) (0.05 ^ (-1 / 11) - 1) = 34.4 days.
    """
    return [row for who in people for row in every(who, "2025-06-03", 10, 10)]


CONTACTS = {
    "C00": ("2025-10-05",),
    "C01": ("2025-09-26",),
    "C02": ("2025-09-25",),
    "C03": ("2025-10-06",),
    "C04": ("2025-10-01", "2025-10-02"),
}
"""The last usual pause runs from 26 September to 5 October."""


def test_who_heard_nothing_in_the_last_pause_before_leaving_was_ignored() -> None:
    touches = [touch(who, day) for who, days in CONTACTS.items() for day in days]
    refused = [{"customer_id": "refuses", "do_not_contact": True}]
    with care_shop(orders=leavers([*names(20), "refuses"]), touchpoints=touches, customers=refused) as db:
        found = care(db)
        days = db.execute("select distinct lost_kind, left_on from marts.customers").fetchall()
    assert ("rhythm", date(2025, 10, 6)) in days
    assert (found["neglect.ignored_share"]["value"], found["neglect.ignored_share"]["n"]) == (17 / 20, 20)
    assert found["neglect.contacts_median"]["value"] == 0


def test_nobody_is_called_ignored_while_no_contact_was_written_down() -> None:
    with care_shop(orders=leavers(names(20)), touchpoints=[touch("C00", "2025-09-27")]) as db:
        found = care(db)["neglect.ignored_share"]
    assert (found["n"], found["reason"]) == (0, "too_few")


def test_contacts_a_month_are_over_the_months_that_contacts_are_on_file() -> None:
    orders = [
        order("anna", ago(10)),
        order("bea", ago(400)),
        order("bea", ago(20), 30),
        order("bea", ago(9), 50),
    ]
    touches = [touch("anna", ago(day)) for day in range(1, 13)] + [
        touch("bea", ago(day)) for day in range(1, 7)
    ]
    with care_shop(orders=orders, touchpoints=[LONG_AGO, *touches]) as db:
        year = care(db)
    with care_shop(orders=orders, touchpoints=[touch("stranger", ago(72)), *touches]) as db:
        recent = care(db)["contacts.per_month"]["value"]
    assert year["contacts.per_month"]["value"] == pytest.approx(18 / 2 / 12)
    assert recent == pytest.approx(18 / 2 / (73 * 12 / 365))
    assert year["contacts.purchases_a_year"]["value"] == 2, "bea alone has been here for a year"
    assert year["contacts.purchase_mean"]["value"] == pytest.approx((10 + 30 + 50) / 3)


def test_unsubscribers_are_counted_against_the_messages_that_arrived() -> None:
    touches = [touch("anna", ago(100)) for _ in range(38)]
    touches += [touch("anna", ago(100), status=status) for status in ("unsubscribed", "complained")]
    touches += [touch("anna", ago(89)) for _ in range(60)]
    touches += [touch("anna", ago(50), "phone"), touch("anna", ago(50), status="bounced")]
    with care_shop(orders=[order("anna", ago(10))], touchpoints=touches) as db:
        found = care(db)
    year, lately = found["contacts.unsubscribed_per_1000"], found["contacts.unsubscribed_per_1000_90_days"]
    assert (year["value"], year["n"]) == (20, 100)
    assert (year["low"], year["high"]) == pytest.approx([1000 * end for end in wilson(0.02, 100)], abs=1e-3)
    assert (lately["value"], lately["n"]) == (0, 60)


def test_where_nobody_ever_unsubscribed_perhaps_nobody_notes_it() -> None:
    touches = [touch("anna", ago(day)) for day in range(1, 40)]
    with care_shop(orders=[order("anna", ago(10))], touchpoints=touches) as db:
        assert care(db)["contacts.unsubscribed_per_1000"]["reason"] == "no_unsubscribes"
        assert care(db)["unused.buyer.people"]["reason"] == "no_consents"
    with care_shop(orders=[order("anna", ago(10))]) as db:
        reasons = {name: care(db)[name]["reason"] for name in ("follow_up", "contacts.per_month")}
    assert set(reasons.values()) == {"no_touchpoints"}


def reachable(who: str, channel: str = "phone", *, answers: str = "phone", **more: Any) -> tuple[Row, Row]:
    """Somebody with a phone or an e-mail, and their yes to a channel."""
    contact = {"phone": f"+39{who}"} if channel == "phone" else {"email": f"{who}@example.net"}
    yes = {"customer_id": who, "purpose": "marketing", "channel": answers, "action": "grant"}
    return {"customer_id": who, **contact, **more}, {**yes, "ts": "2023-01-01"}


def test_unused_money_is_that_of_people_who_said_yes_and_hear_nothing() -> None:
    people = [
        reachable("said yes to a call"),
        reachable("by e-mail, to any channel", "email", answers="any"),
        reachable("heard of us ninety days ago"),
        reachable("heard of us last week"),
        reachable("has an e-mail and said yes to calls", "email"),
        reachable("wants to be left alone", do_not_contact=True),
        reachable("is dead", status_note="deceased"),
    ]
    orders = [order(row["customer_id"], ago(30)) for row, _ in people] + [
        order(who, ago(30)) for who in names(20)
    ]
    touches = [touch("heard of us ninety days ago", ago(90)), touch("heard of us last week", ago(7))]
    with care_shop(
        orders=[*orders, *(order(who, "2023-01-01") for who in names(10))],
        customers=[row for row, _ in people],
        consents=[yes for _, yes in people],
        touchpoints=touches,
    ) as db:
        found = care(db)
        [(each,)] = db.execute(
            "select distinct expected_12m from marts.expected_value as e "
            "join marts.people on people.person_no = e.person_no where customer_id like 'said yes%'"
        ).fetchall()
    assert found["unused.buyer.people"]["value"] == 3
    assert found["unused.buyer.expected_12m"]["value"] == pytest.approx(3 * each)
    assert found["unused.lost.people"]["value"] == 0
    assert found["unused.lost.expected_12m"]["reason"] == "no_year_ago"


def test_the_lost_are_worth_what_those_lost_a_year_ago_have_spent_since() -> None:
    """Of twenty lost a year ago five have spent forty each since; three of the others may be called."""
    people = names(20)
    orders = [row for who in people for row in every(who, "2023-01-01", 10, 10)]
    orders += [row for who in people[:5] for row in every(who, "2025-12-01", 10, 2, 20)]
    known = [reachable(who) for who in people[10:13]]
    records, consents = [row for row, _ in known], [yes for _, yes in known]
    with raw_shop(orders=orders, customers=records, consents=consents, touchpoints=[LONG_AGO]) as db:
        told(db, "2024-12-31", "lost", *people, lost_on=date(2023, 6, 30))
        built(db)
        found = care(db)["unused.lost.expected_12m"]
        assert care(db)["unused.lost.people"]["value"] == 3
    spread = sqrt((5 * 30**2 + 15 * 10**2) / 19 / 20)
    assert (found["value"], found["n"]) == (pytest.approx(3 * 10), 20)
    assert (found["low"], found["high"]) == pytest.approx((30 - 3 * Z * spread, 30 + 3 * Z * spread))


def test_what_is_dated_later_changes_nothing() -> None:
    orders = [*leavers(names(20)), *(order(who, ago(30), discount_amount=1) for who in names(20, "B"))]
    touches = [LONG_AGO, *(touch(who, day) for who, days in CONTACTS.items() for day in days)]
    touches += [touch("B00", ago(day)) for day in range(1, 30)]
    after = "2026-01-02"
    later: dict[str, list[Row]] = {
        "orders": [order(who, after, discount_amount=2, coupon_code="X") for who in names(20)],
        "touchpoints": [
            touch(who, after, status="unsubscribed", minutes=5, cost=3) for who in names(20, "B")
        ],
        "surveys": [said(who, after, score_0_10=1, share_of_10=10) for who in names(20, "B")],
        "interactions": [said(who, after, type="complaint", minutes=9) for who in names(20, "B")],
        "effort_log": [{"date": after, "minutes": 60, "euros": 9, "customer_id": "B01"}],
    }
    with care_shop(orders=orders, touchpoints=touches) as db:
        known = care(db)
    given = {"orders": orders, "touchpoints": touches}
    with care_shop(**{table: given.get(table, []) + rows for table, rows in later.items()}) as db:
        found = care(db)
    assert AS_OF.isoformat() < after
    assert found == known
    assert known["follow_up"]["available"]
