"""The page of the ladder and its command: what they say, in which words, and where nothing can be said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest

from clientela.i18n import catalogue, speaking
from clientela.month import Month
from clientela.reports.charts.curve import Curve, Tick, curve
from clientela.reports.charts.ladder_bars import Rung, ladder_bars
from clientela.reports.section import Edition, Shop, figures_in, mounted
from clientela.reports.words import known_as
from clientela.settings.shop_settings import Settings
from clientela.templates import environment
from clientela.terms import category_name
from clientela.warehouse.connection import open_shop
from tests.worlds.ladder_shop import TODAY, ladder_shop, measures
from tests.worlds.made_shop import order

SVG = "{http://www.w3.org/2000/svg}"
DAY = timedelta(days=1)


def page(db: duckdb.DuckDBPyConnection, language: str = "it") -> Any:
    (section,) = (one for one in mounted() if one.name == "purchase_ladder")
    with speaking(language):
        return section.read(db, Edition(Shop("Bottega"), Month(2025, 12), language))


def drawn(db: duckdb.DuckDBPyConnection, language: str = "it", medium: str = "screen") -> str:
    """Draw the page alone, without the document round it."""
    (section,) = (one for one in mounted() if one.name == "purchase_ladder")
    with speaking(language):
        return (
            environment()
            .get_template("report/purchase_ladder.html")
            .render(
                page=section.read(db, Edition(Shop("Bottega"), Month(2025, 12), language)),
                section=section, shop=Shop("Bottega"), medium=medium, downloads={}, category=category_name,
                known_as=known_as, translate=lambda text: catalogue(language).gettext(text),
            )
        )  # fmt: skip


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture(scope="module")
def demo(demo_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shop(demo_settings.database, read_only=True) as db:
        yield db


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_number_of_the_page_is_a_measure_of_that_name(
    demo: duckdb.DuckDBPyConnection, language: str
) -> None:
    known = measures(demo)
    shown = [
        figure for figure in figures_in(page(demo, language)) if not figure.metric.startswith("ladder.action")
    ]
    assert len(shown) > 30
    for figure in shown:
        measure = known[figure.metric]
        assert (figure.value is None) == (measure["value"] is None), figure
        if figure.value is not None:
            assert float(figure.value) == pytest.approx(measure["value"], abs=0.005)
        assert figure.unit == measure["unit"]
    html = drawn(demo, language)
    for metric, value in re.findall(r'data-metric="([^"]+)" value="([^"]*)"', html):
        if value and not metric.startswith("ladder.action"):
            assert float(value) == pytest.approx(known[metric]["value"], abs=0.005)


def test_the_heading_names_the_step_that_leaks_most(demo: duckdb.DuckDBPyConnection) -> None:
    known = measures(demo)
    worst = max((1, 2, 3, 4), key=lambda step: known[f"ladder.step{step}.leak_12m"]["value"])
    assert worst == 1
    lost = round(known["ladder.step1.lost_12m"]["value"])
    value = round(known["ladder.step1.value_12m"]["value"])
    assert page(demo).heading == (
        f"In 12 mesi {lost} persone si sono fermate al primo acquisto: "
        f"chi prosegue spende {value}\xa0€ l’anno"
    )
    assert page(demo, "en").heading == (
        f"In 12 months {lost} people stopped at the first purchase: those who go on spend €{value} a year"
    )


def test_the_coupon_is_compared_in_words_with_its_doubt(demo: duckdb.DuckDBPyConnection) -> None:
    apart = measures(demo)["ladder.coupon.difference_90d"]
    low, high = (f"{100 * apart[end]:.1f}".removesuffix(".0") for end in ("low", "high"))
    (said,) = (line for line in page(demo, "en").sentences if "coupon" in line)
    assert f"points more, between {low} and {high}: more than chance makes" in said
    assert "proof if chance decided" in said


def test_the_lists_are_short_and_the_most_urgent_come_first(demo: duckdb.DuckDBPyConnection) -> None:
    found = page(demo)
    assert 0 < len(found.waiting) <= 20
    assert [row.days_left for row in found.waiting] == sorted(row.days_left for row in found.waiting)
    assert found.coupons
    assert all(1 <= row.days_left <= 7 for _what, row in found.coupons)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("medium", ["screen", "pdf"])
def test_the_page_prints_no_hole(demo: duckdb.DuckDBPyConnection, language: str, medium: str) -> None:
    html = drawn(demo, language, medium)
    assert not re.search(r"\bnan\b|\binf\b|None|\{\w+\}|%\(", html)
    assert " style=" not in html


def few(number: int) -> list[dict[str, Any]]:
    return [order(f"c{place}", TODAY - (20 + place) * DAY) for place in range(number)]


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_shop_without_sales_is_told_what_to_load(language: str) -> None:
    with ladder_shop(orders=[]) as db:
        found, html = page(db, language), drawn(db, language)
    assert (found.bars, found.curves, found.rows, found.deeds) == (None, None, [], [])
    assert "orders.csv" in html
    assert "<table" not in html


@pytest.mark.parametrize("language", ["it", "en"])
def test_one_customer_is_too_few_for_shares_and_gets_no_picture_of_nothing(language: str) -> None:
    with ladder_shop(orders=few(1)) as db:
        found, html = page(db, language), drawn(db, language)
    words = {"it": ("troppo pochi", "coupons.csv"), "en": ("too few", "coupons.csv")}[language]
    assert all(word in html for word in words)
    assert found.curves is None
    assert [row.returned.value for row in found.rows] == [None] * 4
    assert not re.search(r"\d\s?%", text(html.split("</svg>")[1]))


def test_a_hostile_name_is_text() -> None:
    rows = [*few(30), order("<b>x</b>", TODAY - 10 * DAY)]
    with ladder_shop(orders=rows) as db:
        html = drawn(db)
    assert "<b>x</b>" not in html


def rungs() -> list[Rung]:
    return [Rung("1 → 2", 0.5, "50 %", 0.25, "era 25 %"), Rung("2 → 3", None, "troppo pochi")]


def test_the_bars_stand_for_the_shares_and_the_outline_for_last_year() -> None:
    root = ElementTree.fromstring(ladder_bars(rungs(), "a < b & c"))
    assert root[0].text == "a < b & c"
    outline, bar = root.findall(f"{SVG}rect")
    assert outline.get("fill") == "none"
    assert outline.get("class") == "s-muted"
    assert float(bar.get("width", 0)) == 2 * float(outline.get("width", 0))


def test_the_curve_climbs_in_steps_and_its_names_do_not_touch() -> None:
    now = Curve("now", "40 %", [(0, 0), (10, 0.2), (40, 0.4)], "buyer")
    then = Curve("then", "42 %", [(0, 0), (12, 0.25), (80, 0.42)], "muted")
    days = [Tick(7, "7", is_marked=True), Tick(90, "90")]
    root = ElementTree.fromstring(curve([now, then], days, [Tick(0, "0 %"), Tick(0.5, "50 %")], "t & t"))
    assert root[0].text == "t & t"
    stairs = root.findall(f"{SVG}path")[-1].get("d", "")
    assert re.fullmatch(r"M[\d.]+ [\d.]+(H[\d.]+V[\d.]+)+", stairs)
    heights = [float(x) for x in re.findall(r"V([\d.]+)", stairs)]
    assert heights == sorted(heights, reverse=True)
    ends = {
        (label.text or "").split()[0]: (float(label.get("x", 0)), float(label.get("y", 0)))
        for label in root.findall(f"{SVG}text")
    }
    below = ends["now"]
    assert abs(below[1] - ends["then"][1]) > 3 or abs(below[0] - ends["then"][0]) > 15
