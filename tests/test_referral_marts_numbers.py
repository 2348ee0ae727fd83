"""What friends bring, in numbers: each worked out by hand or by another method."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from tests.worlds.made_shop import Row, order
from tests.worlds.referral_shop import claim, referral_shop, reward

AS_OF = "2025-12-31"


def rows_of(db: DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return db.execute(query).fetchall()


ORDERS = [
    order("anna", "2024-11-05", 100, cost_amount=60),
    order("bruno", "2025-01-10", 50, cost_amount=30),
    order("bruno", "2025-02-10", 70, cost_amount=30),
    order("carla", "2025-03-01", 20, cost_amount=10),
    order("dina", "2025-04-01", 80, cost_amount=50, order_id="D"),
    order("dina", "2025-04-05", -30, cost_amount=-20, refund_of="D"),
    order("elio", "2025-05-01", 40),
]
CLAIMS = [
    claim("r1", "anna", "2025-01-02", None, arrived_customer_id="bruno", code="A"),
    claim("r2", "anna", "2025-02-20", None, arrived_customer_id="carla", code="A"),
    claim("r3", "bruno", "2025-03-20", None, arrived_customer_id="dina", code="B"),
    claim("r4", "dina", "2025-04-20", None, arrived_customer_id="elio", code="D"),
    claim("r5", "anna", "2025-11-20", "fede@example.com", code="A"),
]
REWARDS = [
    reward("w1", "r1", "anna", "redeemed", "2025-01-24"),
    reward("w2", "r2", "anna", "approved", "2025-03-15"),
    reward("w3", "r3", "bruno", "approved", "2025-12-20"),
    reward("w4", "r4", "dina", "reversed", "2025-05-15"),
]
LINKS = [
    {"customer_id": "anna", "code": "A", "short_code": "7K3F9X", "made_at": "2024-12-01"},
    {"customer_id": "bruno", "code": "B", "short_code": "7K3F9Y", "made_at": "2025-03-01"},
    {"customer_id": "bruno", "code": "B0", "made_at": "2025-02-01", "disabled_at": "2025-03-01"},
    {"customer_id": "carla", "code": "C", "made_at": "2026-01-05"},
]
CLICKS = [
    {"code": "A", "day": "2025-01-02", "people": 3, "visitors": 2, "previews": 4, "bots": 1, "qr": 1},
    {"code": "A", "day": "2025-02-20", "people": 1, "visitors": 1, "previews": 0, "bots": 0, "qr": 0},
    {"code": "B", "day": "2026-01-02", "people": 9, "visitors": 9, "previews": 0, "bots": 0, "qr": 0},
]


@pytest.fixture(scope="module")
def tree() -> Iterator[DuckDBPyConnection]:
    """Anna sent Bruno and Carla, Bruno sent Dina, Dina sent Elio; Fede, sent by Anna, waits."""
    with referral_shop(
        AS_OF,
        orders=ORDERS,
        referrals=CLAIMS,
        referral_rewards=REWARDS,
        referral_links=LINKS,
        referral_clicks=CLICKS,
    ) as db:
        yield db


def test_a_shop_that_does_not_know_its_costs_has_no_margin(tree: DuckDBPyConnection) -> None:
    """Of the friends' six documents, a refund among them, five say their cost: over 80 of 100."""
    [(known, lines)] = rows_of(tree, "select sum(known_lines), sum(lines) from steps.friend_orders")
    assert (known, lines) == (5, 6)
    bare = [{name: value for name, value in row.items() if name != "cost_amount"} for row in ORDERS]
    with referral_shop(AS_OF, orders=bare, referrals=CLAIMS) as db:
        assert rows_of(db, "select distinct margin_12m from steps.friends") == [(None,)]


def test_generations_count_friends_sales_margin_and_rewards(tree: DuckDBPyConnection) -> None:
    """
    Bruno 120 - 60, Carla 20 - 10; Dina 50 - 30; Elio 40 with the margin of the others, (190 - 100) / 190.
    """
    found = rows_of(
        tree,
        "select generation, friends, buyers, customers, revenue_12m, margin_12m, rewards_12m, net_12m "
        "from marts.referral_generations order by 1",
    )
    elio = round(Decimal(40 * 90 / 190), 2)
    assert found == [
        (1, 3, 2, 1, Decimal(140), Decimal(70), Decimal(20), Decimal(50)),
        (2, 1, 1, 0, Decimal(50), Decimal(20), Decimal(10), Decimal(10)),
        (3, 1, 1, 0, Decimal(40), elio, Decimal(0), elio),
    ]


