"""The fictional shop, made once for the whole suite, and the program run on it as an owner would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientela import i18n
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import Settings
from clientela.settings.writing import write_settings
from tests.worlds.demo import TODAY, Demo, load_all, make_loaded, make_reported, read_reported
from tests.worlds.once import copy_of, made_once
from tests.worlds.program import Answer, Run, answer, arguments

SALES = """\
order_id,customer_id,order_date,net_amount
1,anna,2026-08-01,10.00
2,bruno,2026-08-03,12.50
3,anna,2026-09-05,20.00
"""

LONG = (
    "test_upgrade_old_shops.py",
    "test_story.py",
    "test_pdf_of_real_shops.py",
    "test_order_of_rows.py",
    "test_store_presence.py",
    "test_upgrade_halfway.py",
    "test_forgotten_everywhere.py",
    "test_ctrl_c.py",
)
"""What takes longest begins first, so that at the end no worker waits for another one's half minute."""

LANGUAGE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order is otherwise that of the names, the same in every worker."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(autouse=True)
def _same_day_same_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep every test from the terminal's language, its shop and its calendar."""
    for name in (*LANGUAGE_VARIABLES, "CLIENTELA_SHOP", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    monkeypatch.setenv("CLIENTELA_TODAY", TODAY)
    i18n.use_language(i18n.DEFAULT_LANGUAGE)
    yield
    i18n.use_language(i18n.DEFAULT_LANGUAGE)
    os.environ.pop("LANGUAGE", None)


@pytest.fixture
def run() -> Run:
    """Run the program in this process; a traceback fails the test."""

    return answer


@pytest.fixture
def start() -> Run:
    """Run the program in a process of its own, where limits, pipes and signals are at stake."""

    def call(*words: Any, shop: Path | None = None, lang: str | None = "en", **more: Any) -> Answer:
        program = [sys.executable, "-W", "error", "-m", "clientela.cli", *arguments(words, shop, lang)]
        found = subprocess.run(program, capture_output=True, timeout=120, check=False, **more)
        err = found.stderr.decode()
        assert "Traceback" not in err, err
        assert "made a mistake" not in err, err
        return Answer(found.returncode, found.stdout, err)

    return call


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The fictional shop, loaded and built for its last closed month."""
    return read_settings(copy_of(tmp_path_factory, "demo", make_loaded))


@pytest.fixture(scope="session")
def demo_shop(demo_settings: Settings) -> Path:
    """The folder of the fictional shop, to be read only; ``demo_copy`` is there to be written to."""
    return demo_settings.folder


@pytest.fixture
def demo_copy(demo_shop: Path, tmp_path: Path) -> Path:
    """A copy of the fictional shop that a test may change."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_shop, folder)
    return folder


@pytest.fixture
def reported_demo(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Demo:
    """The fictional shop as ``clientela demo`` leaves it: its month ends, links and pages."""
    made = made_once(tmp_path_factory, "reported", make_reported)
    return read_reported(made, Path(shutil.copytree(made, tmp_path / "demo")))


def make_small(folder: Path) -> None:
    """Make a shop of three receipts beside the file that holds them."""
    folder.mkdir()
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    load_all(
        write_settings(folder / "shop", name="Bottega", trade="shop", language="it"), [folder / "sales.csv"]
    )


def make_small_reported(folder: Path) -> None:
    """Make that shop, with the report of its last closed month."""
    make_small(folder)
    answer("report", "--no-pdf", shop=folder / "shop", CLIENTELA_TODAY=TODAY)
    i18n.use_language(i18n.DEFAULT_LANGUAGE)


@pytest.fixture(scope="session")
def small_shop_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new shop with three receipts, beside the file that holds them."""
    return copy_of(tmp_path_factory, "small", make_small)


@pytest.fixture
def small_shop(small_shop_made: Path, tmp_path: Path) -> Path:
    """A new shop with three receipts loaded, which a test may change; ``sales.csv`` is beside it."""
    shutil.copytree(small_shop_made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "shop"


@pytest.fixture
def small_shop_reported(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """The same shop with the report of August, its last closed month."""
    made = made_once(tmp_path_factory, "small-reported", make_small_reported)
    return Path(shutil.copytree(made, tmp_path, dirs_exist_ok=True)) / "shop"
