"""The rules behind the first page's sentences: each a test on the month's facts, and a sentence.

Of the rules that hold, the page prints the one with the largest effect in money for each of its three
questions: what changed, why, what now. Never by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.pages.one_minute.figures import Facts
from clientela.rhythm import rhythm
from clientela.templates.filters import count, money, month_name, share

QUESTIONS: Final = {"changed": lazy("What changed"), "why": lazy("Why"), "now": lazy("What now")}
MEANWHILE: Final = lazy("Meanwhile")
"""What stands before a loss while sales grow, which it does not explain."""


@dataclass(frozen=True)
class Finding:
    """A sentence of the first page and why it won its place."""

    question: str
    """``changed``, ``why`` or ``now``."""

    code: str
    severity: int
    """0 for a remark to 3 for trouble; decides between equal sums."""

    effect: Decimal
    """Money that it is about, never negative."""

    text: str
    heading: str = ""
    """What stands before it instead of the question; English."""

    @property
    def label(self) -> str:
        """The question that it answers, in words."""
        return _(self.heading or QUESTIONS[self.question])


def first_report(facts: Facts) -> Finding | None:
    """There is nothing to compare with."""
    if facts.previous is not None:
        return None
    text = _("This is the first month: from the next report on you will see here who moved.")
    return Finding("changed", "first_report", 0, Decimal(0), text)


def fans_changed(facts: Facts) -> Finding | None:
    """There are more or fewer fans than a month ago."""
    change = facts.fans - facts.fans_before
    if facts.previous is None or not change or not facts.fans:
        return None
    each = facts.fan_revenue / facts.fans
    before = month_name(facts.previous, with_year=False)
    if change < 0:
        text = ngettext(
            "You have {fans} fans, {n} fewer than in {month}; each is worth {each} a year.",
            "You have {fans} fans, {n} fewer than in {month}; each is worth {each} a year.",
            -change,
        )
    else:
        text = ngettext(
            "You have {fans} fans, {n} more than in {month}; each is worth {each} a year.",
            "You have {fans} fans, {n} more than in {month}; each is worth {each} a year.",
            change,
        )
    text = text.format(
        fans=count(facts.fans), n=count(abs(change)), month=before, each=money(round(each), facts.currency)
    )
    return Finding("changed", "fans_changed", 3 if change < 0 else 1, abs(change) * each, text)


def sales_changed(facts: Facts) -> Finding | None:
    """Named sales of twelve months against those of a year ago."""
    if not facts.revenue_year_before:
        return None
    change = facts.named_revenue - facts.revenue_year_before
    part = abs(change) / facts.revenue_year_before
    if part < Decimal("0.005"):
        text = _("Sales with a name are as high as a year ago: {sum} in 12 months.")
    elif change > 0:
        text = _("Sales with a name came to {sum} in 12 months, {share} more than a year ago.")
    else:
        text = _("Sales with a name came to {sum} in 12 months, {share} less than a year ago.")
    text = text.format(sum=money(facts.named_revenue, facts.currency), share=share(part))
    return Finding("changed", "sales_changed", 2 if change < 0 else 1, abs(change), text)


def as_before(facts: Facts) -> Finding | None:
    """Nothing else is worth a sentence."""
    if facts.previous is None:
        return None
    text = _("{people} people are known to the shop, {active} of them buy.")
    text = text.format(people=count(facts.people), active=count(facts.active))
    return Finding("changed", "as_before", 0, Decimal(0), text)


def losses(facts: Facts) -> Finding | None:
    """People left this month."""
    if not facts.left:
        return None
    text = ngettext(
        "{n} person was lost: they had spent {sum} in 12 months.",
        "{n} people were lost: they had spent {sum} in 12 months.",
        facts.left,
    ).format(n=count(facts.left), sum=money(facts.left_revenue, facts.currency))
    return Finding("why", "losses", 2, facts.left_revenue, text, MEANWHILE if facts.is_growing else "")


def first_purchases(facts: Facts) -> Finding | None:
    """People bought for the first time."""
    if not facts.newcomers:
        return None
    text = ngettext(
        "{n} person bought for the first time and brought {sum}.",
        "{n} people bought for the first time and brought {sum}.",
        facts.newcomers,
    ).format(n=count(facts.newcomers), sum=money(facts.newcomer_revenue, facts.currency))
    return Finding("why", "first_purchases", 1, facts.newcomer_revenue, text)


def came_back(facts: Facts) -> Finding | None:
    """People who had left bought again."""
    if not facts.won_back:
        return None
    text = ngettext(
        "{n} lost person came back: {sum} in 12 months.",
        "{n} lost people came back: {sum} in 12 months.",
        facts.won_back,
    ).format(n=count(facts.won_back), sum=money(facts.won_back_revenue, facts.currency))
    return Finding("why", "came_back", 1, facts.won_back_revenue, text)


def one_person(facts: Facts) -> Finding | None:
    """One person's leaving weighs as much as a quarter of all that was lost."""
    gone = facts.dearest_gone
    if gone is None or gone.revenue_12m * 4 < facts.left_revenue:
        return None
    text = _("{name} alone was worth {sum} a year and is lost ({rhythm}).").format(
        name=gone.name,
        sum=money(gone.revenue_12m, facts.currency),
        rhythm=rhythm(gone.purchases, gone.own_gap_days, gone.silent_days),
    )
    return Finding("why", "one_person", 3, gone.revenue_12m, text, MEANWHILE if facts.is_growing else "")


