"""Write a mapping as TOML that an owner can read, change and share: no data of the shop is in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.mapping import (
    Constant,
    DocumentKey,
    Format,
    Joined,
    Mapping,
    Money,
    Source,
)

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

VERSION: Final = 1
"""Of what a mapping may say; written so that a later program knows what it reads."""


_CUT: Final = (
    "encoding",
    "delimiter",
    "header",
    "columns",
    "quote",
    "header_rows",
    "sheets",
    "timezone",
    "continues",
)
"""Keys of the format that are written where they are not as the file says by itself."""


def document_of(mapping: Mapping) -> TOMLDocument:
    """Return a mapping as a TOML document, each part with a word about it."""
    import tomlkit

    made = tomlkit.document()
    made.add(tomlkit.comment(_("How this file is read. You may change it; nothing of your data is in it.")))
    made["version"] = VERSION
    made["source"] = mapping.source
    made["table"] = mapping.table
    if mapping.rows != "document":
        made["rows"] = mapping.rows
    if mapping.importer:
        made["importer"] = mapping.importer
    if mapping.open:
        made["open"] = list(mapping.open)
    if mapping.vat_number:
        made["vat_number"] = list(mapping.vat_number)
    if mapping.headers:
        made["headers"] = _lines(mapping.headers)
    columns = tomlkit.table()
    columns.comment(_("our field = your column"))
    for name, value in mapping.columns.items():
        columns[name] = _source(value)
    made["columns"] = columns
    for section, content in _sections(mapping):
        if content:
            made[section] = content
    return made


def _lines(words: Iterable[str]) -> Any:
    """Return a list that breaks its lines."""
    import tomlkit

    listed = tomlkit.array()
    listed.extend(words)
    listed.multiline(len(listed) > 4)
    return listed


def _source(value: Source) -> Any:
    import tomlkit

    if isinstance(value, str):
        return value
    table = tomlkit.inline_table()
    if isinstance(value, Constant):
        table["value"] = value.value
    else:
        assert isinstance(value, Joined)
        table["join"] = list(value.columns)
        if value.separator != " ":
            table["with"] = value.separator
    return table


def _sections(mapping: Mapping) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield the sections that say something, in the order of the reference."""
    yield "key", _key(mapping.key)
    yield "format", _format(mapping.format)
    yield "money", _money(mapping.money)
    if mapping.sign:
        yield "sign", {"column": mapping.sign.column, "negative": list(mapping.sign.values)}
    if mapping.status:
        words = {meaning: list(found) for meaning, found in mapping.status.words.items()}
        yield "status", {"column": mapping.status.column, **words}
    if mapping.documents:
        words = {meaning: list(found) for meaning, found in mapping.documents.words.items()}
        yield "documents", {"column": mapping.documents.column, **words}
    if mapping.set_aside:
        aside = mapping.set_aside
        said = {"coded": True} if aside.coded else {"values": list(aside.values)}
        yield "set_aside", {"column": aside.column, **said}


def _key(key: DocumentKey) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if key.document:
        said["document"] = list(key.document)
    if key.name:
        said["name"] = True
    if key.nobody:
        said["nobody"] = list(key.nobody)
    return said


def _format(form: Format) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if form.dates:
        said["date"] = form.dates[0] if len(form.dates) == 1 else list(form.dates)
    if form.is_number_said:
        said["decimal"] = form.decimal
        if form.thousands:
            said["thousands"] = form.thousands
    plain = Format()
    for name in _CUT:
        value = getattr(form, name)
        if value != getattr(plain, name):
            said[name] = list(value) if isinstance(value, tuple) else value
    return said


def _money(money: Money) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if money.currency:
        said["currency"] = money.currency
    if money.minor_units:
        said["minor_units"] = True
    if money.rates:
        said["rates"] = dict(money.rates)
    return said


def set_keys(document: TOMLDocument, settings: dict[str, object]) -> None:
    """Write an answer into a document: dotted keys to values; an empty list or text takes the key out.

    What else stands there stays as it is, comments included.
    """
    import tomlkit

    for dotted, value in settings.items():
        *sections, name = dotted.split(".")
        place: Any = document
        for section in sections:
            if section not in place:
                place[section] = tomlkit.table()
            place = place[section]
        if value in ("", []):
            place.pop(name, None)
        else:
            place[name] = value


def filled_in(settings: dict[str, object]) -> str:
    """Return settings as the lines of TOML that an owner would write."""
    import tomlkit

    made = tomlkit.document()
    set_keys(made, {key: value for key, value in settings.items() if value not in ("", [])})
    return tomlkit.dumps(made).strip()
