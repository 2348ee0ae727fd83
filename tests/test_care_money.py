"""Discounts, what is left after service, the declared margin, the second year, and shops with nothing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from math import isfinite, sqrt
from pathlib import Path

import pytest

from clientela import i18n
from clientela.errors import SettingsError
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import Margins
from clientela.settings.writing import write_settings
from clientela.warehouse.building.build import build
from clientela.warehouse.building.kept_builds import are_marts_current, note_build
from clientela.warehouse.measures.definitions import measure_of, measures_in, texts
from tests.worlds.care_world import AS_OF, ago, care, care_shop, said, touch, wilson
from tests.worlds.made_shop import Row, every, order, raw_shop, settings
from tests.worlds.worth_world import assert_honest, worth_shop

CARE = list(measures_in(texts()["care"]))


def test_a_discount_counts_once_a_purchase_and_its_interval_counts_people() -> None:
    """Ten people always buy at a discount, ten never: eighty purchases say no more than twenty people."""
    orders = [row for n in range(20) for row in every(f"C{n:02}", ago(40).isoformat(), 10, 4)]
    for row in orders[:40:2]:
        row["discount_amount"] = 1
    for row in orders[1:40:2]:
        row["coupon_code"] = "X"
    orders += [{**orders[0], "net_amount": 3}, order("C19", ago(365), discount_amount=1)]
    with care_shop(orders=orders) as db:
        found = care(db)["discount.share"]
    assert (found["value"], found["n"]) == (0.5, 80)
    assert (found["low"], found["high"]) == pytest.approx(wilson(0.5, 20), abs=1e-6)


def test_without_a_word_of_discounts_nobody_knows_who_buys_at_full_price() -> None:
    with care_shop(orders=[order(f"C{n}", ago(n)) for n in range(30)]) as db:
        found = care(db)
    assert found["discount.share"]["reason"] == found["full_price.exclusive"]["reason"] == "no_discounts"


def test_who_buys_only_here_at_full_price_is_compared_with_the_others() -> None:
    """One purchase each: 19 of 20 and 12 of 20 at full price."""
    orders = [order(f"O{n:02}", ago(5), discount_amount=int(n < 1)) for n in range(20)]
    orders += [order(f"X{n:02}", ago(5), discount_amount=int(n < 8)) for n in range(20)]
    answers = [said(f"O{n:02}", ago(30), share_of_10=9) for n in range(20)]
    answers += [said(f"X{n:02}", ago(30), share_of_10=8.9) for n in range(20)]
    with care_shop(orders=orders, surveys=answers) as db:
        found = care(db)
    assert found["full_price.exclusive"]["value"] == pytest.approx(0.95)
    assert found["full_price.others"]["value"] == pytest.approx(0.6)
    (low_1, _), (_, high_2) = wilson(0.95, 20), wilson(0.6, 20)
    low = 0.35 - sqrt((0.95 - low_1) ** 2 + (high_2 - 0.6) ** 2)
    assert found["full_price.difference"]["low"] == pytest.approx(low, abs=1e-6)


def league_rows() -> list[Row]:
    """Twenty people: the n-th buys for 10 n at no cost this year; two of them bought last year as well."""
    rows = [order(f"P{n:02}", ago(50), 10 * n, cost_amount=0) for n in range(1, 21)]
    return [
        *rows,
        order("P01", "2024-06-01", 500, cost_amount=0),
        order("P20", "2024-06-01", 100, cost_amount=0),
    ]


def test_the_league_is_by_what_is_left_once_the_service_is_paid() -> None:
    log = [{"date": str(ago(3)), "minutes": 60, "euros": 5, "customer_id": "P20"}]
    with care_shop(100, orders=league_rows(), effort_log=log) as db:
        rows = db.execute(
            "select customer_id, position, yield_12m, position_before, climbed, decile "
            "from marts.yield_league"
        ).fetchall()
        found = care(db)
    place = {row[0]: row[1:] for row in rows}
    assert place["P19"] == (1, 190, None, None, "top")
    assert place["P20"] == (11, 95, 2, 2 - 11, None), "an hour and five euros: 200 - 105"
    assert place["P01"] == (20, 10, 1, 1 - 20, "bottom")
    assert found["yield.top_decile_mean"]["value"] == (190 + 180) / 2
    assert found["yield.bottom_decile_mean"]["value"] == (20 + 10) / 2
    assert found["yield.mean"]["value"] == pytest.approx((10 * 210 - 105) / 20)


def test_without_costs_sales_stand_in_and_without_a_price_minutes_cost_nothing() -> None:
    rows = [{key: value for key, value in row.items() if key != "cost_amount"} for row in league_rows()]
    log = [{"date": str(ago(3)), "minutes": 600, "customer_id": "P20"}]
    with care_shop(orders=rows, effort_log=log) as db:
        first = db.execute(
            "select customer_id, is_margin, yield_12m, minutes_12m from marts.yield_league"
        ).fetchone()
    assert first == ("P20", False, 200, 600)


def test_all_attention_for_one_of_five_is_a_gini_of_eight_tenths() -> None:
    """The vector 0 0 0 0 100 of measures 7; minutes from three logs, older ones left out."""
    rows = [order(f"C{n}", ago(10)) for n in range(5)]
    with care_shop(
        orders=rows,
        touchpoints=[touch("C3", ago(5), minutes=30), touch("C1", ago(366), minutes=30)],
        interactions=[said("C3", ago(6), type="support", minutes=50)],
        effort_log=[{"date": str(ago(7)), "minutes": 20, "customer_id": "C3"}],
    ) as db:
        assert care(db)["attention.gini"]["value"] == pytest.approx(0.8)
        assert db.execute("select max(minutes_12m) from marts.attention").fetchall() == [(100,)]
    with care_shop(orders=rows) as db:
        assert care(db)["attention.gini"]["reason"] == "no_minutes"


DOCUMENTS = [
    order("anna", ago(20), 30, order_id="wine and bread"),
    order("anna", ago(19), 100, order_id="no lines"),
    order("anna", ago(18), 60, order_id="known", cost_amount=55),
    order("anna", ago(17), 20, order_id="half known"),
    order("anna", ago(16), -10),
]
LINES = [
    {"order_id": "wine and bread", "line_no": 1, "category": "Wine", "net_amount": 10},
    {"order_id": "wine and bread", "line_no": 2, "category": "bread", "quantity": 2, "unit_price": 10},
    {"order_id": "half known", "line_no": 1, "category": "wine", "net_amount": 10, "cost": 8},
    {"order_id": "half known", "line_no": 2, "category": "cheese", "net_amount": 10},
]


@pytest.mark.parametrize(
    ("declared", "goods", "margin", "declared_goods"),
    [
        (Margins(), 60, 5, 0),
        (Margins(by_category={"WINE ": 0.3, "bread": 0.5}), 90, 5 + 3 + 10, 30),
        (
            Margins(default=0.4, by_category={"wine": 0.3, "bread": 0.5}),
            200,
            5 + 13 + 40 + (20 - 8 - 6) - 4,
            140,
        ),
        (Margins(default=0), 200, 5 + (20 - 8 - 10), 140),
    ],
)
def test_a_declared_margin_stands_in_only_where_no_file_tells_the_cost(
    declared: Margins, goods: float, margin: float, declared_goods: float
) -> None:
    with raw_shop(orders=DOCUMENTS, order_lines=LINES) as db:
        build(db, replace(settings(), margins=declared), AS_OF, targets=("marts.margins",))
        [found] = db.execute(
            "select sum(goods), sum(margin), sum(declared_12m) from marts.margins"
        ).fetchall()
    assert [float(each) for each in found] == pytest.approx([goods, margin, declared_goods])


def test_the_part_that_is_declared_has_a_name_of_its_own() -> None:
    with care_shop(
        Margins(by_category={"wine": 0.3, "bread": 0.5}), orders=DOCUMENTS, order_lines=LINES
    ) as db:
        assert care(db)["value.margin_declared_share"]["value"] == pytest.approx(30 / 90)


def test_a_new_margin_makes_the_tables_anew() -> None:
    declared = replace(settings(), margins=Margins(default=0.4))
    with raw_shop() as db:
        note_build(db, settings(), AS_OF)
        assert are_marts_current(db, settings(), AS_OF)
        assert not are_marts_current(db, declared, AS_OF)


def test_margins_are_written_and_read_back(tmp_path: Path) -> None:
    given = {"default": 0.35, "by_category": {"Vini": 0.3, "Pane e forno": 1}}
    made = write_settings(tmp_path, name="B", trade="shop", language="it", more={"margins": given})
    assert made.margins == Margins(0.35, {"Vini": 0.3, "Pane e forno": 1})
    text = (tmp_path / "clientela.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["margins"] == given
    assert '{ "vino" = 0.30' in text, "the comment shows how it is written"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("default = 35", "default must be a number from 0 to 1"),
        ("default = '35 %'", "default must be a number from 0 to 1"),
        ("default = true", "default must be a number from 0 to 1"),
        ("by_category = { wine = 1.3 }", "by_category must hold numbers from 0 to 1"),
        ("by_category = 0.3", "by_category must hold numbers from 0 to 1"),
        ("defalt = 0.3", "Did you mean “default”?"),
    ],
)
def test_a_wrong_margin_is_named(line: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "clientela.toml").write_text(f"[margins]\n{line}\n", encoding="utf-8")
    with i18n.speaking("en"), pytest.raises(SettingsError) as fault:
        read_settings(tmp_path)
    assert problem in f"{fault.value} {fault.value.hint}"


def two_years(second: float) -> list[Row]:
    """Twenty people who spend 10 at first and, each in the second year, so much."""
    days = [date(2023, 10, 1) + timedelta(days=n) for n in range(20)]
    return [
        order(f"C{n:02}", day + timedelta(days=later), amount)
        for n, day in enumerate(days)
        for later, amount in ((0, 10), (400, second))
    ]


def test_the_second_year_is_worth_a_tenth_less_for_the_wait() -> None:
    with care_shop(orders=two_years(6)) as db:
        found = care(db)
    assert found["value.year_two_ratio"]["value"] == pytest.approx(0.6)
    assert found["value.months_13_24"]["value"] == pytest.approx(6 / 1.1)
    assert found["value.months_13_24"]["n"] == 20


def test_without_two_years_of_data_there_is_no_second_year() -> None:
    with raw_shop(orders=two_years(6)) as db:
        build(db, settings(), date(2025, 9, 29), targets=("steps.care_measures",))
        assert care(db)["value.months_13_24"]["reason"] == "not_enough_history"
        build(db, settings(), date(2025, 9, 30), targets=("steps.care_measures",))
        assert care(db)["value.months_13_24"]["reason"] == "too_few", "their months are not over yet"


HOSTILE: dict[str, list[Row]] = {
    "nobody": [],
    "one customer": [order("anna", ago(3))],
    "all refunds": [order("anna", ago(3), -10), order("bea", ago(2), -5)],
    "zero amounts": [order(f"C{n}", ago(3), 0, discount_amount=0) for n in range(30)],
    "one day": [order(f"C{n}", ago(3), 10) for n in range(30)],
    "thousands of purchases of one": every("anna", "2023-01-01", 1, 1000, 0.02),
}


@pytest.mark.parametrize("shop", HOSTILE)
def test_every_measure_of_care_is_a_number_or_a_reason(shop: str) -> None:
    log = [{"date": str(ago(3)), "minutes": 0, "euros": -4, "customer_id": "anna"}]
    touches = [touch("anna", ago(2), minutes=-5, cost=-1), touch("bea", ago(2), status="unsubscribed")]
    with worth_shop(AS_OF, orders=HOSTILE[shop], touchpoints=touches, effort_log=log) as db:
        assert_honest(db)
        found = care(db)
    for one in found.values():
        assert all(one[end] is None or isfinite(one[end]) for end in ("value", "low", "high")), one
        assert measure_of(one["name"]) is not None, one["name"]
    plain = {measure.name for measure in CARE if "*" not in measure.name}
    assert plain <= set(found)


def test_every_word_of_care_is_there_in_italian() -> None:
    from clientela.reasons import REASONS

    models = Path(__file__).resolve().parent.parent / "clientela" / "warehouse" / "models"
    ours = [
        path
        for path in models.rglob("*.sql")
        if path.stem in ("care_shares", "care_measures", "unused_money")
    ]
    codes = {
        code for path in ours for code in re.findall(r"then '(no_\w+|too_few|not_\w+)'", path.read_text())
    }
    assert len(codes) > 10
    assert codes <= set(REASONS)
    with i18n.speaking("it"):
        for text in [measure.definition for measure in CARE] + [REASONS[code].sentence for code in codes]:
            assert i18n.gettext(text) != text, text
