"""What the sales say of every claim of the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims.outcomes import SaleOutcome

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.settings.shop_settings import Settings

_OUTCOMES: Final = """
    select
        referral_id, friend_customer_id, verdict, purchases, first_purchase_on, qualifying_on,
        qualifying_amount, revenue_total, refunded_on, is_household
    from marts.referral_outcomes
    where source = 'shop' and referral_id in (select referral_id from raw.referrals where method is not null)
    order by referral_id
"""
"""Of the server's claims only: those of a file of the shop's own say no method."""


def reach(db: DuckDBPyConnection, today: date) -> date:
    """Return the day up to which the sales files reach."""
    from clientela.warehouse.building.build import read_calendar

    return min(today, read_calendar(db).last_order_on or today)


def read(db: DuckDBPyConnection, settings: Settings, today: date) -> Sequence[SaleOutcome]:
    """Ask the sales what became of every claim by today; built in memory, the file stays as it is.

    Each outcome is dated by the day up to which the files reach: what the till saw later is news to them.
    """
    from clientela.warehouse.building.build import build, in_memory
    from clientela.warehouse.building.kept_builds import are_marts_of_today

    as_of = reach(db, today).isoformat()
    if not db.execute("select exists (from raw.referrals)").fetchall()[0][0]:
        return []
    reuse = are_marts_of_today(db, settings)
    with in_memory(db):
        build(db, settings, today, targets=("marts.referral_outcomes",), reuse=reuse)
        rows = db.execute(_OUTCOMES).fetchall()
    return [
        SaleOutcome(
            claim=claim,
            friend_customer_id=friend,
            verdict=verdict,
            purchases=purchases,
            first_purchase_on=_text(first),
            qualifying_on=_text(qualifying),
            qualifying_cents=_cents(amount),
            revenue_cents=_cents(revenue) or 0,
            refunded_on=_text(refunded),
            as_of=as_of,
            is_household=bool(household),
        )
        for claim, friend, verdict, purchases, first, qualifying, amount, revenue, refunded, household in rows
    ]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _cents(amount: Decimal | None) -> int | None:
    """Return an amount in cents, half a cent away from zero."""
    from clientela.money import to_cents

    return None if amount is None else int(to_cents(amount) * 100)
