"""Were we right? The report grades its predictions and writes down the next ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.reports.pages.were_we_right import figures, grade, pictures, say
from clientela.reports.pages.were_we_right.figures import LeftAlone, Now
from clientela.reports.section import Edition, Figure, Section, figure_of
from clientela.templates.filters import score
from clientela.warehouse.measures.readings import Readings, read_measures

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMED = 12
"""People of the comparison group named on the page."""


@dataclass(frozen=True)
class Surprise:
    """Somebody who did the opposite of what was said."""

    customer_id: str
    name: str | None
    said: str
    happened: str
    why: str


@dataclass(frozen=True)
class Rival:
    """A way of predicting, with its mean squared error."""

    name: str
    figure: Figure
    text: str


@dataclass(frozen=True)
class WereWeRight:
    """The page."""

    heading: str
    context: str
    letter: str | None
    formula: list[str]
    flags: str
    dots: Markup | None
    dots_title: str
    takings: Markup | None
    takings_title: str
    surprises: list[Surprise]
    expected: list[str]
    now: Now | None
    calls: str
    notes: str
    left_alone: list[LeftAlone]
    left_alone_people: int
    rivals: list[Rival]


def read(db: DuckDBPyConnection, edition: Edition) -> WereWeRight:
    """Read the page."""
    measures, now = read_measures(db), figures.read_now(db)
    month_ends, alone = figures.read_month_ends(db), figures.read_left_alone(db)
    currency = edition.shop.currency
    dots_title, takings_title = say.dots(measures), say.takings(measures)
    return WereWeRight(
        heading=say.heading(measures, now),
        context=say.context(measures, month_ends),
        letter=grade.letter(measures),
        formula=grade.formula(measures),
        flags=say.flags(month_ends[-1]) if month_ends else "",
        dots=pictures.dots(figures.read_tenths(db), dots_title),
        dots_title=dots_title,
        takings=pictures.takings(figures.read_takings(db), measures, now, currency, takings_title),
        takings_title=takings_title,
        surprises=[
            Surprise(
                missed.customer_id,
                missed.name,
                say.said_of(missed),
                say.happened_to(missed),
                say.why(missed),
            )
            for missed in figures.read_misses(db)
        ],
        expected=say.expected(measures, now, currency) if now else [],
        now=now,
        calls=say.calls(measures, len(alone), currency, is_on=figures.is_trial_on(db)),
        notes=say.notes(measures, currency),
        left_alone=alone[:NAMED],
        left_alone_people=len(alone),
        rivals=_rivals(measures),
    )


def _rivals(measures: Readings) -> list[Rival]:
    """Return our error beside that of simpler ways, the smallest first; nothing where it is too early."""
    found = [
        Rival(_(name), figure_of(measures[metric]), score(measures[metric].value or 0.0))
        for metric, name in grade.WAYS
        if measures[metric].value is not None
    ]
    return sorted(found, key=lambda rival: float(rival.figure.value or 0))


section = Section(title=lazy("Were we right?"), position=90, read=read)
