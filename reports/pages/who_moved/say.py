"""What the page of moves says: who came and who left, each step's name, why somebody moved."""

from __future__ import annotations

from datetime import date
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.pages.who_moved.figures import Mover, Restated
from clientela.rhythm import rhythm
from clientela.templates.filters import count

STEP: Final = {
    "late_rows": lazy("receipts that came late"),
    "rule_change": lazy("changed rules"),
    "late_rows_and_rule_change": lazy("late receipts and new rules"),
    "first_purchase": lazy("first purchase"),
    "won_back": lazy("came back"),
    "lost": lazy("lost"),
    "refunds": lazy("refunds"),
    "merges": lazy("merged into one person"),
    "other": lazy("taken out or put back"),
    "stayed": lazy("spending of those who stayed"),
}


def heading(people: dict[str, int], previous: date | None) -> str:
    """Say who came and who left."""
    if previous is None:
        return _("Who moves will show from the second month on")
    came, back, left = people.get("first_purchase", 0), people.get("won_back", 0), -people.get("lost", 0)
    new = ngettext("{n} person bought for the first time", "{n} people bought for the first time", came)
    returned = ngettext("{n} came back", "{n} came back", back)
    gone = ngettext("{n} lost", "{n} left", left)
    return f"{new.format(n=count(came))}, {returned.format(n=count(back))}, {gone.format(n=count(left))}"


def reason(mover: Mover) -> str:
    """Say why somebody moved."""
    if mover.to_category == "lost":
        return rhythm(mover.purchases, mover.own_gap_days, mover.silent_days)
    if mover.from_category == "lost":
        return _("back after a long silence")
    if mover.to_category == "fan":
        return _("meets every condition to be a fan")
    if mover.from_category == "fan":
        if mover.is_late:
            return rhythm(mover.purchases, mover.own_gap_days, mover.silent_days)
        return _("no longer among the best")
    if mover.to_category == "buyer":
        return _("first purchase")
    if mover.to_category == "customer":
        return _("second purchase")
    return _("first contact") if mover.to_category == "prospect" else ""


def why(restated: Restated) -> str:
    """Say why a month end was counted again."""
    return ", ".join(_(STEP[code]) for code in restated.reasons.split("|") if code in STEP)
