"""Every number has a stable name, a unit, a definition and a source, and the command says it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from clientela import i18n
from clientela.i18n import speaking
from clientela.month import Month
from clientela.reports.section import Edition, Shop, figures_in, mounted
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.catalogue import models
from clientela.warehouse.connection import open_shop
from clientela.warehouse.measures.definitions import UNITS, UnknownMeasureError, measure_of, named, registry
from tests.worlds.program import Run
from tests.worlds.worth_world import assert_honest, measures, worth_shop


def test_a_shop_without_a_sale_has_every_measure_and_no_number_out_of_nothing() -> None:
    with worth_shop("2025-06-30") as db:
        found = measures(db)
        assert_honest(db)
    assert {name for name, one in registry().items() if "*" not in name and not one.is_cell} <= set(found)
    assert not [name for name in found if measure_of(name) is None]
    told = [one for one in found.values() if one["available"] and one["reason"] is None]
    assert not [one for one in told if one["unit"] in ("share", "days")]


def test_a_measure_says_what_it_is_in_one_sentence_in_both_languages() -> None:
    for measure in registry().values():
        assert measure.unit in UNITS
        assert not measure.definition[0].islower()
        assert measure.definition.endswith(".")
        assert measure.source in models()
        with i18n.speaking("it"):
            italian = measure.described
        with i18n.speaking("en"):
            assert italian != measure.described or measure.name.startswith("card."), measure.name
        assert "{" not in italian


def test_a_source_is_a_table_that_the_measures_are_made_from() -> None:
    from clientela.warehouse.building.catalogue import needed_for

    made_from = {model.name for model in needed_for(("marts.measures",))}
    assert {measure.source for measure in registry().values() if not measure.is_cell} <= made_from
    assert {measure.source for measure in registry().values()} <= set(models())


def test_a_family_is_all_its_measures_and_a_slip_gets_the_nearest_name() -> None:
    assert named("lifetime.median_days") == ["lifetime.median_days"]
    assert set(named("lifetime")) == {name for name in registry() if name.startswith("lifetime.")}
    assert named("steps.won_back") == ["steps.won_back"], "a pattern stands for what depends on the shop"
    with pytest.raises(UnknownMeasureError, match=r"lifetime\.median_days"):
        named("lifetime.median")


def registry_unit(name: str) -> str:
    """The unit that the registry promises."""
    found = measure_of(name)
    assert found is not None, name
    return found.unit


def test_the_answer_keeps_the_contract(run: Run, demo_shop: Path) -> None:
    answer = run("measures", "--format", "json", shop=demo_shop).json
    assert list(answer) == ["as_of", "measures"]
    assert answer["as_of"] == "2026-10-31"
    by_name = {one["name"]: one for one in answer["measures"]}
    assert {name for name, one in registry().items() if "*" not in name and not one.is_cell} <= set(by_name)
    assert not [name for name in by_name if measure_of(name) is None]
    assert not [name for name, one in by_name.items() if registry_unit(name) != one["unit"]]
    for one in answer["measures"]:
        assert list(one) == ["name", "value", "unit", "low", "high", "n", "available", "reason"]
        assert one["available"] is (one["value"] is not None)
        assert one["available"] is (one["reason"] in (None, "trade_default"))
        if one["unit"] == "eur" and one["available"]:
            whole, _, cents = one["value"].partition(".")
            assert whole.lstrip("-").isdigit()
            assert len(cents) == 2
    assert isinstance(by_name["people.active"]["value"], int)
    assert by_name["wallet.share"]["low"] < by_name["wallet.share"]["value"] < by_name["wallet.share"]["high"]
    assert by_name["gains.ratio"] == {
        "name": "gains.ratio",
        "value": None,
        "unit": "ratio",
        "low": None,
        "high": None,
        "n": None,
        "available": False,
        "reason": "no_history",
    }


def test_the_first_categories_are_those_of_segments(run: Run, demo_shop: Path) -> None:
    segments = run("segments", "--format", "json", shop=demo_shop).json["categories"]
    found = run("measures", "people", "--format", "json", shop=demo_shop).json["measures"]
    counted = {one["name"]: one["value"] for one in found}
    assert {f"people.{row['category']}": row["people"] for row in segments}.items() <= counted.items()
    assert counted["people.total"] == sum(row["people"] for row in segments)


def test_one_measure_is_shown_as_people_write_it(run: Run, demo_shop: Path) -> None:
    told = run("measures", "value.first_year", shop=demo_shop, lang="it")
    assert "234 €" in told.out.replace("\u00a0", " ") or "233,71 €" in told.out.replace("\u00a0", " ")
    assert "1 misura al 31 ottobre 2026" in told.err
    told = run("measures", "gains", shop=demo_shop, lang="it")
    assert "Serve il rapporto del mese prima, per confrontare" in " ".join(told.out.split())
    assert "4 senza numero" in told.err


def test_a_spreadsheet_gets_plain_numbers(run: Run, demo_shop: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("measures", "wallet", "--format", "csv", shop=demo_shop).out)))
    share = next(row for row in rows if row["name"] == "wallet.share")
    assert 0 < float(share["low"]) < float(share["value"]) < float(share["high"]) < 1
    assert share["available"] == "True"


def test_describe_says_what_each_measure_is_without_a_shop(run: Run, tmp_path: Path) -> None:
    answer = run("measures", "--describe", "--format", "json", shop=tmp_path).json["measures"]
    assert [one["name"] for one in answer] == list(registry())
    assert all(one["unit"] and one["source"] and one["definition"] for one in answer)
    italian = run("measures", "nps", "--describe", shop=tmp_path, lang="it").out
    assert "Ti consiglierebbero" in italian


def test_an_unknown_name_is_one_clear_sentence(run: Run, demo_shop: Path) -> None:
    told = run("measures", "lifetime.medain_days", shop=demo_shop)
    assert told.code == 2
    assert told.out == ""
    assert "There is no measure “lifetime.medain_days”; the nearest is “lifetime.median_days”." in told.err


def test_an_earlier_day_answers_with_what_was_known(run: Run, demo_shop: Path) -> None:
    answer = run("measures", "people.purchasers", "--as-of", "2024-01-31", "--format", "json", shop=demo_shop)
    now = run("measures", "people.purchasers", "--format", "json", shop=demo_shop)
    assert 0 < answer.json["measures"][0]["value"] < now.json["measures"][0]["value"]
    early = run("measures", "lifetime", "--as-of", "2024-01-31", "--format", "json", shop=demo_shop).json
    assert {one["reason"] for one in early["measures"][:3]} == {"too_short"}


def test_every_number_of_the_report_has_a_definition_and_its_unit(demo_settings: Settings) -> None:
    with open_shop(demo_settings.database, read_only=True) as db, speaking("it"):
        edition = Edition(Shop("Bottega"), Month(2026, 10), "it")
        figures = [one for section in mounted() for one in figures_in(section.read(db, edition))]
    assert len({one.metric for one in figures}) > 300
    undefined = {one.metric for one in figures if measure_of(one.metric) is None}
    assert undefined == set()
    units = {one.metric: (one.unit, known.unit) for one in figures if (known := measure_of(one.metric))}
    assert {name: pair for name, pair in units.items() if pair[0] != pair[1]} == {}


def test_a_cell_of_a_table_is_told_where_it_stands(demo_shop: Path, run: Run) -> None:
    answer = run("measures", "cohort.2024-Q1.1", shop=demo_shop)
    assert answer.code == 2
    assert "marts.cohort_triangle" in answer.err
