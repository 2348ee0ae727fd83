"""Every table says what it is, what a row of it is, and what it is made from; the reference says the same."""

from __future__ import annotations

from importlib.resources import files

import pytest

from clientela.warehouse.building.catalogue import INPUTS, LAYERS, build_order, models
from clientela.warehouse.building.given import GIVEN
from scripts import table_reference

FIELDS = {"sentence", "grain", "inputs", "stored", "units", "terms", "rules"}
NAMES = sorted(models())


def inputs_of(name: str) -> list[str]:
    """Return the tables that a header names."""
    return [table.strip() for table in models()[name].header["inputs"].split(",")]


@pytest.mark.parametrize("name", NAMES)
def test_a_table_says_what_it_is_in_one_sentence_and_what_a_row_is(name: str) -> None:
    header = models()[name].header
    assert header["sentence"][0].isupper()
    assert header["sentence"].endswith(".")
    assert header["grain"]
    assert set(header) <= FIELDS


@pytest.mark.parametrize("name", NAMES)
def test_a_table_names_exactly_the_tables_that_it_reads(name: str) -> None:
    named = inputs_of(name)
    assert sorted(named) == sorted(models()[name].reads)


def test_every_input_is_a_table_that_exists() -> None:
    layers = (*LAYERS, *INPUTS)
    known = set(models()) | GIVEN
    for name in NAMES:
        for table in inputs_of(name):
            assert table.split(".")[0] in layers, (name, table)
            assert table in known or table.split(".")[0] in INPUTS, (name, table)


def test_staging_never_reads_the_marts() -> None:
    for name in NAMES:
        if name.startswith("staging."):
            assert not [table for table in models()[name].reads if table.startswith(("steps.", "marts."))], (
                name
            )


def test_the_order_read_from_the_sql_puts_every_table_after_its_inputs() -> None:
    place = {model.name: number for number, model in enumerate(build_order())}
    for model in build_order():
        assert all(place[table] < place[model.name] for table in model.reads if table in place)


def test_every_sql_file_is_a_model() -> None:
    folder = files("clientela.warehouse") / "models"
    found = {
        f"{layer}.{item.name.removesuffix('.sql')}"
        for layer in LAYERS
        for item in (folder / layer).iterdir()
        if item.name.endswith(".sql")
    }
    assert found == set(models())


def test_the_reference_of_tables_is_up_to_date() -> None:
    written = table_reference.PATH.read_text(encoding="utf-8")
    assert written == table_reference.text(), f"Run: {table_reference.COMMAND}"
