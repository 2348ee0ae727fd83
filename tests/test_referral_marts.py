"""What becomes of a claim: who the friend is, and whether a reward is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from clientela.warehouse.building.build import build, build_marts, in_memory
from clientela.warehouse.building.catalogue import texts
from clientela.warehouse.history.snapshots import write_snapshots
from tests.worlds.made_shop import Row, batch, every, order, raw_shop
from tests.worlds.referral_shop import (
    claim,
    outcome,
    outcomes,
    referral_settings,
    referral_shop,
)

FANS = [order(fan, "2025-01-02") for fan in ("fan", "rita", "sara", "tea", "ugo")]
MONEY = (files("clientela.warehouse") / "checks" / "money_is_conserved.sql").read_text(encoding="utf-8")


def bought(who: str, on: str, amount: float = 40, **more: Any) -> Row:
    """A receipt with the friend's e-mail on it."""
    return order(None, on, amount, email=f"{who}@example.com", **more)


def mail(who: str) -> str:
    return f"{who}@example.com"


CLAIMS = [
    claim("paid", "fan", "2025-03-01 10:00", mail("paid")),
    claim("again", "fan", "2025-03-02 10:00", mail("paid")),
    claim("waits", "fan", "2025-03-01", mail("waits")),
    claim("unknown", "fan", "2025-03-01", None, code="AMICO-1"),
    claim("old", "fan", "2025-03-20", mail("old")),
    claim("early", "fan", "2025-01-05", mail("early")),
    claim("late", "fan", "2025-03-20", mail("late")),
    claim("first", "fan", "2025-03-01 10:00", mail("two")),
    claim("second", "rita", "2025-03-01 10:05", mail("two")),
    claim("taken-back", "fan", "2025-03-01", mail("refund")),
    claim("said-no", "fan", "2025-03-01", mail("fraud"), status="rejected"),
    claim("gone", "fan", "2025-03-01", mail("gone"), status="withdrawn"),
    claim("beaten", "rita", "2025-03-01", mail("paid"), status="superseded"),
    claim("own-mail", "fan", "2025-03-01", mail("fan")),
    claim("own-phone", "sara", "2025-03-01", None, arrived_customer_id="sara-bis"),
    claim("own-card", "tea", "2025-03-01", mail("tea")),
    claim("a-to-b", "a", "2025-01-03", None, arrived_customer_id="b"),
    claim("b-to-a", "b", "2025-01-04", None, arrived_customer_id="a"),
    claim("bring", "rita", "2025-03-01", mail("owned")),
    claim("owner", "ugo", "2025-06-01", mail("owned"), method="owner"),
    claim("home", "ugo", "2025-03-01", mail("home")),
]
ORDERS = [
    *FANS,
    bought("paid", "2025-03-10"),
    bought("paid", "2025-04-10", 25),
    bought("old", "2025-01-20"),
    bought("early", "2025-04-10"),
    bought("late", "2025-03-10"),
    bought("two", "2025-03-10"),
    bought("refund", "2025-03-10", order_id="R1"),
    bought("refund", "2025-03-20", -40, refund_of="R1"),
    bought("fraud", "2025-03-10"),
    bought("gone", "2025-03-10"),
    order("sara-bis", "2025-03-10"),
    order(None, "2025-03-10", email=mail("tea"), card_number="77"),
    order("a", "2025-01-10"),
    order("b", "2025-01-11"),
    bought("owned", "2025-03-10"),
    bought("home", "2025-03-10"),
]
CUSTOMERS = [
    {"customer_id": "fan", "email": mail("fan"), "name": "Anna Bruni"},
    {"customer_id": "sara", "phone": "+393330000001"},
    {"customer_id": "sara-bis", "phone": "+393330000001"},
    {"customer_id": "tea", "card_number": "77"},
    {"customer_id": "ugo", "name": "Ugo Neri", "address": "Via Roma 1", "postal_code": "99100"},
    {"email": mail("home"), "name": "Lia NERI", "address": "via Roma, 1", "postal_code": "99100"},
]


