"""Write ``clientela.toml``: every parameter with its default and what it does."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from clientela.i18n import gettext as _
from clientela.i18n import speaking
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import FILE_NAME, TABLES, Settings


def _toml(value: Any) -> str:
    """Write one value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        inside = ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def settings_text(given: dict[str, dict[str, Any]]) -> str:
    """Return the text of a settings file.

    Args:
        given: values that differ from the defaults, by table and key.
    """
    lines = []
    for table, kind in TABLES.items():
        lines.append(f"[{table}]")
        defaults = kind()
        for key in fields(kind):
            value = given.get(table, {}).get(key.name, getattr(defaults, key.name))
            comment, words = key.metadata["comment"], ", ".join(key.metadata.get("words", ()))
            lines.append(f"# {_(comment).format(words=words)}")
            lines.append(f"# {key.name} =" if value is None else f"{key.name} = {_toml(value)}")
        extra = {key: value for key, value in given.get(table, {}).items() if not hasattr(defaults, key)}
        lines += [f"{key} = {_toml(value)}" for key, value in extra.items()]
        lines.append("")
    return "\n".join(lines)


def write_settings(
    folder: Path, *, name: str, trade: str, language: str, more: dict[str, dict[str, Any]] | None = None
) -> Settings:
    """Write a new shop folder's settings and read them back."""
    given: dict[str, dict[str, Any]] = {
        "shop": {"name": name, "language": language},
        "categories": {"trade": trade},
    }
    for table, values in (more or {}).items():
        given.setdefault(table, {}).update(values)
    with speaking(language):
        text = settings_text(given)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    part = path.with_suffix(".toml.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return read_settings(folder)
