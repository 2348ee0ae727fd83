"""The month's balance of active customers: what moved, what was corrected, what was counted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.reports.charts.waterfall import Fall, waterfall
from clientela.reports.section import Figure, read_rows
from clientela.templates.filters import count, money, month_name, signed
from clientela.terms import CATEGORIES, OUTSIDE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ALWAYS: Final = ("start", "first_purchase", "won_back", "lost", "end")
"""Steps that are drawn even where nothing happened."""

SHADES: Final = 4
MOVERS: Final = 9
"""So many names fit below a balance without corrections."""

RESTATED: Final = 2
"""So many restated months are named; the rest stand on the last page."""

STEP: Final = {
    "late_rows": lazy("receipts that came late"),
    "rule_change": lazy("changed rules"),
    "late_rows_and_rule_change": lazy("late receipts and new rules"),
    "first_purchase": lazy("first purchase"),
    "won_back": lazy("came back"),
    "lost": lazy("left"),
    "refunds": lazy("refunds"),
    "merges": lazy("merged into one person"),
    "other": lazy("taken out or put back"),
    "stayed": lazy("spending of those who stayed"),
}
COLOUR: Final = {"first_purchase": "buyer", "won_back": "customer", "lost": "lost", "end": "ink"}


@dataclass(frozen=True)
class Step:
    """One step from last month's active customers to this month's."""

    name: str
    people: Figure
    """A level for the first and last step, a signed change between them."""

    revenue: Figure
    """The same in twelve months' sales."""

    is_correction: bool

    @property
    def is_shown(self) -> bool:
        """Tell whether the step says something."""
        return self.name in ALWAYS or bool(self.people.value) or abs(float(self.revenue.value or 0)) >= 0.5


@dataclass(frozen=True)
class Restated:
    """A past month end that was counted again, with what was said first and what is said now."""

    as_of: date
    people_before: int
    people_after: int
    revenue_before: Decimal
    revenue_after: Decimal
    reasons: str
    """Codes joined by bars."""

    @property
    def why(self) -> str:
        """Why, in words."""
        return ", ".join(_(STEP[code]) for code in self.reasons.split("|") if code in STEP)


@dataclass(frozen=True)
class Cell:
    """How many people went from one category to another, and what they spend."""

    figure: Figure
    revenue: Figure
    shade: int
    """0 for nobody to 4 for the largest move; the diagonal is not shaded."""

    stayed: bool


@dataclass(frozen=True)
class Line:
    """One category's row of the table of moves, with its sums."""

    origin: str
    cells: list[Cell]
    people: Figure
    revenue: Figure


@dataclass(frozen=True)
class Matrix:
    """The table of moves."""

    lines: list[Line]
    """Rows are where people were, with what they spent then at the end."""

    sums: list[Cell]
    """How many are in each category now, and what they spend."""


def read_steps(db: DuckDBPyConnection) -> list[Step]:
    """Read the balance, start first; empty without a month before."""
    rows = db.execute(
        """
        select step, people, coalesce(revenue_12m, 0), is_correction
        from marts.movement_steps order by position
        """
    ).fetchall()
    return [
        Step(
            name,
            Figure(f"steps.{name}", int(people), "people"),
            Figure(f"steps.{name}.eur", revenue, "eur"),
            is_correction,
        )
        for name, people, revenue, is_correction in rows
    ]


def read_restated(db: DuckDBPyConnection) -> list[Restated]:
    """Read the last month ends whose active customers or sales were said otherwise before."""
    return read_rows(
        db,
        """
        select as_of, arg_min(people, version), arg_max(people, version),
            arg_min(revenue_12m, version), arg_max(revenue_12m, version),
            string_agg(distinct step, '|' order by step)
        from marts.restated_months
        group by as_of
        having arg_min(people, version) <> arg_max(people, version)
            or arg_min(revenue_12m, version) <> arg_max(revenue_12m, version)
        order by as_of desc limit $shown
        """,
        Restated,
        {"shown": RESTATED},
    )


def room_for_movers(steps: Sequence[Step], restated: Sequence[Restated]) -> int:
    """Return how many names still fit: every correction and every note takes the place of some."""
    corrections = sum(step.is_shown and step.is_correction for step in steps)
    return max(0, MOVERS - ceil(1.2 * corrections) - len(restated))


def draw_steps(steps: Sequence[Step], previous: date, as_of: date, currency: str) -> Markup:
    """Draw the way from last month's active customers to this month's."""
    shown = [step for step in steps if step.is_shown]
    falls = [_fall(step, previous, as_of, currency) for step in shown]
    title = _("Active customers from {before} to {after}: {changes}").format(
        before=falls[0].text,
        after=falls[-1].text,
        changes=", ".join(f"{fall.name} {fall.text}" for fall in falls[1:-1]),
    )
    return waterfall(falls, title)


def _fall(step: Step, previous: date, as_of: date, currency: str) -> Fall:
    """Return one row of the drawing."""
    people, revenue = int(step.people.value or 0), Decimal(step.revenue.value or 0)
    if step.name in ("start", "end"):
        name = _("Active at the end of {month}").format(
            month=month_name(previous if step.name == "start" else as_of, with_year=False)
        )
        return Fall(name, people, count(people), COLOUR.get(step.name, "muted"), money(revenue, currency))
    return Fall(
        _(STEP[step.name]),
        people,
        "" if step.name == "stayed" else signed(people),
        COLOUR.get(step.name, "muted"),
        _signed_money(revenue, currency),
    )


def _signed_money(amount: Decimal, currency: str) -> str:
    """Write a change of money with its sign, so that the column adds up."""
    whole = round(amount)
    return ("+" if whole > 0 else "\u2212" if whole < 0 else "") + money(abs(whole), currency)


def read_matrix(db: DuckDBPyConnection) -> Matrix | None:
    """Read the table of moves; None without a month before."""
    moved = {
        (origin, goal): (int(people), now, before)
        for origin, goal, people, now, before in db.execute(
            """
            select from_category, to_category, people, coalesce(revenue_12m, 0), coalesce(revenue_before, 0)
            from marts.movement_matrix
            """
        ).fetchall()
    }
    if not moved:
        return None
    largest = max((moved[pair][0] for pair in moved if pair[0] != pair[1]), default=0)
    everywhere = (*CATEGORIES, OUTSIDE)

    def cell(origin: str, goal: str) -> Cell:
        people, revenue, _before = moved.get((origin, goal), (0, Decimal(0), Decimal(0)))
        shade = 0 if origin == goal or not people else max(1, round(SHADES * people / largest))
        return Cell(
            Figure(f"matrix.{origin}.{goal}", people, "people"),
            Figure(f"matrix.{origin}.{goal}.eur", revenue, "eur"),
            shade,
            origin == goal,
        )

    def total(place: int, code: str, column: int) -> Decimal:
        found = (Decimal(cells[column]) for pair, cells in moved.items() if pair[place] == code)
        return sum(found, Decimal(0))

    lines = [
        Line(
            origin,
            [cell(origin, goal) for goal in everywhere],
            Figure(f"matrix_before.{origin}", int(total(0, origin, 0)), "people"),
            Figure(f"matrix_before.{origin}.eur", total(0, origin, 2), "eur"),
        )
        for origin in everywhere
    ]
    sums = [
        Cell(
            Figure(f"matrix_now.{goal}", int(total(1, goal, 0)), "people"),
            Figure(f"matrix_now.{goal}.eur", total(1, goal, 1), "eur"),
            0,
            stayed=False,
        )
        for goal in everywhere
    ]
    return Matrix(lines, sums)
