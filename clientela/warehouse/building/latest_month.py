"""Bring the marts in the shop's file to the latest closed month, with all that a command reads there."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import Progress, build_marts, read_calendar
from clientela.warehouse.erasure.noted import forget_noted
from clientela.warehouse.segments import keep_former_counts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def bring_to_latest_month(
    db: DuckDBPyConnection,
    settings: Settings,
    today: date,
    *,
    targets: tuple[str, ...] | None = None,
    progress: Progress | None = None,
) -> date:
    """Build what is out of date, and count what ``segments`` compares with where no report has said it.

    Args:
        db: the shop's database, no transaction open.
        settings: the shop's parameters.
        today: the day in the shop's time zone.
        targets: the tables asked for, where the rest is to follow in the same command; None for all.
        progress: told the name of each model and the share done, 0 to 1.

    Returns:
        The date at which the marts stand.
    """
    # Marts are made of rows: who is to be forgotten goes first.
    forget_noted(db, settings, today, int(time.time() * 1000))
    as_of = read_calendar(db).default_as_of(settings, today)
    build_marts(db, settings, as_of, targets=targets, progress=progress)
    if targets is None:
        keep_former_counts(db, settings, as_of)
    return as_of
