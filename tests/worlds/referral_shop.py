"""A shop with friends, as literal rows: what the tests of the referral marts stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from clientela.settings.shop_settings import Referral, Settings
from tests.worlds.made_shop import Row, built_shop, settings


def claim(referral_id: str, referrer: str, on: str, contact: str | None = None, **more: Any) -> Row:
    """One row of referrals.csv: who sent whom, and when it was said."""
    return {
        "referral_id": referral_id,
        "row_key": referral_id,
        "referrer_id": referrer,
        "arrived_at": on,
        "arrived_contact": contact,
        **more,
    }


def reward(reward_id: str, referral_id: str, fan: str, state: str, due_on: str, **more: Any) -> Row:
    """One row of referral_rewards.csv over ten euro, earned fourteen days before it is due."""
    due = date.fromisoformat(due_on)
    return {
        "reward_id": reward_id,
        "row_key": reward_id,
        "referral_id": referral_id,
        "customer_id": fan,
        "amount": "10.00",
        "state": state,
        "earned_on": str(date.fromordinal(due.toordinal() - 14)),
        "due_on": due_on,
        "updated_at": due_on,
        **more,
    }


def referral_settings(rules: dict[str, Any] | None = None, **programme: Any) -> Settings:
    """Settings with some parameters of the programme changed."""
    return replace(settings(**(rules or {})), referral=Referral(**programme))


@contextmanager
def referral_shop(
    as_of: str, /, programme: dict[str, Any] | None = None, **tables: list[Row]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A shop with a programme that stands at a date."""
    with built_shop(as_of, referral_settings(**(programme or {})), **tables) as shop:
        yield shop


def outcomes(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Verdict by claim."""
    return dict(db.execute("select referral_id, verdict from marts.referral_outcomes").fetchall())


def outcome(db: duckdb.DuckDBPyConnection, referral_id: str, *columns: str) -> tuple[Any, ...]:
    """Columns of one claim's outcome."""
    [row] = db.execute(
        f"select {', '.join(columns)} from marts.referral_outcomes where referral_id = ?", [referral_id]
    ).fetchall()
    return tuple(row)
