"""The purchase ladder as the command line answers it: plain rows under stable keys."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HORIZONS: Final = (7, 30, 60, 90, 180, 365)
WAITING: Final = (
    "customer_id",
    "name",
    "phone",
    "email",
    "step",
    "last_purchase_on",
    "silent_days",
    "days_left",
    "ends_on",
    "expected_from",
    "expected_on",
    "expected_to",
    "revenue_12m",
    "offer",
    "offer_until",
    "can_call",
    "consent_email",
)
"""What the list of those still in time says of each person."""

TABLES: Final = (
    "marts.purchase_ladder",
    "marts.ladder_leak",
    "marts.days_to_next",
    "marts.ladder_year",
    "marts.ladder_groups",
    "marts.ladder_curve",
    "marts.channel_conversion",
)
"""What the answer is read from."""

WAITING_TABLES: Final = ("marts.in_window",)
"""What the list is read from."""


GROUPS: Final = """
    select kind, member, people, returned_share as within_90d, low, high, difference, difference_low,
        difference_high, chi2, p, p_adjusted
    from marts.ladder_groups order by kind, member
    """
CURVE: Final = """
    select series, days, at_risk, returned_share as share, low, high
    from marts.ladder_curve order by series, days
    """
CONVERSION: Final = """
    select channel, stage, reached, went_on, share, low, high, reason
    from marts.channel_conversion order by channel, stage
    """


def read_ladder(db: DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    """Return the whole answer: steps, groups, both curves, what each channel converts."""
    [(payers,)] = db.execute("select coalesce(max(payers), 0) from marts.ladder_year").fetchall()
    return {
        "as_of": as_of,
        "payers": payers,
        "steps": _steps(db),
        "groups": _rows(db, GROUPS),
        "curve": _rows(db, CURVE),
        "conversion": _rows(db, CONVERSION),
    }


def _steps(db: DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the steps, the first purchase first."""
    within = ", ".join(
        f"max(returned_share) filter (where horizon_days = {days}) as within_{days}d" for days in HORIZONS
    )
    return _rows(
        db,
        f"""
        with shares as (
            select step, {within},
                max(low) filter (where horizon_days = 90) as low_90d,
                max(high) filter (where horizon_days = 90) as high_90d,
                max(matured_share) filter (where horizon_days = 90) as matured_90d
            from marts.purchase_ladder where period = 'all' group by step
        )
        select leak.step, leak.people, shares.* exclude (step), days.median_days, days.typical_days,
            days.window_25, days.window_50, days.window_90, days.window_source, leak.lost, leak.lost_12m,
            leak.value_12m, leak.leak_12m
        from marts.ladder_leak as leak
        left join shares on shares.step = leak.step
        left join marts.days_to_next as days on days.step = leak.step
        order by leak.step
        """,
    )


def read_in_time(db: DuckDBPyConnection, step: int | None, by: str | None) -> list[dict[str, Any]]:
    """Return who is still in time for the next purchase, the fewest days left first.

    Args:
        db: connection whose current catalogue holds the marts.
        step: only those with so many purchases; None for all.
        by: ``email`` or ``phone``: only those who said yes to it and whose address is known; None for all.
    """
    return _rows(
        db,
        f"""
        select {", ".join(WAITING)} from marts.in_window
        where (step = $step or $step is null)
            and case $by
                when 'email' then consent_email and email is not null
                when 'phone' then can_call = 'yes' and phone is not null
                else true
            end
        order by position
        """,
        {"step": step, "by": by},
    )


def _rows(db: DuckDBPyConnection, query: str, parameters: Any = None) -> list[dict[str, Any]]:
    """Return the rows of a query by column name."""
    found = db.execute(query, parameters)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
