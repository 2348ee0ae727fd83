"""What must be known before any row of a file can be believed: which number is the day, what 1.234 is."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.questions import Choice, Question
from clientela.warehouse.loading.proposing.evidence import TABLE, Evidence
from clientela.warehouse.loading.proposing.values import Values
from clientela.warehouse.loading.staging.conversion import literal

LATER: Final = "later"
"""The safe answer: what hangs on it waits, counted."""

NUMBER_FORMAT: Final = "number_format"
DATE_ORDER: Final = "date_order"
TOTAL_OR_LINE: Final = "total_or_line"

_OF_LINES: Final = ("line_no", "product_id", "product_name", "category", "quantity", "unit_price")


def number_format(evidence: Evidence, header: str) -> Question:
    """Ask what ``1.234`` is."""
    cells = evidence.column(header)
    sample = cells.numbers.samples[0] if cells.numbers.samples else cells.samples[0]
    sign = cells.numbers.either_sign
    other = "," if sign == "." else "."
    digits = sample.replace(sign, "")
    whole, parts = sample.split(sign)[0], sample.split(sign)[-1]
    thousands = _("They are thousands: {sample} is {read}.").format(sample=sample, read=digits)
    decimals = _("They are decimals: {sample} is {whole} and {parts} thousandths.").format(
        sample=sample, whole=whole, parts=parts
    )
    return Question(
        NUMBER_FORMAT,
        header,
        _("In “{column}” every amount can be read in two ways: {sample}.").format(
            column=header, sample=sample
        ),
        (
            Choice("thousands", thousands, {"format.decimal": other, "format.thousands": sign}),
            Choice("decimals", decimals, {"format.decimal": sign, "format.thousands": ""}),
            _wait(NUMBER_FORMAT),
        ),
        LATER,
        tuple(cells.numbers.samples[:3]) or cells.samples,
        evidence.rows,
        Decimal(str(_money_as_thousands(evidence, header, sign))),
    )


def _money_as_thousands(evidence: Evidence, header: str, sign: str) -> object:
    cell = evidence.cell(header)
    return evidence.one(
        f"select coalesce(sum(try_cast(replace({cell}, {literal(sign)}, '') as decimal(18, 4))), 0) "
        f"from {TABLE} where not is_total"
    )[0]


def date_order(values: Values, header: str) -> Question:
    """Ask what ``03/04/2026`` is."""
    dates = values.evidence.column(header).dates
    sample = dates.samples[0] if dates.samples else values.evidence.column(header).samples[0]
    rows, money = values.money_of("true")
    return Question(
        DATE_ORDER,
        header,
        _("In “{column}” no date says which number is the day: {sample}.").format(
            column=header, sample=sample
        )
        if dates.largest_first <= 12
        else _("In “{column}” some dates begin with the day and some with the month: {sample}.").format(
            column=header, sample=sample
        ),
        (
            Choice(
                "day_first",
                _("The day comes first, as in Italy."),
                {"format.date": _ordered(values.mapping.format.dates, month_first=False)},
            ),
            Choice(
                "month_first",
                _("The month comes first, as in America."),
                {"format.date": _ordered(values.mapping.format.dates, month_first=True)},
            ),
            _wait(DATE_ORDER),
        ),
        LATER,
        tuple(dates.samples[:3]),
        rows,
        Decimal(str(money)),
    )


def total_or_line(values: Values, header: str) -> Question:
    """Ask whether an amount that stands on every row of a document is the document's or the line's."""
    rows, money = values.money_of("true")
    lines = [name for name in values.mapping.columns if name in _OF_LINES]
    return Question(
        TOTAL_OR_LINE,
        header,
        _("“{column}” is the same on all rows of a document.").format(column=header),
        (
            Choice(
                "total",
                _("It is the total of the document, told again on each of its rows: it counts once."),
                {"rows": "", **{f"columns.{name}": "" for name in lines}},
            ),
            Choice("line", _("It is the amount of each row: they add up."), {}),
            _wait(TOTAL_OR_LINE),
        ),
        LATER,
        values.evidence.column(header).samples,
        rows,
        Decimal(str(money)),
    )


def _wait(code: str) -> Choice:
    return Choice(
        LATER, _("I do not know yet: nothing of this file counts until I say so."), {"open": [code]}
    )


def _ordered(formats: tuple[str, ...], *, month_first: bool) -> list[str]:
    """Write date formats with the day or the month first."""
    found = []
    for form in formats:
        first, second = ("%m", "%d") if month_first else ("%d", "%m")
        head = form[:5]
        if head[:2] in ("%d", "%m") and head[3:5] in ("%d", "%m"):
            form = first + head[2] + second + form[5:]
        found.append(form)
    return found
