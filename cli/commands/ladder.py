"""The purchase ladder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.i18n import ngettext
from clientela.settings.shop_settings import Settings


@click.command(cls=TranslatedCommand)
@click.option("--in-time", is_flag=True, help=N_("List who is still in time for the next purchase instead."))
@click.option(
    "--step",
    type=click.IntRange(1, 4),
    metavar="N",
    help=N_("With --in-time: only those who have bought N times."),
)
@click.option(
    "--by",
    type=click.Choice(("email", "phone")),
    help=N_("With --in-time: only those who said yes to e-mail or to the phone."),
)
@options.as_of
@options.output_format
@options.shop
def command(
    in_time: bool, step: int | None, by: str | None, as_of: date | None, output_format: str, shop: Path | None
) -> None:
    """Say how many go on from the first purchase to the second, third, fourth and fifth, and what it costs.

    Those who still wait count for the days they have had: recent buyers do not pull the shares down.

    Example:
        clientela ladder
        clientela ladder --in-time --step 1 --format csv > once.csv
    """
    if (step or by) and not in_time:
        raise ClientelaError(
            _("--step and --by choose among people: they go with --in-time."),
            _("Ask for the list: clientela ladder --in-time"),
        )
    settings = options.settings(shop)
    if in_time:
        _list(settings, step, by, as_of, output_format)
    else:
        _steps(settings, as_of, output_format)


def _steps(settings: Settings, as_of: date | None, output_format: str) -> None:
    """Write one row a step."""
    from clientela.warehouse.purchase_ladder import HORIZONS, TABLES, read_ladder

    with shop_at(settings, as_of, TABLES) as (db, day):
        answer = read_ladder(db, day)
    shown = (30, 90, 365)
    columns = [
        Column("name", _("purchase"), "cell"),
        Column("people", _("people"), "count"),
        *(Column(f"within_{days}d", _("in {n} days").format(n=days), "share") for days in shown),
        Column("median_days", _("half within"), "days"),
        Column("lost_12m", _("stopped"), "count"),
        Column("leak_12m", _("lost, up to"), "money"),
    ]
    if output_format in ("csv", "xlsx"):
        keys = list(answer["steps"][0]) if answer["steps"] else ["step", *(f"within_{n}d" for n in HORIZONS)]
        columns = [Column(key, key, _kind(key)) for key in keys]
    rows = [{**row, "name": f"{row['step']} → {row['step'] + 1}"} for row in answer["steps"]]
    write(columns, rows, output_format, answer)
    say(_summary(answer, settings.shop.currency))


def _kind(key: str) -> str:
    if key in ("value_12m", "leak_12m", "revenue_12m"):
        return "money"
    if key.endswith(("_on", "_until")) or key in ("expected_from", "expected_to"):
        return "date"
    texts = ("window_source", "customer_id", "name", "phone", "email", "offer", "can_call", "consent_email")
    return "text" if key in texts else "number"


def _summary(answer: dict[str, Any], currency: str) -> str:
    """Say where most is lost."""
    from clientela.templates.filters import count, day, money

    steps = answer["steps"]
    if not steps or not steps[0]["people"]:
        if answer["payers"]:
            return _(
                "{n} have bought by {day}, all of them since the files begin: nobody is known to be new. If "
                "the files go back to the first sale, write history_complete = true under [categories] in "
                "clientela.toml."
            ).format(n=count(answer["payers"]), day=day(answer["as_of"]))
        return _("Nobody with a name has bought by {day}.").format(day=day(answer["as_of"]))
    worst = max(steps, key=lambda row: (row["leak_12m"] or 0, row["lost_12m"], -row["step"]))
    lost = int(worst["lost_12m"])
    if not lost:
        return _("Nobody has stopped in the 12 months to {day}.").format(day=day(answer["as_of"]))
    text = ngettext(
        "{n} person stopped after purchase no. {step} in the 12 months to {day}",
        "{n} people stopped after purchase no. {step} in the 12 months to {day}",
        lost,
    ).format(n=count(lost), step=worst["step"], day=day(answer["as_of"]))
    if worst["value_12m"] is None:
        return f"{text}."
    more = _("those who go on spend {sum} a year").format(sum=money(round(worst["value_12m"]), currency))
    return f"{text}; {more}."


def _list(
    settings: Settings, step: int | None, by: str | None, as_of: date | None, output_format: str
) -> None:
    """Write one row a person."""
    from clientela.templates import filters
    from clientela.warehouse.purchase_ladder import WAITING, WAITING_TABLES, read_in_time

    with shop_at(settings, as_of, WAITING_TABLES) as (db, day):
        rows = read_in_time(db, step, by)
    columns = [
        Column("customer_id", _("customer")),
        Column("name", _("name")),
        Column("step", _("purchases"), "count"),
        Column("last_purchase_on", _("last"), "date"),
        Column("days_left", _("days left"), "days"),
        Column("expected_on", _("expected by"), "date"),
        Column("offer_until", _("coupon until"), "date"),
        Column("revenue_12m", _("12 months"), "money"),
    ]
    if output_format in ("csv", "xlsx"):
        columns = [Column(name, name, _kind(name)) for name in WAITING]
    write(columns, rows, output_format, {"as_of": day, "rows": rows})
    say(
        ngettext(
            "{n} person is still in time as of {day}.", "{n} people are still in time as of {day}.", len(rows)
        ).format(n=filters.count(len(rows)), day=filters.day(day))
    )
