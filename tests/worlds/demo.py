"""The fictional shop: loaded, and as ``clientela demo`` leaves it, with what the program said meanwhile."""

from __future__ import annotations

import json
import logging
import logging.handlers
import queue
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clientela import i18n
from clientela.sample_data.folder import make_shop_folder
from clientela.settings.shop_settings import Settings
from tests.worlds.program import Answer, answer

TODAY = "2026-11-22"
"""The day on which every test of the program takes place."""


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


def make_loaded(folder: Path) -> None:
    """Make the fictional shop and load its files."""
    load_all(*make_shop_folder(folder))


@dataclass(frozen=True)
class Demo:
    """What ``clientela demo`` has made, and said."""

    folder: Path
    """The shop, this test's own."""

    answer: Answer
    """Its paths lead to where the demo was made, to be read only."""

    renderer_said: tuple[str, ...]
    """What the maker of the PDF complained about."""


def make_reported(folder: Path) -> None:
    """Run ``clientela demo`` as ``make demo`` does, in Italian, and keep beside the folder what it said."""
    complaints: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    renderer, listener = logging.getLogger("weasyprint"), logging.handlers.QueueHandler(complaints)
    former = renderer.level
    renderer.addHandler(listener)
    renderer.setLevel(logging.WARNING)
    try:
        env = {"CLIENTELA_TODAY": TODAY, "CLIENTELA_SHOP": None, "LANG": "it_IT.UTF-8"}
        found = answer("demo", "--to", folder, lang="it", **env)
    finally:
        renderer.removeHandler(listener)
        renderer.setLevel(former)
        i18n.use_language(i18n.DEFAULT_LANGUAGE)
    assert found.code == 0, found.err
    told = []
    while not complaints.empty():
        told.append(complaints.get().getMessage())
    said = {"out": found.out, "err": found.err, "renderer": told}
    (folder.parent / "said.json").write_text(json.dumps(said), encoding="utf-8")


def read_reported(made: Path, folder: Path) -> Demo:
    """Return what a demo said, with another folder as the shop."""
    said = json.loads((made.parent / "said.json").read_text("utf-8"))
    return Demo(folder, Answer(0, said["out"].encode(), said["err"]), tuple(said["renderer"]))