def test_what_each_sender_brought_and_what_their_friends_brought(tree: DuckDBPyConnection) -> None:
    found = rows_of(
        tree,
        """
        select people.customer_id, friends, buyers, customers, results.revenue_12m, rewards_12m, rewards_owed,
            further_friends, further_revenue_12m
        from marts.referral_results as results join marts.people using (person_no) order by 1
        """,
    )
    assert found == [
        ("anna", 3, 2, 1, 140, 20, 10, 2, 90),
        ("bruno", 1, 1, 0, 50, 10, 10, 1, 40),
        ("dina", 1, 1, 0, 40, 0, 0, 0, 0),
    ]


def test_a_circle_has_no_generation_without_end() -> None:
    rows = [order("a", "2025-01-10"), order("b", "2025-01-11"), order("c", "2025-01-12")]
    claims = [
        claim("1", "a", "2025-01-02", None, arrived_customer_id="b"),
        claim("2", "b", "2025-01-03", None, arrived_customer_id="c"),
        claim("3", "c", "2025-01-04", None, arrived_customer_id="a"),
    ]
    with referral_shop(AS_OF, orders=rows, referrals=claims) as db:
        assert rows_of(db, "select generation, friends from marts.referral_generations order by 1") == [
            (1, 1), (2, 1),
        ]  # fmt: skip
        assert rows_of(db, "select verdict from marts.referral_outcomes where referral_id = '3'") == [
            ("circle",)
        ]


def test_links_tell_their_openings_their_friends_and_what_is_owed(tree: DuckDBPyConnection) -> None:
    found = rows_of(
        tree,
        """
        select code, is_live, people, visitors, previews, bots, leads, buyers, revenue, rewards_due
        from marts.referral_links_held order by code
        """,
    )
    assert found == [
        ("A", True, 4, 3, 4, 1, 3, 2, 140, 10),
        ("B", True, 0, 0, 0, 0, 1, 1, 50, 10),
        ("B0", False, 0, 0, 0, 0, 0, 0, 0, 0),
    ], "a link made later, and what was opened later, are not there yet"


def test_the_steps_count_people_with_links_openings_and_friends(tree: DuckDBPyConnection) -> None:
    assert dict(rows_of(tree, "select step, number from marts.referral_steps")) == {
        "links": 2, "opened": 4, "arrived": 5, "bought": 4, "customers": 1,
    }  # fmt: skip


def test_where_they_stand_today(tree: DuckDBPyConnection) -> None:
    found = dict(rows_of(tree, "select category, people from marts.referral_origin_totals"))
    today = rows_of(
        tree, "select category, count(*) from marts.customers where claimed_on is not null group by 1"
    )
    assert {code: people for code, people in found.items() if people} == dict(today)
    assert sum(found.values()) == 5


def test_rewards_owed_and_those_overdue(tree: DuckDBPyConnection) -> None:
    found = rows_of(
        tree, "select reward_id, is_owed, is_overdue, days_overdue, friend_name from marts.rewards order by 1"
    )
    assert [row[:4] for row in found] == [
        ("w1", False, False, None),
        ("w2", True, True, 291),
        ("w3", True, False, 11),
        ("w4", False, False, None),
    ]


def test_a_reward_stood_otherwise_before_it_was_given() -> None:
    given = [reward("w1", "r1", "anna", "redeemed", "2025-01-24", updated_at="2025-03-01")]
    for as_of, state in (
        ("2025-01-09", None), ("2025-01-15", "held"), ("2025-01-31", "approved"), ("2025-03-31", "redeemed"),
    ):  # fmt: skip
        with referral_shop(as_of, orders=ORDERS, referrals=CLAIMS, referral_rewards=given) as db:
            assert [row[0] for row in rows_of(db, "select state from marts.rewards")] == (
                [state] if state else []
            )


def test_a_reward_that_only_the_shops_own_file_tells_of_is_owed_too() -> None:
    claims = [
        claim("r1", "anna", "2025-01-02", None, arrived_customer_id="bruno", reward_due_at="2025-01-24"),
        claim(
            "r2", "anna", "2025-02-20", None, arrived_customer_id="carla", reward_due_at="2025-03-15",
            reward_given_at="2025-03-10",
        ),
    ]  # fmt: skip
    with referral_shop(AS_OF, orders=ORDERS, referrals=claims) as db:
        assert rows_of(db, "select referral_id, state, amount, is_overdue from marts.rewards order by 1") == [
            ("r1", "approved", None, True),
            ("r2", "redeemed", None, False),
        ]


