"""The fictional shop, loaded once for the whole suite, and the program run on it as an owner would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clientela import i18n
from clientela.settings import Settings

TODAY = "2026-11-22"
"""The day on which every test of the program takes place."""

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


@dataclass(frozen=True)
class Answer:
    """What the program said."""

    code: int
    data: bytes
    """Standard output as it came."""

    err: str

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.data.decode()

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.data)


Run = Callable[..., Answer]


def arguments(words: tuple[Any, ...], shop: Path | None, lang: str | None) -> list[str]:
    """Return the command line of a call."""
    start = ["--lang", lang] if lang else []
    return [*start, *(["--shop", str(shop)] if shop else []), *map(str, words)]


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


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The fictional shop, loaded and built for its last closed month."""
    from datetime import date

    from clientela.sample_data.folder import make_shop_folder
    from clientela.warehouse.build import build_marts, read_calendar
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.loading.pipeline import load_file

    today = date.fromisoformat(TODAY)
    settings, files = make_shop_folder(tmp_path_factory.mktemp("demo"))
    with open_shop(settings.database, create=True) as db:
        for path in files:
            load_file(db, path, today=today, timezone="Europe/Rome", source="shop")
        build_marts(db, settings, read_calendar(db).default_as_of(settings, today))
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


@pytest.fixture
def small_shop(tmp_path: Path, run: Run) -> Path:
    """A new shop with three receipts loaded, which a test may change."""
    folder = tmp_path / "shop"
    assert run("init", folder, "--name", "Bottega").code == 0
    sales = tmp_path / "sales.csv"
    sales.write_text(
        "order_id,customer_id,order_date,net_amount\n"
        "1,anna,2026-08-01,10.00\n2,bruno,2026-08-03,12.50\n3,anna,2026-09-05,20.00\n",
        encoding="utf-8",
    )
    assert run("load", sales, shop=folder).code == 0
    return folder
