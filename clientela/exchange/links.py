"""What every link has brought, as the shop's own data say it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.loyalty.rewards.programme import Programme
from clientela.money import to_cents

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.settings.shop_settings import Settings

TARGET: Final = "marts.referral_links_held"

_LINKS: Final = f"""
    select
        customer_id, code, short_code, is_served, people, visitors, previews, bots, leads, buyers, revenue,
        rewards_due
    from {TARGET}
    order by revenue desc, buyers desc, leads desc, people desc, customer_id, code
"""


def read_links(db: DuckDBPyConnection, settings: Settings, as_of: date) -> list[dict[str, Any]]:
    """Return the links of the command line contract, those that brought most first.

    Args:
        db: the shop's database; it is only read.
        settings: the shop's settings; ``url`` is None while no address is set, and for a link that our server
            does not serve: one that is closed, or a code of another programme.
        as_of: the day up to which clicks and sales count.
    """
    from clientela.warehouse.building.build import build, in_memory
    from clientela.warehouse.building.kept_builds import are_marts_of_today

    reuse = are_marts_of_today(db, settings)
    programme = Programme.of(settings)
    with in_memory(db):
        build(db, settings, as_of, targets=(TARGET,), reuse=reuse)
        rows = db.execute(_LINKS).fetchall()
    return [_link(programme, row) for row in rows]


def _link(programme: Programme, row: tuple[Any, ...]) -> dict[str, Any]:
    customer, code, short_code, is_served, people, visitors, previews, bots, leads, buyers, revenue, due = row
    return {
        "customer_id": customer,
        "code": code,
        "short_code": short_code,
        "url": programme.link_url(code) if programme.base_url and is_served else None,
        "clicks": {"people": people, "visitors": visitors, "previews": previews, "bots": bots},
        "leads": leads,
        "buyers": buyers,
        "revenue": to_cents(revenue),
        "rewards_due": to_cents(due),
    }
