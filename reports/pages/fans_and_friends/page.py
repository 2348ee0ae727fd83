"""Fans and friends: who loves the shop, and whether they bring others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.deeds import Deed
from clientela.reports.pages.fans_and_friends import fans, friends, pictures, say
from clientela.reports.pages.fans_and_friends.fans import Fan, Part, Promise
from clientela.reports.pages.fans_and_friends.friends import Generation, Group, Growth
from clientela.reports.section import Edition, Figure, Section
from clientela.terms import category_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ACTIONS = 3
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
        rewards_owed=Figure("listed.rewards", _owed(db), "count"),
        fans=fans.read_fans(db),
        listed=Figure("listed.fan", listed, "people"),
        without_link=missing,
        deeds=_deeds(db, promises, missing, worth),
    )


def _named(promises: list[Promise]) -> list[Promise]:
    """Choose whom to name: of each kind the first ones."""
    rewards = [promise for promise in promises if promise.reason == "reward"]
    return rewards[:NAMED] + [promise for promise in promises if promise.reason != "reward"][:NAMED]


def _owed(db: DuckDBPyConnection) -> int:
    return int(db.execute("select count(*) from marts.rewards where is_owed and is_listed").fetchall()[0][0])


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


def _deeds(
    db: DuckDBPyConnection, promises: list[Promise], without_link: Figure | None, worth: Decimal
) -> list[Deed]:
    """Return what to do, promises first, at most three."""
    [(owed, people)] = db.execute(
        "select coalesce(sum(amount), 0), count(distinct customer_id) from marts.rewards where is_owed"
    ).fetchall()
    [(waiting,)] = db.execute("select count(*) from marts.customers where category = 'referral'").fetchall()
    hurt = [promise for promise in promises if promise.reason != "reward"]
    links, waiters = (category_name("fan"), "fan"), (category_name("referral"), "referral")
    here = (_("Promises to keep"), "promises")
    possible = [
        _deed(
            "rewards",
            ngettext(
                "Give the reward that you owe, today: a promise kept is the next friend.",
                "Give the rewards that you owe, today: a promise kept is the next friend.",
                people,
            ),
            people,
            owed,
            here,
        ),
        _deed(
            "hurt",
            ngettext(
                "Call the person who used to recommend you and is no longer happy.",
                "Call those who used to recommend you and are no longer happy.",
                len(hurt),
            ),
            len(hurt),
            sum((promise.revenue_12m for promise in hurt), Decimal(0)),
            here,
        ),
        _deed(
            "links",
            _("Give a link to the fans who have none, from the top of the list."),
            int(without_link.value or 0) if without_link else 0,
            worth,
            links,
        ),
        _deed(
            "welcome",
            _("Welcome the friends who are waiting, in the name of who sent them."),
            waiting,
            Decimal(0),
            waiters,
        ),
    ]
    return [deed for deed in possible if deed.people.value][:ACTIONS]


def _deed(code: str, text: str, people: int, worth: Decimal, place: tuple[str, str]) -> Deed:
    name = f"friends.deed.{code}"
    return Deed(text, Figure(f"{name}.people", people, "people"), Figure(f"{name}.eur", worth, "eur"), *place)


section = Section(title=lazy("Fans and friends"), position=60, read=read)
