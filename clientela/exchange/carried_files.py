"""The two files that travel where there is no network between the shop's machine and the server's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from clientela import strict_json
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.loyalty import json_forms

VERSION: Final = 1
TO_SERVER: Final = "to-server.json"
FROM_SERVER: Final = "from-server.json"

LARGEST: Final = 256 << 20
"""Bytes that a file may have."""

_LIST: Final = {"type": "array"}
_TEXT: Final = {"type": "string", "maxLength": 200}
_SALES: Final = {
    "type": ["object", "null"],
    "required": ["as_of", "sales"],
    "properties": {
        "as_of": {"type": "string", "format": "date"},
        "sales": {"type": "array", "items": json_forms.schema("Outcome")},
    },
    "additionalProperties": False,
}

SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    TO_SERVER: {
        "type": "object",
        "required": ["version", "kind", "id", "cursor", "members", "renew", "consents", "sales"],
        "properties": {
            "version": {"enum": [VERSION]},
            "kind": {"enum": [TO_SERVER]},
            "id": _TEXT,
            "cursor": _TEXT,
            "members": {"type": "array", "items": json_forms.schema("Member")},
            "renew": {"type": "array", "items": {"type": "string", "maxLength": 254}},
            "consents": {"type": "array", "items": json_forms.schema("FriendConsent")},
            "sales": _SALES,
            "forgotten": {"type": "array", "items": json_forms.schema("Erasure")},
        },
        "additionalProperties": False,
    },
    FROM_SERVER: {
        "type": "object",
        "required": ["version", "kind", "answers", "since", "next", "events", "members"],
        "properties": {
            "version": {"enum": [VERSION]},
            "kind": {"enum": [FROM_SERVER]},
            "answers": _TEXT,
            "since": _TEXT,
            "next": _TEXT,
            "events": {"type": "array", "items": {"type": "object"}},
            "members": {"type": "array", "items": json_forms.schema("Invited")},
        },
        "additionalProperties": False,
    },
}

SHAPES: Final = {name: strict_json.Shape(schema, json_forms.SCHEMAS) for name, schema in SCHEMAS.items()}
"""What such a file is compared with."""


class ParcelError(ClientelaError):
    """A file of the exchange cannot be used."""


def read(folder: Path, name: str) -> dict[str, Any] | None:
    """Return a file of the exchange, None where it is missing.

    Raises:
        ParcelError: if it is damaged, or of another version.
    """
    path = folder / name
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    if len(content) > LARGEST:
        raise _unusable(path, _("it is too large"))
    try:
        found = strict_json.read(content)
        if isinstance(found, dict) and found.get("version") not in (VERSION, None):
            raise ParcelError(
                _("{file} was written by another version of clientela.").format(file=path.name),
                _("Bring both computers to the same version of clientela."),
            )
        SHAPES[name].check(found)
    except (strict_json.StrictJsonError, strict_json.ShapeError) as error:
        raise _unusable(path, error.message.rstrip(".")) from None
    return dict(found)


def write(folder: Path, name: str, content: dict[str, Any]) -> Path:
    """Write a file of the exchange, whole or not at all, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    path, part = folder / name, folder / f"{name}.part"
    text = json.dumps({"version": VERSION, "kind": name, **content}, ensure_ascii=False, indent=1)
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def _unusable(path: Path, why: str) -> ParcelError:
    return ParcelError(
        _("{file} cannot be used: {why}.").format(file=path.name, why=why),
        _("Copy it again from the other computer, or remove it and start again."),
    )
