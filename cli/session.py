"""Open the shop at the date that was asked for: the file's own marts, or a build in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.errors import WarehouseError
from clientela.i18n import gettext as _
from clientela.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def say_if_stale(newest: date | None, today: date) -> date | None:
    """Warn when the newest order is over 35 days old.

    Returns:
        The newest order's day where the warning holds, else None.
    """
    from clientela.templates.filters import day
    from clientela.warehouse.build import Calendar

    if not Calendar(None, newest).is_stale(today):
        return None
    say(_("The data stop at {day}: load newer sales for a current answer.").format(day=day(newest)))
    return newest


@contextmanager
def shop_at(settings: Settings, as_of: date | None) -> Iterator[tuple[DuckDBPyConnection, date]]:
    """Open the shop read-only with marts that stand at a date.

    The latest closed month is read from the file where its marts are up to date; any other date is built in
    memory.

    Yields:
        The connection, whose current catalogue holds the marts, and the date.

    Raises:
        WarehouseError: if there is nothing to answer from.
    """
    from clientela.warehouse import build
    from clientela.warehouse.connection import open_shop

    today = options.today(settings)
    with open_shop(settings.database, read_only=True) as db:
        calendar = build.read_calendar(db)
        if build.last_batch(db) == 0:
            raise WarehouseError(
                _("No sales have been loaded yet."), _("Load a sales file first: clientela load FILE")
            )
        asked = as_of or calendar.default_as_of(settings, today)
        if as_of is None:
            say_if_stale(calendar.last_order_on, today)
        build.set_variables(db, settings, asked)
        if build.are_marts_current(db, settings, asked):
            yield db, asked
            return
        with build.in_memory(db):
            with progress(_("Computing")) as tell:
                build.build(db, settings, asked, progress=tell)
            yield db, asked
