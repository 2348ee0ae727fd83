"""The estimates of the ladder against published vectors and against a count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import erfc, log, sqrt
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.worlds.ladder_shop import (
    TODAY,
    Wait,
    kaplan_meier,
    ladder_shop,
    log_log_interval,
    log_rank,
    measures,
    people_who_wait,
)
from tests.worlds.made_shop import order

TREATED: list[Wait] = [
    (6, True), (6, True), (6, True), (6, False), (7, True), (9, False), (10, True), (10, False), (11, False),
    (13, True), (16, True), (17, False), (19, False), (20, False), (22, True), (23, True), (25, False),
    (32, False), (32, False), (34, False), (35, False),
]  # fmt: skip
"""Weeks in remission with 6-MP (Freireich et al. 1963), the vector of every textbook on survival."""

PLACEBO: list[Wait] = [
    (days, True)
    for days in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
]  # fmt: skip


def coupon(customer: str, on: date, **more: Any) -> dict[str, Any]:
    return {
        "code": f"B-{customer}-{on}", "customer_id": customer, "offer_type": "discount",
        "issued_at": f"{on} 10:00:00", "status": "issued", **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def remission() -> Iterator[duckdb.DuckDBPyConnection]:
    """The two groups of the vector as people with and without a coupon."""
    first = TODAY - timedelta(days=200)
    treated = people_who_wait("mp", TREATED, first)
    placebo = people_who_wait("pl", PLACEBO, TODAY - timedelta(days=100))
    started = {row["customer_id"]: date.fromisoformat(row["order_date"]) for row in reversed(treated)}
    coupons = [coupon(customer, on) for customer, on in started.items()]
    with ladder_shop(orders=treated + placebo, coupons=coupons) as db:
        yield db


def curve(db: duckdb.DuckDBPyConnection, member: str) -> dict[int, list[Any]]:
    return {
        day: rest
        for day, *rest in db.execute(
            "select days, 1 - returned_share, variance, low, high, at_risk from marts.ladder_survival "
            "where kind = 'coupon' and member = ? and returned > 0 order by days",
            [member],
        ).fetchall()
    }


def test_the_published_curve_is_reproduced_with_its_greenwood_errors(remission: Any) -> None:
    published = {
        6: (0.857, 0.0764), 7: (0.807, 0.0869), 10: (0.753, 0.0963), 13: (0.690, 0.1068),
        16: (0.627, 0.1141), 22: (0.538, 0.1282), 23: (0.448, 0.1346),
    }  # fmt: skip
    found = curve(remission, "with")
    assert list(found) == list(published)
    for day, (survival, error) in published.items():
        assert found[day][0] == pytest.approx(survival, abs=0.0005)
        assert found[day][0] * sqrt(found[day][1]) == pytest.approx(error, abs=0.00006)


def test_the_interval_is_that_on_the_log_minus_log_scale(remission: Any) -> None:
    low, high = curve(remission, "with")[6][2:4]
    assert (1 - high, 1 - low) == pytest.approx((0.620, 0.952), abs=0.0005)
    assert (low, high) == pytest.approx(log_log_interval(18 / 21, 3 / (21 * 18)), abs=1e-9)


def test_there_is_no_interval_where_everybody_came_back(remission: Any) -> None:
    last = curve(remission, "without")[23]
    assert last[0] == 0
    assert last[1:4] == [None, None, None]


def test_the_published_log_rank_is_reproduced(remission: Any) -> None:
    [(chi2, p, others)] = remission.execute(
        "select chi2, p, others from marts.ladder_groups where kind = 'coupon' and member = 'with'"
    ).fetchall()
    assert chi2 == pytest.approx(16.793, abs=0.0005)
    assert chi2 == pytest.approx(log_rank(TREATED, PLACEBO), rel=1e-12)
    assert p == pytest.approx(erfc(sqrt(chi2 / 2)), rel=1e-6)
    assert others == 21


@pytest.fixture(scope="module")
def random_shop() -> Iterator[tuple[duckdb.DuckDBPyConnection, list[dict[str, Any]]]]:
    """Four hundred people who buy at random, from two channels."""
    chance = np.random.default_rng(20260101)
    rows = []
    for place in range(400):
        on = TODAY - timedelta(days=int(chance.integers(0, 500)))
        channel = "web" if place % 3 == 0 else "shop"
        gap = 60 if channel == "web" else 110
        while on <= TODAY and chance.random() < 0.95:
            rows.append(order(f"c{place}", on, 10, channel=channel))
            on += timedelta(days=int(chance.exponential(gap)) + 1)
    with ladder_shop(orders=rows) as db:
        yield db, rows


def waits_of(rows: list[dict[str, Any]], step: int, channel: str | None = None) -> list[Wait]:
    days: dict[str, list[date]] = {}
    for row in rows:
        if channel in (None, row["channel"]):
            days.setdefault(row["customer_id"], []).append(date.fromisoformat(row["order_date"]))
    found = []
    for bought in days.values():
        if len(bought) >= step:
            came = len(bought) > step
            end = bought[step] if came else TODAY
            found.append(((end - bought[step - 1]).days, came))
    return found


@pytest.mark.parametrize("step", [1, 2, 3, 4])
@pytest.mark.parametrize("horizon", [7, 30, 90, 180])
def test_every_step_and_horizon_agrees_with_a_count_by_hand(
    random_shop: Any, step: int, horizon: int
) -> None:
    db, rows = random_shop
    waits = waits_of(rows, step)
    survival, spread = kaplan_meier(waits, horizon)
    at_risk = sum(days >= horizon for days, _came in waits)
    found = measures(db)[f"ladder.step{step}.within_{horizon}d"]
    if at_risk < 20:
        assert (found["available"], found["value"], found["reason"]) == (False, None, "few_at_risk")
        return
    assert found["value"] == pytest.approx(1 - survival, abs=1e-12)
    assert (found["low"], found["high"]) == pytest.approx(log_log_interval(survival, spread), abs=1e-9)
    assert found["n"] == len(waits)


def test_a_group_is_compared_with_all_the_others(random_shop: Any) -> None:
    db, rows = random_shop
    web, shop = waits_of(rows, 1, "web"), waits_of(rows, 1, "shop")
    [(share, others, difference, low, high, chi2)] = db.execute(
        "select returned_share, others_share, difference, difference_low, difference_high, chi2 "
        "from marts.ladder_groups where kind = 'channel' and member = 'web'"
    ).fetchall()
    (s1, v1), (s2, v2) = kaplan_meier(web, 90), kaplan_meier(shop, 90)
    assert (share, others) == pytest.approx((1 - s1, 1 - s2), abs=1e-12)
    margin = 1.959964 * sqrt(s1 * s1 * v1 + s2 * s2 * v2)
    assert (difference, low, high) == pytest.approx((s2 - s1, s2 - s1 - margin, s2 - s1 + margin), abs=1e-9)
    assert chi2 == pytest.approx(log_rank(web, shop), rel=1e-9)


def test_looking_at_many_groups_makes_each_of_them_less_surprising(random_shop: Any) -> None:
    db, _rows = random_shop
    for (kind,) in db.execute("select distinct kind from marts.ladder_groups where p is not null").fetchall():
        tested = db.execute(
            "select p, p_adjusted from marts.ladder_groups "
            "where kind = ? and p is not null order by p, member",
            [kind],
        ).fetchall()
        largest = 0.0
        for place, (p, adjusted) in enumerate(tested):
            largest = max(largest, min(1.0, p * (len(tested) - place)))
            assert adjusted == pytest.approx(largest, rel=1e-9)


def test_the_median_is_the_first_day_by_which_half_are_back(random_shop: Any) -> None:
    db, rows = random_shop
    for step in (1, 2, 3):
        waits = waits_of(rows, step)
        expected = next(
            (
                day
                for day in sorted({days for days, came in waits if came})
                if kaplan_meier(waits, day)[0] <= 0.5
            ),
            None,
        )
        assert measures(db)[f"ladder.step{step}.median_days"]["value"] == expected


def test_the_window_covers_those_who_return_not_everybody(random_shop: Any) -> None:
    db, rows = random_shop
    waits = waits_of(rows, 1)
    returns = sorted({days for days, came in waits if came})
    last = max(day for day in returns if sum(days >= day for days, _came in waits) >= 30)
    reached = 1 - kaplan_meier(waits, last)[0]
    for part in (25, 50, 90):
        expected = next(
            day for day in returns if 1 - kaplan_meier(waits, day)[0] >= part / 100 * reached - 1e-9
        )
        assert measures(db)[f"ladder.step1.window_{part}"]["value"] == expected


def test_the_fourth_purchase_is_set_against_the_first(random_shop: Any) -> None:
    db, rows = random_shop
    first, fourth = (kaplan_meier(waits_of(rows, step), 90) for step in (1, 4))
    found = measures(db)["ladder.fourth_against_first.difference_90d"]
    assert found["value"] == pytest.approx(first[0] - fourth[0], abs=1e-12)
    margin = 1.959964 * sqrt(first[0] ** 2 * first[1] + fourth[0] ** 2 * fourth[1])
    assert found["high"] - found["value"] == pytest.approx(margin, abs=1e-9)


def test_nobody_comes_back_and_the_share_is_nought_without_an_interval() -> None:
    rows = [order(f"c{place}", TODAY - timedelta(days=200)) for place in range(40)]
    with ladder_shop(orders=rows) as db:
        found = measures(db)["ladder.step1.within_90d"]
    assert (found["value"], found["low"], found["high"], found["n"]) == (0, None, None, 40)
    assert log(1 - found["value"]) == 0
