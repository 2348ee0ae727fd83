"""How good predictions would have been."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_

if TYPE_CHECKING:
    from clientela.warehouse.predictions.report_card.graded_predictions import Origin


@click.command(cls=TranslatedCommand)
@click.option(
    "--horizon",
    metavar="DAYS",
    type=click.IntRange(7, 730),
    default=90,
    show_default=True,
    help=N_("Days of silence to predict."),
)
@click.option(
    "--origins",
    metavar="N",
    type=click.IntRange(1, 120),
    default=12,
    show_default=True,
    help=N_("Month ends to predict from, the newest ones."),
)
@options.as_of
@options.output_format
@options.shop
def command(horizon: int, origins: int, as_of: date | None, output_format: str, shop: Path | None) -> None:
    """Predict from past month ends who would buy nothing, and grade it with what followed.

    At each month end everything is learnt from the rows dated by it. The error is the Brier score, the mean
    squared error of the chances, 0 best; beside the model stand the table of purchases and silence and three
    simple ways.

    Example:
        clientela backtest
        clientela backtest --horizon 30 --origins 6 --format json
    """
    from clientela.warehouse.predictions.queries_by_name import TABLES

    settings = options.settings(shop)
    with shop_at(settings, as_of, TABLES) as (db, day):
        from clientela.warehouse.predictions.report_card.backtest import backtest

        with progress(_("Back-test")) as tell:
            found = backtest(db, settings, day, horizon_days=horizon, limit=origins, progress=tell)
    columns = [
        Column("on", _("month end"), "date"),
        Column("customers", _("customers"), "count"),
        Column("silent", _("silent"), "count"),
        Column("model", _("model"), "number"),
        Column("table", _("the table"), "number"),
        Column("days_since_last", _("days"), "number"),
        Column("own_gap", _("own rhythm"), "number"),
        Column("base_rate", _("everybody alike"), "number"),
        Column("precision", _("flags right"), "share"),
        Column("recall", _("silent ones flagged"), "share"),
    ]
    is_read = output_format in ("table", "md")
    write(columns, [_row(origin, is_read) for origin in found.origins], output_format, found.as_json())
    say(found.reason)


def _row(origin: Origin, is_read: bool) -> dict[str, Any]:
    """Return one month end as a line: the errors, of equal length where people read them, and the flag."""
    from clientela.warehouse.predictions.abstaining import in_words

    scores = origin.scores.items()
    errors = {name: in_words(score.brier, 3) if is_read else round(score.brier, 6) for name, score in scores}
    flag = origin.lost_flag
    return {
        "on": origin.on,
        "customers": origin.customers,
        "silent": origin.silent,
        **errors,
        "precision": flag.precision,
        "recall": flag.recall,
    }
