"""The words for best customers who say nothing and are drifting away."""

from __future__ import annotations

from dataclasses import dataclass

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.reports.words import rhythm
from clientela.templates.filters import money


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