def test_promises_to_people_who_recommend_the_shop() -> None:
    """Anna (9) waits for a reward; Bruno answered 10, now 7; Carla (9) and Dina (3) have a complaint open."""
    surveys = [
        {"customer_id": "anna", "ts": "2025-06-01", "score_0_10": 9},
        {"customer_id": "bruno", "ts": "2025-06-01", "score_0_10": 10},
        {"customer_id": "bruno", "ts": "2025-12-01", "score_0_10": 7},
        {"customer_id": "carla", "ts": "2025-06-01", "score_0_10": 9},
        {"customer_id": "dina", "ts": "2025-06-01", "score_0_10": 3},
    ]
    talks = [
        {"customer_id": who, "ts": "2025-12-10", "type": "complaint", "resolved_at": until}
        for who, until in (("carla", None), ("dina", None), ("bruno", "2025-12-11"))
    ]
    with referral_shop(
        AS_OF,
        orders=ORDERS,
        referrals=CLAIMS,
        referral_rewards=REWARDS,
        surveys=surveys,
        interactions=talks,
    ) as db:
        assert rows_of(
            db,
            "select customer_id, reason, days, rewards_owed, score_before, score "
            "from marts.broken_promises order by 1",
        ) == [
            ("anna", "reward", 291, Decimal(10), None, None),
            ("bruno", "answer", 30, None, 10, 7),
            ("carla", "complaint", 21, None, None, None),
        ]


ANSWERS = {
    "2025-01": (50, 33, 17, 33.0, 32.0, 14.5),
    "2025-02": (6, 3, 1, 50.0, 38.5, 38.7),
    "2025-03": (5, 0, 0, 100.0, 62.5, 45.0),
    "2025-04": (40, 40, 20, 20.0, 19.4, 14.4),
}
"""Promoters, passives, detractors, the score, the middle and half the width of its interval (Rocks 2016)."""


def test_the_score_of_the_answers_and_its_doubt() -> None:
    surveys: list[Row] = []
    for month, (promoters, passives, detractors, *_) in ANSWERS.items():
        scores = [10] * promoters + [8] * passives + [6] * detractors
        surveys += [{"ts": f"{month}-10", "score_0_10": score} for score in scores]
    surveys += [
        {"customer_id": "anna", "ts": "2025-05-01", "score_0_10": 2},
        {"customer_id": "anna", "ts": "2025-05-20", "score_0_10": 9},
        {"customer_id": "anna", "ts": "2026-01-02", "score_0_10": 0},
    ]
    with referral_shop(AS_OF, orders=ORDERS, surveys=surveys) as db:
        found = {f"{row[0]:%Y-%m}": row[1:] for row in rows_of(db, "from marts.recommendations")}
    assert set(found) == {*ANSWERS, "2025-05"}, "what is answered later is not there yet"
    assert found["2025-05"][:5] == (1, 1, 0, 0, 100.0), "the last answer of a person in a month"
    for month, (promoters, passives, detractors, nps, middle, half) in ANSWERS.items():
        n, *counts, score, low, high = found[month]
        assert (n, *counts) == (promoters + passives + detractors, promoters, passives, detractors)
        assert score == pytest.approx(nps, abs=0.05)
        assert low == pytest.approx(middle - half, abs=0.11)
        assert high == pytest.approx(min(middle + half, 100), abs=0.11)


@pytest.mark.parametrize(
    ("spent", "gini", "top", "top_share", "largest"),
    [
        ([10, 20, 30, 40, 100], 0.4, 1, 0.5, 0.5),
        ([20, 20, 20, 20, 20, 20, 20, 20, 20, 20], 0.0, 2, 0.2, 0.1),
        ([7], 0.0, 1, 1.0, 1.0),
        ([1, 2, 3, 94], 0.7, 1, 0.94, 0.94),
    ],
)
def test_how_much_the_best_weigh(
    spent: list[int], gini: float, top: int, top_share: float, largest: float
) -> None:
    rows = [order(f"c{place}", "2025-06-01", amount) for place, amount in enumerate(spent)]
    rows.append(order("before", "2024-06-01", 500))
    with referral_shop(AS_OF, orders=rows) as db:
        [row] = rows_of(
            db, "select people, top_people, top_share, gini, largest_share from marts.concentration"
        )
        assert row[:2] == (len(spent), top)
        assert row[2:] == pytest.approx((top_share, gini, largest))
        curve = rows_of(db, "select people_share, revenue_share from marts.concentration_curve order by step")
        assert curve[-1] == pytest.approx((1.0, 1.0))
        best = sorted(spent, reverse=True)
        for people, revenue in curve:
            assert revenue == pytest.approx(sum(best[: round(people * len(best))]) / sum(best))


