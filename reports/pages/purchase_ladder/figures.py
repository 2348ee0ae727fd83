"""What the marts say of the purchase ladder, as the page and the command need it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.reports.section import Figure, figure_of, read_rows
from clientela.warehouse.measures.readings import Reading, Readings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STEPS: Final = (1, 2, 3, 4)
SURE: Final = 0.05
"""A difference that chance alone would make more often than this is not called one."""


class Ladder:
    """What the measures of the ladder say, by their names without ``ladder.``."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def __getitem__(self, name: str) -> Reading:
        return self._readings[f"ladder.{name}"]

    def figure(self, name: str) -> Figure:
        """Return one number as the report prints it."""
        return figure_of(self[name])

    def within(self, step: int, period: str = "last_12m") -> Reading:
        """Return the share of a step that goes on within 90 days.

        Where too few still wait because so many went on, the share of those who had the time speaks.
        """
        place = f"{period}.step{step}" if period != "all" else f"step{step}"
        estimate, matured = self[f"{place}.within_90d"], self[f"{place}.matured_90d"]
        return estimate if estimate.value is not None or matured.value is None else matured


@dataclass(frozen=True)
class Group:
    """New people of one kind and how many return."""

    kind: str
    """``cause``, ``channel`` or ``cohort``, the year of the first purchase."""

    code: str
    returned: Figure
    people: int
    low: float | None
    high: float | None
    verdict: str
    """``more``, ``less``, ``alike`` or ``unknown``, against all the others."""


@dataclass(frozen=True)
class Waiting:
    """One person still in time for the next purchase."""

    customer_id: str
    name: str | None
    phone: str | None
    email: str | None
    purchases: int
    last_purchase_on: date
    days_left: int
    ends_on: date | None
    expected_on: date | None
    offer: str | None
    offer_until: date | None
    can_call: str
    consent_email: bool


@dataclass(frozen=True)
class Coupon:
    """One coupon about to end."""

    customer_id: str
    name: str | None
    phone: str | None
    email: str | None
    valid_until: date
    days_left: int
    offer_type: str | None
    value: float | None
    value_type: str | None
    can_call: str
    consent_email: bool


def read_curves(db: DuckDBPyConnection) -> dict[str, list[tuple[float, float]]]:
    """Read the curves of this quarter (``now``) and of a year ago, from day 0 on."""
    curves: dict[str, list[tuple[float, float]]] = {}
    rows = db.execute("select series, days, returned_share from marts.ladder_curve order by series, days")
    for series, day, share in rows.fetchall():
        curves.setdefault(series, [(0, 0.0)]).append((day, share))
    return curves


def read_groups(db: DuckDBPyConnection) -> list[Group]:
    """Read how groups of 20 people and more return: every cause, three channels, the last three years."""
    rows = db.execute(
        """
        select kind, member, people, returned_share, low, high, difference, p_adjusted
        from marts.ladder_groups
        where kind in ('cause', 'channel', 'cohort') and people >= 20 and others > 0
        qualify kind = 'cause' or row_number() over (
            partition by kind order by case when kind = 'cohort' then member end desc, people desc, member
        ) <= 3
        order by
            case kind when 'cause' then 1 when 'channel' then 2 else 3 end,
            case when kind = 'cohort' then member end desc, member = 'unknown', people desc, member
        """
    ).fetchall()
    groups = []
    for kind, code, people, returned, low, high, difference, chance in rows:
        stem = re.sub("[^0-9a-z]+", "_", code.strip().lower())
        metric = f"ladder.{kind}.{stem}.within_90d"
        figure = Figure(metric, returned, "share", people, None if returned is not None else "few_at_risk")
        verdict = _verdict(difference, chance)
        groups.append(Group(kind, code, figure, people, low, high, verdict))
    return groups


def _verdict(difference: float | None, chance: float | None) -> str:
    """Say whether a group differs from the others by more than chance."""
    if chance is None or difference is None:
        return "unknown"
    if chance >= SURE:
        return "alike"
    return "more" if difference > 0 else "less"


def read_waiting(db: DuckDBPyConnection, limit: int) -> list[Waiting]:
    """Read who is still in time, the fewest days left first."""
    return read_rows(
        db,
        """
        select customer_id, name, phone, email, step, last_purchase_on, days_left, ends_on, expected_on,
            offer, offer_until, can_call, consent_email
        from marts.in_window order by position limit ?
        """,
        Waiting,
        [limit],
    )


def read_coupons(db: DuckDBPyConnection, limit: int) -> list[Coupon]:
    """Read the coupons that end within seven days, the first to end first."""
    return read_rows(
        db,
        """
        select customer_id, name, phone, email, valid_until, days_left, offer_type, cast(value as double),
            value_type, can_call, consent_email
        from marts.coupons_due order by position limit ?
        """,
        Coupon,
        [limit],
    )
