"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from clientela.errors import ClientelaError, SettingsError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.month import Month
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import FILE_NAME, Settings

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv", "md", "xlsx")


class DayType(click.ParamType[date]):
    """A day written YYYY-MM-DD, or as the shop writes days."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or say how it is written."""
        if isinstance(value, date):
            return value
        from clientela.cli.days import FIRST_YEAR, LAST_YEAR, AmbiguousDayError, read_day

        try:
            day = read_day(str(value))
        except AmbiguousDayError as error:
            self.fail(error.message, param, ctx)
        except ValueError:
            self.fail(_("“{value}” is not a day; write it as 2025-12-31.").format(value=value), param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(_("{value} is outside 1990–2069.").format(value=value), param, ctx)
        return day


class MonthType(click.ParamType[Month]):
    """A month written YYYY-MM, or as the shop writes months."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """Read the month, or say how it is written."""
        if isinstance(value, Month):
            return value
        from clientela.cli.days import FIRST_YEAR, LAST_YEAR, read_month

        try:
            month = read_month(str(value))
        except ValueError:
            self.fail(_("“{value}” is not a month; write it as 2025-12.").format(value=value), param, ctx)
        if not FIRST_YEAR <= month.year <= LAST_YEAR:
            self.fail(_("{value} is outside 1990–2069.").format(value=value), param, ctx)
        return month


def shop(command: F) -> F:
    """Add ``--shop``, which is also an option of the program itself."""
    return click.option(
        "--shop",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help=N_("The shop folder. [default: CLIENTELA_SHOP, then this folder]"),
    )(command)


def as_of(command: F) -> F:
    """Add ``--as-of``."""
    return click.option(
        "--as-of", type=DayType(), help=N_("Answer as of this day. [default: the latest closed month]")
    )(command)


def _refuse_a_workbook_on_a_screen(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Say so before anything is computed.

    Raises:
        ClientelaError: if a workbook would be written to a terminal.
    """
    if value == "xlsx" and sys.stdout.isatty():
        raise ClientelaError(
            _("A spreadsheet cannot be shown on the screen."),
            _("Send it to a file: … --format xlsx > list.xlsx"),
        )
    return value


def output_format(command: F) -> F:
    """Add ``--format``."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        callback=_refuse_a_workbook_on_a_screen,
        help=N_("How rows are written to standard output."),
    )(command)


def folder(given: Path | None) -> Path:
    """Return the shop folder: the option, the program's option, CLIENTELA_SHOP, this folder."""
    context = click.get_current_context(silent=True)
    asked = given or (context.find_root().params.get("shop") if context else None)
    return asked or Path()


def settings(given: Path | None) -> Settings:
    """Read the settings of the shop folder that the command speaks of.

    Raises:
        SettingsError: if it is no shop folder.
    """
    where = folder(given)
    if not (where / FILE_NAME).exists() and not given and where == Path():
        raise SettingsError(
            _("This folder is not a shop folder: there is no {file} in it.").format(file=FILE_NAME),
            _("Go to your shop folder, name it with --shop, or make one: clientela init my-shop"),
        )
    found = read_settings(where)
    if context := click.get_current_context(silent=True):
        context.meta["clientela.currency"] = found.shop.currency
    return found


def asked_language() -> str | None:
    """Return what ``--lang`` says, before the command or behind it; None where it was not given."""
    context = click.get_current_context(silent=True)
    asked = context.find_root().params.get("lang") if context else None
    return str(asked) if asked else None


def is_quiet() -> bool:
    """Whether the reader asked for silence."""
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().params.get("quiet"))


def today(given: Settings) -> date:
    """Return today's date in the shop's time zone; ``CLIENTELA_TODAY`` takes its place.

    Raises:
        SettingsError: if ``CLIENTELA_TODAY`` is not a day.
    """
    from zoneinfo import ZoneInfo

    if fixed := os.environ.get("CLIENTELA_TODAY"):
        try:
            return date.fromisoformat(fixed)
        except ValueError:
            raise SettingsError(
                _("“{value}” is not a day; write it as 2025-12-31.").format(value=fixed),
                _("Correct or remove CLIENTELA_TODAY."),
            ) from None
    return datetime.now(ZoneInfo(given.categories.timezone)).date()


__all__ = [
    "ClientelaError",
    "as_of",
    "asked_language",
    "folder",
    "output_format",
    "settings",
    "shop",
    "today",
]
