"""The purchase ladder: at which step people stop, and who can still be brought to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from clientela.i18n import lazy
from clientela.reasons import brief_reason
from clientela.reports.deeds import Deed
from clientela.reports.pages.purchase_ladder import pictures, say
from clientela.reports.pages.purchase_ladder.figures import (
    STEPS,
    Coupon,
    Group,
    Ladder,
    Waiting,
    read_coupons,
    read_curves,
    read_groups,
    read_waiting,
)
from clientela.reports.section import Edition, Figure, Section, figure_of
from clientela.warehouse.measures.readings import read_measures

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
    groups: list[tuple[str, Group]]
    """Each with its name."""

    coupons: list[tuple[str, Coupon]]
    """Each with what it gives."""

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
    known = Ladder(read_measures(db))
    period = "last_12m" if known.within(1).value is not None else "all"
    seen = read_curves(db)
    rows = [_row(known, step, period) for step in STEPS] if known["payers"].value else []
    return PurchaseLadder(
        heading=say.heading(known, edition.shop.currency),
        payers=known.figure("payers"),
        once=known.figure("once_people"),
        once_share=known.figure("once_share"),
        in_time=known.figure("in_window.step1"),
        bars=pictures.bars(known, period) if known["payers"].value else None,
        bars_title=say.bars_title(known, period),
        curves=pictures.curves(known, seen) if seen else None,
        curves_title=say.curves_title(known),
        rows=rows,
        sentences=say.sentences(known),
        deeds=say.deeds(known),
        groups=[(say.member(group.kind, group.code), group) for group in read_groups(db)],
        coupons=[
            (say.offer(coupon, edition.shop.currency), coupon) for coupon in read_coupons(db, PRINTED_COUPONS)
        ],
        coupons_due=known.figure("coupons_due_7d"),
        coupon_people=known.figure("coupons_due_7d.people"),
        waiting=read_waiting(db, PRINTED),
        waiting_people=known.figure("in_window.people"),
        is_last_year=period == "last_12m",
        has_matured=any(row.is_matured for row in rows),
    )


def _row(known: Ladder, step: int, period: str) -> Row:
    """Put one step into numbers."""
    stem, returned = f"step{step}", known.within(step, period)
    median = known[f"{stem}.median_days"]
    return Row(
        name=say.step_name(step),
        people=known.figure(f"{stem}.people"),
        returned=figure_of(returned),
        is_matured=".matured_" in returned.name,
        between=say.between(returned.low, returned.high),
        median=figure_of(median),
        median_text=brief_reason(median.reason),
        lost=known.figure(f"{stem}.lost_12m"),
        value=known.figure(f"{stem}.value_12m"),
        leak=known.figure(f"{stem}.leak_12m"),
    )


section = Section(title=lazy("The purchase ladder"), position=40, read=read)