@pytest.fixture(scope="module")
def shop() -> Iterator[DuckDBPyConnection]:
    with referral_shop("2025-06-30", orders=ORDERS, referrals=CLAIMS, customers=CUSTOMERS) as db:
        yield db


VERDICTS = {
    "paid": "payable",
    "again": "other_referrer",
    "waits": "waiting",
    "unknown": "waiting",
    "old": "existing_customer",
    "early": "out_of_window",
    "late": "late_claim",
    "first": "payable",
    "second": "other_referrer",
    "taken-back": "refunded",
    "said-no": "rejected",
    "gone": "rejected",
    "beaten": "other_referrer",
    "own-mail": "self",
    "own-phone": "self",
    "own-card": "self",
    "a-to-b": "payable",
    "b-to-a": "circle",
    "bring": "other_referrer",
    "owner": "payable",
    "home": "payable",
}


@pytest.mark.parametrize("name", VERDICTS)
def test_every_claim_has_its_verdict(shop: DuckDBPyConnection, name: str) -> None:
    assert outcomes(shop)[name] == VERDICTS[name]


def test_a_payable_claim_says_which_purchase_paid_and_what_the_friend_spent(shop: DuckDBPyConnection) -> None:
    columns = ("friend_customer_id", "purchases", "first_purchase_on", "qualifying_on", "qualifying_amount")
    assert outcome(shop, "paid", *columns) == (
        mail("paid"), 2, date(2025, 3, 10), date(2025, 3, 10), Decimal("40.00"),
    )  # fmt: skip
    assert outcome(shop, "paid", "revenue_total", "refunded_on") == (Decimal("65.00"), None)


def test_a_refund_takes_the_reward_and_says_when(shop: DuckDBPyConnection) -> None:
    assert outcome(shop, "taken-back", "qualifying_on", "refunded_on", "purchases") == (
        None, date(2025, 3, 20), 0,
    )  # fmt: skip


def test_one_surname_at_one_address_is_worth_a_look_and_still_paid(shop: DuckDBPyConnection) -> None:
    assert outcome(shop, "home", "is_household") == (True,)
    assert outcome(shop, "paid", "is_household") == (False,)


def test_a_claim_set_aside_gives_no_origin(shop: DuckDBPyConnection) -> None:
    found = {
        row[0]
        for row in shop.execute(
            "select customer_id from marts.customers where claimed_on is not null"
        ).fetchall()
    }
    assert mail("fraud") not in found
    assert mail("gone") not in found
    assert {mail("paid"), mail("late"), mail("owned"), "b"} <= found


def test_the_owners_word_is_who_sent_them(shop: DuckDBPyConnection) -> None:
    told = shop.execute("select referred_by from marts.customers where customer_id = ?", [mail("owned")])
    assert told.fetchall() == [("ugo",)]


def test_a_second_purchase_pays_where_the_programme_says_so() -> None:
    rows = [*FANS, *[bought(who, "2025-03-10") for who in ("one", "two")], bought("two", "2025-03-25", 30)]
    claims = [claim(who, "fan", "2025-03-01", mail(who)) for who in ("one", "two")]
    with referral_shop("2025-06-30", {"reward_on_purchase": 2}, orders=rows, referrals=claims) as db:
        assert outcomes(db) == {"one": "waiting", "two": "payable"}
        assert outcome(db, "two", "qualifying_on") == (date(2025, 3, 25),)


def test_a_purchase_below_the_least_waits_for_a_larger_one_and_vat_counts() -> None:
    """18.03 net is 22 at the till; 25 less 6 given back is 19."""
    rows = [
        *FANS,
        bought("small", "2025-03-10", 15),
        bought("vat", "2025-03-10", 15),
        bought("vat", "2025-03-25", 18.03, vat_amount=3.97),
        bought("less", "2025-03-10", 25, order_id="L"),
        bought("less", "2025-03-12", -6, refund_of="L"),
    ]
    claims = [claim(who, "fan", "2025-03-01", mail(who)) for who in ("small", "vat", "less")]
    with referral_shop("2025-06-30", {"min_purchase": 20.0}, orders=rows, referrals=claims) as db:
        assert outcomes(db) == {"small": "waiting", "vat": "payable", "less": "refunded"}
        assert outcome(db, "vat", "qualifying_on", "qualifying_amount") == (
            date(2025, 3, 25),
            Decimal("22.00"),
        )
        assert outcome(db, "less", "refunded_on", "purchases") == (date(2025, 3, 12), 1)