def made_up(seed: int) -> tuple[list[Row], list[Row]]:
    """Three hundred people who come at random over three years, one in three sent by an earlier one."""
    chance = random.Random(seed)
    rows, claims, days = [], [], {}
    for number in range(300):
        who, first = f"c{number:03d}", date(2023, 1, 1) + timedelta(chance.randrange(1080))
        days[who] = first
        day = first
        while day <= date(2026, 6, 1):
            rows.append(order(who, day, chance.randrange(500, 9000) / 100, order_id=f"{who}-{day}"))
            if chance.random() < 0.1:
                rows.append(order(who, day + timedelta(3), -4, refund_of=f"{who}-{day}"))
            if chance.random() < 0.35:
                break
            day += timedelta(1 + int(chance.expovariate(1 / 50)))
    for number in range(150, 300, 2):
        who = f"c{number:03d}"
        referrer = f"c{chance.randrange(150):03d}"
        claims.append(claim(who, referrer, str(days[who] - timedelta(5)), None, arrived_customer_id=who))
    return rows, claims


def by_hand(
    rows: list[Row], origins: set[str], start: date, as_of: date, referred: bool
) -> tuple[float, float]:
    """First-year value by the risk set, and the share back within 90 days: plain loops over people."""
    bought: dict[str, list[date]] = {}
    money: dict[str, list[tuple[date, float]]] = {}
    for row in rows:
        day = date.fromisoformat(row["order_date"])
        if day <= as_of:
            money.setdefault(row["customer_id"], []).append((day, float(row["net_amount"])))
            if row["net_amount"] > 0:
                bought.setdefault(row["customer_id"], []).append(day)
    people = [who for who in bought if min(bought[who]) >= start and (who in origins) == referred]
    value = 0.0
    for age in range(12):
        watched = [who for who in people if ((as_of - min(bought[who])).days + 1) * 12 >= (age + 1) * 365]
        spent = 0.0
        for who in watched:
            first = min(bought[who])
            for day, amount in money[who]:
                if age * 365 <= (day - first).days * 12 < (age + 1) * 365:
                    spent += amount
        value += spent / len(watched)
    staying = 1.0
    waits = []
    for who in people:
        later = sorted(set(bought[who]))
        waits.append(((later[1] - later[0]).days, True) if later[1:] else ((as_of - later[0]).days, False))
    for wait in sorted({wait for wait, came in waits if came and wait <= 90}):
        at_risk = sum(other >= wait for other, _ in waits)
        staying *= 1 - sum(came and other == wait for other, came in waits) / at_risk
    return value, 1 - staying


def test_friends_and_others_at_equal_age_by_another_method() -> None:
    rows, claims = made_up(7)
    as_of = date(2026, 3, 31)
    with referral_shop(str(as_of), orders=rows, referrals=claims) as db:
        origins = dict(
            rows_of(
                db,
                "select people.customer_id, referrer_text from steps.referral_origins "
                "join marts.people using (person_no)",
            )
        )
        [(start,)] = rows_of(db, "select started_on from marts.referral_growth")
        found = {row[0]: row for row in rows_of(db, "from marts.referred_against_others")}
        [growth] = rows_of(
            db, "select people, brought, k, standard_error, multiplier from marts.referral_growth"
        )
    assert len(origins) > 60
    for origin in ("referred", "others"):
        value, returned = by_hand(rows, set(origins), start, as_of, origin == "referred")
        _, people, mean, low, high, _, share, share_low, share_high, _ = found[origin]
        assert mean == pytest.approx(value)
        assert share == pytest.approx(returned)
        assert 0 < share_low < share < share_high < 1
        spread = (high - low) / 2 / 1.959964
        assert 20 / math.sqrt(people) < spread < 200 / math.sqrt(people), "a sum of sales spread by its parts"
    first = {row["customer_id"]: row["order_date"] for row in reversed(rows) if row["net_amount"] > 0}
    cohort = {who for who, day in first.items() if start <= date.fromisoformat(day) <= as_of - timedelta(365)}
    brought = [
        friend
        for friend, who in origins.items()
        if who in cohort
        and first.get(friend)
        and 0 <= (date.fromisoformat(first[friend]) - date.fromisoformat(first[who])).days <= 365
        and date.fromisoformat(first[friend]) <= as_of
    ]
    k = len(brought) / len(cohort)
    each = [sum(origins[friend] == who for friend in brought) for who in cohort]
    error = math.sqrt(sum((n - k) ** 2 for n in each) / (len(cohort) - 1) / len(cohort))
    assert growth == pytest.approx((len(cohort), len(brought), k, error, 1 / (1 - k)))


def test_whoever_is_fan_or_regular_takes_part_or_not(tree: DuckDBPyConnection) -> None:
    found = {row[0]: row[1:] for row in rows_of(tree, "from marts.referral_participation")}
    people = dict(rows_of(tree, "select category, count(*) from marts.customers group by 1"))
    assert found["customer"][0] == people.get("customer", 0)
    assert found["fan"] == (people.get("fan", 0), 0, 0, 0)
    bruno = rows_of(tree, "select category from marts.customers where customer_id = 'bruno'")
    assert (found["customer"][1:] == (1, 1, 1)) is (bruno == [("customer",)])
