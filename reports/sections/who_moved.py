"""Who moved: where the active customers came from and where they went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.charts.waterfall import Fall, waterfall
from clientela.reports.section import Edition, Figure, Section, read_rows
from clientela.reports.words import rhythm
from clientela.templates.filters import count, money, month_name, signed
from clientela.terms import CATEGORIES, OUTSIDE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHADES = 4
STEP_COLOUR = {
    "start": "muted",
    "first_purchase": "buyer",
    "won_back": "customer",
    "lost": "lost",
    "other": "muted",
    "end": "ink",
}


@dataclass(frozen=True)
class Cell:
    """How many people went from one category to another."""

    figure: Figure
    shade: int
    """0 for nobody to 4 for the largest move; the diagonal is not shaded."""

    stayed: bool


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

    @property
    def reason(self) -> str:
        """Why they moved, in words."""
        if self.to_category == "lost":
            return rhythm(self.purchases, self.own_gap_days, self.silent_days)
        if self.from_category == "lost":
            return _("back after a long silence")
        if self.to_category == "fan":
            return _("meets every condition to be a fan")
        if self.from_category == "fan":
            if self.is_late:
                return rhythm(self.purchases, self.own_gap_days, self.silent_days)
            return _("no longer among the best")
        if self.to_category == "buyer":
            return _("first purchase")
        if self.to_category == "customer":
            return _("second purchase")
        return _("first contact") if self.to_category == "prospect" else ""


@dataclass(frozen=True)
class WhoMoved:
    """The page."""

    heading: str
    previous: date | None
    steps: list[tuple[str, Figure, Figure]]
    waterfall: Markup | None
    rows: list[tuple[str, list[Cell]]]
    movers: list[Mover]


def read(db: DuckDBPyConnection, edition: Edition) -> WhoMoved:
    """Read the page."""
    [(previous, as_of)] = db.execute(
        """
        select if(exists (select 1 from marts.movement_steps), previous_as_of, null), as_of
        from marts.report_date
        """
    ).fetchall()
    steps = db.execute(
        "select step, people, coalesce(revenue_12m, 0) from marts.movement_steps order by position"
    ).fetchall()
    people = {step: int(number) for step, number, _revenue in steps}
    movers = read_rows(
        db,
        """
        select customer_id, name, from_category, to_category, coalesce(revenue_12m, 0),
            coalesce(purchases, 0), silent_days, own_gap_days, lost_kind, is_late
        from marts.movers order by position limit 10
        """,
        Mover,
    )
    return WhoMoved(
        heading=_heading(people, previous),
        previous=previous,
        steps=[
            (
                step,
                Figure(f"steps.{step}", int(number), "people"),
                Figure(f"steps.{step}.eur", revenue, "eur"),
            )
            for step, number, revenue in steps
        ],
        waterfall=_waterfall(steps, previous, as_of, edition) if previous and steps else None,
        rows=_matrix(db),
        movers=movers,
    )


def _heading(people: dict[str, int], previous: date | None) -> str:
    """Say who came and who left."""
    if previous is None:
        return _("Who moves will show from the second month on")
    came, back, left = people.get("first_purchase", 0), people.get("won_back", 0), -people.get("lost", 0)
    new = ngettext("{n} person bought for the first time", "{n} people bought for the first time", came)
    returned = ngettext("{n} came back", "{n} came back", back)
    gone = ngettext("{n} left", "{n} left", left)
    return f"{new.format(n=count(came))}, {returned.format(n=count(back))}, {gone.format(n=count(left))}"


def _waterfall(
    steps: list[tuple[str, int, Decimal]], previous: date, as_of: date, edition: Edition
) -> Markup:
    """Draw the way from last month's active customers to this month's."""
    names = {
        "start": _("Active at the end of {month}").format(month=month_name(previous, with_year=False)),
        "first_purchase": _("first purchase"),
        "won_back": _("came back"),
        "lost": _("left"),
        "other": _("refunds, merged, removed"),
        "end": _("Active at the end of {month}").format(month=month_name(as_of, with_year=False)),
    }
    falls = [
        Fall(
            names[step],
            number,
            count(number) if step in ("start", "end") else signed(number),
            STEP_COLOUR[step],
            "" if step in ("start", "end", "other") else money(abs(revenue), edition.shop.currency),
        )
        for step, number, revenue in steps
    ]
    title = _("Active customers from {before} to {after}: {changes}").format(
        before=falls[0].text,
        after=falls[-1].text,
        changes=", ".join(f"{fall.name} {fall.text}" for fall in falls[1:-1]),
    )
    return waterfall(falls, title)


def _matrix(db: DuckDBPyConnection) -> list[tuple[str, list[Cell]]]:
    """Read the table of moves: rows are where people were, columns where they are."""
    moved = {
        (origin, goal): int(number)
        for origin, goal, number in db.execute(
            "select from_category, to_category, people from marts.movement_matrix"
        ).fetchall()
    }
    if not moved:
        return []
    largest = max((number for (origin, goal), number in moved.items() if origin != goal), default=0)
    everywhere = (*CATEGORIES, OUTSIDE)

    def cell(origin: str, goal: str) -> Cell:
        number = moved.get((origin, goal), 0)
        shade = 0 if origin == goal or not number else max(1, round(SHADES * number / largest))
        return Cell(Figure(f"matrix.{origin}.{goal}", number, "people"), shade, origin == goal)

    return [(origin, [cell(origin, goal) for goal in everywhere]) for origin in everywhere]


section = Section(title=lazy("Who moved"), position=20, read=read)
