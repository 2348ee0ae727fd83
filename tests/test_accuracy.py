"""The figures of the report card, each worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from clientela.warehouse.predictions.arrays import counts, floats, sums
from clientela.warehouse.predictions.purchase_model.predicting import mean_of_logits
from clientela.warehouse.predictions.report_card.accuracy import (
    Cells,
    auc,
    brier,
    calibration,
    log_loss,
    top_decile_lift,
)
from clientela.warehouse.predictions.report_card.bootstrap import (
    auc_draws,
    draws,
    interval,
    mean_draws,
    rank_groups,
)
from clientela.warehouse.predictions.report_card.graded_predictions import Flag, Forecast
from clientela.warehouse.predictions.report_card.silence_table import (
    Learned,
    bucket_of,
    deciles,
    learn_by_own_gap,
    learn_by_silence,
    learn_table,
    overdue_of,
)


def cells(*rows: tuple[float, float, float]) -> Cells:
    """Cells from prediction, people and events; ranked by the prediction."""
    p, people, events = (np.array(column, dtype=float) for column in zip(*sorted(rows), strict=True))
    return Cells(p, p, people, events)


def test_brier_and_log_loss_by_hand() -> None:
    """0.8 for one who went and one who came, 0.1 for one who came."""
    found = cells((0.8, 2, 1), (0.1, 1, 0))
    assert brier(found) == pytest.approx((0.04 + 0.64 + 0.01) / 3)
    assert log_loss(found) == pytest.approx(-(np.log(0.8) + np.log(0.2) + np.log(0.9)) / 3)
    assert log_loss(cells((1.0, 1, 0))) == pytest.approx(-np.log(1e-6))


def test_ties_count_one_half() -> None:
    assert auc(cells((0.9, 1, 1), (0.5, 2, 1), (0.1, 1, 0))) == pytest.approx((1 + 1 + 1 + 0.5) / 4)
    assert auc(cells((0.5, 7, 3))) == 0.5
    assert auc(cells((0.2, 3, 3), (0.9, 1, 1))) is None


@tries(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.9]), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_the_right_order(people: list[tuple[float, bool]]) -> None:
    went = [p for p, event in people if event]
    came = [p for p, event in people if not event]
    found = auc(cells(*((p, 1.0, float(event)) for p, event in people)))
    if not went or not came:
        assert found is None
    else:
        pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in went for b in came]
        assert found == pytest.approx(sum(pairs) / len(pairs))


def test_calibration_and_lift_by_hand() -> None:
    found = cells((0.95, 10, 9), (0.91, 10, 8), (0.15, 80, 3))
    tenths = calibration(found)
    assert [(one.people, one.happened) for one in tenths] == [(80, 3 / 80), (20, 0.85)]
    assert tenths[1].predicted == pytest.approx(0.93)
    assert top_decile_lift(found) == pytest.approx(0.9 / 0.20)
    straddling = cells((0.9, 5, 5), (0.5, 95, 19))
    assert top_decile_lift(straddling) == pytest.approx((5 + 5 * 0.2) / 10 / 0.24)
    assert top_decile_lift(cells((0.5, 9, 0))) is None


def test_a_flag_by_hand() -> None:
    """Of 40 given up 3 came back; 50 more bought nothing without warning."""
    found = Flag(people=200, flagged=40, silent=87, flagged_silent=37)
    assert found.came_back == 3
    assert found.precision == 37 / 40
    assert found.recall == 37 / 87
    assert found.false_alarm == 3 / 113
    nobody = Flag(0, 0, 0, 0)
    assert nobody.precision is nobody.recall is nobody.false_alarm is None


def test_the_error_of_a_forecast_is_a_share_of_what_came() -> None:
    assert Forecast(110.0, 100.0).error == pytest.approx(0.1)
    assert Forecast(5.0, 0.0).error is None


def test_the_mean_of_two_logits() -> None:
    """Odds of 4 and 1 give odds of 2."""
    assert mean_of_logits(np.array([0.8]), np.array([0.5])) == pytest.approx([2 / 3])
    assert mean_of_logits(np.array([0.9]), np.array([0.1])) == pytest.approx([0.5])


def test_the_buckets_of_the_table() -> None:
    assert bucket_of(np.array([1, 2, 3, 4, 5, 7, 8, 14, 15, 900])).tolist() == [0, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert overdue_of(np.array([0, 2, 2]), np.array([0, 20, 20]), np.array([9, 20, 21])).tolist() == [2, 0, 1]
    assert deciles(np.arange(1, 11)[::-1], np.ones(10)).tolist() == list(range(1, 10))


def test_the_table_and_its_rivals_by_hand() -> None:
    """40 one-time buyers and 60 who bought five times; silent for 1 to 10 days, ten people each."""
    days = np.tile(np.arange(1, 11), 2)
    learned = Learned(
        np.repeat([0, 3], 10),
        days,
        np.where(days > 7, 1, 0),
        np.repeat([4.0, 6.0], 10),
        np.repeat([3.0, 0.0], 10),
    )
    table = learn_table(learned)
    assert learned.share == 0.3
    assert table.edges.tolist() == list(range(1, 10))
    once, often = table.cell_of(np.array([1, 6]), np.array([4, 4]))
    assert table.p[once] == pytest.approx((3 + 10 * 0.75) / 14)
    assert table.p[often] == pytest.approx(0)
    (never_seen,) = table.cell_of(np.array([2]), np.array([500]))
    assert table.p[never_seen] == pytest.approx(0.3)
    assert learn_by_silence(learned, table.edges) == pytest.approx([(3 + 3) / 20] * 10)
    assert learn_by_own_gap(learned) == pytest.approx([0.3, 0.3, 0.3])


def test_intervals_are_the_same_every_time_and_hold_the_figure() -> None:
    dice = np.random.default_rng(5)
    block, event = dice.integers(0, 200, 5000), dice.integers(0, 2, 5000)
    score = np.round(event + dice.normal(0, 1, 5000), 1)
    order_ = np.argsort(score)
    group = np.empty(5000, dtype=np.int64)
    group[order_] = rank_groups(score[order_], np.ones(5000))
    found = interval(auc_draws(block, group, event, draws()))
    (values, place) = np.unique(score, return_inverse=True)
    exact = auc(Cells(floats(values), floats(values), counts(place), sums(place, event)))
    assert found is not None
    assert exact is not None
    assert found.low < exact < found.high
    assert found.high - found.low == pytest.approx(4 * np.sqrt(exact * (1 - exact) / 5000), rel=0.4)
    means = mean_draws(block, floats(event), draws())
    assert means.std() == pytest.approx(0.5 / np.sqrt(5000), rel=0.25)
    assert interval(means) == interval(mean_draws(block, floats(event), draws()))
