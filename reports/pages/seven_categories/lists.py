"""Which facts stand beside a name on each category's printed list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.fan_conditions import step
from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.reports.section import read_rows
from clientela.reports.words import overlays
from clientela.rhythm import own_gap

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PRINTED: Final = 20


@dataclass(frozen=True)
class Person:
    """One line of a list."""

    customer_id: str
    name: str | None
    category: str
    overlays: str | None
    purchases: int
    first_purchase_on: date | None
    last_purchase_on: date | None
    first_seen_on: date | None
    silent_days: int | None
    own_gap_days: float | None
    revenue_total: Decimal
    revenue_12m: Decimal
    lost_kind: str | None
    fan_missing: str | None
    referred_by_name: str | None
    phone: str | None
    email: str | None
    city: str | None
    is_warm: bool | None
    days_left: int | None

    @property
    def own_gap(self) -> int | None:
        """Own gap in whole days, known from the third purchase on."""
        return own_gap(self.purchases, self.own_gap_days)

    @property
    def sign(self) -> str:
        """What a prospect has shown so far."""
        return _("left their details") if self.is_warm else overlays(self.overlays)

    @property
    def care(self) -> str:
        """What a regular needs: a call, or the step that is missing to be a fan."""
        if "near_fan" in (self.overlays or ""):
            return _("nearly a fan: {step}").format(step=step(self.fan_missing))
        return overlays(self.overlays)

    @property
    def leaving(self) -> str:
        """How somebody left."""
        if self.lost_kind == "after_first":
            return _("only once")
        if self.own_gap:
            return _("every {n} days").format(n=self.own_gap)
        return ngettext("{n} time", "{n} times", self.purchases).format(n=self.purchases)


@dataclass(frozen=True)
class Column:
    """One fact beside the name."""

    title: str
    kind: str
    """How it is written: ``text``, ``day``, ``money`` or ``count``."""

    width: str
    """``s``, ``m`` or ``l``."""

    value: Callable[[Person], object]


TEXT, DAY, MONEY, COUNT = "text", "day", "money", "count"
COLUMNS: Final = {
    "potential": (
        Column(lazy("Town"), TEXT, "m", lambda person: person.city),
        Column(lazy("Listed since"), DAY, "m", lambda person: person.first_seen_on),
    ),
    "prospect": (
        Column(lazy("Sign"), TEXT, "l", lambda person: person.sign),
        Column(lazy("First contact"), DAY, "m", lambda person: person.first_seen_on),
    ),
    "lost": (
        Column(lazy("Used to buy"), TEXT, "l", lambda person: person.leaving),
        Column(lazy("Last purchase"), DAY, "m", lambda person: person.last_purchase_on),
        Column(lazy("Spent in all"), MONEY, "m", lambda person: person.revenue_total),
    ),
    "referral": (
        Column(lazy("Sent by"), TEXT, "l", lambda person: person.referred_by_name),
        Column(lazy("Since"), DAY, "m", lambda person: person.first_seen_on),
    ),
    "buyer": (
        Column(lazy("Bought on"), DAY, "m", lambda person: person.first_purchase_on),
        Column(lazy("Spent"), MONEY, "m", lambda person: person.revenue_total),
        Column(lazy("Days left"), COUNT, "s", lambda person: person.days_left),
    ),
    "customer": (
        Column(lazy("Care"), TEXT, "l", lambda person: person.care),
        Column(lazy("Every (days)"), COUNT, "s", lambda person: person.own_gap),
        Column(lazy("Silent (days)"), COUNT, "s", lambda person: person.silent_days),
    ),
    "fan": (
        Column(lazy("Note"), TEXT, "l", lambda person: overlays(person.overlays)),
        Column(lazy("Every (days)"), COUNT, "s", lambda person: person.own_gap),
        Column(lazy("12 months"), MONEY, "m", lambda person: person.revenue_12m),
    ),
}


def read_people(db: DuckDBPyConnection) -> dict[str, list[Person]]:
    """Read the people to print, best first, by category; one pass over the customers."""
    people = read_rows(
        db,
        """
        select customer_id, name, category, overlays, purchases, first_purchase_on, last_purchase_on,
            first_seen_on, silent_days, own_gap_days, revenue_total, revenue_12m, lost_kind, fan_missing,
            referred_by_name, phone, email, city, is_warm, days_left
        from marts.customers
        where is_listed and list_position between 1 and $printed
        order by category, list_position, customer_id
        """,
        Person,
        {"printed": PRINTED},
    )
    by_category: dict[str, list[Person]] = {}
    for person in people:
        by_category.setdefault(person.category, []).append(person)
    return by_category
