"""Charts: what they say, and where their marks stand."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from clientela.reports.charts.day_strip import Day, day_strip
from clientela.reports.charts.dot_plot import Dot, Mark, dot_plot
from clientela.reports.charts.lorenz import Axis, Point, lorenz
from clientela.reports.charts.ranges import Range, ranges
from clientela.reports.charts.share_bars import Pair, share_bars
from clientela.reports.charts.sparkline import sparkline
from clientela.reports.charts.step_bars import Step, step_bars
from clientela.reports.charts.waterfall import Fall, waterfall
from clientela.warehouse.health import gaps_in

SVG = "{http://www.w3.org/2000/svg}"
OCTOBER = [date(2026, 10, 1) + timedelta(days=i) for i in range(31)]


def days(closed: set[int] = frozenset(), empty: set[int] = frozenset()) -> list[Day]:
    return [Day(on, 0 if on.day in empty or on.day in closed else 10, on.day in closed) for on in OCTOBER]


CHARTS = {
    "sparkline": sparkline([1, 2, 3], "fan", "a < b & c"),
    "waterfall": waterfall(
        [Fall("a", 10, "10", "ink"), Fall("b", -3, "−3", "lost"), Fall("c", 7, "7", "ink")], "a < b & c"
    ),
    "dot_plot": dot_plot(
        [Dot(0.1, "1", "lost")], [Mark(0.2, "20 %", "late")], "a < b & c", lowest=0.01, highest=0.3
    ),
    "day_strip": day_strip(days(), "a < b & c"),
    "lorenz": lorenz(
        [Point(0.5, 0.8), Point(1, 1)],
        Point(0.5, 0.8),
        "x",
        Axis("p", "s", "e", ((0, "0"), (1, "1"))),
        "a < b & c",
    ),
    "step_bars": step_bars([Step("a", 10, "10", "fan"), Step("b", 5, "5", "buyer", "50 %")], "a < b & c"),
    "ranges": ranges(
        [Range("a", "n", 33, 18, 47, "+33"), Range("b", "n", None, 0, 0, "")],
        [(0, "0"), (100, "100")],
        "a < b & c",
    ),
    "share_bars": share_bars([Pair("a", "fan", 0.3, "30 %", 0.6, "60 %")], "p", "s", "a < b & c"),
}


@pytest.mark.parametrize("name", list(CHARTS))
def test_a_chart_says_its_finding_and_is_well_formed(name: str) -> None:
    root = ElementTree.fromstring(CHARTS[name])
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "a < b & c"
    assert "var(" not in CHARTS[name]
    assert "currentColor" not in CHARTS[name]


@pytest.mark.parametrize("name", list(CHARTS))
def test_every_colour_has_a_class_for_the_dark_screen(name: str) -> None:
    for mark in ElementTree.fromstring(CHARTS[name]).iter():
        if (mark.get("fill") or "none") != "none" or mark.get("stroke"):
            assert re.match("[fs]-", mark.get("class") or ""), ElementTree.tostring(mark)


def test_a_sparkline_rises_with_its_values_and_a_flat_one_runs_in_the_middle() -> None:
    def ys(values: list[float]) -> list[float]:
        path = ElementTree.fromstring(sparkline(values, "fan", "t")).find(f"{SVG}path")
        assert path is not None
        return [float(point.split()[1]) for point in re.split("[ML]", path.get("d", ""))[1:]]

    assert ys([1, 2, 3]) == sorted(ys([1, 2, 3]), reverse=True)
    assert set(ys([5, 5, 5])) == {3.0}


def test_each_bar_of_a_waterfall_starts_where_the_last_ended() -> None:
    """10 + 4 − 6 = 8: bars of 4 and 6 on one scale, the second ends where the end mark stands."""
    chart = waterfall(
        [
            Fall("start", 10, "10", "ink"),
            Fall("up", 4, "+4", "buyer"),
            Fall("down", -6, "−6", "lost"),
            Fall("end", 8, "8", "ink"),
        ],
        "t",
    )
    start, up, down, end = ElementTree.fromstring(chart).findall(f"{SVG}rect")
    x, wide = (lambda mark: float(mark.get("x"))), (lambda mark: float(mark.get("width")))
    assert wide(down) / wide(up) == pytest.approx(6 / 4, abs=0.01)
    assert x(up) + wide(up) == pytest.approx(x(down) + wide(down), abs=0.02)
    assert x(up) == pytest.approx(x(start) + 0.7, abs=0.02)
    assert x(down) == pytest.approx(x(end) + 0.7, abs=0.02)


def test_rarer_silences_stand_further_right_and_dots_never_overlap() -> None:
    chances = [0.19, 0.18, 0.17, 0.1, 0.1, 0.1, 0.05, 0.02]
    chart = dot_plot([Dot(c, "1", "lost") for c in chances], [], "t", lowest=0.01, highest=0.25)
    dots = [
        (float(mark.get("cx") or 0), float(mark.get("cy") or 0), float(mark.get("r") or 0))
        for mark in ElementTree.fromstring(chart).findall(f"{SVG}circle")
    ]
    assert [x for x, _y, _r in dots] == sorted(x for x, _y, _r in dots)
    for i, (x, y, r) in enumerate(dots):
        assert all((x - a) ** 2 + (y - b) ** 2 >= (2 * r) ** 2 for a, b, _ in dots[i + 1 :])


def test_a_gap_is_four_days_without_a_receipt_outside_closures() -> None:
    assert gaps_in([(day.on, day.receipts, day.is_closed) for day in days(empty={5, 6, 7})]) == []
    assert gaps_in([(day.on, day.receipts, day.is_closed) for day in days(empty={5, 6, 7, 8})]) == [
        (date(2026, 10, 5), date(2026, 10, 8))
    ]
    assert gaps_in([(day.on, day.receipts, day.is_closed) for day in days(closed={5, 6, 7, 8, 9})]) == []
    assert gaps_in([(day.on, day.receipts, day.is_closed) for day in days(empty={28, 29, 30, 31})]) == [
        (date(2026, 10, 28), date(2026, 10, 31))
    ]


def test_bars_of_both_shares_have_one_scale() -> None:
    bars = ElementTree.fromstring(CHARTS["share_bars"]).findall(f"{SVG}rect")
    people, sales = (float(bar.get("width") or 0) for bar in bars)
    assert sales == pytest.approx(2 * people, abs=0.02)


def test_the_curve_of_the_best_passes_through_its_points_and_bends_up() -> None:
    axis = Axis("p", "s", "e", ((0, "0 %"), (1, "100 %")))
    points = [Point(0.25, 0.7), Point(0.5, 0.9), Point(1, 1)]
    root = ElementTree.fromstring(lorenz(points, points[0], "25 %", axis, "t"))
    path = root.find(f"{SVG}path")
    assert path is not None
    found = [tuple(map(float, pair.split())) for pair in re.split("[ML]", path.get("d", ""))[1:]]
    (x0, y0), *rest, (x1, y1) = found
    for point, (x, y) in zip(points, [*rest, (x1, y1)], strict=True):
        assert (x - x0) / (x1 - x0) == pytest.approx(point.people, abs=0.001)
        assert (y0 - y) / (y0 - y1) == pytest.approx(point.sales, abs=0.001)
    disc = root.find(f"{SVG}circle")
    assert disc is not None
    assert (float(disc.get("cx", "0")), float(disc.get("cy", "0"))) == rest[0]


def test_steps_stand_on_one_scale() -> None:
    root = ElementTree.fromstring(step_bars([Step("a", 40, "40", "fan"), Step("b", 10, "10", "buyer")], "t"))
    wide = [float(mark.get("width", "0")) for mark in root.iter(f"{SVG}rect")]
    assert wide[0] == pytest.approx(4 * wide[1], abs=0.02)


def test_a_month_of_too_few_answers_has_a_name_and_no_dot() -> None:
    months = [Range("may", "n = 4", None, 0, 0, ""), Range("oct", "n = 100", 33, 18, 47, "+33")]
    root = ElementTree.fromstring(ranges(months, [(0, "0"), (100, "+100")], "t"))
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    texts = [mark.text for mark in root.iter(f"{SVG}text")]
    assert {"may", "n = 4", "oct", "n = 100", "+33"} <= set(texts)
    assert texts.count("") == 0