def quiet_month(facts: Facts) -> Finding | None:
    """Nobody arrived and nobody left; the first month cannot tell."""
    if facts.previous is None:
        return None
    text = _("Nobody bought for the first time, nobody was lost, nobody came back.")
    return (
        None
        if facts.newcomers or facts.left or facts.won_back
        else Finding("why", "quiet_month", 0, Decimal(0), text)
    )


def late_people(facts: Facts) -> Finding | None:
    """People are away for longer than their own rhythm allows."""
    if not facts.late:
        return None
    text = ngettext(
        "{n} person is away for longer than usual: {sum} a year at stake. Call them before they leave.",
        "{n} people are away for longer than usual: {sum} a year at stake. Call them before they leave.",
        facts.late,
    ).format(n=count(facts.late), sum=money(facts.late_at_stake, facts.currency))
    return Finding("now", "late_people", 2, facts.late_at_stake, text)


def first_timers(facts: Facts) -> Finding | None:
    """First-timers whose time to come back is running out."""
    if not facts.expiring:
        return None
    text = ngettext(
        "{n} buyer has two weeks or less to come back: a reason to return is needed now.",
        "{n} buyers have two weeks or less to come back: a reason to return is needed now.",
        facts.expiring,
    ).format(n=count(facts.expiring))
    return Finding("now", "first_timers", 1, facts.expiring_revenue, text)


def refused_records(facts: Facts) -> Finding | None:
    """Records wait to be mended."""
    if not facts.refused:
        return None
    text = ngettext(
        "{n} row could not be read: correct it and the figures are complete.",
        "{n} rows could not be read: correct them and the figures are complete.",
        facts.refused,
    ).format(n=count(facts.refused))
    return Finding("now", "refused_records", 1, Decimal(0), text)


def nothing_urgent(facts: Facts) -> Finding | None:
    """No list waits."""
    text = (
        _("Nobody is late: use the time to thank your fans.")
        if facts.fans
        else _("Load more sales to see who is late.")
    )
    return Finding("now", "nothing_urgent", 0, Decimal(0), text)


RULES: Final[tuple[Callable[[Facts], Finding | None], ...]] = (
    first_report, fans_changed, sales_changed, as_before,
    losses, first_purchases, came_back, one_person, quiet_month,
    late_people, first_timers, refused_records, nothing_urgent,
)  # fmt: skip


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
