"""Call tomorrow: whom first, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.reports.charts.dot_plot import Dot, Mark, dot_plot
from clientela.reports.pages.call_tomorrow import say
from clientela.reports.pages.call_tomorrow.say import Signs
from clientela.reports.section import Edition, Figure, Section
from clientela.reports.words import file_stem
from clientela.rhythm import rhythm
from clientela.templates.filters import share

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
    printed = sum((call.at_stake for call in calls), Decimal(0))
    return CallTomorrow(
        heading=say.heading(len(calls), printed, edition.shop.currency),
        plot=_plot(calls, title, late_cut, lost_cut) if calls else None,
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


def _plot(calls: list[Call], title: str, late_cut: float, lost_cut: float) -> Markup:
    """Draw the chances of the people named, numbered as in the table."""
    dots = [
        Dot(call.chance, str(call.position), "lost" if call.chance < lost_cut else "customer")
        for call in calls
    ]
    lowest = max(min([call.chance for call in calls] + [lost_cut * 0.7]), 0.002)
    highest = max([call.chance for call in calls] + [late_cut]) * 1.25
    ticks = [Mark(tick, share(tick)) for tick in (0.5, 0.1, 0.02, 0.01, 0.005) if lowest < tick < highest]
    lines = [Mark(late_cut, share(late_cut), _("late")), Mark(lost_cut, share(lost_cut), _("left"))]
    people = ", ".join(
        f"{call.position} {call.name or call.customer_id} {share(call.chance)}" for call in calls
    )
    return dot_plot(dots, [*ticks, *lines], f"{title}: {people}", lowest=lowest * 0.9, highest=highest)


section = Section(title=lazy("Call tomorrow"), position=30, read=read)
