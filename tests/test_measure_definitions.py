"""The definitions of the measures are data: whoever reads a measure's unit finds that of its definition."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from clientela.reports.section import figure_of
from clientela.warehouse.building import catalogue
from clientela.warehouse.building.build import build
from clientela.warehouse.building.given import measure_units
from clientela.warehouse.measures import definitions
from clientela.warehouse.measures.readings import Reading, Readings, exact, read_measures
from tests.worlds.made_shop import order, raw_shop, settings

AS_OF = date(2025, 6, 30)


def units(names: list[str]) -> dict[str, str | None]:
    """Return the unit that the models find for each name, asked in SQL."""
    with duckdb.connect() as db:
        db.execute("create schema staging")
        rows = ", ".join(measure_units())
        db.execute(
            "create table staging.measure_units as "
            f"select * from (values {rows}) as units (place, name, pattern, unit)"
        )
        found = db.execute(
            "select asked.name, arg_min(units.unit, units.place) from unnest(?) as asked (name) "
            "left join staging.measure_units as units on asked.name like units.pattern escape '!' "
            "group by asked.name",
            [names],
        )
        return dict(found.fetchall())


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("people.total", "people"),
        ("ladder.step3.within_90d", "share"),
        ("ladder.step3.median_days", "days"),
        # Two patterns fit: the one that stands first says it.
        ("ladder.in_window.ending_7d.revenue_12m", "eur"),
        ("ladder.in_window.ending_7d", "people"),
        ("steps.won_back.eur", "eur"),
        ("steps.won_back", "people"),
        # An underscore is itself, not any sign; a name with a star is no name.
        ("peopleXtotal", None),
        ("silentXbest.people", None),
        ("people.of_nobody", None),
    ],
)
def test_sql_finds_the_unit_of_a_name_as_the_program_does(name: str, unit: str | None) -> None:
    known = definitions.measure_of(name)
    assert (known.unit if known else None) == unit
    assert units([name])[name] == unit


def test_every_number_of_a_shop_has_the_unit_of_its_definition() -> None:
    orders = [order(f"C{n}", f"2025-0{month}-1{n % 10}", 10 + n) for n in range(30) for month in (3, 4, 5)]
    with raw_shop(orders=orders) as db:
        build(db, settings(), AS_OF, targets=("marts.measures",))
        found = db.execute("select name, unit from marts.measures").fetchall()
        shown = db.execute("select category || '.' || figure, unit from marts.category_figures").fetchall()
    assert len(found) > 250
    assert len(shown) == 25
    for name, unit in [*found, *shown]:
        known = definitions.measure_of(name)
        assert known is not None, name
        assert unit == known.unit, name


def test_no_model_says_a_unit_beside_the_definitions() -> None:
    texts = catalogue.texts()
    models = [name for name in texts if name.endswith("_measures") or name == "marts.measures"]
    assert len(models) == 6
    for name in [*models, "marts.category_figures"]:
        said = texts[name].partition("*/")[2]
        assert not [unit for unit in definitions.UNITS if f"'{unit}'" in said], name


def test_a_build_that_asks_for_no_measure_reads_no_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> dict[str, definitions.Measure]:
        raise AssertionError("the definitions were read")

    monkeypatch.setattr("clientela.warehouse.building.given.registry", refuse)
    with raw_shop(orders=[order("anna", "2025-06-01", 10)]) as db:
        build(db, settings(), AS_OF, targets=("marts.categories",))
        assert db.execute("select count(*) from marts.categories").fetchall() == [(1,)]
        with pytest.raises(AssertionError, match="were read"):
            build(db, settings(), AS_OF, targets=("marts.category_figures",))


def test_marts_built_with_other_definitions_are_known_to_be_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogue.code_hash.__wrapped__()
    changed = {**definitions.texts(), "card": definitions.texts()["card"].replace("count", "people", 1)}
    monkeypatch.setattr(definitions, "texts", lambda: changed)
    assert catalogue.code_hash.__wrapped__() != before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('"a.b" = { unit = "euros", source = "marts.customers", definition = "A." }', ValueError),
        ('"a.b" = { unit = "eur", definition = "A." }', TypeError),
        ('"a.b" = { unit = "eur", source = "marts.customers", definition = "A.", cell = true }', TypeError),
    ],
)
def test_a_line_with_a_fault_is_refused(text: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        list(definitions.measures_in(text))


def test_a_name_defined_by_two_topics_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {**definitions.texts(), "zoo": definitions.texts()["card"]}
    monkeypatch.setattr(definitions, "texts", lambda: texts)
    with pytest.raises(ValueError, match=r"card\.predictions"):
        definitions.registry.__wrapped__()


def test_a_definition_is_one_line_with_the_fields_of_a_measure() -> None:
    known = {field.name for field in fields(definitions.Measure)} - {"name"}
    for topic, text in definitions.texts().items():
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert len(lines) == len(list(definitions.measures_in(text))), topic
        assert text.startswith("# "), topic
    assert known == {"unit", "definition", "source", "group", "is_cell"}


def test_a_reading_is_rounded_once_as_its_unit_is_counted() -> None:
    with duckdb.connect() as db:
        db.execute("create schema marts")
        db.execute(
            """
            create table marts.measures (
                name varchar, value double, unit varchar, low double, high double, n bigint,
                available boolean, reason varchar
            );
            insert into marts.measures values
                ('value.mean', 10.004999, 'eur', 9.996, 10.0149, 5, true, null),
                ('people.total', 12.0, 'people', null, null, null, true, null),
                ('wallet.share', 0.12345678, 'share', null, 0.2, 30, true, null),
                ('gains.ratio', null, 'ratio', null, null, null, false, 'no_history');
            """
        )
        found = read_measures(db)
    assert list(found) == ["gains.ratio", "people.total", "value.mean", "wallet.share"], (
        "topic by topic: fence, shop, worth"
    )
    worth = found["value.mean"]
    assert (worth.value, worth.low, worth.high) == (10.004999, 9.996, 10.0149), "rounded where it is said"
    assert worth.exact == Decimal("10.0")
    assert figure_of(worth).value == Decimal("10.0")
    assert exact(worth.high, worth.unit) == Decimal("10.01")
    assert type(found["people.total"].exact) is int
    assert found["wallet.share"].exact == 0.123457
    assert found["gains.ratio"].exact is None
    assert exact(2.5, "people") == 2


def test_a_reading_that_the_marts_do_not_have_is_a_number_that_is_not_there() -> None:
    none = Readings({})
    assert none["value.mean"] == Reading("value.mean", None, "eur", available=False, reason="too_few")
    assert none["nowhere"].unit == "count"
    assert "value.mean" not in none
