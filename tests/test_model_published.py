"""The models against the numbers that their authors printed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from clientela.warehouse.predictions.arrays import FloatArray
from clientela.warehouse.predictions.purchase_model.bg_nbd import BG
from clientela.warehouse.predictions.purchase_model.expectation import expected_purchases
from clientela.warehouse.predictions.purchase_model.families import Family, Parameters
from clientela.warehouse.predictions.purchase_model.fitting import Fit, fit
from clientela.warehouse.predictions.purchase_model.gamma_gamma import Spend, expected_spend, fit_spend
from clientela.warehouse.predictions.purchase_model.histories import Histories, distinct
from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
from clientela.warehouse.predictions.purchase_model.model import fit_model
from clientela.warehouse.predictions.purchase_model.probabilities import p_alive
from tests.worlds.real_data import lines_of, loaded, sales_file

CALIBRATED = date(1997, 9, 30)
HOLDOUT_WEEKS = 39.0
PRINTED = {
    ("sample", "bg"): ((0.242595, 4.413602, 0.792922, 2.425907), -9582.429),
    ("sample", "mbg"): ((0.524843, 6.183084, 0.891359, 1.614003), -9582.136),
    ("master", "bg"): ((0.25162, 4.78894, 0.72343, 2.16109), -95368.444),
    ("master", "mbg"): ((0.63714, 7.31029, 0.80747, 1.22839), -95336.958),
}
CDNOW = {"sample": "cdnow_sample.txt", "master": "cdnow_master.txt.gz"}
FAMILIES = {"bg": BG, "mbg": MBG}
History = tuple[FloatArray, FloatArray, FloatArray]
"""x, t_x and T in weeks."""


@dataclass(frozen=True)
class Cdnow:
    """CDNOW's customers up to the end of September 1997, and what they bought afterwards."""

    x: FloatArray
    t_x: FloatArray
    age: FloatArray
    spent: FloatArray
    """On repeat days."""

    later: FloatArray
    """Purchases from then to June 1998."""

    @property
    def histories(self) -> Histories:
        days = [np.rint(7 * weeks).astype(np.int64) for weeks in (self.t_x, self.age)]
        return distinct(self.x.astype(np.int64), *days).histories()


def cdnow(name: str) -> Cdnow:
    """Read a file without the product: receipts of one day are one purchase, those of 0 dollars count."""
    customer, day = (1, 2) if name == "sample" else (0, 1)
    bought: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for line in lines_of(sales_file(CDNOW[name])):
        cells = line.split()
        if cells[0].isdigit():
            bought[cells[customer]][datetime.strptime(cells[day], "%Y%m%d").date()] += float(cells[-1])
    rows = []
    for days in bought.values():
        known = sorted(one for one in days if one <= CALIBRATED)
        rows.append(
            (
                len(known) - 1,
                (known[-1] - known[0]).days / 7,
                (CALIBRATED - known[0]).days / 7,
                sum(days[one] for one in known[1:]),
                len(days) - len(known),
            )
        )
    return Cdnow(*np.array(rows, dtype=float).T)


@pytest.fixture(scope="module")
def sample() -> Cdnow:
    return cdnow("sample")


def fitted(shop: Cdnow, family: Family) -> Fit:
    return fit(family, shop.histories, priors=False)


def values(p: Parameters) -> tuple[float, float, float, float]:
    return p.r, p.alpha, p.a, p.b


def purchases(fitted: Fit, history: History, weeks: float) -> FloatArray:
    x, t_x, age = history
    alive = p_alive(fitted.family, fitted.parameters, x, t_x, age)
    return expected_purchases(fitted.family, fitted.parameters, alive, x, age, weeks)


def one(x: float, t_x: float, age: float) -> History:
    return np.array([float(x)]), np.array([float(t_x)]), np.array([float(age)])


def test_the_sample_is_the_one_that_the_papers_use(sample: Cdnow) -> None:
    assert len(sample.x) == 2357
    assert sample.x.sum() == 2457
    assert (sample.x > 0).sum() == 946
    assert len(sample.histories.repeats) == 1016
    assert sample.later.sum() == 1882


@pytest.mark.parametrize("model", ["bg", "mbg"])
def test_the_sample_gives_the_printed_parameters(sample: Cdnow, model: str) -> None:
    found = fitted(sample, FAMILIES[model])
    parameters, log_likelihood = PRINTED["sample", model]
    assert values(found.parameters) == pytest.approx(parameters, abs=2e-6)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=5e-4)
    assert found.gradient_norm < 1e-8
    assert found.sees_leaving


