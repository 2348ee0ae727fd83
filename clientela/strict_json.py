"""JSON from another machine, read without mercy: what is doubled, endless or unknown is refused.

``check`` knows the part of JSON Schema 2020-12 that our own descriptions use, so that what the API says of
itself and what it accepts are one thing. A refusal names the place and the rule, never the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _

Schema = Mapping[str, Any]

MAX_BYTES: Final = 4 << 20
"""Bytes of a request or of one page of an answer."""

_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that no name, code or reason holds: controls, and halves of a pair."""

_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class StrictJsonError(ClientelaError):
    """A text is no JSON, or is JSON that nobody may rely on."""

    status = 400

    def __init__(self, why: str) -> None:
        super().__init__(_("This is not JSON that can be relied on: {why}.").format(why=why))


class ShapeError(ClientelaError):
    """JSON of another shape than described."""

    status = 422

    def __init__(self, place: str, rule: str) -> None:
        super().__init__(
            _("{place}: {rule}.").format(place=place or _("the body"), rule=rule),
            _("The shape is described at /api/openapi.json."),
        )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise StrictJsonError(_("a field stands in it twice"))
    return found


def _no_constant(_word: str) -> Any:
    raise StrictJsonError(_("a number in it is not finite"))


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise StrictJsonError(_("a number in it is not finite"))
    return number


def read(content: bytes) -> Any:
    """Return the value that a UTF-8 text holds.

    Raises:
        StrictJsonError: if it is no JSON, too deep, holds a field twice, or a number without end.
    """
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise StrictJsonError(_("it is not UTF-8")) from None
    except RecursionError:
        raise StrictJsonError(_("it is nested too deeply")) from None
    except ValueError:
        # Also a number of more digits than Python reads.
        raise StrictJsonError(_("it cannot be read")) from None


def check(value: Any, schema: Schema, known: Mapping[str, Schema], place: str = "") -> None:
    """Compare a value with its description.

    Args:
        value: what ``read`` returned.
        schema: its description.
        known: the descriptions that ``$ref`` names, by the last word of the reference.
        place: where in the whole the value stands.

    Raises:
        ShapeError: at the first difference.
    """
    if "$ref" in schema:
        check(value, known[str(schema["$ref"]).rpartition("/")[2]], known, place)
        return
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if kinds and _kind(value) not in kinds:
        raise ShapeError(place, _("must be {kind}").format(kind=" | ".join(kinds)))
    if "enum" in schema and value not in schema["enum"]:
        words = ", ".join(str(word) for word in schema["enum"] if word is not None)
        raise ShapeError(place, _("must be one of: {words}").format(words=words))
    if isinstance(value, str):
        _check_text(value, schema, place)
    elif isinstance(value, int) and not isinstance(value, bool):
        _check_number(value, schema, place)
    elif isinstance(value, list):
        _check_list(value, schema, known, place)
    elif isinstance(value, dict):
        _check_fields(value, schema, known, place)


def _kind(value: Any) -> str:
    """Return the JSON Schema word for a value."""
    if value is None:
        return "null"
    # bool first: to Python it is a number.
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"))
    return next((word for kind, word in kinds if isinstance(value, kind)), "object")


def _check_text(value: str, schema: Schema, place: str) -> None:
    if len(value) > schema.get("maxLength", 10_000) or len(value) < schema.get("minLength", 0):
        raise ShapeError(place, _("is too long or too short"))
    if _UNFIT.search(value):
        raise ShapeError(place, _("holds characters that no text should"))
    if "pattern" in schema and not re.search(schema["pattern"], value):
        raise ShapeError(place, _("is not written as described"))
    if schema.get("format") in ("date", "date-time") and not _is_moment(value, schema["format"]):
        raise ShapeError(place, _("is not a {kind}").format(kind=schema["format"]))


def _is_moment(value: str, kind: str) -> bool:
    """Tell whether a text is a day, or an instant with its offset."""
    try:
        if kind == "date":
            return bool(_DAY.fullmatch(value)) and 1970 <= date.fromisoformat(value).year < 2200
        return bool(_INSTANT.fullmatch(value)) and 1970 < datetime.fromisoformat(value).year < 2200
    except ValueError:
        return False


def _check_number(value: int, schema: Schema, place: str) -> None:
    low, high = schema.get("minimum", -(2**53)), schema.get("maximum", 2**53)
    if not low <= value <= high:
        raise ShapeError(place, _("must lie between {low} and {high}").format(low=low, high=high))


def _check_list(value: list[Any], schema: Schema, known: Mapping[str, Schema], place: str) -> None:
    if len(value) > schema.get("maxItems", len(value)):
        raise ShapeError(place, _("holds more than {count}").format(count=schema["maxItems"]))
    for number, item in enumerate(value):
        check(item, schema.get("items", {}), known, f"{place}[{number}]")


def _check_fields(value: dict[str, Any], schema: Schema, known: Mapping[str, Schema], place: str) -> None:
    fields: Mapping[str, Schema] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise ShapeError(place, _("lacks {field}").format(field=name))
    # The unknown name itself may be anything, so it is not said.
    if schema.get("additionalProperties") is False and set(value) - set(fields):
        known_names = ", ".join(fields)
        raise ShapeError(place, _("has a field that is none of: {fields}").format(fields=known_names))
    for name, item in value.items():
        if name in fields:
            check(item, fields[name], known, f"{place}.{name}" if place else name)
