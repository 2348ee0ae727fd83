"""Were we right? The report grades its predictions and writes down the next ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.month import Month
from clientela.reports.charts import calibration, said_and_came
from clientela.reports.pages.were_we_right import figures, grade, say
from clientela.reports.pages.were_we_right.figures import LeftAlone, MonthTakings, Now
from clientela.reports.section import Edition, Figure, Section, figure_of
from clientela.templates.filters import count, money, score, share, short_month
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


WAYS: Final = (
    ("card.brier", lazy("this report")),
    ("card.brier_days", lazy("by the days since the last purchase")),
    ("card.brier_gap", lazy("by twice their own gap")),
    ("card.brier_same", lazy("everybody does as before")),
    ("card.brier_base", lazy("the same chance for everybody")),
)


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
        dots=_dots(db, dots_title),
        dots_title=dots_title,
        takings=_takings(figures.read_takings(db), measures, now, currency, takings_title),
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
        for metric, name in WAYS
        if measures[metric].value is not None
    ]
    return sorted(found, key=lambda rival: float(rival.figure.value or 0))


def _dots(db: DuckDBPyConnection, title: str) -> Markup | None:
    """Draw how often people bought, by the chance that was given."""
    rows = db.execute(
        "select 1 - predicted, 1 - happened, 1 - high, 1 - low, people from marts.report_card_bins order by 1"
    ).fetchall()
    if not rows:
        return None
    axes = calibration.Axes(
        said=_("we said: buys in ninety days"),
        happened=_("did buy"),
        right=_("said and happened alike"),
        ticks=tuple((part, share(part)) for part in (0.0, 0.5, 1.0)),
    )
    said = ", ".join(f"{grade.percent(row[0])}: {grade.percent(row[1])}" for row in rows)
    return calibration.calibration([calibration.Tenth(*row) for row in rows], axes, f"{title}: {said}")


def _takings(
    months: list[MonthTakings], measures: Readings, now: Now | None, currency: str, title: str
) -> Markup | None:
    """Draw the forecast of each month beside what came, and that of the next month."""
    past = [
        said_and_came.Month(_month_after(each.predicted_on), each.expected, each.actual) for each in months
    ]
    expected = measures["card.next_month"].value
    if now is None or expected is None or not past:
        return None
    shown = [*past, said_and_came.Month(_month_after(now.as_of), expected, None)]
    highest = max(max(month.said or 0.0, month.came or 0.0) for month in shown) * 1.05 or 1.0
    ticks = [
        (0.0, count(0)),
        (highest / 2, _short(highest / 2, currency)),
        (highest, _short(highest, currency)),
    ]
    told = ", ".join(
        f"{month.name} {count(round(month.said or 0))}"
        + ("" if month.came is None else f"/{count(round(month.came))}")
        for month in shown
    )
    return said_and_came.said_and_came(shown, ticks, (_("we said"), _("it came")), f"{title}: {told}")


def _month_after(on: date) -> str:
    return short_month(Month.of(on).next().last_day)


def _short(amount: float, currency: str) -> str:
    """Write an amount beside an axis, in thousands where it is large."""
    if amount >= 10_000:
        return _("{n}k").format(n=count(round(amount / 1000)))
    return money(round(amount), currency) if amount < 1000 else count(round(amount, -2))


section = Section(title=lazy("Were we right?"), position=90, read=read)
