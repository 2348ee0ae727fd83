"""What the report says on its first page, by fixed rules and never by chance.

Of the rules that hold, the page prints the one with the largest effect in money for each of its three
questions: what changed, why, what now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.reports.pages.one_minute.facts import Facts
from clientela.reports.pages.one_minute.findings import QUESTIONS, RULES, Finding
from clientela.templates.filters import count, month_name


def headline(facts: Facts) -> str:
    """Return the month's finding, the heading of the first page."""
    if not facts.people:
        return _("Nobody here yet: load your sales and this page fills itself")
    active = ngettext("{n} active customer", "{n} active customers", facts.active).format(
        n=count(facts.active)
    )
    if facts.previous is None:
        return _("{active}: the first picture of your shop").format(active=active)
    return f"{active}, {_difference(facts)}"


def _difference(facts: Facts) -> str:
    """Say how many active customers there are more or fewer than a month ago."""
    assert facts.previous is not None
    before = month_name(facts.previous, with_year=False)
    change = facts.active - facts.active_before
    if change == 0:
        return _("as many as in {month}").format(month=before)
    if change > 0:
        return ngettext("{n} more than in {month}", "{n} more than in {month}", change).format(
            n=count(change), month=before
        )
    return ngettext("{n} fewer than in {month}", "{n} fewer than in {month}", -change).format(
        n=count(-change), month=before
    )


def findings(facts: Facts, rules: Iterable[Callable[[Facts], Finding | None]] = RULES) -> list[Finding]:
    """Return one finding a question, in the order of the questions.

    The largest effect in money wins, then the severity, then the code: equal facts give equal pages.
    """
    held = [finding for rule in rules if (finding := rule(facts)) is not None]
    best: list[Finding] = []
    for question in QUESTIONS:
        rivals = [finding for finding in held if finding.question == question]
        if rivals:
            best.append(min(rivals, key=lambda finding: (-finding.effect, -finding.severity, finding.code)))
    return best
