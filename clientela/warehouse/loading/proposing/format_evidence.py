"""How a file writes its dates and numbers, proved by its cells; what they do not prove is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clientela.warehouse.input_tables import COUNT, DAY, INSTANT, MONEY, input_tables
from clientela.warehouse.loading.mapping.expressions import parse
from clientela.warehouse.loading.mapping.mapping import Constant, Format, Joined, Source
from clientela.warehouse.loading.proposing.evidence import Evidence
from clientela.warehouse.loading.proposing.writings import Numbers

_UTC: Final = ("utc", "gmt")


@dataclass(frozen=True)
class Written:
    """The format of a file and what it leaves open."""

    format: Format
    open_number: str | None = None
    """Heading of an amount whose cells fit two readings."""

    open_date: str | None = None
    """Heading of a date whose day and month cannot be told apart."""


def written(evidence: Evidence, columns: dict[str, Source]) -> Written:
    """Prove how the mapped columns are written.

    Args:
        evidence: the texts of the file.
        columns: field to where it comes from.
    """
    decimal, thousands, open_number = number_format(evidence, number_headers(evidence, columns))
    dates, open_date = date_formats(evidence, columns)
    heads = [header for header in date_headers(evidence, columns) if _is_utc(header)]
    proved = any(evidence.column(header).numbers.is_proved for header in number_headers(evidence, columns))
    return Written(
        Format(dates, decimal, thousands, timezone="UTC" if heads else None, is_number_said=proved),
        open_number,
        open_date,
    )


def _is_utc(header: str) -> bool:
    """Tell whether a heading says that its times are universal."""
    return any(word.strip("()[] ").lower() in _UTC for word in header.split())


def _headers(evidence: Evidence, columns: dict[str, Source], kinds: tuple[str, ...]) -> list[str]:
    """Return the headings behind the fields of some types, money first."""
    types = {**input_tables()["order_lines"].fields, **input_tables()["customers"].fields}
    types |= input_tables()["payments"].fields | input_tables()["orders"].fields
    found: list[str] = []
    for name, value in sorted(columns.items(), key=lambda pair: "amount" not in pair[0]):
        if types.get(name) not in kinds or isinstance(value, Constant):
            continue
        if isinstance(value, Joined):
            found += [header for header in value.columns if header in evidence.headers]
        else:
            expression = parse(value, list(evidence.headers))
            found += expression.columns if expression else []
    return [header for header in dict.fromkeys(found) if header in evidence.headers]


def number_headers(evidence: Evidence, columns: dict[str, Source]) -> list[str]:
    """Return the headings that hold numbers, those of amounts first."""
    return _headers(evidence, columns, (MONEY, COUNT))


def date_headers(evidence: Evidence, columns: dict[str, Source]) -> list[str]:
    """Return the headings that hold dates."""
    return _headers(evidence, columns, (DAY, INSTANT))


def number_format(evidence: Evidence, headers: list[str]) -> tuple[str, str | None, str | None]:
    """Return decimal sign, sign of the thousands, and the heading that leaves them open."""
    numbers = {header: evidence.column(header).numbers for header in headers}
    comma = sum(found.comma for found in numbers.values())
    point = sum(found.point for found in numbers.values())
    decimal = "," if comma > point else "."
    other = "." if decimal == "," else ","
    either = [header for header, found in numbers.items() if found.is_open]
    if not comma and not point and either:
        return ".", None, either[0]
    # Three decimals behind a point where the column itself shows no other amount: money has two.
    doubtful = [header for header in either if numbers[header].either_sign == decimal]
    return decimal, _thousands(numbers, other), doubtful[0] if doubtful else _mixed(numbers)


def _mixed(numbers: dict[str, Numbers]) -> str | None:
    """Return a column that writes both signs as decimals and has cells that could be either."""
    return next(
        (header for header, found in numbers.items() if found.comma and found.point and found.either), None
    )


def _thousands(numbers: dict[str, Numbers], other: str) -> str | None:
    """Return the sign between the thousands that the file really uses, or may use."""
    if any(found.apostrophes for found in numbers.values()):
        return "'"
    if any(found.blank_thousands for found in numbers.values()):
        return " "
    return other if any(found.is_proved for found in numbers.values()) else None


def date_formats(evidence: Evidence, columns: dict[str, Source]) -> tuple[tuple[str, ...], str | None]:
    """Return strptime formats and the heading whose order of day and month is open."""
    found = {header: evidence.column(header).dates for header in date_headers(evidence, columns)}
    proved = [dates for dates in found.values() if dates.parted and not dates.is_open]
    month_first = None
    if proved:
        month_first = max(proved, key=lambda dates: dates.rows).largest_second > 12
    joined = _hours(evidence, columns)
    formats: list[str] = []
    doubt = None
    for header, dates in found.items():
        if not dates.is_date:
            continue
        if dates.is_open:
            mixed = dates.largest_first > 12 and dates.largest_second > 12
            doubt = doubt or (header if mixed or month_first is None else None)
            own = dates.formats(month_first=bool(month_first))
        else:
            own = dates.formats()
        formats += _with_hour(own, joined.get(header))
    return tuple(dict.fromkeys(formats)), doubt


def _hours(evidence: Evidence, columns: dict[str, Source]) -> dict[str, str]:
    """Return the format of the hour that is joined behind a date's column."""
    found = {}
    for value in columns.values():
        is_pair = isinstance(value, Joined) and len(value.columns) == 2
        if isinstance(value, Joined) and is_pair and set(value.columns) <= set(evidence.headers):
            form = evidence.column(value.columns[1]).dates.time_format
            if form and evidence.column(value.columns[0]).dates.is_date:
                found[value.columns[0]] = form
    return found


def _with_hour(formats: tuple[str, ...], hour: str | None) -> list[str]:
    """Return the formats of a date with its hour behind it, and alone for rows without."""
    if not hour:
        return list(formats)
    if not formats:
        # ISO 8601 takes an hour by itself, but not without its minutes' second sign.
        return [] if hour in ("%H:%M", "%H:%M:%S") else [f"%Y-%m-%d {hour}", "%Y-%m-%d"]
    return [f"{form} {hour}" for form in formats] + list(formats)
