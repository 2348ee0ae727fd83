"""The month's balance of active customers: what moved, what was corrected, what was counted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.reports.section import Figure, read_rows
from clientela.terms import CATEGORIES, OUTSIDE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ALWAYS: Final = ("start", "first_purchase", "won_back", "lost", "end")
"""Steps that are drawn even where nothing happened."""

SHADES: Final = 4
RESTATED: Final = 2
"""So many restated months are named; the rest stand on the last page."""


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


@dataclass(frozen=True)
class Mover:
    """One person who changed category."""

    customer_id: str
    name: str | None
    from_category: str
    to_category: str
    revenue_12m: Decimal
    purchases: int
    silent_days: int | None
    own_gap_days: float | None
    lost_kind: str | None
    is_late: bool


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


Moves = dict[tuple[str, str], tuple[int, Decimal, Decimal]]
"""People, what they spend now and what they spent then, by where they were and where they are."""

EVERYWHERE: Final = (*CATEGORIES, OUTSIDE)


def read_matrix(db: DuckDBPyConnection) -> Matrix | None:
    """Read the table of moves; None without a month before."""
    moved: Moves = {
        (origin, goal): (int(people), Decimal(now), Decimal(before))
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
    return Matrix(
        [_line(moved, origin, largest) for origin in EVERYWHERE], [_sum(moved, goal) for goal in EVERYWHERE]
    )


def _line(moved: Moves, origin: str, largest: int) -> Line:
    """Return one row: where those went who were in a category."""
    here = [cells for (was, _is), cells in moved.items() if was == origin]
    return Line(
        origin,
        [_cell(moved, origin, goal, largest) for goal in EVERYWHERE],
        Figure(f"matrix_before.{origin}", sum(people for people, _now, _before in here), "people"),
        Figure(
            f"matrix_before.{origin}.eur", sum((before for _people, _now, before in here), Decimal(0)), "eur"
        ),
    )


def _cell(moved: Moves, origin: str, goal: str, largest: int) -> Cell:
    people, revenue, _before = moved.get((origin, goal), (0, Decimal(0), Decimal(0)))
    shade = 0 if origin == goal or not people else max(1, round(SHADES * people / largest))
    return Cell(
        Figure(f"matrix.{origin}.{goal}", people, "people"),
        Figure(f"matrix.{origin}.{goal}.eur", revenue, "eur"),
        shade,
        origin == goal,
    )


def _sum(moved: Moves, goal: str) -> Cell:
    """Return the foot of one column: everybody who is in a category now."""
    here = [cells for (_was, arrived), cells in moved.items() if arrived == goal]
    return Cell(
        Figure(f"matrix_now.{goal}", sum(people for people, _now, _before in here), "people"),
        Figure(f"matrix_now.{goal}.eur", sum((now for _people, now, _before in here), Decimal(0)), "eur"),
        0,
        stayed=False,
    )


def read_movers(db: DuckDBPyConnection) -> list[Mover]:
    """Read who changed category, those who matter most first."""
    return read_rows(
        db,
        """
        select customer_id, name, from_category, to_category, coalesce(revenue_12m, 0),
            coalesce(purchases, 0), silent_days, own_gap_days, lost_kind, is_late
        from marts.movers order by position limit 10
        """,
        Mover,
    )
