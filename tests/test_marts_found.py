"""The marts in the shop's file are found again: no process builds what another has built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clientela.warehouse.building import catalogue

COUNT = """
import json, sys
built = []
sys.addaudithook(lambda event, what: built.append(what[0]) if event == "clientela.create_model" else None)
from clientela.cli.main import main
try:
    main(args=sys.argv[1:])
except SystemExit as end:
    assert end.code in (0, None), end.code
print("BUILT", json.dumps(built))
"""
"""Run a command and list the models that were created, told by the function that creates them."""

AT_THE_MARTS_DATE = (
    ("segments",),
    ("customers",),
    ("explain", "C0042"),
    ("ladder",),
    ("ladder", "--in-time"),
    ("measures",),
    ("actions", "list"),
    ("sql", "select count(*) from marts.customers"),
)


def python(*words: str, seed: str = "random") -> str:
    """Return what a fresh interpreter prints; its sets follow a seed."""
    found = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    return found.stdout


def built_by(shop: Path, *words: str, seed: str = "random") -> list[str]:
    """Return the models that a command builds in a process of its own."""
    answer = python("-c", COUNT, "--shop", str(shop), *words, seed=seed)
    return list(json.loads(answer.rsplit("BUILT ", 1)[1]))


def test_every_process_gives_the_models_the_same_name_and_order() -> None:
    look = (
        "from clientela.warehouse.building.catalogue import build_order, code_hash;"
        "print(code_hash(), *(model.name for model in build_order()))"
    )
    assert len({python("-c", look, seed=str(seed)) for seed in range(4)}) == 1


def test_the_order_in_which_a_folder_lists_its_files_does_not_matter() -> None:
    look = (
        "import os; there = os.listdir; os.listdir = lambda *words: sorted(there(*words), reverse={});"
        "from clientela.warehouse.building.catalogue import code_hash; print(code_hash())"
    )
    assert len({python("-c", look.format(turned)) for turned in (True, False)}) == 1


def test_the_name_of_the_models_is_found_without_an_engine() -> None:
    look = (
        "import sys; from clientela.warehouse.building.catalogue import code_hash; code_hash();"
        "print('duckdb' in sys.modules)"
    )
    assert python("-c", look) == "False\n"


@pytest.mark.parametrize("change", ["a_text", "a_name", "the_macros", "one_more"])
def test_a_changed_model_makes_the_marts_stale(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, macros = dict(catalogue.texts()), catalogue.macros()
    before = catalogue.code_hash()
    if change == "a_text":
        texts["marts.measures"] += " "
    elif change == "a_name":
        texts["marts.measured"] = texts.pop("marts.measures")
    elif change == "the_macros":
        macros += " "
    else:
        texts["marts.more"] = ""
    monkeypatch.setattr(catalogue, "texts", lambda: texts)
    monkeypatch.setattr(catalogue, "macros", lambda: macros)
    assert catalogue.code_hash.__wrapped__() != before


@pytest.mark.parametrize("words", AT_THE_MARTS_DATE, ids="-".join)
def test_no_command_builds_what_the_file_holds(demo_shop: Path, words: tuple[str, ...]) -> None:
    assert built_by(demo_shop, *words) == []


@pytest.mark.parametrize("seed", ["0", "1", "2", "3", "4"])
def test_the_marts_are_found_whatever_the_order_of_sets(demo_shop: Path, seed: str) -> None:
    assert built_by(demo_shop, "customers", "fan", "--limit", "1", seed=seed) == []
