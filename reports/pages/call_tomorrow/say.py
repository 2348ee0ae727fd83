"""What the list of calls says: how much is at stake, how rare the silences are, what has changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.reports.words import PERMISSION
from clientela.rhythm import rhythm
from clientela.templates.filters import count, money, share


@dataclass(frozen=True)
class Signs:
    """What has changed about a silent best customer."""

    codes: str
    """``late``, ``slower``, ``smaller``, ``narrower``, joined by bars, the plainest first."""

    recent_mean: float | None
    """Mean of the last three purchases, in the shop's currency."""

    earlier_median: float | None
    categories_now: int | None
    """Kinds of goods bought in the last 180 days; ``categories_before`` in the 180 before."""

    categories_before: int | None
    last_gap: int | None
    """Open days between the last two purchases; ``gap_before`` between the two before."""

    gap_before: int | None
    earlier_gap: float | None
    """Mean open days between the purchases before those."""

    def reason(
        self, purchases: int, own_gap_days: float | None, silent_days: int, currency: str = "EUR"
    ) -> str:
        """Say the first sign with its two numbers, short enough for a column."""
        code = self.codes.split("|")[0]
        if code == "slower" and self.last_gap is not None and self.gap_before is not None:
            usual = max(1, round(self.earlier_gap or 0))
            return _("{a} and {b} days apart, it was {usual}").format(
                a=self.gap_before, b=self.last_gap, usual=usual
            )
        if code == "smaller" and self.recent_mean is not None and self.earlier_median is not None:
            return _("spends {now} a time, it was {before}").format(
                now=money(round(self.recent_mean), currency),
                before=money(round(self.earlier_median), currency),
            )
        if code == "narrower" and self.categories_now is not None:
            return ngettext(
                "{now} kind of goods, it was {before}",
                "{now} kinds of goods, it was {before}",
                self.categories_now,
            ).format(now=self.categories_now, before=self.categories_before)
        return rhythm(purchases, own_gap_days, silent_days)


def heading(calls: int, worth: Decimal, currency: str) -> str:
    """Say how many calls are worth how much."""
    if not calls:
        return _("Nobody to call: nobody is late on their own rhythm")
    return ngettext("One call, {sum} a year at stake", "{n} calls, {sum} a year at stake", calls).format(
        n=calls, sum=money(round(worth), currency)
    )


def finding(chances: list[float], lost_cut: float) -> str:
    """Say how many silences are beyond the second line, else which comes closest.

    Args:
        chances: of each silence, in the order of the list.
        lost_cut: chance below which somebody has left.
    """
    beyond = sum(chance < lost_cut for chance in chances)
    if not beyond and chances:
        rarest = min(chances)
        return _("The least likely silence is number {n}: {chance} if it were chance").format(
            n=chances.index(rarest) + 1, chance=share(rarest)
        )
    return ngettext(
        "{n} of {all} silences would happen by chance less than {cut} of the time",
        "{n} of {all} silences would happen by chance less than {cut} of the time",
        beyond,
    ).format(n=count(beyond), all=count(len(chances)), cut=share(lost_cut))


def permission(can_call: str, *, by_mail: bool) -> str:
    """Say what may be done."""
    words = [_(PERMISSION[can_call]) if can_call in PERMISSION else can_call, _("mail") if by_mail else ""]
    return ", ".join(word for word in words if word)
