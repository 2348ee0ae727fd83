"""A person's own rhythm in words: how often they buy, and for how long they have been away.

A rhythm is claimed from the third purchase on; two purchases are one distance, which is said instead.
"""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import ngettext

KNOWN_FROM: Final = 3
"""Purchases from which a rhythm is claimed."""


def own_gap(purchases: int, own_gap_days: float | None) -> int | None:
    """Return somebody's own gap in whole days, one or more; None before it is known."""
    return _whole(own_gap_days) if own_gap_days and purchases >= KNOWN_FROM else None


def _whole(gap: float) -> int:
    return max(1, round(gap))


def rhythm(purchases: int, own_gap_days: float | None, silent_days: int | None) -> str:
    """Say how often somebody buys and for how long they have been away, short enough for a column."""
    silent = silent_days or 0
    if purchases < 2 or own_gap_days is None:
        return ngettext("one purchase, {n} day ago", "one purchase, {n} days ago", silent).format(n=silent)
    gap = _whole(own_gap_days)
    if purchases < KNOWN_FROM:
        return ngettext(
            "bought twice, {gap} day apart: too little to know their rhythm",
            "bought twice, {gap} days apart: too little to know their rhythm",
            gap,
        ).format(gap=gap)
    every = ngettext("every day", "every {gap} days", gap).format(gap=gap)
    away = ngettext("away for {n} day", "away for {n} days", silent).format(n=silent)
    return f"{every}, {away}"


def rhythm_in_full(
    purchases: int, own_gap_days: float, silent_days: float, chance: float | None = None
) -> str:
    """Say the same in a sentence of its own.

    Args:
        purchases: two or more.
        own_gap_days: mean days between two purchases.
        silent_days: days since the last one.
        chance: of so long a silence from somebody who still buys, 0 to 1; None for somebody who is on time.
    """
    gap, silent = days(_whole(own_gap_days)), days(silent_days)
    if purchases < KNOWN_FROM:
        return _("Bought twice, {gap} apart, and silent for {silent}: too soon to know the rhythm.").format(
            gap=gap, silent=silent
        )
    if chance is None:
        return _("Usually buys every {gap}, silent for {silent}: on time.").format(gap=gap, silent=silent)
    return _(
        "Usually buys every {gap}, silent for {silent}: with this rhythm a pause so long comes {times}."
    ).format(gap=gap, silent=silent, times=times_in_100(chance))


def days(number: float) -> str:
    """Word a duration."""
    whole = round(number)
    return ngettext("{days} day", "{days} days", whole).format(days=whole)


def times_in_100(chance: float) -> str:
    """Word a small probability as an owner would say it."""
    times = round(100 * chance)
    if times < 1:
        return _("less than once in 100")
    return ngettext("once in 100", "{times} times in 100", times).format(times=times)
