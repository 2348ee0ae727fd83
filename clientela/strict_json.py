"""JSON from another machine, read without mercy: what is doubled, endless or unknown is refused.

A ``Shape`` compares with our own descriptions, so that what the API says of itself and what it accepts are
one thing. A refusal names the place and the rule, never the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from fastjsonschema import JsonSchemaValueException

Schema = Mapping[str, Any]

MAX_BYTES: Final = 4 << 20
"""Bytes of a request or of one page of an answer."""

_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that no name, code or reason holds: controls, and halves of a pair."""

_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

_DRAFT: Final = "http://json-schema.org/draft-04/schema"
"""From the sixth draft on 1.0 is a whole number, too."""

_ROOT: Final = "data"
"""What fastjsonschema calls the value itself."""

_TEXT: Final = "text"
"""The format of every text that has no other."""

_LONGEST: Final = 10_000
"""Signs of a text whose description does not say."""


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


class Shape:
    """A description that values are compared with; made ready at the first of them.

    The comparison itself is fastjsonschema's, by the draft in which a whole number is written as one.

    Args:
        schema: the description.
        known: the descriptions that ``$ref`` names, by the last word of the reference.
    """

    def __init__(self, schema: Schema, known: Mapping[str, Schema]) -> None:
        self._schema, self._known = schema, known

    def read(self, content: bytes) -> Any:
        """Return the value that a UTF-8 text holds.

        Raises:
            StrictJsonError: as ``read`` says.
            ShapeError: as ``check`` says.
        """
        value = read(content)
        self.check(value)
        return value

    def check(self, value: Any) -> None:
        """Compare a value with the description.

        Raises:
            ShapeError: at the first difference.
        """
        from fastjsonschema import JsonSchemaValueException

        try:
            self._compare(value)
        except JsonSchemaValueException as error:
            raise ShapeError((error.name or "").removeprefix(_ROOT).removeprefix("."), _rule(error)) from None

    @cached_property
    def _compare(self) -> Callable[[Any], Any]:
        from fastjsonschema import compile as compiled

        known = {name: _bounded(each) for name, each in self._known.items()}
        whole = {"$schema": _DRAFT, **_bounded(self._schema), "components": {"schemas": known}}
        formats = {_TEXT: _is_text, "date": _is_day, "date-time": _is_instant}
        compare: Callable[[Any], Any] = compiled(whole, formats=formats, use_default=False)
        return compare


def _bounded(schema: Any) -> Any:
    """Return a description with what holds for every text and every whole number written out."""
    if isinstance(schema, list):
        return [_bounded(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {name: _bounded(each) for name, each in schema.items()}
    kinds = found.get("type", ())
    if "string" in ((kinds,) if isinstance(kinds, str) else kinds):
        found = {"maxLength": _LONGEST, "format": _TEXT, **found}
    if "integer" in ((kinds,) if isinstance(kinds, str) else kinds):
        found = {"minimum": -(2**53), "maximum": 2**53, **found}
    return found


def _rule(error: JsonSchemaValueException) -> str:
    """Return what a value should have been, in words; never the value."""
    definition: Schema = error.definition
    match error.rule:
        case "type":
            kinds = definition["type"]
            return _("must be {kind}").format(kind=kinds if isinstance(kinds, str) else " | ".join(kinds))
        case "enum":
            words = ", ".join(str(word) for word in definition["enum"] if word is not None)
            return _("must be one of: {words}").format(words=words)
        case "minLength" | "maxLength":
            return _("is too long or too short")
        case "format" if definition["format"] == _TEXT:
            return _("holds characters that no text should")
        case "format":
            return _("is not a {kind}").format(kind=definition["format"])
        case "minimum" | "maximum":
            low, high = definition["minimum"], definition["maximum"]
            return _("must lie between {low} and {high}").format(low=low, high=high)
        case "maxItems":
            return _("holds more than {count}").format(count=definition["maxItems"])
        case "required":
            lacking = next(name for name in definition["required"] if name not in error.value)
            return _("lacks {field}").format(field=lacking)
        case "additionalProperties":
            # The unknown name itself may be anything, so it is not said.
            fields = ", ".join(definition["properties"])
            return _("has a field that is none of: {fields}").format(fields=fields)
    return _("is not written as described")


def _is_text(value: str) -> bool:
    """Tell whether a text holds only characters that a name, a code or a reason may hold."""
    return not _UNFIT.search(value)


def _is_day(value: str) -> bool:
    """Tell whether a text is a day, YYYY-MM-DD."""
    try:
        return bool(_DAY.fullmatch(value)) and 1970 <= date.fromisoformat(value).year < 2200
    except ValueError:
        return False


def _is_instant(value: str) -> bool:
    """Tell whether a text is an instant with its offset."""
    try:
        return bool(_INSTANT.fullmatch(value)) and 1970 < datetime.fromisoformat(value).year < 2200
    except ValueError:
        return False