@pytest.mark.slow
@pytest.mark.parametrize("model", ["bg", "mbg"])
def test_the_whole_file_gives_the_printed_parameters(model: str) -> None:
    shop = cdnow("master")
    found = fitted(shop, FAMILIES[model])
    parameters, log_likelihood = PRINTED["master", model]
    assert len(shop.x) == 23_570
    assert shop.later.sum() == 19_684
    assert values(found.parameters) == pytest.approx(parameters, abs=6e-6)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=5e-4)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["bg", "mbg"])
def test_a_loaded_shop_gives_them_too(tmp_path: Path, model: str) -> None:
    rules = {"min_net_amount": -1.0}
    with loaded(tmp_path, CDNOW["master"], "cdnow.toml", CALIBRATED, **rules) as (db, _):
        found = fit_model(db, CALIBRATED, FAMILIES[model], priors=False)
    assert found.fit is not None
    parameters, log_likelihood = PRINTED["master", model]
    assert found.customers == 23_570
    assert values(found.fit.parameters) == pytest.approx(parameters, abs=6e-6)
    assert found.fit.log_likelihood == pytest.approx(log_likelihood, abs=5e-4)
    assert found.as_json()["unit"] == "weeks"


def test_weak_priors_hardly_move_a_shop_with_data(sample: Cdnow) -> None:
    with_priors = fit(MBG, sample.histories)
    parameters, log_likelihood = PRINTED["sample", "mbg"]
    assert values(with_priors.parameters) == pytest.approx(parameters, rel=0.01)
    assert with_priors.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)


def test_gamma_gamma_gives_the_numbers_of_note_025(sample: Cdnow) -> None:
    found = fit_spend(Spend.of(sample.x, sample.spent))
    assert (found.p, found.q, found.v) == pytest.approx((6.24957, 3.74422, 15.44352), abs=1e-5)
    assert found.log_likelihood == pytest.approx(-4055.918, abs=5e-4)
    assert (sample.x > 0).sum() == 946
    assert found.is_usable


def test_expected_spend_is_the_one_of_the_lifetimes_quickstart(sample: Cdnow) -> None:
    """Printed there for CDNOW: repeat purchases, their mean, expected dollars per purchase."""
    printed = [(2, 22.35, 24.6586), (1, 11.77, 18.9115), (0, 0.0, 35.1710), (7, 73.74, 71.4628)]
    x, mean, expected = np.array(printed).T
    found = expected_spend(x, mean, fit_spend(Spend.of(sample.x, sample.spent)))
    assert found == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("history", "weeks", "printed"),
    [((2, 30.43, 38.86), 39.0, 1.226), ((26, 30.857, 31), 52.0, 25.757)],
)
def test_purchases_to_expect_of_one_customer(
    sample: Cdnow, history: tuple[float, float, float], weeks: float, printed: float
) -> None:
    found = purchases(fitted(sample, BG), one(*history), weeks)
    assert found == pytest.approx([printed], abs=5e-4)


def test_purchases_and_p_alive_with_the_rounded_parameters_of_the_paper() -> None:
    bg = Fit(BG, Parameters(0.243, 4.414, 0.793, 2.426), 0.0, 0.0, 0.0)
    history = one(3, 24.71, 37.86)
    assert p_alive(BG, bg.parameters, *history) == pytest.approx([0.6250537962], abs=1e-10)
    for weeks, printed in ((1, 0.0476465347), (3, 0.1411712190), (6, 0.2772885955)):
        assert purchases(bg, history, weeks) == pytest.approx([printed], abs=1e-10)
    mbg = Parameters(0.525, 6.183, 0.891, 1.614)
    assert p_alive(MBG, mbg, *history) == pytest.approx([0.5973441682], abs=1e-10)


def test_a_one_time_buyer_is_alive_for_ever_under_bg_and_not_under_mbg() -> None:
    history = one(0, 0, 37.57)
    assert p_alive(BG, Parameters(0.243, 4.414, 0.793, 2.426), *history) == [1.0]
    mbg = Parameters(0.525, 6.183, 0.891, 1.614)
    assert p_alive(MBG, mbg, *history) == pytest.approx([0.3933694311], abs=1e-10)


@pytest.mark.parametrize(("model", "printed"), [("bg", 0.7855), ("mbg", 0.7648)])
def test_error_per_customer_over_the_39_weeks_that_follow(sample: Cdnow, model: str, printed: float) -> None:
    history = (sample.x, sample.t_x, sample.age)
    expected = purchases(fitted(sample, FAMILIES[model]), history, HOLDOUT_WEEKS)
    assert np.abs(expected - sample.later).mean() == pytest.approx(printed, abs=5e-5)
