"""A shop whose truth is known: the fit finds it, and its probabilities come true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.bg_nbd import BG
from clientela.warehouse.predictions.purchase_model.expectation import expected_purchases
from clientela.warehouse.predictions.purchase_model.families import Family, Parameters
from clientela.warehouse.predictions.purchase_model.fitting import fit
from clientela.warehouse.predictions.purchase_model.gamma_gamma import Spend, expected_spend, fit_spend
from clientela.warehouse.predictions.purchase_model.histories import Histories
from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
from clientela.warehouse.predictions.purchase_model.probabilities import p_alive, p_silent

CUSTOMERS = 40_000
WEEKS = 104.0
HORIZON = 26.0
TRUE = Parameters(r=0.8, alpha=5.0, a=0.9, b=2.5)


@dataclass(frozen=True)
class Simulated:
    """What a shop would have seen, and what it cannot see."""

    x: FloatArray
    t_x: FloatArray
    age: FloatArray
    is_alive: FloatArray
    later: FloatArray
    """Purchases in the 26 weeks that follow."""


def simulated(family: Family, seed: int) -> Simulated:
    """Customers who come in evenly over two years, buy at random and leave after a purchase."""
    dice = np.random.default_rng(seed)
    rate = dice.gamma(TRUE.r, 1 / TRUE.alpha, CUSTOMERS)
    leaves = dice.beta(TRUE.a, TRUE.b, CUSTOMERS)
    age = dice.uniform(0, WEEKS, CUSTOMERS)
    x, t_x, later = np.zeros(CUSTOMERS), np.zeros(CUSTOMERS), np.zeros(CUSTOMERS)
    here = dice.random(CUSTOMERS) > leaves if family is MBG else np.ones(CUSTOMERS, dtype=bool)
    is_alive, clock = here.copy(), np.zeros(CUSTOMERS)
    while here.any():
        clock = np.where(here, clock + dice.exponential(1 / rate), np.inf)
        seen, comes = clock <= age, (clock > age) & (clock <= age + HORIZON)
        x, t_x, later = x + seen, np.where(seen, clock, t_x), later + comes
        goes = dice.random(CUSTOMERS) < leaves
        is_alive &= ~(seen & goes)
        here = (seen | comes) & ~goes
    return Simulated(x, t_x, age, is_alive.astype(float), later)


@pytest.fixture(scope="module", params=[MBG, BG], ids=["mbg", "bg"])
def shop(request: pytest.FixtureRequest) -> tuple[Family, Simulated]:
    return request.param, simulated(request.param, seed=7)


def fitted(shop: tuple[Family, Simulated]) -> Parameters:
    family, seen = shop
    histories = Histories(seen.x, seen.t_x, seen.age, np.ones(CUSTOMERS))
    return fit(family, histories).parameters


def test_the_fit_finds_the_truth(shop: tuple[Family, Simulated]) -> None:
    found = fitted(shop)
    assert (found.r, found.alpha) == pytest.approx((TRUE.r, TRUE.alpha), rel=0.06)
    assert found.a / (found.a + found.b) == pytest.approx(TRUE.a / (TRUE.a + TRUE.b), rel=0.06)


def test_of_those_said_to_be_alive_so_many_are(shop: tuple[Family, Simulated]) -> None:
    family, seen = shop
    p = p_alive(family, fitted(shop), seen.x, seen.t_x, seen.age)
    for low in np.arange(0, 1, 0.2):
        some = (p >= low) & (p < low + 0.2)
        if some.sum() > 500:
            assert p[some].mean() == pytest.approx(seen.is_alive[some].mean(), abs=0.03)


def test_as_many_stay_silent_and_buy_as_predicted(shop: tuple[Family, Simulated]) -> None:
    family, seen = shop
    found = fitted(shop)
    alive = p_alive(family, found, seen.x, seen.t_x, seen.age)
    silent = p_silent(found, alive, seen.x, seen.age, HORIZON)
    assert silent.mean() == pytest.approx((seen.later == 0).mean(), abs=0.01)
    expected = expected_purchases(family, found, alive, seen.x, seen.age, HORIZON)
    assert expected.sum() == pytest.approx(seen.later.sum(), rel=0.03)
    often = seen.x >= 10
    assert expected[often].sum() == pytest.approx(seen.later[often].sum(), rel=0.05)


def test_bins_of_a_week_keep_the_parameters(shop: tuple[Family, Simulated]) -> None:
    family, seen = shop
    histories = Histories(seen.x, seen.t_x, seen.age, np.ones(CUSTOMERS))
    exact, binned = fit(family, histories).parameters, fit(family, histories.binned(1.0)).parameters
    for name in ("r", "alpha", "a", "b"):
        assert getattr(binned, name) == pytest.approx(getattr(exact, name), rel=0.0035)


def test_nobody_leaves_a_shop_and_the_fit_says_so() -> None:
    dice = np.random.default_rng(11)
    age = dice.uniform(20, 104, 4_000)
    x = dice.poisson(dice.gamma(1.5, 1 / 6.0, 4_000) * age).astype(float)
    last = np.where(x > 0, age * dice.random(4_000) ** (1 / np.maximum(x, 1)), 0)
    for family in (MBG, BG):
        assert not fit(family, Histories(x, last, age, np.ones(4_000))).sees_leaving


def test_the_spending_model_finds_the_truth() -> None:
    dice = np.random.default_rng(3)
    x = dice.geometric(0.3, CUSTOMERS).astype(float)
    means = dice.gamma(3.7, 1 / 15.0, CUSTOMERS)
    z = dice.gamma(6.0 * x, 1 / (means * x))
    found = fit_spend(Spend(x, z))
    assert (found.p, found.q, found.v) == pytest.approx((6.0, 3.7, 15.0), rel=0.05)
    expected = expected_spend(x, z, found)
    assert expected.mean() == pytest.approx((6.0 / means).mean(), rel=0.02)
    assert found.gradient_norm < 1e-7
