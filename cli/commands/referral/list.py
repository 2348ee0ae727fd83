"""The links and what they brought."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.cli.output import Column, write
from clientela.cli.session import open_to_read
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_


@click.command(cls=TranslatedCommand)
@click.option("--as-of", type=options.DayType(), help=N_("Count up to this day. [default: today]"))
@options.output_format
@options.shop
def command(as_of: date | None, output_format: str, shop: Path | None) -> None:
    """List every link with its clicks, friends, those who bought, what they spent and the rewards owed.

    People are the openings of a link by somebody, visitors the different ones of a day; previews by
    WhatsApp and the like and robots are counted apart. A link that is closed, or a code of
    another programme, has no address. The numbers are those of the last exchange.

    Example:
        clientela referral list
        clientela referral list --format json
    """
    from clientela.exchange.links import read_links

    settings = options.settings(shop)
    with open_to_read(settings) as db, progress(_("Computing")):
        links = read_links(db, settings, as_of or options.today(settings))
    rows = [_flat(link) for link in links]
    columns = [
        Column("customer_id", _("customer")),
        Column("short_code", _("code")),
        Column("url", _("link")),
        Column("people", _("people"), "count"),
        Column("visitors", _("visitors"), "count"),
        Column("previews", _("previews"), "count"),
        Column("bots", _("robots"), "count"),
        Column("leads", _("friends"), "count"),
        Column("buyers", _("have bought"), "count"),
        Column("revenue", _("spent"), "money"),
        Column("rewards_due", _("rewards owed"), "money"),
    ]
    if output_format in ("csv", "xlsx"):
        columns = [Column("code", "code"), *(Column(c.key, c.key, c.kind) for c in columns)]
    write(columns, rows, output_format, {"links": links})
    if not rows:
        say(_("No links yet: invite your fans and exchange with “clientela referral sync”."))


def _flat(link: dict[str, Any]) -> dict[str, Any]:
    return {**link, **link["clicks"]}
