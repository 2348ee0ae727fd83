"""What must hold of the models for any shop, and the same numbers by another road."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, hyp2f1

from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.bg_nbd import BG
from clientela.warehouse.predictions.purchase_model.expectation import expected_of_new, expected_purchases
from clientela.warehouse.predictions.purchase_model.families import Family, Parameters
from clientela.warehouse.predictions.purchase_model.fitting import fit
from clientela.warehouse.predictions.purchase_model.gamma_gamma import Spend, fit_spend
from clientela.warehouse.predictions.purchase_model.gamma_gamma import _Objective as SpendObjective
from clientela.warehouse.predictions.purchase_model.histories import Histories, distinct
from clientela.warehouse.predictions.purchase_model.likelihood import LogLikelihood
from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
from clientela.warehouse.predictions.purchase_model.probabilities import p_alive, p_silent
from clientela.warehouse.predictions.rank_correlation import rank_correlation

FAMILIES = pytest.mark.parametrize("family", [MBG, BG], ids=lambda family: family.name)
PARAMETERS = st.builds(
    Parameters,
    r=st.floats(0.05, 20),
    alpha=st.floats(0.1, 200),
    a=st.floats(0.01, 30),
    b=st.floats(0.05, 60),
)
HISTORIES = st.tuples(st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 500), st.floats(0.1, 400))
"""Repeat purchases, share of the age that lies before the last one, age and horizon in weeks."""

SHOP = Histories(
    np.array([0.0, 0, 1, 2, 5, 12, 40]),
    np.array([0.0, 0, 3, 11, 30, 38, 39]),
    np.array([2.0, 39, 20, 39, 33, 39, 40]),
    np.array([300.0, 200, 90, 60, 30, 20, 4]),
)


def arrays(history: tuple[int, float, float, float]) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    x, share, age, horizon = history
    recency = share * age if x else 0.0
    return np.array([float(x)]), np.array([recency]), np.array([age]), horizon


@FAMILIES
@settings(max_examples=200, deadline=None)
@given(p=PARAMETERS, history=HISTORIES)
def test_a_probability_is_one_and_nothing_overflows(
    family: Family, p: Parameters, history: tuple[int, float, float, float]
) -> None:
    x, recency, age, horizon = arrays(history)
    alive = p_alive(family, p, x, recency, age)
    silent = p_silent(p, alive, x, age, horizon)
    expected = expected_purchases(family, p, alive, x, age, horizon)
    assert 0 <= alive[0] <= 1
    assert 0 <= silent[0] <= 1
    assert 0 <= expected[0] <= (p.r + x[0]) / (p.alpha + age[0]) * horizon * (1 + 1e-6)


@FAMILIES
@settings(max_examples=100, deadline=None)
@given(p=PARAMETERS, history=HISTORIES, more=st.floats(0, 100))
def test_a_longer_silence_never_raises_the_hope(
    family: Family, p: Parameters, history: tuple[int, float, float, float], more: float
) -> None:
    x, recency, age, horizon = arrays(history)
    before, after = p_alive(family, p, x, recency, age), p_alive(family, p, x, recency, age + more)
    assert after[0] <= before[0]
    silent = p_silent(p, after, x, age + more, horizon)
    assert silent[0] >= p_silent(p, before, x, age, horizon)[0] - 1e-12


@FAMILIES
@settings(max_examples=30, deadline=None)
@given(p=PARAMETERS)
def test_slope_and_curvature_are_those_of_the_likelihood(family: Family, p: Parameters) -> None:
    likelihood = LogLikelihood(family, SHOP)
    found = likelihood(p)
    for place, name in enumerate(("r", "alpha", "a", "b")):
        step = 1e-5 * getattr(p, name)
        up, down = (likelihood(replace(p, **{name: getattr(p, name) + s})) for s in (step, -step))
        scale = 1 + abs(found.value) / getattr(p, name)
        slope = (up.value - down.value) / (2 * step)
        assert found.gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-6 * scale)
        bend = (up.gradient - down.gradient) / (2 * step)
        tolerance = 1e-6 * (1 + float(np.abs(found.gradient).max()) / getattr(p, name))
        assert found.hessian[place] == pytest.approx(bend, rel=1e-3, abs=tolerance)


def test_slope_and_curvature_of_the_spending_model_are_those_of_its_likelihood() -> None:
    spend = Spend(np.array([1.0, 2, 2, 5, 9]), np.array([12.0, 30, 7, 22, 18]))
    objective = SpendObjective(spend)
    point = np.log(np.array([4.0, 3.0, 20.0]))
    found = objective(point)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        up, down = objective(point + step), objective(point - step)
        assert found.gradient[place] == pytest.approx((up.value - down.value) / 2e-5, abs=1e-8)
        assert found.hessian[place] == pytest.approx((up.gradient - down.gradient) / 2e-5, abs=1e-8)


@FAMILIES
@settings(max_examples=40, deadline=None)
@given(first=PARAMETERS, second=PARAMETERS)
def test_the_unit_of_time_changes_no_comparison(
    family: Family, first: Parameters, second: Parameters
) -> None:
    in_days = Histories(SHOP.repeats, SHOP.recency * 7, SHOP.age * 7, SHOP.customers)
    weeks, days = LogLikelihood(family, SHOP), LogLikelihood(family, in_days)

    def of_days(p: Parameters) -> float:
        return days(replace(p, alpha=p.alpha * 7)).value

    difference = weeks(first).value - weeks(second).value
    assert of_days(first) - of_days(second) == pytest.approx(difference, rel=1e-9, abs=1e-6)


@FAMILIES
def test_the_unit_of_time_changes_no_fit(family: Family) -> None:
    weeks = fit(family, SHOP).parameters
    days = fit(family, SHOP.in_units_of(1 / 7)).parameters
    assert (days.r, days.alpha / 7, days.a, days.b) == pytest.approx(
        (weeks.r, weeks.alpha, weeks.a, weeks.b), rel=1e-6
    )


def by_integral(family: Family, p: Parameters, x: float, age: float, horizon: float) -> float:
    """Expected purchases of somebody alive: the mean over the chance to leave after a purchase.

    With rate l and chance q, (1 - exp(-l q t)) / q purchases are to be expected; l is gamma-distributed, q
    beta-distributed with b raised by the times one stayed.
    """
    b = p.b + family.chances_to_leave(np.array([x]))[0]

    def weighed(log_odds: float) -> float:
        q = 1 / (1 + np.exp(-log_odds))
        stays = 1 / (1 + np.exp(log_odds))
        density = np.exp(p.a * np.log(q) + b * np.log(stays) - betaln(p.a, b))
        return float(density * -np.expm1(-(p.r + x) * np.log1p(q * horizon / (p.alpha + age))) / q)

    centre = np.log(p.a / b)
    width = 12 * np.sqrt(1 / p.a + 1 / b) + 30 / p.a
    found, _error = quad(weighed, centre - width, centre + width, limit=500, epsrel=1e-10, points=[centre])
    return float(found)


@FAMILIES
@pytest.mark.parametrize("a", [0.05, 0.7, 1 - 1e-9, 1.0, 1 + 1e-6, 2.5, 40.0, 400.0])
@pytest.mark.parametrize(
    "history", [(0, 30, 4), (1, 40, 52), (7, 52, 520), (300, 150, 26), (10_000, 1400, 400)]
)
def test_expected_purchases_are_the_integral_that_they_stand_for(
    family: Family, a: float, history: tuple[int, float, float]
) -> None:
    x, age, horizon = history
    p = Parameters(0.5, 6.0, a, 3.0)
    found = expected_purchases(family, p, np.ones(1), np.array([float(x)]), np.array([float(age)]), horizon)
    assert found[0] == pytest.approx(by_integral(family, p, x, age, horizon), rel=1e-7)


@pytest.mark.parametrize("a", [0.3, 0.793, 1.7])
@pytest.mark.parametrize("history", [(0, 37.57, 39), (2, 38.86, 39), (26, 31, 52), (120, 60, 10)])
def test_they_are_the_textbook_form_where_that_is_stable(a: float, history: tuple[int, float, float]) -> None:
    """Fader, Hardie & Lee (2005), equation 10, without P(alive)."""
    x, age, horizon = history
    p = Parameters(0.243, 4.414, a, 2.426)
    c, z = p.a + p.b + x - 1, horizon / (p.alpha + age + horizon)
    term = ((p.alpha + age) / (p.alpha + age + horizon)) ** (p.r + x) * hyp2f1(p.r + x, p.b + x, c, z)
    found = expected_purchases(BG, p, np.ones(1), np.array([float(x)]), np.array([float(age)]), horizon)
    assert found[0] == pytest.approx(c / (p.a - 1) * (1 - term), rel=1e-8)


@FAMILIES
def test_a_new_customer_is_one_without_history(family: Family) -> None:
    p = Parameters(0.5, 6.0, 0.8, 2.4)
    alive = 2.4 / 3.2 if family is MBG else 1.0
    assert expected_of_new(family, p, 52) == pytest.approx(alive * by_integral(family, p, 0, 0, 52), rel=1e-8)


def test_histories_are_counted_once_and_lead_back_to_their_customers() -> None:
    x, t_x, age = (np.array(values) for values in ([2, 0, 2, 10_000], [30, 0, 30, 900], [40, 7, 40, 901]))
    found = distinct(x, t_x, age)
    assert found.customers.tolist() == [1, 2, 1]
    for each, whole in ((found.repeats, x), (found.recency_days, t_x), (found.age_days, age)):
        assert each[found.place].tolist() == whole.tolist()


def test_a_bin_carries_the_mean_of_its_members() -> None:
    found = Histories(
        np.array([1.0, 1, 1]), np.array([1.0, 5, 8]), np.array([9.0, 12, 20]), np.array([1.0, 3, 1])
    )
    binned = found.binned(7)
    assert binned.customers.tolist() == [4, 1]
    assert binned.recency.tolist() == [4, 8]
    assert binned.age.tolist() == [11.25, 20]


def test_ranks_share_ties_and_agree_with_spearman_by_hand() -> None:
    """Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5 / 4, over the roots of 4.5 / 4 and 5 / 4."""
    found = rank_correlation(np.array([1.0, 5, 5, 9]), np.array([2.0, 3, 4, 8]))
    assert found == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    assert rank_correlation(np.ones(3), np.arange(3.0)) == 0


@pytest.mark.parametrize("mean", [[], [7.0], [7.0, 7.0, 7.0]], ids=["nobody", "one customer", "all alike"])
def test_amounts_that_carry_no_model_are_said_to_carry_none(mean: list[float]) -> None:
    found = fit_spend(Spend(np.ones(len(mean)), np.array(mean)))
    assert not found.is_usable
    assert found.shop_mean == (7.0 if mean else 0.0)
