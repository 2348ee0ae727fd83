"""Why somebody is in a category, in one sentence with the numbers."""

from __future__ import annotations

from typing import Any, Final

from clientela.i18n import gettext as _
from clientela.i18n import ngettext

LIMITS: Final = "select first_repeat_days, first_repeat_source from marts.shop_rhythm"
"""The shop's constants that the sentences mention."""


def times_in_100(chance: float) -> str:
    """Word a small probability as an owner would say it."""
    times = round(100 * chance)
    if times < 1:
        return _("less than once in 100")
    return ngettext("once in 100", "{times} times in 100", times).format(times=times)


def rhythm(found: dict[str, Any]) -> str:
    """Word somebody's own rhythm against the silence."""
    gap = round(found["own_gap_days"])
    if found["purchases"] == 2:
        return _(
            "Bought twice, {gap} days apart, and silent for {silent}: too little to know their rhythm."
        ).format(gap=gap, silent=found["silent_days"])
    return _(
        "Usually buys every {gap} days and has been silent for {silent}: "
        "somebody with this rhythm pauses so long {times}."
    ).format(gap=gap, silent=found["silent_days"], times=times_in_100(found["rhythm_p"]))


def _lost(found: dict[str, Any], limits: tuple[Any, ...]) -> str:
    if found["lost_kind"] == "after_first":
        return _(
            "Bought once, {silent} days ago, and never again: here the second purchase comes within "
            "{window} days."
        ).format(silent=found["silent_days"], window=round(limits[0]))
    if found["lost_kind"] == "ending":
        return _("Will not come back: moved, closed or finished, as your file says.")
    return (
        rhythm(found)
        + " "
        + _("Beyond {limit} days the customer counts as lost.").format(
            limit=round(found["silence_allowed_days"])
        )
    )


def reason(found: dict[str, Any], limits: tuple[Any, ...]) -> str:
    """Return why a person is in their category.

    Args:
        found: the person's row of ``marts.customers``.
        limits: the row of ``LIMITS``.
    """
    category = found["category"]
    if category == "potential":
        return _("On a list, never reached so far.")
    if category == "prospect":
        return (
            _("Has not bought yet; left their details.")
            if found["is_warm"]
            else _("Was reached, has not bought yet.")
        )
    if category == "referral":
        who = found["referred_by_name"] or found["referred_by"]
        return _("Sent by {who}, has not bought yet.").format(who=who) if who else _("Sent by a friend.")
    if category == "lost":
        return _lost(found, limits)
    if category == "buyer":
        return _(
            "Bought once, {silent} days ago; {left} days left to come back before counting as lost."
        ).format(silent=found["silent_days"], left=max(found["days_left"], 0))
    late = " " + _("Late.") if found["is_late"] else ""
    return rhythm(found) + late
