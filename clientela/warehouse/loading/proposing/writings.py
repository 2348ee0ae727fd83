"""How a column writes its numbers and dates, told from all of its cells: a closed list, proved or asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_CURRENCY: Final = re.compile(r"(?i)€|\$|£|¥|\b(eur|euro|usd|gbp|chf|jpy)\b")
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f\u2007]+")
_SIGNED: Final = re.compile(r"^[+\-−(]*(?P<body>[^()+\-−]*)[)\-−]*$")
_DATE: Final = re.compile(
    r"^(?P<a>9{1,2})(?P<sep>[/.\-])(?P<b>9{1,2})(?P=sep)(?P<y>99|9999)(?P<time>[T ,]+\S.*)?$"
)
_YEAR_FIRST: Final = re.compile(r"^9999(?P<sep>[/.\-]?)99(?P=sep)99(?P<time>[T ]+\S.*)?$")
_TIMES: Final = (
    (re.compile(r"^9{1,2}:99$"), "%H:%M"),
    (re.compile(r"^9{1,2}:99:99$"), "%H:%M:%S"),
    (re.compile(r"^9{1,2}\.99$"), "%H.%M"),
    (re.compile(r"^9{1,2}:99:99\.9+$"), "%H:%M:%S.%f"),
    (re.compile(r"(?i)^9{1,2}:99 [ap]m$"), "%I:%M %p"),
    (re.compile(r"(?i)^9{1,2}:99:99 [ap]m$"), "%I:%M:%S %p"),
)
_ZONED: Final = re.compile(r"(Z|[+-]99:?99)$")


@dataclass(frozen=True)
class Shape:
    """Cells of a column that look alike: every digit a 9."""

    text: str
    rows: int
    sample: str
    leading_zero: bool = False
    """Whether they begin with ``0,`` or ``0.``: what follows are decimals."""


@dataclass
class Numbers:
    """What the cells of a column prove about the signs in numbers; counts of rows."""

    comma: int = 0
    """The comma is the decimal sign."""

    point: int = 0
    either: int = 0
    """``1.234`` or ``1,234``: both readings fit."""

    either_sign: str = "."
    whole: int = 0
    blank_thousands: int = 0
    apostrophes: int = 0
    others: int = 0
    """No numbers."""

    samples: list[str] = field(default_factory=list)
    """Cells that both readings fit."""

    @property
    def rows(self) -> int:
        """Rows that hold a number."""
        return self.comma + self.point + self.either + self.whole

    @property
    def is_number(self) -> bool:
        """Whether nearly all that stands there are numbers."""
        return self.rows > 0 and self.others <= 0.1 * (self.rows + self.others)

    @property
    def is_proved(self) -> bool:
        """Whether a cell says which sign is the decimal one."""
        return bool(self.comma or self.point)

    @property
    def is_open(self) -> bool:
        """Whether cells fit both readings and no other cell of the column proves one."""
        return self.either > 0 and not self.is_proved


def numbers_of(shapes: Iterable[Shape]) -> Numbers:
    """Count what every shape of a column proves."""
    found = Numbers()
    for shape in shapes:
        _count_number(found, shape)
    return found


def _count_number(found: Numbers, shape: Shape) -> None:
    bare = _CURRENCY.sub("", shape.text).strip()
    signed = _SIGNED.match(bare)
    body = signed["body"].strip() if signed else ""
    if re.fullmatch(r"9{1,3}([ \u00a0\u202f\u2007]999)+([.,]9+)?", body):
        found.blank_thousands += shape.rows
    if re.fullmatch(r"9{1,3}('999)+([.,]9+)?", body):
        found.apostrophes += shape.rows
    body = _BLANKS.sub("", body).replace("'", "")
    if re.fullmatch("9+", body):
        found.whole += shape.rows
    elif re.fullmatch(r"9{1,3}[.,]999", body) and not shape.leading_zero:
        found.either += shape.rows
        found.either_sign = "." if "." in body else ","
        found.samples.append(shape.sample)
    elif re.fullmatch(r"9*,9+|9{1,3}(\.999)+,9*|9{1,3}(\.999){2,}|9+,", body):
        found.comma += shape.rows
    elif re.fullmatch(r"9*\.9+|9{1,3}(,999)+\.9*|9{1,3}(,999){2,}|9+\.", body):
        found.point += shape.rows
    else:
        found.others += shape.rows


@dataclass
class Dates:
    """What the cells of a column prove about its dates; counts of rows."""

    iso: int = 0
    year_first: set[str] = field(default_factory=set)
    """strptime formats of dates that begin with the year and are not ISO 8601."""

    parted: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Sign between the parts, digits of the year and format of the hour, to rows."""

    largest_first: int = 0
    """The largest first part of those dates."""

    largest_second: int = 0
    times: dict[str, int] = field(default_factory=dict)
    """Formats of cells that are hours alone."""

    rows: int = 0
    others: int = 0
    samples: list[str] = field(default_factory=list)

    @property
    def is_date(self) -> bool:
        """Whether most of what stands there are dates."""
        return self.rows > self.others

    @property
    def has_time(self) -> bool:
        """Whether a cell has an hour beside its day."""
        return any(time for _sep, _year, time in self.parted) or any("%H" in form for form in self.year_first)

    @property
    def is_open(self) -> bool:
        """Whether day and month cannot be told apart, or both orders are there."""
        return bool(self.parted) and (self.largest_first > 12) == (self.largest_second > 12)

    @property
    def time_format(self) -> str | None:
        """The format of the column where it holds hours alone."""
        total = sum(self.times.values())
        if not total or total < 0.9 * (total + self.others + self.rows):
            return None
        return max(self.times, key=lambda form: self.times[form])

    def formats(self, *, month_first: bool | None = None) -> tuple[str, ...]:
        """Return strptime formats, the most frequent first; empty where all is ISO 8601.

        Args:
            month_first: the answer where the column does not prove it.
        """
        if month_first is None:
            month_first = self.largest_second > 12 and self.largest_first <= 12
        day = "%m{0}%d{0}" if month_first else "%d{0}%m{0}"
        by_rows = sorted(self.parted, key=lambda kind: (-self.parted[kind], kind))
        found = [day.format(sep) + ("%Y" if year == "9999" else "%y") + time for sep, year, time in by_rows]
        found += sorted(self.year_first)
        if found and self.iso:
            found += ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
        return tuple(dict.fromkeys(found))


