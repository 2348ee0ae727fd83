"""Who moved: where the active customers came from and where they went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.pages.who_moved.figures import (
    Matrix,
    Restated,
    Step,
    draw_steps,
    read_matrix,
    read_restated,
    read_steps,
    room_for_movers,
)
from clientela.reports.section import Edition, Section, read_rows
from clientela.reports.words import rhythm
from clientela.templates.filters import count

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
    steps: list[Step]
    waterfall: Markup | None
    restated: list[Restated]
    matrix: Matrix | None
    movers: list[Mover]


def read(db: DuckDBPyConnection, edition: Edition) -> WhoMoved:
    """Read the page."""
    [(previous, as_of)] = db.execute(
        """
        select if(exists (select 1 from marts.movement_steps), previous_as_of, null), as_of
        from marts.report_date
        """
    ).fetchall()
    steps = read_steps(db)
    people = {step.name: int(step.people.value or 0) for step in steps}
    movers = read_rows(
        db,
        """
        select customer_id, name, from_category, to_category, coalesce(revenue_12m, 0),
            coalesce(purchases, 0), silent_days, own_gap_days, lost_kind, is_late
        from marts.movers order by position limit 10
        """,
        Mover,
    )
    restated = read_restated(db)
    return WhoMoved(
        heading=_heading(people, previous),
        previous=previous,
        steps=steps,
        waterfall=draw_steps(steps, previous, as_of, edition.shop.currency) if previous and steps else None,
        restated=restated,
        matrix=read_matrix(db),
        movers=movers[: room_for_movers(steps, restated)],
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


section = Section(title=lazy("Who moved"), position=20, read=read)
