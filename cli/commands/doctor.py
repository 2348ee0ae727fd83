"""The health of the shop's data."""

from __future__ import annotations

from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.narration import progress, say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.terms import ExitCode


@click.command(cls=TranslatedCommand)
@options.output_format
@options.shop
def command(output_format: str, shop: Path | None) -> int:
    """Examine the shop's data: what is missing, doubtful or waiting, why it matters, what to do next.

    How much of the till's turnover the named sales cover, likely duplicates, days without sales, receipts
    without a name, names without a number, rows to correct, rows that wait for a word of yours.

    Example:
        clientela doctor
        clientela doctor --format json
    """
    from clientela.cli.diagnosis import as_json, rows_of
    from clientela.warehouse.health import TABLES, examine
    from clientela.warehouse.loading.mapping.saved import folder_of

    settings = options.settings(shop)
    with progress(_("Computing")), shop_at(settings, options.today(settings), TABLES) as (db, day):
        signs = examine(db, folder_of(settings.folder))
    columns = [
        Column("mark", ""),
        Column("what", _("what there is"), "sentence"),
        Column("why", _("why it matters"), "sentence"),
        Column("next", _("what to do"), "sentence"),
    ]
    write(columns, rows_of(signs), output_format, as_json(signs, day))
    found = sum(sign.is_finding for sign in signs)
    if not found:
        say(_("All is well: nothing to do."))
        return ExitCode.DONE
    say(ngettext("{count} thing to look at.", "{count} things to look at.", found).format(count=found))
    return ExitCode.FINDINGS
