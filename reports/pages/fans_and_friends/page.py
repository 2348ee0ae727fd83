"""Fans and friends: who loves the shop, and whether they bring others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import lazy
from clientela.reports.deeds import Deed
from clientela.reports.pages.fans_and_friends import fans, friends, pictures, say
from clientela.reports.pages.fans_and_friends.fans import Fan, Part, Promise
from clientela.reports.pages.fans_and_friends.friends import Generation, Group, Growth
from clientela.reports.section import Edition, Figure, Section

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMED = 4
"""People named who wait for a reward, and as many who are no longer happy."""


@dataclass(frozen=True)
class Drawn:
    """A drawing and its message; without a drawing the message says what would fill it."""

    title: str
    chart: Markup | None
    figures: list[Figure]


@dataclass(frozen=True)
class FansAndFriends:
    """The page."""

    heading: str
    context: str
    concentration: Drawn
    steps: Drawn
    answers: Drawn
    generations: list[Generation]
    has_margin: bool
    groups: list[Group]
    comparison: str
    brought: str
    share_of_new: Figure | None
    growth: Growth | None
    parts: list[Part]
    sentences: list[str]
    promises: list[Promise]
    rewards_owed: Figure
    """How many rewards are due and not given."""

    fans: list[Fan]
    listed: Figure
    without_link: Figure | None
    deeds: list[Deed]


def read(db: DuckDBPyConnection, edition: Edition) -> FansAndFriends:
    """Read the page."""
    currency = edition.shop.currency
    steps = friends.read_steps(db)
    generations = friends.read_generations(db)
    groups, growth = friends.read_groups(db), friends.read_growth(db)
    owed, waiting = fans.read_owed(db), friends.count_waiting(db)
    promises, parts = fans.read_promises(db), fans.read_parts(db)
    share_of_new = friends.share_of_new(groups)
    people, senders, listed, without_link, worth = _fan_totals(db)
    has_links = steps["links"].value is not None
    missing = Figure("fans.without_link", without_link, "people") if has_links else None
    return FansAndFriends(
        heading=say.heading(people, senders, _number(steps["arrived"])),
        context=say.context(friends.read_since(db), steps, generations, currency),
        concentration=_concentration(db),
        steps=Drawn(say.steps_finding(steps), pictures.steps(steps), [steps[name] for name in steps]),
        answers=_answers(db),
        generations=generations,
        has_margin=bool(generations) and generations[0].figures[4].value is not None,
        groups=groups if any(group.origin == "referred" for group in groups) else [],
        comparison=say.comparison(groups, currency),
        brought=say.brought(generations, currency),
        share_of_new=share_of_new,
        growth=growth,
        parts=parts,
        sentences=say.sentences(groups, share_of_new, growth, parts) if generations else [],
        promises=_named(promises),
        rewards_owed=Figure("listed.rewards", fans.count_owed(db), "count"),
        fans=fans.read_fans(db),
        listed=Figure("listed.fan", listed, "people"),
        without_link=missing,
        deeds=say.deeds(owed, waiting, promises, missing, worth),
    )


def _named(promises: list[Promise]) -> list[Promise]:
    """Choose whom to name: of each kind the first ones."""
    rewards = [promise for promise in promises if promise.reason == "reward"]
    return rewards[:NAMED] + [promise for promise in promises if promise.reason != "reward"][:NAMED]


def _number(figure: Figure) -> int:
    return int(figure.value or 0)


def _fan_totals(db: DuckDBPyConnection) -> tuple[int, int, int, int, Decimal]:
    """Count fans, those who brought a buyer, those who may be listed, and those without a link."""
    rows = db.execute(
        """
        select count(*), count(*) filter (buyers > 0), count(*) filter (is_listed),
            count(*) filter (is_listed and link is null),
            coalesce(sum(revenue_12m) filter (is_listed and link is null), 0)
        from marts.fan_list
        """
    ).fetchall()
    people, senders, listed, without_link, worth = rows[0]
    return people, senders, listed, without_link, worth


def _concentration(db: DuckDBPyConnection) -> Drawn:
    """Draw how much of the sales the best customers bring."""
    rows = db.execute(
        "select people, top_people, top_share, gini, largest_share from marts.concentration where people > 0"
    ).fetchall()
    curve = db.execute(
        "select people_share, revenue_share from marts.concentration_curve order by step"
    ).fetchall()
    if not rows or not curve:
        return Drawn(say.no_sales(), None, [])
    people, top_people, top_share, gini, largest = rows[0]
    figures = [
        Figure("concentration.top_share", top_share, "share", people),
        Figure("concentration.gini", gini, "ratio", people),
        Figure("concentration.largest_share", largest, "share", people),
    ]
    if figures[0].is_too_few:
        return Drawn(say.few_customers(people), None, figures)
    title = say.concentration(top_people, top_share)
    return Drawn(title, pictures.concentration(curve, top_people / people, top_share, title), figures)


def _answers(db: DuckDBPyConnection) -> Drawn:
    """Draw who would recommend the shop, month by month."""
    months = fans.read_answers(db, pictures.MONTHS)
    title = say.answers(months)
    figures = [
        Figure(
            f"nps.{month.month:%Y-%m}",
            month.nps if month.answers >= fans.HIDDEN else None,
            "points",
            month.answers,
            None if month.answers >= fans.HIDDEN else "too_few",
        )
        for month in months
    ]
    return Drawn(title, pictures.answers(months, title) if months else None, figures)


section = Section(title=lazy("Fans and friends"), position=60, read=read)
