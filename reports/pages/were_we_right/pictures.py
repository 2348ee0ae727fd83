"""The two pictures of the report card: chances beside what happened, forecasts beside what came."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.month import Month
from clientela.reports.charts.calibration import Axes, Tenth, calibration
from clientela.reports.charts.said_and_came import MonthBars, said_and_came
from clientela.reports.pages.were_we_right.figures import MonthTakings, Now
from clientela.reports.pages.were_we_right.grade import percent
from clientela.templates.filters import count, money, share, short_month
from clientela.warehouse.measures.readings import Readings


def dots(tenths: list[Tenth], title: str) -> Markup | None:
    """Draw how often people bought, by the chance that was given."""
    if not tenths:
        return None
    axes = Axes(
        said=_("we said: buys in ninety days"),
        happened=_("did buy"),
        right=_("as predicted"),
        ticks=tuple((part, share(part)) for part in (0.0, 0.5, 1.0)),
    )
    spoken = ", ".join(f"{percent(tenth.said)}: {percent(tenth.happened)}" for tenth in tenths)
    return calibration(tenths, axes, f"{title}: {spoken}")


def takings(
    months: list[MonthTakings], measures: Readings, now: Now | None, currency: str, title: str
) -> Markup | None:
    """Draw the forecast of each month beside what came, and that of the next month."""
    past = [MonthBars(_month_after(each.predicted_on), each.expected, each.actual) for each in months]
    expected = measures["card.next_month"].value
    if now is None or expected is None or not past:
        return None
    shown = [*past, MonthBars(_month_after(now.as_of), expected, None)]
    highest = max(max(month.said or 0.0, month.came or 0.0) for month in shown) * 1.05 or 1.0
    ticks = [
        (0.0, count(0)),
        (highest / 2, _short(highest / 2, currency)),
        (highest, _short(highest, currency)),
    ]
    told = ", ".join(
        f"{month.name} {count(round(month.said or 0))}"
        + ("" if month.came is None else f"/{count(round(month.came))}")
        for month in shown
    )
    return said_and_came(shown, ticks, (_("predicted"), _("actual")), f"{title}: {told}")


def _month_after(on: date) -> str:
    return short_month(Month.of(on).next().last_day)


def _short(amount: float, currency: str) -> str:
    """Write an amount beside an axis, in thousands where it is large."""
    if amount >= 10_000:
        return _("{n}k").format(n=count(round(amount / 1000)))
    return money(round(amount), currency) if amount < 1000 else count(round(amount, -2))
