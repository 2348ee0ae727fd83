"""The grade of the report card: how it is made of the errors, and the formula with the numbers put in."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.templates.filters import score, share
from clientela.warehouse.measures.readings import Readings

BANDS: Final = (("A", 0.40), ("B", 0.25), ("C", 0.10), ("D", 0.0))
"""The grade by the least part of the naive error that is saved; below all of them it is E."""

RIVALS: Final = ("card.brier_days", "card.brier_gap", "card.brier_base")
"""Simpler ways of telling who buys; whoever is beaten by one of them gets ``BEATEN`` at best."""

BEATEN: Final = "C"

WAYS: Final = (
    ("card.brier", lazy("this report")),
    ("card.brier_days", lazy("by the days since the last purchase")),
    ("card.brier_gap", lazy("by twice their own rhythm")),
    ("card.brier_same", lazy("everybody does as before")),
    ("card.brier_base", lazy("the same chance for everybody")),
)
"""Our error and that of simpler ways, by what they are called."""


def grade(saved: float | None) -> str | None:
    """Return the letter, A to E; None where it is too early."""
    if saved is None:
        return None
    return next((letter for letter, least in BANDS if saved >= least), "E")


def is_beaten(measures: Readings) -> bool:
    """Tell whether a simpler way of predicting who buys erred less."""
    ours, rivals = measures["card.brier"].value, [measures[name].value for name in RIVALS]
    return ours is not None and any(rival is not None and rival < ours for rival in rivals)


def letter(measures: Readings) -> str | None:
    """Return the grade, A to E; None where it is too early."""
    given = grade(measures["card.score"].value)
    return max(given, BEATEN) if given and is_beaten(measures) else given


def percent(part: float) -> str:
    """Write a share in whole percent, a true minus before it."""
    return share(round(abs(part), 2)) if part >= 0 else f"−{share(round(abs(part), 2))}"


def formula(measures: Readings) -> list[str]:
    """Say how the grade is made, with the numbers put in."""
    mean, people = measures["card.score"].value, measures["card.people_skill"].value
    brier, same = measures["card.brier"].value, measures["card.brier_same"].value
    if mean is None or people is None or brier is None or same is None:
        return []
    said = [
        _(
            "People: 1 − {ours} / {same} = {saved}. {ours} is our mean squared error on who buys in ninety "
            "days, {same} that of “who bought in the last ninety days buys again, the others do not”."
        ).format(ours=score(brier), same=score(same), saved=percent(people))
    ]
    takings, ours = measures["card.takings_skill"].value, measures["card.takings_error"].value
    naive = measures["card.takings_error_same"].value
    if takings is not None and ours is not None and naive is not None:
        said.append(
            _(
                "Sales: 1 − {ours} / {same} = {saved}. On average we missed the next month by "
                "{ours}, “same as last month” by {same}."
            ).format(ours=percent(ours), same=percent(naive), saved=percent(takings))
        )
    bands = ", ".join(_("{grade} from {least}").format(grade=a, least=percent(b)) for a, b in BANDS)
    said.append(
        _("The grade is their mean, {score}: {bands}, E below.").format(score=percent(mean), bands=bands)
        if takings is not None
        else _("The grade is {score}: {bands}, E below.").format(score=percent(mean), bands=bands)
    )
    if is_beaten(measures):
        said.append(
            _("A simpler way erred less than we did: the grade is {grade} at best.").format(grade=BEATEN)
        )
    return said
