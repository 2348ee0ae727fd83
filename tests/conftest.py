"""The fictional shop, loaded once for the whole suite, and the program run on it as an owner would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clientela import i18n
from clientela.sample_data.folder import make_shop_folder
from clientela.settings.shop_settings import Settings
from clientela.settings.writing import write_settings
from tests.worlds.program import Answer, Run, arguments

TODAY = "2026-11-22"
"""The day on which every test of the program takes place."""

SALES = """\
order_id,customer_id,order_date,net_amount
1,anna,2026-08-01,10.00
2,bruno,2026-08-03,12.50
3,anna,2026-09-05,20.00
"""

LANGUAGE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")


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

    def call(*words: Any, shop: Path | None = None, lang: str | None = "en", **env: str | None) -> Answer:
        from clientela.cli.main import main

        found = CliRunner().invoke(main, arguments(words, shop, lang), env=env)
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        assert "made a mistake" not in found.stderr, found.stderr
        return Answer(found.exit_code, found.stdout_bytes, found.stderr)

    return call


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


def load_all(settings: Settings, files: list[Path]) -> None:
    """Load files into a shop and bring its marts to the last closed month."""
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.loading.pipeline import load_file

    today = date.fromisoformat(TODAY)
    with open_shop(settings.database, create=True) as db:
        for path in files:
            load_file(db, path, today=today, timezone="Europe/Rome")
        bring_to_latest_month(db, settings, today)


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The fictional shop, loaded and built for its last closed month."""
    settings, files = make_shop_folder(tmp_path_factory.mktemp("demo"))
    load_all(settings, files)
    return settings


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


@pytest.fixture(scope="session")
def small_shop_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new shop with three receipts, beside the file that holds them."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    settings = write_settings(folder / "shop", name="Bottega", trade="shop", language="it")
    load_all(settings, [folder / "sales.csv"])
    return folder


@pytest.fixture
def small_shop(small_shop_made: Path, tmp_path: Path) -> Path:
    """A new shop with three receipts loaded, which a test may change; ``sales.csv`` is beside it."""
    shutil.copytree(small_shop_made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "shop"
