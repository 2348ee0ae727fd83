"""Turn a cell of text into a value, in SQL; null where the text is not such a value.

The cheap test comes first and decides nearly every cell; the exact grammar is only tried on the rest,
because DuckDB's own cast reads ``1e3`` and ``1_000`` as a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clientela.warehouse.input_tables import COUNT, DAY, FLAG, INSTANT, MONEY, TEXT

YES: Final = ("1", "true", "t", "yes", "y", "sì", "si", "s", "vero", "x", "on")
NO: Final = ("0", "false", "f", "no", "n", "falso", "off")

EARLIEST: Final = "1900-01-01"
LATEST: Final = "2200-01-01"
"""A date outside is not believed: a two-digit year read as the year 25, an ``infinity``."""

_BLANKS: Final = r"[\s\x{00A0}\x{202F}\x{2007}]"
_CURRENCY: Final = r"(?i)(€|eur|euro|\$|£|chf)"
_ISO: Final = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?)?"


@dataclass(frozen=True)
class Writing:
    """How the values of a file are written."""

    dates: tuple[str, ...]
    """strptime formats; empty for ISO 8601."""

    decimal: str
    thousands: str | None
    timezone: str
    """The shop's; an instant with an offset is told in its local time."""

    also_iso: bool = False
    """Whether ISO dates are read beside the formats: sheets and Parquet have dates of their own."""


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def text_of(cell: str, *, tidy: bool) -> str:
    """Trim a cell; blank is null.

    Args:
        cell: SQL of the cell.
        tidy: whether the file has no blank but the space and writes empty cells as null, so that the
            whole trim is only needed where a space stands at an end.
    """
    trimmed = f"nullif(regexp_replace({cell}, '^{_BLANKS}+|{_BLANKS}+$', '', 'g'), '')"
    if not tidy:
        ends = " or ".join(
            f"{test}({cell}, {mark})"
            for test in ("prefix", "suffix")
            for mark in ("' '", "chr(9)", "chr(160)", "chr(13)", "chr(10)")
        )
        return f"case when {ends} then {trimmed} else nullif({cell}, '') end"
    return f"case when prefix({cell}, ' ') or suffix({cell}, ' ') then {trimmed} else {cell} end"


def value_of(text: str, kind: str, writing: Writing) -> str:
    """Return the SQL that reads a trimmed text as a type of ``input_tables``.

    Args:
        text: SQL of the text.
        kind: one of the types in ``input_tables``.
        writing: how the file writes dates and numbers.
    """
    if kind == TEXT:
        return text
    if kind == INSTANT:
        return _instant(text, writing)
    if kind == DAY:
        return f"cast({_instant(text, writing)} as date)"
    if kind == FLAG:
        return (
            f"case when lower({text}) in ({', '.join(map(literal, YES))}) then true "
            f"when lower({text}) in ({', '.join(map(literal, NO))}) then false end"
        )
    number = number_of(text, writing)
    if kind == COUNT:
        return f"case when {number} = trunc({number}) then cast({number} as bigint) end"
    return number


def number_of(text: str, writing: Writing) -> str:
    """Read a decimal(18,4); more decimals are rounded half away from zero."""
    point = text if writing.decimal == "." else f"replace({text}, ',', '.')"
    odd = ["'e'", "'E'", "'_'"] + (["'.'"] if writing.decimal == "," else [])
    simple = " or ".join(f"contains({text}, {mark})" for mark in odd)
    return (
        f"coalesce(case when not ({simple}) then try_cast({point} as {MONEY}) end, {_exact(text, writing)})"
    )


def _exact(text: str, writing: Writing) -> str:
    """Read a number by its grammar: currency, blanks, declared thousands; ``(12)``, ``12-``."""
    bare = f"regexp_replace(regexp_replace({text}, {literal(_CURRENCY)}, '', 'g'), '{_BLANKS}', '', 'g')"
    decimal = "\\" + writing.decimal
    unsigned = rf"(\d+({decimal}\d*)?|{decimal}\d+)"
    digits = "regexp_replace(bare, '[-+()]', '', 'g')"
    if writing.thousands:
        # A blank that parts the thousands is gone by now.
        mark = "\\" + writing.thousands
        if writing.thousands.strip():
            unsigned = rf"({unsigned}|\d{{1,3}}({mark}\d{{3}})+({decimal}\d*)?)"
        digits = f"replace({digits}, {literal(writing.thousands)}, '')"
    digits = f"replace({digits}, {literal(writing.decimal)}, '.')"
    grammar = literal(rf"[+-]?{unsigned}|{unsigned}-|\({unsigned}\)")
    # The lambda keeps DuckDB from computing the bare text beforehand for every row, which it does with a
    # part that an expression names twice.
    return (
        f"list_transform([{bare}], lambda bare: case when regexp_full_match(bare, {grammar}) "
        f"then cast(try_cast({digits} as {MONEY}) "
        f"* case when regexp_matches(bare, '[-(]') then -1 else 1 end as {MONEY}) end)[1]"
    )


def _instant(text: str, writing: Writing) -> str:
    """Read a naive local timestamp by the formats, or ISO 8601 where there are none."""
    if not writing.dates:
        return _iso(text, writing.timezone)
    moment = _by_formats(text, writing)
    believed = f"case when {moment} between '{EARLIEST}' and '{LATEST}' then {moment} end"
    return f"coalesce({believed}, {_iso(text, writing.timezone)})" if writing.also_iso else believed


def _by_formats(text: str, writing: Writing) -> str:
    """Read by the declared formats, in their order."""
    local = [form for form in writing.dates if "%z" not in form]
    zoned = [form for form in writing.dates if "%z" in form]
    readings = []
    if local:
        readings.append(f"try_strptime({text}, [{', '.join(map(literal, local))}])")
    if zoned:
        forms = ", ".join(map(literal, zoned))
        readings.append(f"timezone({literal(writing.timezone)}, try_strptime({text}, [{forms}]))")
    return readings[0] if len(readings) == 1 else f"coalesce({', '.join(readings)})"


def _iso(text: str, timezone: str) -> str:
    """Read ISO 8601; an offset or Z is turned into the shop's local time."""
    plain = f"strlen({text}) = 10 or (strlen({text}) = 19 and {text}[17] = ':')"
    offset = rf"regexp_matches({text}, '[T ].*(Z|[+-]\d{{2}}(:?\d{{2}})?)$')"
    # DuckDB reads +01:00 but not +0100, and no blank before it.
    zoned = rf"regexp_replace(regexp_replace({text}, ' ([+-])', '\1'), '([+-]\d{{2}})(\d{{2}})$', '\1:\2')"
    believed = f"{text} between '{EARLIEST}' and '{LATEST}'"
    return (
        f"case when not ({believed}) then null when {plain} then try_cast({text} as timestamp) "
        f"when not regexp_full_match({text}, {literal(_ISO)}) then null "
        f"when {offset} then timezone({literal(timezone)}, try_cast({zoned} as timestamptz)) "
        f"else try_cast({text} as timestamp) end"
    )
