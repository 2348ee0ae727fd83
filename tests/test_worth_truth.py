"""Shops drawn with a known truth: the censored estimates find it, the plain ones miss it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pytest

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build, in_memory, read_calendar
from clientela.warehouse.connection import open_shop
from tests.worlds.worth_world import Drawn, draw, measures, restricted_mean, worth_shop

Shop = tuple[duckdb.DuckDBPyConnection, Drawn]


@pytest.fixture(scope="module")
def two_years() -> Iterator[Shop]:
    drawn = draw(2500, life=340, gap=15, history=730, seed=4)
    with worth_shop(drawn.as_of, orders=drawn.orders) as db:
        yield db, drawn


@pytest.fixture(scope="module")
def three_years() -> Iterator[Shop]:
    drawn = draw(2500, life=345, gap=25.5, history=1095, seed=4)
    with worth_shop(drawn.as_of, orders=drawn.orders) as db:
        yield db, drawn


def test_a_life_is_found_where_most_of_it_lies_ahead(two_years: Shop) -> None:
    db, drawn = two_years
    whole = np.array([days[-1] for days in drawn.lives if len(days) > 1])
    truth, median = np.minimum(whole, 700).mean(), np.median(whole)
    assert truth == pytest.approx(296, abs=8)
    assert median == pytest.approx(239, abs=8)
    curve = db.execute(
        "select days, staying_share from steps.lifetime_curve where days <= 700 order by days"
    ).fetchall()
    edges = [*(day for day, _ in curve[1:]), 700]
    estimate = curve[0][0] + sum(
        share * (following - day) for (day, share), following in zip(curve, edges, strict=True)
    )
    found = measures(db)["lifetime.median_days"]
    assert estimate == pytest.approx(truth, rel=0.07)
    assert found["value"] == pytest.approx(median, rel=0.09)
    assert found["low"] < found["value"] < found["high"]


def test_the_plain_mean_and_the_delay_of_detection_miss_it(two_years: Shop) -> None:
    db, _ = two_years
    seen = measures(db)["lifetime.observed_days"]["value"]
    assert seen < 0.68 * 296, "last less first is a third too short"
    rows = db.execute(
        """
        select bought.last_open_day - bought.first_open_day, states.lost_kind is not null,
            rhythm.silent_days, states.limit_days
        from marts.customer_value as bought
        join steps.states as states on states.person_no = bought.person_no
        join marts.purchase_rhythm as rhythm on rhythm.person_no = bought.person_no
        where bought.purchases >= 2
        """
    ).fetchall()
    days = np.array([life + (limit if lost else silent) for life, lost, silent, limit in rows])
    delayed, _ = restricted_mean(np.floor(days), np.array([lost for _, lost, _, _ in rows]), 700)
    assert delayed > 1.10 * 296, "waiting for the loss to be sure is not living"


def test_the_mean_and_its_interval_are_those_of_the_definition(two_years: Shop) -> None:
    db, _ = two_years
    rows = db.execute(
        """
        select bought.last_open_day - bought.first_open_day, states.lost_kind is not null
        from marts.customer_value as bought
        join steps.states as states on states.person_no = bought.person_no
        where bought.purchases >= 2
        """
    ).fetchall()
    days, ended = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = measures(db)
    horizon = int(found["lifetime.horizon_days"]["value"])
    assert (days >= horizon).sum() >= 20 > (days > horizon).sum()
    area, median = restricted_mean(days, ended, horizon)
    assert found["lifetime.mean_days"]["value"] == pytest.approx(area, abs=1e-6)
    assert found["lifetime.median_days"]["value"] == median
    chance = np.random.default_rng(1)
    again = [
        restricted_mean(days[chosen], ended[chosen], horizon)[0]
        for chosen in (chance.integers(0, len(days), len(days)) for _ in range(60))
    ]
    width = found["lifetime.mean_days"]["high"] - found["lifetime.mean_days"]["low"]
    assert width == pytest.approx(2 * 1.96 * np.std(again, ddof=1), rel=0.35)


def test_the_first_year_is_counted_over_those_who_lived_it(three_years: Shop) -> None:
    db, drawn = three_years
    truth = np.mean([(days < 365).sum() for days in drawn.lives])
    assert truth == pytest.approx(9.70, abs=0.25)
    found = measures(db)
    assert found["purchases.first_year"]["value"] == pytest.approx(truth, abs=0.2)
    assert found["value.first_year"]["value"] == pytest.approx(10 * truth, abs=2)
    assert found["value.first_year"]["low"] < 10 * truth < found["value.first_year"]["high"]
    naive = np.mean(
        [
            ((days < 365) & (start + days <= drawn.history)).sum()
            for start, days in zip(drawn.starts, drawn.lives, strict=True)
        ]
    )
    assert naive < truth - 1.0, "the young, not yet a year old, would drag the mean down"


def test_the_interval_of_the_first_year_is_that_of_chance(three_years: Shop) -> None:
    db, drawn = three_years
    chance = np.random.default_rng(2)
    months = np.minimum((drawn.history - drawn.starts + 1) * 12 // 365, 12)
    bought = np.zeros((len(drawn.lives), 12))
    for who, (start, days) in enumerate(zip(drawn.starts, drawn.lives, strict=True)):
        for age in days[(days < 365) & (start + days <= drawn.history)] * 12 // 365:
            bought[who, age] += 10
    again = []
    for _ in range(200):
        chosen = chance.integers(0, len(months), len(months))
        again.append(sum(bought[chosen][months[chosen] > age, age].mean() for age in range(12)))
    found = measures(db)["value.first_year"]
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * np.std(again, ddof=1), rel=0.2)


def test_the_triangle_is_counted_as_by_hand(three_years: Shop) -> None:
    db, drawn = three_years
    first = date(2021, 1, 1).toordinal()
    for started_on, quarter, people, watched, returned in db.execute(
        "select started_on, quarter, people, watched, returned from marts.cohort_triangle"
    ).fetchall():
        low = (quarter - 1) * 365 / 4
        came = watching = back = 0
        for start, days in zip(drawn.starts, drawn.lives, strict=True):
            on = date.fromordinal(first + int(start))
            if (on.year, (on.month - 1) // 3) != (started_on.year, (started_on.month - 1) // 3):
                continue
            came += 1
            if (drawn.history - start + 1) * 4 // 365 >= quarter:
                watching += 1
                inside = (days > 0) & (days * 4 // 365 == quarter - 1) & (start + days <= drawn.history)
                back += bool(inside.any())
                assert not inside.any() or days[inside][0] >= low
        assert (people, watched, returned) == (came, watching, back)


@pytest.fixture(scope="module")
def bottega(demo_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shop(demo_settings.database, read_only=True) as db, in_memory(db):
        as_of = read_calendar(db).default_as_of(demo_settings, date(2026, 11, 22))
        build(db, demo_settings, as_of, targets=("marts.measures",))
        yield db


def test_the_planted_lifetime_is_found(bottega: duckdb.DuckDBPyConnection) -> None:
    truths: dict[str, Any] = json.loads(
        (files("clientela.sample_data") / "truths.json").read_text(encoding="utf-8")
    )
    left = {who: date.fromisoformat(on) for who, on in truths["left_on"].items()}
    end = date(2026, 10, 31)
    rows = bottega.execute(
        "select customer_id, first_purchase_on from marts.customer_value where purchases >= 2"
    ).fetchall()
    # What nobody in the shop can see: who truly left, and when.
    days = np.array([(min(left.get(who, end), end) - first).days for who, first in rows])
    gone = np.array([left.get(who, date.max) <= end for who, _ in rows])
    found = measures(bottega)
    mean, median = found["lifetime.mean_days"], found["lifetime.median_days"]
    truth, middle = restricted_mean(days, gone, int(found["lifetime.horizon_days"]["value"]))
    assert mean["low"] < truth < mean["high"]
    assert middle is not None
    assert median["low"] < middle
    assert median["value"] == pytest.approx(middle, rel=0.15)
    assert found["lifetime.observed_days"]["value"] < 0.6 * truth


def test_the_planted_share_who_buy_only_here_is_found(bottega: duckdb.DuckDBPyConnection) -> None:
    found = measures(bottega)["wallet.exclusive_share"]
    assert found["low"] < 0.30 < found["high"]
