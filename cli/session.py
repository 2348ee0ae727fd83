"""Open the shop at the date that was asked for: the file's own marts, or a build in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.errors import ClientelaError, WarehouseError
from clientela.i18n import gettext as _
from clientela.settings.shop_settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def say_if_stale(newest: date | None, today: date) -> date | None:
    """Warn when the newest order is over 35 days old.

    Returns:
        The newest order's day where the warning holds, else None.
    """
    from clientela.templates.filters import day
    from clientela.warehouse.building.build import Calendar

    if newest is None or not Calendar(None, newest).is_stale(today):
        return None
    say(_("The data stop at {day}: load newer sales for a current answer.").format(day=day(newest)))
    return newest


def say_before_data(first: date) -> None:
    """Note that the answer is empty because the sales begin later."""
    from clientela.templates.filters import day

    say(_("There are no sales up to that day: the first is of {day}.").format(day=day(first)))


def _check_date(as_of: date | None, today: date) -> None:
    if as_of is not None and as_of > today:
        raise ClientelaError(
            _("{day} has not come yet.").format(day=as_of), _("Ask for today or an earlier day with --as-of.")
        )


@contextmanager
def open_to_read(settings: Settings) -> Iterator[DuckDBPyConnection]:
    """Open the shop's file read-only; whoever asked to be forgotten is forgotten in it first.

    The file may be a copy from before they asked, put there by hand, or a friend may have asked on the server
    since the last exchange.

    Raises:
        WarehouseError: if there is no file, or if it may not be written and still holds such a person.
    """
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.erasure import journal

    with open_shop(settings.database, engine=settings.engine, read_only=True) as db:
        if not journal.is_behind(db, settings.database):
            yield db
            return
    _forget_again(settings)
    with open_shop(settings.database, engine=settings.engine, read_only=True) as db:
        yield db


def _forget_again(settings: Settings) -> None:
    from clientela.warehouse.building import kept_builds
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop

    try:
        with progress(_("Forgetting")), open_shop(settings.database, engine=settings.engine) as db:
            if kept_builds.last_batch(db):
                bring_to_latest_month(db, settings, options.today(settings))
    except WarehouseError as error:
        raise WarehouseError(
            _("{file} still holds somebody who asked to be forgotten. {why}").format(
                file=settings.database.name, why=error.message
            ),
            error.hint,
        ) from error
    say(
        _("{file} still held somebody who asked to be forgotten; it forgot them first.").format(
            file=settings.database.name
        )
    )


@contextmanager
def shop_at(
    settings: Settings, as_of: date | None, tables: tuple[str, ...] | None
) -> Iterator[tuple[DuckDBPyConnection, date]]:
    """Open the shop read-only with marts that stand at a date.

    The latest closed month is read from the file where its marts are up to date; at any other date the tables
    that are asked for, and what they need, are built in memory, and what the file holds of them is read.

    Args:
        settings: the shop's.
        as_of: the date; the latest closed month where it is None.
        tables: every table that will be read; None for all there are.

    Yields:
        The connection, whose current catalogue holds the marts, and the date.

    Raises:
        WarehouseError: if there is nothing to answer from.
        ClientelaError: if the date lies in the future.
    """
    from clientela.warehouse.building import build, kept_builds, parameters

    today = options.today(settings)
    with open_to_read(settings) as db:
        calendar = build.read_calendar(db)
        if kept_builds.last_batch(db) == 0:
            raise WarehouseError(
                _("No sales have been loaded yet."), _("Load a sales file first: clientela load FILE")
            )
        asked = as_of or calendar.default_as_of(settings, today)
        _check_date(as_of, today)
        parameters.set_variables(db, settings, asked)
        if kept_builds.are_marts_current(db, settings, asked):
            yield db, asked
        else:
            reuse = kept_builds.are_marts_of_today(db, settings)
            with build.in_memory(db):
                with progress(_("Computing")) as tell:
                    build.build(db, settings, asked, targets=tables, progress=tell, reuse=reuse)
                yield db, asked
    if as_of is None:
        say_if_stale(calendar.last_order_on, today)
    elif calendar.first_order_on and as_of < calendar.first_order_on:
        say_before_data(calendar.first_order_on)
