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


def days(number: float) -> str:
    """Word a duration."""
    whole = round(number)
    return ngettext("{days} day", "{days} days", whole).format(days=whole)


def rhythm(found: dict[str, Any], *, is_pause: bool) -> str:
    """Word somebody's own rhythm against the silence.

    Args:
        found: the person's row of ``marts.customers``.
        is_pause: whether the silence is long enough to say how rare it is.
    """
    gap, silent = days(found["own_gap_days"]), days(found["silent_days"])
    if found["purchases"] == 2:
        return _("Bought twice, {gap} apart, and silent for {silent}: too soon to know the rhythm.").format(
            gap=gap, silent=silent
        )
    if not is_pause:
        return _("Usually buys every {gap}, silent for {silent}: on time.").format(gap=gap, silent=silent)
    return _(
        "Usually buys every {gap}, silent for {silent}: with this rhythm a pause so long comes {times}."
    ).format(gap=gap, silent=silent, times=times_in_100(found["rhythm_p"]))


def _lost(found: dict[str, Any], limits: tuple[Any, ...]) -> str:
    if found["lost_kind"] == "after_first":
        return _(
            "Bought once, {silent} ago, and never again: here the second purchase comes within {window}."
        ).format(silent=days(found["silent_days"]), window=days(limits[0]))
    if found["lost_kind"] == "ending":
        return _("Will not come back: moved, closed or finished, as your file says.")
    limit = _("Lost beyond {limit}.").format(limit=days(found["silence_allowed_days"]))
    return f"{rhythm(found, is_pause=True)} {limit}"


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
        return _("Bought once, {silent} ago; {left} left to come back before counting as lost.").format(
            silent=days(found["silent_days"]), left=days(max(found["days_left"], 0))
        )
    late = " " + _("Late.") if found["is_late"] else ""
    return rhythm(found, is_pause=bool(found["is_late"])) + late
