"""Who moved: where the active customers came from and where they went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import lazy
from clientela.reports.pages.who_moved import pictures, say
from clientela.reports.pages.who_moved.figures import (
    Matrix,
    Mover,
    Restated,
    Step,
    read_matrix,
    read_movers,
    read_restated,
    read_steps,
)
from clientela.reports.section import Edition, Section

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class WhoMoved:
    """The page."""

    heading: str
    previous: date | None
    steps: list[Step]
    waterfall: Markup | None
    restated: list[tuple[Restated, str]]
    """Each with why."""

    matrix: Matrix | None
    movers: list[tuple[Mover, str]]
    """Each with why."""


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
    restated = read_restated(db)
    movers = read_movers(db)[: pictures.room_for_movers(steps, restated)]
    return WhoMoved(
        heading=say.heading(people, previous),
        previous=previous,
        steps=steps,
        waterfall=pictures.draw_steps(steps, previous, as_of, edition.shop.currency)
        if previous and steps
        else None,
        restated=[(each, say.why(each)) for each in restated],
        matrix=read_matrix(db),
        movers=[(mover, say.reason(mover)) for mover in movers],
    )


section = Section(title=lazy("Who moved"), position=20, read=read)
