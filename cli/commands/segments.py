"""The seven categories."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import open_to_read, shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.settings.shop_settings import Settings


@click.command(cls=TranslatedCommand)
@options.as_of
@options.output_format
@options.shop
def command(as_of: date | None, output_format: str, shop: Path | None) -> None:
    """Count people by category, with their share, their sales and what has changed.

    Example:
        clientela segments
        clientela segments --as-of 2025-06-30 --format json
    """
    settings = options.settings(shop)
    answer = segments_at(settings, as_of)
    columns = [
        Column("category", _("category"), "category"),
        Column("people", _("people"), "count"),
        Column("share", _("share"), "share"),
        Column("revenue_12m", _("12 months"), "money"),
        Column("change_month", _("on the month"), "change"),
        Column("change_year", _("on the year"), "change"),
    ]
    write(columns, answer["categories"], output_format, answer)
    _summary(answer)


def segments_at(settings: Settings, as_of: date | None) -> dict[str, Any]:
    """Return the ``segments`` object, comparisons filled in where the history reaches back."""
    from clientela.warehouse.segments import (
        TABLES,
        fill_comparison,
        missing_comparisons,
        people_at,
        read_segments,
    )

    with shop_at(settings, as_of, TABLES) as (db, day):
        answer = read_segments(db, settings, day)
    missing = missing_comparisons(answer)
    if missing:
        with open_to_read(settings) as db:
            for key, earlier in missing.items():
                fill_comparison(answer, key, people_at(db, settings, earlier))
    del answer["history_start"]
    return answer


def _summary(answer: dict[str, Any]) -> None:
    from clientela.templates.filters import count, day

    people, receipts = answer["people"], answer["anonymous"]["receipts"]
    text = ngettext("{people} person as of {day}", "{people} people as of {day}", people)
    more = ngettext(
        "{receipts} receipt without a name", "{receipts} receipts without a name", receipts
    ).format(receipts=count(receipts))
    text = text.format(people=count(people), day=day(answer["as_of"]))
    say(f"{text}; {more}." if receipts else f"{text}.")
