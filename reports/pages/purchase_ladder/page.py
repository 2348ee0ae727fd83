"""The purchase ladder: at which step people stop, and who can still be brought to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.deeds import Deed
from clientela.reports.pages.purchase_ladder.figures import (
    STEPS,
    Coupon,
    Group,
    Measures,
    Waiting,
    read_coupons,
    read_curves,
    read_groups,
    read_measures,
    read_waiting,
)
from clientela.reports.pages.purchase_ladder.pictures import bars, bars_title, curves, curves_title
from clientela.reports.pages.purchase_ladder.say import sentences
from clientela.reports.pages.purchase_ladder.words import ordinal, reason, step_name
from clientela.reports.section import Edition, Figure, Section
from clientela.templates.filters import count, money, share_in_column

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PRINTED, PRINTED_COUPONS = 15, 10


@dataclass(frozen=True)
class Row:
    """One step in numbers."""

    name: str
    people: Figure
    returned: Figure
    is_matured: bool
    """Whether the share is of those who have had their 90 days, too few being left to wait."""

    between: str
    median: Figure
    median_text: str
    """What stands in its place where half have not come back."""

    lost: Figure
    value: Figure
    leak: Figure


@dataclass(frozen=True)
class PurchaseLadder:
    """The page."""

    heading: str
    payers: Figure
    once: Figure
    once_share: Figure
    in_time: Figure
    bars: Markup | None
    bars_title: str
    curves: Markup | None
    curves_title: str
    rows: list[Row]
    sentences: list[str]
    deeds: list[Deed]
    groups: list[Group]
    coupons: list[Coupon]
    coupons_due: Figure
    coupon_people: Figure
    waiting: list[Waiting]
    waiting_people: Figure
    is_last_year: bool
    """The shares are of the last twelve months; else of the whole history."""

    has_matured: bool
    """Whether some share is of those only who have had their 90 days."""


def read(db: DuckDBPyConnection, edition: Edition) -> PurchaseLadder:
    """Read the page."""
    known = read_measures(db)
    period = "last_12m" if known.within(1).value is not None else "all"
    seen = read_curves(db)
    rows = [_row(known, step, period) for step in STEPS] if known["payers"].value else []
    return PurchaseLadder(
        heading=_heading(known, edition.shop.currency),
        payers=known.figure("payers"),
        once=known.figure("once_people"),
        once_share=known.figure("once_share"),
        in_time=known.figure("in_window.step1"),
        bars=bars(known, period) if known["payers"].value else None,
        bars_title=bars_title(known, period),
        curves=curves(known, seen) if seen else None,
        curves_title=curves_title(known),
        rows=rows,
        sentences=sentences(known),
        deeds=_deeds(known),
        groups=read_groups(db),
        coupons=read_coupons(db, PRINTED_COUPONS, edition.shop.currency),
        coupons_due=known.figure("coupons_due_7d"),
        coupon_people=known.figure("coupons_due_7d.people"),
        waiting=read_waiting(db, PRINTED),
        waiting_people=known.figure("in_window.people"),
        is_last_year=period == "last_12m",
        has_matured=any(row.is_matured for row in rows),
    )


def _heading(known: Measures, currency: str) -> str:
    """Say at which step most is lost."""
    if not known["payers"].value:
        return _("The ladder begins with the first purchase that has a name")
    if not known["step1.people"].value:
        return _("Everybody was there when the files begin: nobody is known to be new")
    worst = max(
        STEPS,
        key=lambda step: (
            known[f"step{step}.leak_12m"].value or 0,
            known[f"step{step}.lost_12m"].value or 0,
            -step,
        ),
    )
    lost = round(known[f"step{worst}.lost_12m"].value or 0)
    if not lost:
        return _("Nobody has stopped on the ladder in the last 12 months")
    text = ngettext(
        "In 12 months {n} person stopped at the {nth} purchase",
        "In 12 months {n} people stopped at the {nth} purchase",
        lost,
    ).format(n=count(lost), nth=ordinal(worst))
    value = known[f"step{worst}.value_12m"].value
    if value is None:
        return text
    more = _("those who go on spend {sum} a year").format(sum=money(round(value), currency))
    return f"{text}: {more}"


def _row(known: Measures, step: int, period: str) -> Row:
    """Put one step into numbers."""
    stem, returned = f"step{step}", known.within(step, period)
    median = known[f"{stem}.median_days"]
    return Row(
        name=step_name(step),
        people=known.figure(f"{stem}.people"),
        returned=returned.figure,
        is_matured=".matured_" in returned.name,
        between=between(returned.low, returned.high),
        median=median.figure,
        median_text=reason(median.reason),
        lost=known.figure(f"{stem}.lost_12m"),
        value=known.figure(f"{stem}.value_12m"),
        leak=known.figure(f"{stem}.leak_12m"),
    )


def between(low: float | None, high: float | None) -> str:
    """Write an interval of shares; nothing where there is none."""
    return f"{share_in_column(low)} – {share_in_column(high)}" if low is not None and high is not None else ""


def _deeds(known: Measures) -> list[Deed]:
    """Choose what to do this week; what concerns nobody is left out."""
    none = Figure("ladder.action.worth", None, "eur")
    deeds = [
        Deed(
            _("Remind them of the coupon that ends within seven days: one line, before the day."),
            known.figure("coupons_due_7d.people"),
            none,
            _("Coupons about to end"),
            "ladder-coupons",
        ),
        Deed(
            _("Call or write to those whose time ends within seven days."),
            known.figure("in_window.ending_7d"),
            known.figure("in_window.ending_7d.revenue_12m"),
            _("Still in time"),
            "ladder-waiting",
        ),
    ]
    days = known["step1.typical_days"].value
    if days:
        text = _(
            "Give every new buyer a reason to return within {n} days: half of those who return do it by then."
        )
        deeds.append(
            Deed(
                text.format(n=count(days)),
                known.figure("quarter.new"),
                none,
                _("New people of the last 3 months"),
                "purchase-ladder",
            )
        )
    return [deed for deed in deeds if deed.people.value]


section = Section(title=lazy("The purchase ladder"), position=40, read=read)
