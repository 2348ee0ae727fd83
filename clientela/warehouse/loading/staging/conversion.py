"""Turn a cell of text into a value, in SQL; null where the text is not such a value.

The cheap test comes first and decides nearly every cell; the exact grammar is only tried on the rest,
because DuckDB's own cast reads ``1e3`` and ``1_000`` as a thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from clientela.warehouse.input_tables import COUNT, DAY, FLAG, INSTANT, MONEY, TEXT
from clientela.warehouse.loading.staging.known_words import currency_spellings

YES: Final = ("1", "true", "t", "yes", "y", "sì", "si", "s", "vero", "x", "on")
NO: Final = ("0", "false", "f", "no", "n", "falso", "off")

EARLIEST: Final = "1000-01-01"
LATEST: Final = "2200-01-01"
"""A date outside is none: a two-digit year read as the year 25, an ``infinity``. Whether one that is read can
be believed is asked of the whole column (``believing.py``)."""

SERIAL: Final = "serial"
"""Stands among the formats of a mapping for the days that spreadsheets count from the end of 1899."""

_BLANKS: Final = r"[\s\x{00A0}\x{202F}\x{2007}]"
DOLLARS: Final = ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN")
"""Currencies that are written $."""

_SERIAL: Final = r"([2-5]\d{4}|60000)([.,]\d+)?"
"""1954 to 2064; anything else in a column of dates is no count of days."""
_ISO: Final = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?)?"

_HAS_HOUR: Final = re.compile(r"%[HIcTX]")
_SAYS_UTC: Final = re.compile(r"(?<!%)Z|UTC|GMT|\+00:?00")


@dataclass(frozen=True)
class Writing:
    """How the values of a file are written."""

    dates: tuple[str, ...]
    """strptime formats; empty for ISO 8601."""

    decimal: str
    thousands: str | None
    timezone: str
    """The shop's; an instant with an offset is told in its local time."""

    zone: str | None = None
    """Where an instant without an offset was written; None: in the shop."""

    also_iso: bool = False
    """Whether ISO dates are read beside the formats: sheets and Parquet have dates of their own."""


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def among(text: str, words: Iterable[str]) -> str:
    """Test whether a text is one of several words; false where it is null.

    Not ``in`` nor ``list_contains``: the engine makes a join of a long list, and a join may hand the rows of
    a file on in another order than they were read, while their place is their number.
    """
    return f"(list_position([{', '.join(map(literal, words))}]::varchar[], {text}) is not null)"


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
            f"case when {among(f'lower({text})', YES)} then true "
            f"when {among(f'lower({text})', NO)} then false end"
        )
    number = number_of(text, writing)
    if kind == COUNT:
        return whole_number(number)
    return number


def whole_number(number: str) -> str:
    """Read a count; a number with decimals is none."""
    return f"case when {number} = trunc({number}) then cast({number} as bigint) end"


def number_of(text: str, writing: Writing) -> str:
    """Read a decimal(18,4); more decimals are rounded half away from zero."""
    return f"coalesce({simple_number(text, writing)}, {exact_number(text, writing)})"


def simple_number(text: str, writing: Writing) -> str:
    """Read a number that is written plainly; null for every other text."""
    point = text if writing.decimal == "." else f"replace({text}, ',', '.')"
    odd = ["'e'", "'E'", "'_'"] + (["'.'"] if writing.decimal == "," else [])
    return (
        f"case when not ({' or '.join(f'contains({text}, {mark})' for mark in odd)}) "
        f"then try_cast({point} as {MONEY}) end"
    )


@cache
def _currency_pattern() -> str:
    """Return the pattern of a currency in a cell, the longest spelling first."""
    spellings = sorted(currency_spellings(), key=lambda word: (-len(word), word))
    return f"(?i)({'|'.join(re.escape(word).replace(chr(92) + ' ', ' ') for word in spellings)})"


def without_currency(text: str) -> str:
    """Return the SQL of a cell without code, sign or name of a currency."""
    return f"regexp_replace({text}, {literal(_currency_pattern())}, '', 'g')"


def currency_in(text: str, own: str) -> str:
    """Return the SQL of the ISO code of the currency that a cell names beside its number, null where none.

    Args:
        text: SQL of the cell.
        own: the shop's currency: $ alone is its own where that is a dollar.
    """
    codes = currency_spellings() | ({"$": own} if own in DOLLARS else {})
    named = ", ".join(f"{literal(spelling)}: {literal(code)}" for spelling, code in sorted(codes.items()))
    found = f"lower(regexp_extract({text}, {literal(_currency_pattern())}, 1))"
    return f"map_extract_value(map {{{named}}}, {found})"


