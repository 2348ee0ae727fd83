"""What a row of a sales file is: a document or a line of one, and on which rows its money stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clientela.warehouse.loading.proposing.assignment import Assignment
from clientela.warehouse.loading.proposing.evidence import TABLE, Evidence

_OF_LINES: Final = (
    "line_no",
    "product_id",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "line_total",
)
"""Fields that only a line has."""

_MOST: Final = 0.95
"""Share of the documents with several rows that must agree."""


@dataclass(frozen=True)
class Rows:
    """How the rows of a file make documents."""

    kind: str
    """``document`` or ``line``, as in a mapping."""

    continues: str | None
    """``fill_down`` or ``first_row``, as in a mapping."""

    amount: str
    """The heading or the expression that a row's money is read from; the fields below say which it is."""

    amount_field: str
    """``gross_amount`` or ``net_amount``."""

    is_open: bool = False
    """Whether the amount may be the document's, told again on each of its rows, or the line's."""


def rows_of(found: Assignment, evidence: Evidence) -> Rows:
    """Find out from the file what its rows are.

    Args:
        found: the fields of its columns; a date and an amount are among them.
        evidence: its texts.
    """
    whole = next((name for name in ("gross_amount", "net_amount") if name in found.fields), None)
    number = found.fields.get("order_id")
    of_lines = [name for name in _OF_LINES if name in found.fields]
    if number is None:
        return _single(found, whole)
    if of_lines and _continued(found, evidence):
        return _continuing(found, evidence, whole)
    repeated = evidence.count(_again(number, evidence))
    least = 1 if of_lines else max(1, evidence.rows // 200)
    if repeated < least:
        return _single(found, whole)
    if whole is None:
        return Rows("line", None, _line_amount(found) or "", "gross_amount")
    filled, alike = _document_totals(found.fields[whole], number, evidence)
    if filled:
        return Rows("line", "first_row", found.fields[whole], whole)
    if alike:
        line = _line_amount(found)
        return Rows("line", None, line or found.fields[whole], whole, is_open=line is None)
    return Rows("line", None, found.fields[whole], whole)


def _single(found: Assignment, whole: str | None) -> Rows:
    if whole:
        return Rows("document", None, found.fields[whole], whole)
    return Rows("document", None, _line_amount(found) or "", "gross_amount")


def _line_amount(found: Assignment) -> str | None:
    """Return what a line came to: its total, else pieces by price."""
    if "line_total" in found.fields:
        return found.fields["line_total"]
    if {"quantity", "unit_price"} <= set(found.fields):
        return f"{column(found.fields['quantity'])} * {column(found.fields['unit_price'])}"
    return found.fields.get("unit_price")


def column(header: str) -> str:
    """Write a heading as part of an expression."""
    return header if header.isidentifier() else f"`{header}`"


def _again(number: str, evidence: Evidence) -> str:
    """Return the condition of rows under the number of the row above that say something else."""
    cell, row = evidence.cell(number), evidence.whole_row
    again = f"{cell} = lag({cell}) over above and {row} <> lag({row}) over above"
    return (
        f"record_no in (select record_no from (select record_no, {again} as again from {TABLE} "
        f"where not is_total window above as (order by record_no)) where again)"
    )


def _continued(found: Assignment, evidence: Evidence) -> bool:
    """Tell whether rows leave the number and the date of the document above blank."""
    number, day = (evidence.cell(found.fields[name]) for name in ("order_id", "order_date"))
    line = [evidence.cell(found.fields[name]) for name in _OF_LINES if name in found.fields]
    below = f"not is_total and coalesce({number}, {day}) is null"
    return evidence.count(f"{below} and coalesce({', '.join(line)}) is not null") > 0


def _continuing(found: Assignment, evidence: Evidence, whole: str | None) -> Rows:
    """Tell whether the rows below carry amounts of their own."""
    line = _line_amount(found)
    if whole is None:
        return Rows("line", "fill_down", line or "", "gross_amount")
    number, money = evidence.cell(found.fields["order_id"]), evidence.cell(found.fields[whole])
    below = f"not is_total and {number} is null"
    carried = evidence.count(f"{below} and {money} is not null")
    if 2 * carried > evidence.count(below):
        return Rows("line", "fill_down", found.fields[whole], whole)
    return Rows("line", "first_row", found.fields[whole], whole)


def _document_totals(money: str, number: str, evidence: Evidence) -> tuple[bool, bool]:
    """Tell whether a document's money stands on its first row alone, or again on each of its rows."""
    cell, named = evidence.cell(money), evidence.cell(number)
    total, first, alike, amounts = evidence.numbers(
        f"""
        select count(*), count_if(filled = 1 and is_first), count_if(filled = records and kinds = 1),
            count(distinct amount)
        from (
            select count({cell}) as filled, count(*) as records, count(distinct {cell}) as kinds,
                arg_min({cell} is not null, record_no) as is_first, any_value({cell}) as amount
            from (
                select *, record_no - row_number() over (partition by {named} order by record_no) as run
                from {TABLE} where not is_total and {named} is not null
            )
            group by {named}, run having count(*) > 1
        )
        """
    )
    # Where everything costs the same, lines are alike without being totals.
    told_again = total >= 3 and amounts > 2 and alike >= _MOST * total
    return total > 0 and first >= _MOST * total, told_again
