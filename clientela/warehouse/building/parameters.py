"""The parameters of the rules as the SQL models ask for them, by ``getvariable``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.settings.shop_settings import Settings
from clientela.terms import TRADES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def literal(value: Any) -> str:
    """Write a setting as SQL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def variables(settings: Settings, as_of: date) -> dict[str, Any]:
    """Return every parameter that a model may ask for by ``getvariable``."""
    rules = settings.categories
    names = (
        "mode",
        "min_net_amount",
        "shared_key_names",
        "shared_key_receipts",
        "late_cut",
        "lost_cut",
        "rhythm_r",
        "late_floor_days",
        "floor_days",
        "ceiling_days",
        "first_repeat_q",
        "one_time_can_be_lost",
        "won_back_days",
        "fan_share",
        "fan_min_purchases",
        "fan_min_tenure_days",
        "nps_valid_days",
        "overdue_gate_days",
        "referral_scope",
        "late_claim_days",
        "prospect_stale_days",
        "history_complete",
        "history_start",
        "burn_in_days",
        "merge_hours",
    )
    return {
        "as_of": as_of,
        **{name: getattr(rules, name) for name in names},
        "trade_days": TRADES[rules.trade],
        **{
            name: getattr(settings.referral, name)
            for name in ("window_days", "reward_on_purchase", "min_purchase", "base_url")
        },
        "currency": settings.shop.currency,
        "margin_default": settings.margins.default,
        "hourly_cost": settings.shop.hourly_cost,
        "holdout": settings.actions.holdout,
    }


TYPES: Final = {
    "history_start": "date",
    "burn_in_days": "integer",
    "merge_hours": "integer",
    "margin_default": "double",
}
"""Variables that may be null, with the type they have then."""


def set_variables(db: DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Give the connection the parameters of a date."""
    statements = []
    for name, value in variables(settings, as_of).items():
        text = literal(value)
        kind = TYPES.get(name)
        statements.append(f"set variable {name} = {f'cast({text} as {kind})' if kind else text}")
    # All at once: each call into the engine costs more than the statement.
    db.execute("; ".join(statements))
