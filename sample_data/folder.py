"""A shop folder made from the fictional shop, ready to be loaded."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import FILE_NAME, Settings
from clientela.settings.writing import write_settings


def _closures(shop: dict[str, Any]) -> list[list[date]]:
    return [
        [date.fromisoformat(closure["from"]), date.fromisoformat(closure["to"])]
        for closure in shop["closures"]
    ]


def make_shop_folder(folder: Path, language: str | None = None) -> tuple[Settings, list[Path]]:
    """Make the folder and its settings; leave them where they are already there.

    Args:
        folder: where.
        language: what the shop's reports and settings are written in; None takes the fictional shop's own.

    Returns:
        The settings and the files to load.
    """
    with as_file(files("clientela.sample_data")) as source:
        shop = tomllib.loads((source / "shop.toml").read_text(encoding="utf-8"))
        tables = sorted(source.glob("*.csv"))
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / FILE_NAME).exists():
        return read_settings(folder), tables
    settings = write_settings(
        folder,
        name=shop["shop"]["name"],
        trade=shop["shop"]["trade"],
        language=language or shop["shop"]["language"],
        more={
            "categories": {"closures": _closures(shop["shop"]), **shop["categories"]},
            "referral": dict(shop["referral"]),
        },
    )
    return settings, tables
