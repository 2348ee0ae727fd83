"""Read a shop's ``clientela.toml``; what cannot be used is said in a sentence."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from clientela.errors import SettingsError, pasted
from clientela.i18n import gettext as _
from clientela.settings.shop_settings import FILE_NAME, FREE_TABLES, TABLES, Settings
from clientela.settings.values import Where, check_form, check_together, check_value, not_a_table, unknown_key


def _table(path: Path, name: str, given: Any) -> Any:
    """Build one settings table from what the file says."""
    kind = TABLES[name]
    if not isinstance(given, dict):
        raise not_a_table(path, name)
    known = {key.name: key for key in fields(kind)}
    unknown = sorted(set(given) - set(known))
    if unknown and name not in FREE_TABLES:
        raise unknown_key(path, name, unknown[0], known)
    defaults = kind()
    values = {}
    for key, value in given.items():
        if key in known:
            where = Where(path, name, key)
            default = getattr(defaults, key)
            is_text = isinstance(default, str)
            plain = (
                check_value(where, value, known[key].metadata, default) if value != "" or is_text else value
            )
            values[key] = check_form(where, plain)
    return kind(**values)


def read_settings(folder: Path) -> Settings:
    """Read a shop folder's settings.

    Raises:
        SettingsError: if the folder is no shop folder or a value cannot be used.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(
            _("{folder} is not a shop folder: there is no {file} in it.").format(
                folder=folder, file=FILE_NAME
            ),
            _("Make one with: clientela init {folder}").format(folder=pasted(folder)),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            _("{file} cannot be read: {error}.").format(file=path, error=error),
            _("Check that you may read it and that it is saved as UTF-8 text."),
        ) from error
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            _("{file} is not valid TOML: {error}.").format(file=path, error=error),
            _("Correct that line."),
        ) from error
    tables = {name: _table(path, name, given[name]) for name in TABLES if name in given}
    if "categories" in tables:
        check_together(path, tables["categories"])
    extra = {name: value for name, value in given.items() if name not in TABLES}
    extra |= {name: given[name] for name in FREE_TABLES if name in given}
    return Settings(folder=folder, extra=extra, **tables)