def dates_of(shapes: Iterable[Shape], largest: tuple[int, int]) -> Dates:
    """Count what every shape of a column proves.

    Args:
        shapes: of the column's cells.
        largest: the largest first and second part of dates with the year at the end.
    """
    found = Dates(largest_first=largest[0], largest_second=largest[1])
    for shape in shapes:
        _count_date(found, shape)
    return found


def _count_date(found: Dates, shape: Shape) -> None:
    text = shape.text.strip()
    time = _time(text)
    if time:
        found.times[time] = found.times.get(time, 0) + shape.rows
        return
    if match := _DATE.match(text):
        hour = _hour(match["time"])
        if hour is not None:
            kind = (match["sep"], match["y"], hour)
            found.parted[kind] = found.parted.get(kind, 0) + shape.rows
            found.rows += shape.rows
            found.samples.append(shape.sample)
            return
    if match := _YEAR_FIRST.match(text):
        hour = _hour(_ZONED.sub("", match["time"] or "").rstrip())
        if hour is not None:
            found.rows += shape.rows
            if match["sep"] == "-":
                found.iso += shape.rows
            else:
                found.year_first.add("%Y{0}%m{0}%d".format(match["sep"]) + hour)
            return
    found.others += shape.rows


def _hour(behind: str | None) -> str | None:
    """Return the format of the hour behind a day with the signs that part them; None where it is none."""
    if not behind:
        return ""
    bare = behind.lstrip(" ,T")
    hour = _time(bare)
    return hour and behind[: len(behind) - len(bare)] + hour


def _time(text: str) -> str | None:
    """Return the format of an hour; None where the text is none."""
    if not text:
        return None
    return next((form for shape, form in _TIMES if shape.match(text)), None)
