"""JSON from another machine: every rule of a description holds, and who breaks it is told where and which."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from clientela.i18n import speaking
from clientela.strict_json import Shape, ShapeError, StrictJsonError, read

ROW = {
    "type": "object",
    "required": ["name", "cents"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "cents": {"type": "integer", "minimum": -3, "maximum": 3},
        "on": {"type": ["string", "null"], "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "word": {"enum": ["yes", "no", None]},
        "more": {"$ref": "#/components/schemas/More"},
        "free": {"type": ["string", "integer"]},
    },
    "additionalProperties": False,
}
MORE = {
    "type": "object",
    "properties": {"rows": {"type": "array", "maxItems": 2, "items": {"type": "boolean"}}},
}
SHAPE = Shape(
    {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": ROW}}},
    {"More": MORE},
)
GOOD = {"name": "Anna", "cents": 3, "on": None, "at": "2026-05-10T10:00:00+02:00", "word": None, "free": 7}


def refusal(value: Any) -> str:
    """Return the sentence with which a value is refused, without the way out."""
    with speaking("en"), pytest.raises(ShapeError) as found:
        SHAPE.check(value)
    assert found.value.status == 422
    return found.value.message


def test_what_fits_is_taken() -> None:
    SHAPE.check({"rows": [], "unknown": "is not forbidden here"})
    SHAPE.check({"rows": [GOOD, {**GOOD, "more": {"rows": [True, False]}, "free": "text"}]})


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", 5, "rows[1].name: must be string."),
        ("name", "", "rows[1].name: is too long or too short."),
        ("name", "Annina", "rows[1].name: is too long or too short."),
        ("name", "An\x00a", "rows[1].name: holds characters that no text should."),
        ("name", "An\ud800", "rows[1].name: holds characters that no text should."),
        ("free", "x" * 10_001, "rows[1].free: is too long or too short."),
        ("cents", True, "rows[1].cents: must be integer."),
        ("cents", 1.0, "rows[1].cents: must be integer."),
        ("cents", "1", "rows[1].cents: must be integer."),
        ("cents", 4, "rows[1].cents: must lie between -3 and 3."),
        ("cents", -4, "rows[1].cents: must lie between -3 and 3."),
        ("free", 2**53 + 1, f"rows[1].free: must lie between {-(2**53)} and {2**53}."),
        ("free", None, "rows[1].free: must be string | integer."),
        ("on", "2026-02-30", "rows[1].on: is not a date."),
        ("on", "2026-02-03\n", "rows[1].on: is not a date."),
        ("on", "1969-12-31", "rows[1].on: is not a date."),
        ("at", "2026-05-10T10:00:00", "rows[1].at: is not a date-time."),
        ("word", "perhaps", "rows[1].word: must be one of: yes, no."),
        ("more", {"rows": [True, 0]}, "rows[1].more.rows[1]: must be boolean."),
        ("more", {"rows": [True] * 3}, "rows[1].more.rows: holds more than 2."),
        ("secret", 1, "rows[1]: has a field that is none of: name, cents, on, at, word, more, free."),
    ],
)
def test_a_refusal_names_the_place_and_the_rule(field: str, value: Any, sentence: str) -> None:
    assert refusal({"rows": [GOOD, {**GOOD, field: value}]}) == sentence


def test_a_field_that_lacks_is_named_and_so_is_the_body_itself() -> None:
    assert refusal({"rows": [{"name": "Anna"}]}) == "rows[0]: lacks cents."
    assert refusal({}) == "the body: lacks rows."
    assert refusal([]) == "the body: must be object."


def test_neither_a_value_nor_an_unknown_name_is_said() -> None:
    planted = "Zenobia 3331234567"
    for row in ({"name": planted}, {"on": planted}, {"word": planted}, {"cents": planted}, {planted: 1}):
        said = refusal({"rows": [{**GOOD, **row}]})
        assert "Zenobia" not in said
        assert "333" not in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "it cannot be read"),
        (b'{"a": 1, "a": 2}', "a field stands in it twice"),
        (b'{"a": NaN}', "a number in it is not finite"),
        (b'{"a": 1e999}', "a number in it is not finite"),
        (b"\xff", "it is not UTF-8"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"1" * 5000, "it cannot be read"),
    ],
)
def test_a_text_that_is_no_json_to_rely_on_is_refused_before_its_shape_is_asked_for(
    content: bytes, why: str
) -> None:
    for reader in (read, SHAPE.read):
        with speaking("en"), pytest.raises(StrictJsonError) as found:
            reader(content)
        assert (found.value.status, found.value.message) == (
            400,
            f"This is not JSON that can be relied on: {why}.",
        )


def test_the_library_is_loaded_only_where_something_is_compared() -> None:
    asked = (
        "import sys; from clientela.referral_server.http import openapi;"
        "print('fastjsonschema' in sys.modules);"
        "openapi.SHAPES['Sales'].check({'as_of': '2026-05-10', 'sales': []});"
        "print('fastjsonschema' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
