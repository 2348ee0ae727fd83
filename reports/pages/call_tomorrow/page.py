"""Call tomorrow: whom first, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from clientela.i18n import lazy
from clientela.reports.pages.call_tomorrow import pictures, say
from clientela.reports.pages.call_tomorrow.say import Signs
from clientela.reports.section import Edition, Figure, Section
from clientela.reports.words import file_stem
from clientela.rhythm import rhythm

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PRINTED = 20


@dataclass(frozen=True)
class Call:
    """One person to call."""

    position: int
    customer_id: str
    name: str | None
    phone: str | None
    email: str | None
    kind: str
    """``late``, ``lost``, or ``silent`` for a silent best customer who is neither."""

    purchases: int
    last_purchase_on: date
    own_gap_days: float | None
    silent_days: int
    chance: float
    """Of so long a silence from somebody who still buys, 0 to 1."""

    at_stake: Decimal
    can_call: str
    consent_email: bool
    currency: str
    signs: Signs | None
    """What has changed about a silent best customer; None for everybody else."""

    @property
    def reason(self) -> str:
        """Why they are on the list."""
        if self.signs:
            return self.signs.reason(self.purchases, self.own_gap_days, self.silent_days, self.currency)
        return rhythm(self.purchases, self.own_gap_days, self.silent_days)

    @property
    def permission(self) -> str:
        """What may be done, in words."""
        return say.permission(self.can_call, by_mail=self.consent_email)


@dataclass(frozen=True)
class CallTomorrow:
    """The page."""

    heading: str
    plot: Markup | None
    plot_title: str
    calls: list[Call]
    silent: Figure
    """How many of those named are silent best customers; they stand first."""

    people: Figure
    at_stake: Figure
    printed_at_stake: Figure
    file_name: str


def read(db: DuckDBPyConnection, edition: Edition) -> CallTomorrow:
    """Read the page."""
    calls = _calls(db, edition.shop.currency)
    [(people, at_stake)] = db.execute(
        "select count(*), coalesce(sum(at_stake), 0) from marts.call_list"
    ).fetchall()
    [(late_cut, lost_cut)] = db.execute("select late_cut, lost_cut from marts.shop_rhythm").fetchall() or [
        (0.2, 0.05)
    ]
    title = say.finding([call.chance for call in calls], lost_cut)
    named = [(call.name or call.customer_id, call.chance) for call in calls]
    printed = sum((call.at_stake for call in calls), Decimal(0))
    return CallTomorrow(
        heading=say.heading(len(calls), printed, edition.shop.currency),
        plot=pictures.chances(named, title, late_cut, lost_cut) if named else None,
        plot_title=title,
        calls=calls,
        silent=Figure("call.silent", sum(call.signs is not None for call in calls), "people"),
        people=Figure("call.people", people, "people"),
        at_stake=Figure("call.at_stake", at_stake, "eur"),
        printed_at_stake=Figure("call.printed_at_stake", printed, "eur"),
        file_name=f"{file_stem('call_list')}.csv",
    )


def _calls(db: DuckDBPyConnection, currency: str) -> list[Call]:
    """Read the people to name, the silent best customers first, each with what has changed about them."""
    rows: list[Any] = db.execute(
        """
        select calls.position, calls.customer_id, calls.name, calls.phone, calls.email, calls.kind,
            calls.purchases, calls.last_purchase_on, calls.own_gap_days, calls.silent_days, calls.chance,
            calls.at_stake, calls.can_call, calls.consent_email,
            if(calls.silent_place is null, null, silent.signs), silent.recent_mean, silent.earlier_median,
            silent.categories_now, silent.categories_before, silent.last_gap, silent.gap_before,
            silent.earlier_gap
        from marts.call_list as calls
        left join marts.silent_best as silent on silent.customer_id = calls.customer_id
        order by calls.position limit $printed
        """,
        {"printed": PRINTED},
    ).fetchall()
    signs = [Signs(*row[14:]) if row[14] else None for row in rows]
    return [Call(*[*row[:14], currency, found]) for row, found in zip(rows, signs, strict=True)]


section = Section(title=lazy("Call tomorrow"), position=30, read=read)
