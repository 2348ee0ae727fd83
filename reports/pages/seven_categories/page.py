"""The seven categories: who they are, what to do, and the first twenty names of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.reports.charts.share_bars import Pair, share_bars
from clientela.reports.pages.seven_categories.lists import COLUMNS, Column, Person, read_people
from clientela.reports.pages.seven_categories.say import FIGURE, Play, heading, play
from clientela.reports.section import Edition, Figure, Section
from clientela.reports.words import file_stem
from clientela.templates.filters import share
from clientela.terms import category_name, word_for

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class NamedFigure:
    """A number and what it says."""

    figure: Figure
    text: str


@dataclass(frozen=True)
class Half:
    """Half a page: one category."""

    category: str
    name: str
    people: Figure
    figures: list[NamedFigure]
    play: Play
    columns: tuple[Column, ...]
    rows: list[Person]
    listed: Figure
    """How many people the whole list holds, in its file."""

    file_name: str
    came: list[tuple[str, Figure]]
    """Where the people stand today whom somebody once sent; only for the referred, where there are any."""


@dataclass(frozen=True)
class SevenCategories:
    """The pages."""

    heading: str
    bars: Markup | None
    halves: list[Half]


def read(db: DuckDBPyConnection, _edition: Edition) -> SevenCategories:
    """Read the pages."""
    totals = db.execute(
        """
        select category, people, share, revenue_12m, revenue_share
        from marts.category_totals order by position
        """
    ).fetchall()
    figures, people = _figures(db), read_people(db)
    listed = dict(
        db.execute(
            "select category, count(*) from marts.customers where is_listed group by category"
        ).fetchall()
    )
    halves = [
        Half(
            category=code,
            name=category_name(code),
            people=Figure(f"people.{code}", number, "people"),
            figures=figures.get(code, []),
            play=play(code),
            columns=COLUMNS[code],
            rows=people.get(code, []),
            listed=Figure(f"listed.{code}", listed.get(code, 0), "people"),
            file_name=f"{file_stem(code)}.csv",
            came=_came(db) if code == "referral" else [],
        )
        for code, number, *_rest in totals
    ]
    return SevenCategories(heading(totals), _bars(totals), halves)


def _came(db: DuckDBPyConnection) -> list[tuple[str, Figure]]:
    """Read where those stand today whom somebody sent, in the order in which people go."""
    found = dict(db.execute("select category, people from marts.referral_origin_totals").fetchall())
    if not sum(found.values()):
        return []
    return [
        (name, Figure(f"origin_referral.{code}", found.get(code, 0), "people"))
        for code, name in (
            ("referral", _("waiting")),
            ("buyer", category_name("buyer")),
            ("customer", category_name("customer")),
            ("fan", category_name("fan")),
            ("lost", category_name("lost")),
        )
    ]


def _bars(totals: list[tuple[str, int, float, Decimal, float]]) -> Markup | None:
    """Draw how many of the people and how much of the sales each category is."""
    if not any(number for _code, number, *_rest in totals):
        return None
    pairs = [
        Pair(category_name(code), code, part or 0, share(part or 0), sales or 0, share(sales or 0))
        for code, _number, part, _revenue, sales in totals
    ]
    spoken = "; ".join(f"{pair.name} {pair.people_text}, {pair.sales_text}" for pair in pairs)
    title = _("Share of people and share of sales by category: {rows}").format(rows=spoken)
    return share_bars(pairs, _("share of people"), _("share of sales, 12 months"), title)


def _figures(db: DuckDBPyConnection) -> dict[str, list[NamedFigure]]:
    """Read each category's numbers in their order."""
    found: dict[str, list[NamedFigure]] = {}
    for code, name, value, unit, n, available, reason in db.execute(
        """
        select category, figure, value, unit, n, available, reason
        from marts.category_figures order by category, position
        """
    ).fetchall():
        known = available and value is not None
        figure = Figure(
            f"{code}.{name}", value if known else None, unit, n, None if known else reason or "too_few"
        )
        found.setdefault(code, []).append(NamedFigure(figure, word_for(FIGURE, name)))
    return found


section = Section(title=lazy("The seven categories"), position=35, read=read)
