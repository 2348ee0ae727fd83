"""The month's facts, read once from the marts: what the first page's sentences are tested on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clientela.reports.section import read_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SOON_DAYS = 14
"""A first-timer with so few days left is due now."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class Gone:
    """The person whose leaving cost most."""

    name: str
    revenue_12m: Decimal
    purchases: int
    silent_days: int
    own_gap_days: float | None


@dataclass(frozen=True)
class Facts:
    """Numbers of one month; money in the shop's currency over twelve months."""

    as_of: date
    previous: date | None
    """The month end before; None where nothing is known of it."""

    people: int = 0
    currency: str = "EUR"
    active: int = 0
    active_before: int = 0
    fans: int = 0
    fans_before: int = 0
    fan_revenue: Decimal = ZERO
    named_revenue: Decimal = ZERO
    revenue_year_before: Decimal = ZERO
    left: int = 0
    left_revenue: Decimal = ZERO
    newcomers: int = 0
    newcomer_revenue: Decimal = ZERO
    won_back: int = 0
    won_back_revenue: Decimal = ZERO
    dearest_gone: Gone | None = None
    late: int = 0
    late_at_stake: Decimal = ZERO
    gone_lately: int = 0
    gone_at_stake: Decimal = ZERO
    expiring: int = 0
    expiring_revenue: Decimal = ZERO
    near_fans: int = 0
    near_fan_revenue: Decimal = ZERO
    warm: int = 0
    waiting: int = 0
    """Referred people who have not bought yet."""

    refused: int = 0

    @property
    def is_growing(self) -> bool:
        """Tell whether sales with a name are higher than a year ago."""
        return self.named_revenue > self.revenue_year_before > 0


def read_facts(db: DuckDBPyConnection, currency: str) -> Facts:
    """Read the facts of the month that the marts stand at."""
    [(as_of, previous, people)] = db.execute(
        """
        select as_of, if(exists (select 1 from marts.movement_steps), previous_as_of, null), people
        from marts.report_date
        """
    ).fetchall()
    facts = Facts(as_of=as_of, previous=previous, people=people, currency=currency)
    for part in (_totals, _movements, _lists):
        facts = replace(facts, **part(db))
    return facts


def _totals(db: DuckDBPyConnection) -> dict[str, Any]:
    """Read the sizes of the categories now and a month ago."""
    [row] = db.execute(
        """
        select
            coalesce(sum(people) filter (category in ('buyer', 'customer', 'fan')), 0),
            coalesce(sum(people_month_before) filter (category in ('buyer', 'customer', 'fan')), 0),
            coalesce(sum(people) filter (category = 'fan'), 0),
            coalesce(sum(people_month_before) filter (category = 'fan'), 0),
            coalesce(sum(revenue_12m) filter (category = 'fan'), 0),
            coalesce(sum(revenue_12m), 0),
            coalesce(sum(people) filter (category = 'referral'), 0)
        from marts.category_totals
        """
    ).fetchall()
    names = ("active", "active_before", "fans", "fans_before", "fan_revenue", "named_revenue", "waiting")
    [(year_before,)] = db.execute(
        """
        select coalesce(sum(history.revenue_12m), 0)
        from marts.category_history as history
        join marts.report_date as report on history.as_of = report.year_before_as_of
        """
    ).fetchall()
    [(refused,)] = db.execute("select coalesce(sum(quarantined), 0) from marts.batches").fetchall()
    counts = {
        name: value if "revenue" in name else int(value) for name, value in zip(names, row, strict=True)
    }
    return {**counts, "revenue_year_before": year_before, "refused": int(refused)}


def _movements(db: DuckDBPyConnection) -> dict[str, Any]:
    """Read who came, who left and who left the largest hole."""
    steps = {
        step: (abs(people), abs(revenue))
        for step, people, revenue in db.execute(
            "select step, people, coalesce(revenue_12m, 0) from marts.movement_steps"
        ).fetchall()
    }
    gone = read_rows(
        db,
        """
        select name, coalesce(revenue_12m, 0), coalesce(purchases, 0), coalesce(silent_days, 0), own_gap_days
        from marts.movers where to_category = 'lost' and name is not null order by position limit 1
        """,
        Gone,
    )
    nothing = (0, ZERO)
    found: dict[str, Any] = {"dearest_gone": gone[0] if gone else None}
    found["left"], found["left_revenue"] = steps.get("lost", nothing)
    found["newcomers"], found["newcomer_revenue"] = steps.get("first_purchase", nothing)
    found["won_back"], found["won_back_revenue"] = steps.get("won_back", nothing)
    return found


def _lists(db: DuckDBPyConnection) -> dict[str, Any]:
    """Read how many people wait on each list and what they are worth."""
    [calls] = db.execute(
        """
        select
            count(*) filter (kind = 'late'), coalesce(sum(at_stake) filter (kind = 'late'), 0),
            count(*) filter (kind = 'lost'), coalesce(sum(at_stake) filter (kind = 'lost'), 0)
        from marts.call_list
        """
    ).fetchall()
    [people] = db.execute(
        """
        select
            count(*) filter (category = 'buyer' and days_left <= $soon),
            coalesce(sum(revenue_12m) filter (category = 'buyer' and days_left <= $soon), 0),
            count(*) filter (category = 'customer' and contains(overlays, 'near_fan')),
            coalesce(sum(revenue_12m) filter (category = 'customer' and contains(overlays, 'near_fan')), 0),
            count(*) filter (category = 'prospect' and is_warm)
        from marts.customers where is_listed
        """,
        {"soon": SOON_DAYS},
    ).fetchall()
    names = ("late", "late_at_stake", "gone_lately", "gone_at_stake")
    more = ("expiring", "expiring_revenue", "near_fans", "near_fan_revenue", "warm")
    return {**dict(zip(names, calls, strict=True)), **dict(zip(more, people, strict=True))}
