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
    db: DuckDBPyConnection, settings: Settings, today: date, *, progress: Progress | None = None
) -> date:
    """Build what is out of date, and count what ``segments`` compares with where no report has said it.

    Returns:
        The date at which the marts stand.
    """
    # Marts are made of rows: who is to be forgotten goes first.
    forget_noted(db, settings, today, int(time.time() * 1000))
    as_of = read_calendar(db).default_as_of(settings, today)
    build_marts(db, settings, as_of, progress=progress)
    keep_former_counts(db, settings, as_of)
    return as_of
