"""Every measure of the shop, or one of them."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.output import Column, currency, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.reasons import reason

if TYPE_CHECKING:
    from clientela.warehouse.measures.readings import Reading


@click.command(cls=TranslatedCommand)
@click.argument("name", required=False, metavar=N_("[NAME]"))
@click.option(
    "--all", "everything", is_flag=True, help=N_("Also those without a number, each with its reason.")
)
@click.option("--describe", is_flag=True, help=N_("Say what each measure is, instead of what it says."))
@options.as_of
@options.output_format
@options.shop
def command(
    name: str | None,
    everything: bool,
    describe: bool,
    as_of: date | None,
    output_format: str,
    shop: Path | None,
) -> None:
    """Every number of the shop under its stable name, with its interval and how many stand behind it.

    NAME is one measure, or the start of several: lifetime, value, fence. What your data cannot say yet is
    counted on a screen; --all and NAME show it with its reason, and so do the other formats.

    Example:
        clientela measures
        clientela measures --all
        clientela measures lifetime.median_days --format json
        clientela measures --describe
    """
    from clientela.warehouse.measures.definitions import named, registry
    from clientela.warehouse.measures.readings import TABLES, read_measures

    chosen = named(name) if name else list(registry())
    if describe:
        _describe(chosen, output_format)
        return
    settings = options.settings(shop)
    with shop_at(settings, as_of, TABLES) as (db, day):
        readings = list(read_measures(db).values())
    if name:
        readings = [one for one in readings if any(fnmatchcase(one.name, each) for each in chosen)]
        if not readings:
            _say_where(chosen[0])
    plain = [_plain(reading) for reading in readings]
    payload = {"as_of": day, "measures": plain}
    if output_format in ("csv", "xlsx"):
        write(_columns("number"), plain, output_format, payload)
    else:
        shown = [one for one in readings if one.available or everything or name]
        missing = any(not one.available for one in shown)
        write(_columns("cell", reasons=missing), [_shown(one) for one in shown], output_format, payload)
    _summary(readings, day, hint=not (everything or name) and output_format in ("table", "md"))


def _say_where(name: str) -> None:
    """Say where a number of a table is to be found, or that the shop has none of the kind."""
    from clientela.warehouse.measures.definitions import measure_of

    found = measure_of(name)
    source = found.source if found else "marts.measures"
    raise ClientelaError(
        _("There is no number “{name}” by itself today: it is a cell of {source}.").format(
            name=name, source=source
        ),
        _('Read the table with: clientela sql "from {source}"').format(source=source),
    )


def _describe(names: list[str], output_format: str) -> None:
    """Write the definitions of measures."""
    from clientela.warehouse.measures.definitions import measure_of

    known = [(name, found) for name in names if (found := measure_of(name))]
    rows = [
        {"name": name, "unit": found.unit, "source": found.source, "definition": found.described}
        for name, found in known
    ]
    columns = [
        Column("name", _("measure")),
        Column("unit", _("unit")),
        Column("source", _("made from")),
        Column("definition", _("what it is"), "sentence"),
    ]
    write(columns, rows, output_format, {"measures": rows})


def _columns(kind: str, *, reasons: bool = True) -> list[Column]:
    return [
        Column("name", _("measure")),
        Column("value", _("value"), kind),
        Column("unit", _("unit")),
        Column("low", _("from"), kind),
        Column("high", _("to"), kind),
        Column("n", _("n"), "count"),
        *([] if kind == "cell" else [Column("available", _("available"))]),
        *([Column("reason", _("why not"), "sentence")] if reasons else []),
    ]


def _plain(reading: Reading) -> dict[str, Any]:
    """Return a reading for a machine: money as a decimal number, people as a whole one."""
    from clientela.warehouse.measures.readings import exact

    return {
        "name": reading.name,
        "value": reading.exact,
        "unit": reading.unit,
        "low": exact(reading.low, reading.unit),
        "high": exact(reading.high, reading.unit),
        "n": reading.n,
        "available": reading.available,
        "reason": reading.reason,
    }


def _shown(reading: Reading) -> dict[str, Any]:
    """Return a reading for a person: as its unit is written, a missing one with its reason in words."""
    return {
        "name": reading.name,
        "value": _written(reading.value, reading.unit),
        "unit": reading.unit,
        "low": _written(reading.low, reading.unit),
        "high": _written(reading.high, reading.unit),
        "n": reading.n,
        "reason": reason(reading.reason),
    }


def _written(value: float | None, unit: str) -> str:
    from clientela.templates import filters

    if value is None:
        return ""
    if unit == "eur":
        return filters.money(round(value, 2), currency())
    if unit == "share":
        return filters.share_in_column(value)
    if unit in ("people", "days"):
        return filters.count(value)
    return filters.score(value) if unit == "ratio" else filters.decimal(value)


def _summary(readings: list[Reading], as_of: date, *, hint: bool) -> None:
    """Say how many measures there are, how many have no number, and how to see those."""
    from clientela.templates.filters import count, day

    missing = sum(not reading.available for reading in readings)
    text = ngettext("{n} measure as of {day}", "{n} measures as of {day}", len(readings)).format(
        n=count(len(readings)), day=day(as_of)
    )
    more = ngettext("{n} without a number", "{n} without a number", missing).format(n=count(missing))
    say(f"{text}; {more}." if missing else f"{text}.")
    if missing and hint:
        say(_("Why each of these has no number: clientela measures --all"))
