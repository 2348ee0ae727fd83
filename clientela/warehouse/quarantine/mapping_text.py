"""A mapping as JSON and back, so that what was refused can be read again just as its file was."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any, Final

from clientela.warehouse.loading.mapping import mapping as words
from clientela.warehouse.loading.mapping.mapping import Mapping

KIND: Final = "is"
"""Beside the fields of a part, the name of its class."""


def to_json(mapping: Mapping) -> str:
    """Write a mapping."""
    return json.dumps(_plain(mapping), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Mapping:
    """Read a mapping that ``to_json`` wrote, by this version or an earlier one."""
    made: Mapping = _made(json.loads(text))
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {KIND: type(value).__name__, **named}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_made(each) for each in value)
    if not isinstance(value, dict):
        return value
    if KIND not in value:
        return {key: _made(each) for key, each in value.items()}
    kind = getattr(words, value[KIND])
    known = {field.name for field in fields(kind)}
    return kind(**{name: _made(each) for name, each in value.items() if name in known})
