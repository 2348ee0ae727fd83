"""Why somebody is in a category, in one sentence with the numbers."""

from __future__ import annotations

from typing import Any, Final

from clientela.i18n import gettext as _
from clientela.rhythm import days, rhythm_in_full

LIMITS: Final = "select first_repeat_days, first_repeat_source from marts.shop_rhythm"
"""The shop's constants that the sentences mention."""


def _lost(found: dict[str, Any], limits: tuple[Any, ...]) -> str:
    if found["lost_kind"] == "after_first":
        return _(
            "Bought once, {silent} ago, and never again: here the second purchase comes within {window}."
        ).format(silent=days(found["silent_days"]), window=days(limits[0]))
    if found["lost_kind"] == "ending":
        return _("Will not come back: moved, closed or finished, as your file says.")
    limit = _("Lost beyond {limit}.").format(limit=days(found["silence_allowed_days"]))
    return f"{_rhythm(found, is_pause=True)} {limit}"


def _rhythm(found: dict[str, Any], *, is_pause: bool) -> str:
    """Say the person's own rhythm, and how rare the silence is where it is long enough to ask."""
    chance = found["rhythm_p"] if is_pause else None
    return rhythm_in_full(found["purchases"], found["own_gap_days"], found["silent_days"], chance)


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
    return _rhythm(found, is_pause=bool(found["is_late"])) + late
