"""Shops made by a known law: the censored estimates find it, the shares that everybody prints miss it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib.resources import files
from math import exp, log
from typing import Any

import numpy as np
import pytest

from clientela.settings.shop_settings import Settings
from clientela.warehouse.connection import open_shop
from tests.worlds.ladder_shop import TODAY, ladder_shop, measures
from tests.worlds.made_shop import order

TRUTHS: dict[str, Any] = json.loads(
    (files("clientela.sample_data") / "truths.json").read_text(encoding="utf-8")
)
COMES_BACK, MEAN_WAIT = 0.40, 81.2
TRUE_90 = COMES_BACK * (1 - exp(-90 / MEAN_WAIT))
"""0.268: four in ten ever come back, after 81 days on average."""


def new_people(chance: np.random.Generator, number: int, since: int) -> list[tuple[str, date, float]]:
    """People by name, first day and days to the second purchase, infinite where it never comes."""
    starts = chance.integers(0, since, number)
    waits = np.where(chance.random(number) < COMES_BACK, chance.exponential(MEAN_WAIT, number), np.inf)
    return [
        (f"n{place}", TODAY - timedelta(days=int(start)), float(np.ceil(wait)))
        for place, (start, wait) in enumerate(zip(starts, waits, strict=True))
    ]


def receipts(people: list[tuple[str, date, float]]) -> list[dict[str, Any]]:
    rows = []
    for name, first, wait in people:
        rows.append(order(name, first))
        if wait <= (TODAY - first).days:
            rows.append(order(name, first + timedelta(days=int(wait))))
    return rows


def test_the_censored_share_hits_the_truth_and_the_usual_ones_miss_it() -> None:
    people = new_people(np.random.default_rng(12), 6000, 315)
    with ladder_shop(orders=receipts(people)) as db:
        found = measures(db)
    ages = [(TODAY - first).days for _name, first, _wait in people]
    seen = [wait <= age for (_name, _first, wait), age in zip(people, ages, strict=True)]
    unmatured = sum(wait <= min(90, age) for (_n, _f, wait), age in zip(people, ages, strict=True)) / 6000
    naive = sum(seen) / 6000
    assert pytest.approx(0.268, abs=0.0005) == TRUE_90
    estimate, twin = found["ladder.step1.within_90d"], found["ladder.step1.matured_90d"]
    assert estimate["low"] < TRUE_90 < estimate["high"]
    assert estimate["value"] == pytest.approx(TRUE_90, abs=0.015)
    assert twin["value"] == pytest.approx(estimate["value"], abs=0.01)
    assert unmatured == pytest.approx(0.234, abs=0.01)
    assert unmatured < estimate["low"]
    assert naive == pytest.approx(0.304, abs=0.015)
    assert naive < COMES_BACK - 0.08


def test_an_export_that_starts_midway_makes_old_customers_look_new() -> None:
    chance = np.random.default_rng(75)
    rows = receipts(new_people(chance, 3000, 700))
    for place in range(800):
        on = TODAY - timedelta(days=700) + timedelta(days=float(chance.exponential(65)))
        while on <= TODAY:
            rows.append(order(f"o{place}", on))
            on += timedelta(days=max(1, round(float(chance.exponential(65)))))
    with ladder_shop(orders=rows, rules={"history_complete": False}) as db:
        careful = measures(db)["ladder.step1.within_90d"]["value"]
    with ladder_shop(orders=rows, rules={"history_complete": True}) as db:
        credulous = measures(db)["ladder.step1.within_90d"]["value"]
        [(old,)] = db.execute(
            """
            select avg(case when returned = 1 and waited_days <= 90 then 1.0 else 0 end)
            from steps.ladder_waits as waits
            join marts.people on people.person_no = waits.person_no
            where step = 1 and customer_id like 'o%' and age_days >= 90
            """
        ).fetchall()
    assert old == pytest.approx(0.75, abs=0.04)
    assert credulous > 0.33
    assert careful == pytest.approx(0.27, abs=0.03)


def test_half_of_all_are_back_later_than_those_who_came_back_say() -> None:
    chance = np.random.default_rng(887)
    true_median = 88.7
    waits = np.ceil(chance.exponential(true_median / log(2), 4000))
    people = [
        (f"c{place}", TODAY - timedelta(days=int(start)), float(wait))
        for place, (start, wait) in enumerate(zip(chance.integers(0, 260, 4000), waits, strict=True))
    ]
    with ladder_shop(orders=receipts(people)) as db:
        found = measures(db)
    returned = [wait for _name, first, wait in people if wait <= (TODAY - first).days]
    assert float(np.median(returned)) < 0.75 * true_median
    assert found["ladder.step1.median_days"]["value"] == pytest.approx(true_median, abs=7)


def test_a_coupon_that_works_is_found_and_one_that_does_nothing_is_not() -> None:
    chance = np.random.default_rng(14)
    people = [
        (f"c{place}", TODAY - timedelta(days=int(start)), float(np.ceil(chance.exponential(80))))
        for place, start in enumerate(chance.integers(0, 400, 1600))
    ]
    works = [
        (name, first, np.ceil(wait / 2) if place % 2 == 0 else wait)
        for place, (name, first, wait) in enumerate(people)
    ]
    coupons = [
        {"code": name, "customer_id": name, "offer_type": "discount", "issued_at": f"{first} 10:00:00"}
        for place, (name, first, _wait) in enumerate(people)
        if place % 2 == 0
    ]
    truth = (1 - exp(-90 / 40)) - (1 - exp(-90 / 80))
    with ladder_shop(orders=receipts(works), coupons=coupons) as db:
        found = measures(db)
    assert (
        found["ladder.coupon.difference_90d"]["low"] < truth < found["ladder.coupon.difference_90d"]["high"]
    )
    assert found["ladder.coupon.difference_90d"]["low"] > 0
    assert found["ladder.coupon.log_rank_p"]["value"] < 1e-6
    with ladder_shop(orders=receipts(people), coupons=coupons) as db:
        idle = measures(db)
    assert idle["ladder.coupon.difference_90d"]["low"] < 0 < idle["ladder.coupon.difference_90d"]["high"]
    assert idle["ladder.coupon.log_rank_p"]["value"] > 0.05


@pytest.fixture(scope="module")
def planted(demo_settings: Settings) -> dict[str, dict[str, Any]]:
    with open_shop(demo_settings.database, read_only=True) as db:
        return measures(db)


def test_the_second_purchase_planted_in_the_fictional_shop_is_found(planted: dict[str, Any]) -> None:
    truth = TRUTHS["second_purchase"]
    found = planted["ladder.step1.within_90d"]
    assert found["n"] == truth["people"]
    assert found["low"] < truth["within_90_days"] < found["high"]
    assert found["high"] - found["low"] < 0.07


def test_the_coupon_planted_in_the_fictional_shop_is_found(planted: dict[str, Any]) -> None:
    truth = TRUTHS["second_purchase"]
    held, bare = truth["within_90_days_with_coupon"], truth["within_90_days_without_coupon"]
    assert planted["ladder.coupon.with.within_90d"]["n"] == truth["drawn_with_coupon"]
    for name, share in (("with", held), ("without", bare)):
        found = planted[f"ladder.coupon.{name}.within_90d"]
        assert found["low"] < share < found["high"], name
    apart = planted["ladder.coupon.difference_90d"]
    assert 0 < apart["low"] < held - bare < apart["high"]
    assert planted["ladder.coupon.log_rank_p"]["value"] < 0.001


def test_those_who_bought_only_once_are_more_the_further_down_the_ladder_starts(
    planted: dict[str, Any],
) -> None:
    shares = [planted[f"ladder.step{step}.within_90d"]["value"] for step in (1, 2, 3, 4)]
    assert shares == sorted(shares)
    assert planted["ladder.fourth_against_first.difference_90d"]["low"] > 0
