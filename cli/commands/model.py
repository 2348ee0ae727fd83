"""The model of the customers' purchases."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import open_to_read, shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.settings.shop_settings import Settings

if TYPE_CHECKING:
    from clientela.warehouse.predictions.purchase_model.model import Model

FAMILIES = ("mbg", "bg")


class ModelCommands(TranslatedCommand, click.Group):
    """A group whose help speaks the reader's language."""


@click.group(cls=ModelCommands, no_args_is_help=True)
def command() -> None:
    """Fit a model of purchases to your customers, and see what it has learnt.

    Example:
        clientela model fit
        clientela model show --format json
    """


_model = click.option(
    "--model",
    "family",
    type=click.Choice(FAMILIES),
    help=N_("mbg: one may leave after any purchase; bg: after a later one. [default: mbg]"),
)


@command.command("fit", cls=TranslatedCommand)
@_model
@options.as_of
@options.output_format
@options.shop
def fit(family: str | None, as_of: date | None, output_format: str, shop: Path | None) -> None:
    """Fit the model and show it; that of the latest closed month is kept for “model show”.

    Purchases follow MBG/NBD (Batislam et al. 2007) or BG/NBD (Fader, Hardie & Lee 2005), amounts
    Gamma-Gamma; the unit of time is the week. Customers first seen when the files begin are left out.

    Example:
        clientela model fit
        clientela model fit --model bg --as-of 2025-06-30
    """
    settings = options.settings(shop)
    found = _fitted(settings, family or "mbg", as_of)
    if as_of is None:
        _keep(settings, found)
    _write(found.as_json(), output_format)


@command.command("show", cls=TranslatedCommand)
@_model
@options.as_of
@options.output_format
@options.shop
def show(family: str | None, as_of: date | None, output_format: str, shop: Path | None) -> None:
    """Show the model: as the last report or “model fit” has fitted it, else fitted now.

    Example:
        clientela model show
        clientela model show --model bg --format json
    """
    settings = options.settings(shop)
    kept = _kept(settings, family, as_of)
    _write(kept or _fitted(settings, family or "mbg", as_of).as_json(), output_format)


def _fitted(settings: Settings, family: str, as_of: date | None) -> Model:
    """Fit the model at a date; the file stays as it is."""
    from clientela.warehouse.predictions.queries_by_name import TABLES

    with shop_at(settings, as_of, TABLES) as (db, day):
        from clientela.warehouse.predictions.purchase_model.model import FAMILIES as KNOWN
        from clientela.warehouse.predictions.purchase_model.model import fit_model

        return fit_model(db, day, KNOWN[family])


def _keep(settings: Settings, found: Model) -> None:
    """Keep a fitted model in the shop's file."""
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.predictions.purchase_model.model_fits import insert_fit

    with open_shop(settings.database, engine=settings.engine) as db:
        insert_fit(db, settings, found, datetime.now(UTC).replace(tzinfo=None))


def _kept(settings: Settings, family: str | None, as_of: date | None) -> dict[str, Any] | None:
    """Return the kept model of a date where it still fits the rows and has nothing to warn of."""
    from clientela.warehouse.building import build
    from clientela.warehouse.predictions.purchase_model.model_fits import stored_fit

    with open_to_read(settings) as db:
        day = as_of or build.read_calendar(db).default_as_of(settings, options.today(settings))
        text = stored_fit(db, settings, day, family)
    kept: dict[str, Any] | None = json.loads(text) if text else None
    # Warnings were worded in the language of that moment.
    return None if kept is None or kept["abstained"] or kept["warnings"] else kept


def _written(value: float) -> str:
    """Write a number for a person: people whole, parameters with four decimals."""
    from clientela.templates.filters import count, score

    return count(value) if isinstance(value, int) else score(value, 4)


def _write(model: dict[str, Any], output_format: str) -> None:
    parameters = model["parameters"] or {}
    spend = model["spend"] or {}
    rows: list[dict[str, Any]] = [
        {"name": _("customers"), "value": model["customers"]},
        {"name": _("of them with two purchases or more"), "value": model["repeat_customers"]},
        *({"name": name, "value": round(value, 6)} for name, value in parameters.items()),
        *({"name": name, "value": round(spend[name], 6)} for name in ("p", "q", "v") if name in spend),
    ]
    if parameters:
        rows.append({"name": _("log-likelihood"), "value": round(model["log_likelihood"], 3)})
    if spend:
        rows.append({"name": _("log-likelihood of the amounts"), "value": round(spend["log_likelihood"], 3)})
    for_reading = output_format not in ("json", "csv", "xlsx")
    if for_reading:
        rows = [{"name": row["name"], "value": _written(row["value"])} for row in rows]
    write(
        [
            Column("name", model["model"].upper()),
            Column("value", _("value"), "cell" if for_reading else "number"),
        ],
        rows,
        output_format,
        model,
    )
    if model["abstained"]:
        say(model["abstained"])
    for warning in model["warnings"]:
        say(warning)


__all__ = ["command"]