def test_whoever_buys_again_after_a_refund_earns_the_reward_again() -> None:
    rows = [*FANS, *[bought(who, "2025-03-10", order_id=who) for who in ("kept", "back", "again")]]
    rows += [bought(who, "2025-03-12", -40, refund_of=who) for who in ("back", "again")]
    rows.append(bought("again", "2025-04-01", 50))
    claims = [claim(who, "fan", "2025-03-01", mail(who)) for who in ("kept", "back", "again")]
    with referral_shop("2025-04-30", orders=rows, referrals=claims) as db:
        assert outcomes(db) == {"kept": "payable", "back": "refunded", "again": "payable"}
        assert outcome(db, "again", "qualifying_on", "refunded_on") == (date(2025, 4, 1), None)
    with referral_shop("2025-03-11", orders=rows, referrals=claims) as db:
        assert set(outcomes(db).values()) == {"payable"}, "before the goods came back"


def test_a_shared_phone_of_too_many_makes_nobody_oneself() -> None:
    phone = "+393330000009"
    people = [{"customer_id": f"c{n}", "phone": phone, "name": f"Nome {n}"} for n in range(5)]
    rows = [order(f"c{n}", "2025-01-02") for n in range(4)] + [order("c4", "2025-03-10")]
    claims = [claim("x", "c0", "2025-03-01", None, arrived_customer_id="c4")]
    with referral_shop("2025-06-30", orders=rows, referrals=claims, customers=people) as db:
        assert outcomes(db) == {"x": "payable"}


def test_a_spoken_code_on_the_receipt_names_who_sent_them() -> None:
    rows = [*FANS, bought("leo", "2025-03-10", referral_code="mario 7k3 f9x"), bought("mia", "2025-03-11")]
    links = [{"customer_id": "fan", "code": "AbCdEfGh", "short_code": "7K3F9X", "made_at": "2025-02-01"}]
    with referral_shop("2025-06-30", orders=rows, referral_links=links) as db:
        told = db.execute("select customer_id, referred_by from marts.customers where claimed_on is not null")
        assert told.fetchall() == [(mail("leo"), "fan")]


def named(receipt: str, **more: Any) -> list[Row]:
    """A claim at the till: the fan's name was said, and this receipt printed."""
    given = {"first_order_id": receipt, "receipt_on": "2025-03-10", "method": "name", **more}
    return [claim("x", "fan", "2025-03-10 17:00", given.pop("contact", None), **given)]


def test_a_receipt_without_a_name_is_the_friends_when_the_till_says_so() -> None:
    rows = [*FANS, order(None, "2025-03-10", 30, order_id="12"), order(None, "2025-03-10", 5, order_id="13")]
    with referral_shop("2025-06-30", orders=rows, referrals=named("12", contact=mail("leo"))) as db:
        assert outcome(db, "x", "verdict", "friend_customer_id", "qualifying_amount") == (
            "payable", mail("leo"), Decimal("30.00"),
        )  # fmt: skip
        category = db.execute("select category from marts.customers where customer_id = ?", [mail("leo")])
        assert category.fetchall() == [("buyer",)]
        assert db.execute("select receipts, revenue from marts.anonymous_sales").fetchall() == [(1, 5)]
        assert db.execute(MONEY).fetchall() == []


