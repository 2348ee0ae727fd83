"""``load --fixed``: corrected rows come back from the quarantine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clientela.cli import options
from clientela.cli.load_answer import write_load
from clientela.cli.narration import progress, say
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.terms import ExitCode

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings
    from clientela.warehouse.quarantine.taking_back import TakenBack


def load_fixed(settings: Settings, workbook: Path, output_format: str) -> int:
    """Take back what a workbook of the quarantine corrects, and compute anew what follows from it.

    Returns:
        The exit code: findings where something is still wrong.
    """
    from clientela.warehouse.building.latest_month import bring_to_latest_month
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.loading.staging.shop_rules import shop_rules
    from clientela.warehouse.loading.whole_file import LoadedFile
    from clientela.warehouse.quarantine.taking_back import TakenBack, take_back

    taken, today = TakenBack(), options.today(settings)
    with open_shop(settings.database, engine=settings.engine) as db:
        with progress(workbook.name, stages=True) as tell:
            take_back(
                db,
                workbook,
                taken,
                {
                    "today": today,
                    "timezone": settings.categories.timezone,
                    "rules": shop_rules(settings),
                    "progress": tell,
                },
            )
        if taken.results:
            with progress(_("Computing")) as tell:
                bring_to_latest_month(db, settings, today, progress=tell)
    if taken.results:
        write_load([LoadedFile(results=taken.results)], output_format, preview=False)
    for sentence in _said(taken, workbook):
        say(sentence)
    return ExitCode.FINDINGS if taken.still_wrong else ExitCode.DONE


def _said(taken: TakenBack, workbook: Path) -> list[str]:
    """Say what came back, what is still wrong and why, and what waits on."""
    if not taken.results and not taken.still_wrong:
        return [_("{file} changes no row that waits: nothing was loaded.").format(file=workbook.name)]
    told = []
    if taken.taken:
        told.append(
            ngettext("{rows} row came back.", "{rows} rows came back.", taken.taken).format(rows=taken.taken)
        )
    for wrong in taken.still_wrong:
        told.append(
            _("{file}, line {line}, is still wrong ({code}). {advice}").format(
                file=wrong.file_name, line=wrong.line_no, code=wrong.code, advice=wrong.advice
            )
        )
    if taken.untouched:
        told.append(
            ngettext(
                "{rows} row waits on: nothing in it was changed.",
                "{rows} rows wait on: nothing in them was changed.",
                taken.untouched,
            ).format(rows=taken.untouched)
        )
    return told
