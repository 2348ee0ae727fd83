"""What a load says of former versions: what corrections came to, what stands again, what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.cli.narration import say
from clientela.i18n import gettext as _
from clientela.i18n import ngettext

if TYPE_CHECKING:
    from clientela.warehouse.loading.result import LoadResult


def say_versions(result: LoadResult) -> None:
    """Say what corrected rows said before, what stands again, and what the file no longer brings."""
    from clientela.templates.filters import exact_amount

    if result.records.corrected and result.money_before != result.money.corrected:
        say(
            _("{file}: the corrected rows came to {before} before, and to {now} now.").format(
                file=result.file_name,
                before=exact_amount(result.money_before),
                now=exact_amount(result.money.corrected),
            )
        )
    if result.restored:
        text = ngettext(
            "{file}: {count} row of before stands again or changes: its number was another document's.",
            "{file}: {count} rows of before stand again or change: their numbers were other documents'.",
            result.restored,
        )
        say(text.format(file=result.file_name, count=result.restored))
    if result.disappeared:
        text = ngettext(
            "{file}: {count} row of these days is no longer in the file. It stays; it is listed in "
            "meta.disappeared_rows.",
            "{file}: {count} rows of these days are no longer in the file. They stay; they are listed in "
            "meta.disappeared_rows.",
            result.disappeared,
        )
        say(text.format(file=result.file_name, count=result.disappeared))