def test_a_friend_without_contact_is_somebody_by_the_receipt_alone() -> None:
    rows = [*FANS, order(None, "2025-03-10", 30, order_id="12")]
    not_yet = claim("y", "fan", "2025-03-11", first_order_id="99", receipt_on="2025-03-11")
    claims = [*named("12", friend_name="Leo"), not_yet]
    with referral_shop("2025-06-30", orders=rows, referrals=claims) as db:
        found = db.execute(
            "select customer_id, name, category, phone, referred_by from marts.customers "
            "where customer_id like 'friend:%' order by 1"
        ).fetchall()
        assert found == [
            ("friend:2025-03-10/12", "Leo", "buyer", None, "fan"),
            ("friend:2025-03-11/99", None, "referral", None, "fan"),
        ], "of the second one the sales file has not come yet"
        assert outcomes(db) == {"x": "payable", "y": "waiting"}


def test_a_receipt_is_known_by_its_last_digits_on_its_day() -> None:
    said = {"0045": "payable", "45": "payable", "2025/7-45": "payable", "145": "waiting", "46": "waiting"}
    days = {number: f"2025-03-1{place}" for place, number in enumerate(said)}
    rows = [
        *FANS,
        *[order(None, days[number], 30, order_id=f"Z{place}-0045") for place, number in enumerate(said)],
        order(None, "2025-03-20", order_id="46"),
    ]
    claims = [
        claim(number, "fan", days[number], mail(f"f{place}"), first_order_id=number, receipt_on=days[number])
        for place, number in enumerate(said)
    ]
    with referral_shop("2025-06-30", orders=rows, referrals=claims) as db:
        assert outcomes(db) == said


def test_of_two_receipts_that_fit_none_is_taken_unless_one_is_the_very_number() -> None:
    days = {"doubt": "2025-03-10", "exact": "2025-03-11", "store": "2025-03-12"}
    rows = [
        order(None, day, amount, order_id=f"{store}{place}-7", store_id=store)
        for place, day in enumerate(days.values())
        for store, amount in (("A", 30), ("B", 9))
    ]
    said = {"doubt": ("7", None), "exact": ("B1-7", None), "store": ("7", "A")}
    claims = [
        claim(
            name, "fan", days[name], mail(name), first_order_id=number, receipt_on=days[name], store_id=store
        )
        for name, (number, store) in said.items()
    ]
    with referral_shop("2025-06-30", orders=[*FANS, *rows], referrals=claims) as db:
        assert outcomes(db) == {"doubt": "waiting", "exact": "payable", "store": "payable"}
        assert outcome(db, "exact", "qualifying_amount") == (Decimal("9.00"),)
        assert outcome(db, "store", "qualifying_amount") == (Decimal("30.00"),)


def test_a_receipt_with_a_name_makes_its_owner_the_friend_and_the_fans_own_is_oneself() -> None:
    rows = [
        *FANS,
        order("leo", "2025-03-10", 30, order_id="12"),
        order("fan", "2025-03-10", 9, order_id="13"),
    ]
    own = claim("y", "fan", "2025-03-10 18:00", mail("mia"), first_order_id="13", receipt_on="2025-03-10")
    with referral_shop("2025-06-30", orders=rows, referrals=[*named("12"), own]) as db:
        assert outcome(db, "x", "verdict", "friend_customer_id") == ("payable", "leo")
        assert outcome(db, "y", "verdict") == ("self",)


def test_a_refund_of_the_friends_receipt_is_found_by_its_number() -> None:
    rows = [
        *FANS,
        order(None, "2025-03-10", 30, order_id="12"),
        order(None, "2025-03-15", -30, refund_of="12"),
    ]
    with referral_shop("2025-06-30", orders=rows, referrals=named("12", contact=mail("leo"))) as db:
        assert outcome(db, "x", "verdict", "refunded_on") == ("refunded", date(2025, 3, 15))
        assert db.execute("select receipts, revenue from marts.anonymous_sales").fetchall() == [(0, 0)]
        assert db.execute(MONEY).fetchall() == []