def exact_number(text: str, writing: Writing) -> str:
    """Read a number by its grammar: currency, blanks, declared thousands; ``(12)``, ``12-``."""
    bare = f"regexp_replace({without_currency(text)}, '{_BLANKS}', '', 'g')"
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
    forms = tuple(form for form in writing.dates if form != SERIAL)
    counted = [serial_of(text, writing)] if SERIAL in writing.dates else []
    if not forms:
        return f"coalesce({_iso(text, writing)}, {counted[0]})" if counted else _iso(text, writing)
    moment = _by_formats(text, replace(writing, dates=forms))
    believed = f"case when {moment} between '{EARLIEST}' and '{LATEST}' then {moment} end"
    others = [*counted, *([_iso(text, writing)] if writing.also_iso else [])]
    return f"coalesce({', '.join([believed, *others])})" if others else believed


def _by_formats(text: str, writing: Writing) -> str:
    """Read by the declared formats, in their order."""
    readings = []
    for forms, zone in _by_zone(writing):
        if zone is None:
            readings.append(f"try_strptime({text}, [{', '.join(map(literal, forms))}])")
        else:
            moment = f"try_strptime({text}, [{', '.join(map(literal, forms))}])"
            # With an offset DuckDB returns an instant already.
            instant = moment if zone == "%z" else f"timezone({literal(zone)}, {moment})"
            readings.append(f"timezone({literal(writing.timezone)}, {instant})")
    return readings[0] if len(readings) == 1 else f"coalesce({', '.join(readings)})"


def _by_zone(writing: Writing) -> list[tuple[list[str], str | None]]:
    """Group the formats: days and the shop's own clock, each other zone, those with an offset (``%z``)."""
    found: dict[str | None, list[str]] = {}
    for form in writing.dates:
        zone = "%z" if "%z" in form else None
        if zone is None and _HAS_HOUR.search(form):
            zone = "UTC" if _SAYS_UTC.search(form) else writing.zone
        found.setdefault(None if zone == writing.timezone else zone, []).append(form)
    return [(forms, zone) for zone, forms in found.items()]


def serial_of(text: str, writing: Writing) -> str:
    """Read the count of days of a spreadsheet, hours as its fraction; what is no such count is null."""
    days = f"cast(replace({text}, ',', '.') as double)"
    moment = f"timestamp '1899-12-30' + to_seconds(round({days} * 86400))"
    return f"case when regexp_full_match({text}, {literal(_SERIAL)}) then {_there(moment, writing)} end"


def _there(moment: str, writing: Writing) -> str:
    """Tell in the shop's local time a moment of the clock by which the file is written."""
    if writing.zone in (None, writing.timezone):
        return moment
    return f"timezone({literal(writing.timezone)}, timezone({literal(str(writing.zone))}, {moment}))"


def _iso(text: str, writing: Writing) -> str:
    """Read ISO 8601; an offset or Z is turned into the shop's local time."""
    is_plain = f"strlen({text}) = 10 or (strlen({text}) = 19 and {text}[17] = ':')"
    offset = rf"regexp_matches({text}, '[T ].*(Z|[+-]\d{{2}}(:?\d{{2}})?)$')"
    # DuckDB reads +01:00 but not +0100, and no blank before it.
    zoned = rf"regexp_replace(regexp_replace({text}, ' ([+-])', '\1'), '([+-]\d{{2}})(\d{{2}})$', '\1:\2')"
    believed = f"{text} between '{EARLIEST}' and '{LATEST}'"
    naive = f"try_cast({text} as timestamp)"
    plain = naive
    if _there(naive, writing) != naive:
        plain = f"case when strlen({text}) = 10 then {naive} else {_there(naive, writing)} end"
    return (
        f"case when not ({believed}) then {serial_of(text, writing)} when {is_plain} then {plain} "
        f"when not regexp_full_match({text}, {literal(_ISO)}) then {serial_of(text, writing)} "
        f"when {offset} then timezone({literal(writing.timezone)}, try_cast({zoned} as timestamptz)) "
        f"else {_there(naive, writing)} end"
    )