def test_a_claim_that_was_rejected_gives_the_receipt_to_nobody() -> None:
    rows = [*FANS, order(None, "2025-03-10", 30, order_id="12")]
    with referral_shop("2025-06-30", orders=rows, referrals=named("12", status="rejected")) as db:
        assert outcomes(db) == {"x": "rejected"}
        assert db.execute("select receipts from marts.anonymous_sales").fetchall() == [(1,)]
        people = db.execute("select count(*) from marts.customers where customer_id like 'friend:%'")
        assert people.fetchall() == [(0,)]


def test_receipts_within_hours_are_one_purchase_for_friends_too() -> None:
    rows = [
        *FANS,
        order(None, "2025-03-10 23:30", 30, order_id="12"),
        bought("leo", "2025-03-11 00:30"),
        bought("leo", "2025-03-12 19:00"),
    ]
    for merge, purchases in (("hours:2", 2), ("day", 3)):
        merged: dict[str, Any] = {"rules": {"merge": merge}}
        with referral_shop(
            "2025-06-30", merged, orders=rows, referrals=named("12", contact=mail("leo"))
        ) as db:
            assert outcome(db, "x", "purchases") == (purchases,)


def test_a_snapshot_built_on_what_is_the_same_at_every_date_is_the_one_built_alone() -> None:
    """The receipt of 10 March is the friend's at every date; the claim counts from its own day on."""
    rows = [
        *[row for fan in ("fan", "rita") for row in every(fan, "2025-03-02", 9, 9)],
        order(None, "2025-03-10", 30, order_id="12"),
        order(None, "2025-04-10", 30, order_id="13"),
        order(None, "2025-04-20", -30, refund_of="13"),
    ]
    claims = [
        *named("12", contact=mail("leo")),
        claim(
            "y", "rita", "2025-04-10", None, first_order_id="13", receipt_on="2025-04-10", friend_name="Mia"
        ),
        claim("z", "rita", "2025-03-20", mail("ada")),
    ]
    rules = referral_settings()
    until = date(2025, 5, 31)
    with raw_shop(orders=rows, referrals=claims) as db:
        for number, table in enumerate(("orders", "referrals"), start=1):
            batch(db, number, table, date(2025, 3, 2))
        build_marts(db, rules, until)
        written = write_snapshots(db, rules, until, made_at=datetime(2025, 7, 1))
        assert len(written) == 3
        for day in written:
            kept = db.execute(
                "select customer_id, category from history.category_snapshots where as_of = ?", [day]
            ).fetchall()
            with in_memory(db):
                build(db, rules, day, targets=("marts.categories", "marts.people"))
                alone = db.execute(
                    "select customer_id, category from marts.categories join marts.people using (person_no)"
                ).fetchall()
            assert sorted(kept) == sorted(alone)
        said = dict(kept)
        assert said[mail("leo")] == "buyer"
        assert said["friend:2025-04-10/13"] == "referral", "bought, gave it back, still a friend"
        assert said[mail("ada")] == "referral"


def test_a_shop_without_friends_has_empty_tables_and_no_friend() -> None:
    with referral_shop("2025-06-30", orders=FANS) as db:
        db.build(*texts())
        for table in (
            "staging.referral_events", "staging.friend_receipts", "marts.referral_outcomes", "steps.friends",
            "marts.rewards", "marts.referral_results", "marts.referral_generations",
            "marts.referral_links_held", "marts.referred_against_others", "marts.broken_promises",
        ):  # fmt: skip
            assert db.execute(f"select count(*) from {table}").fetchall() == [(0,)], table
        steps = dict(db.execute("select step, number from marts.referral_steps").fetchall())
        assert steps == {"links": None, "opened": None, "arrived": 0, "bought": 0, "customers": 0}
        assert db.execute("select k, multiplier from marts.referral_growth").fetchall() == [(None, None)]


def test_nothing_dated_later_changes_an_outcome() -> None:
    rows = [*FANS, bought("leo", "2025-03-10")]
    claims = [claim("x", "fan", "2025-03-01", mail("leo")), claim("y", "rita", "2025-05-01", mail("mia"))]
    later = str(date(2025, 3, 10) - timedelta(1))
    with referral_shop(later, orders=rows, referrals=claims) as db:
        assert outcomes(db) == {"x": "waiting"}
