"""Reports written already: how long they may stay that name somebody who was forgotten since."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.forgotten import Journal

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings

_OURS: Final = re.compile(r"clientela-[0-9]{4}-[0-9]{2}\.(html|pdf)|[^.].*\.(csv|xlsx)")


@dataclass(frozen=True)
class WrittenReport:
    """A report or a list in the folder of reports."""

    path: Path
    written_on: date
    last_on: date
    """The day at whose end it goes, if somebody was forgotten since it was written."""


def of_shop(settings: Settings) -> list[WrittenReport]:
    """Return what lies in the folder of reports, oldest first."""
    days = timedelta(settings.retention.reports_days)
    found = []
    for path in sorted((settings.folder / settings.paths.reports).glob("*")):
        if path.is_file() and _OURS.fullmatch(path.name):
            day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            found.append(WrittenReport(path, day, day + days))
    return sorted(found, key=lambda each: (each.written_on, each.path.name))


def expire(settings: Settings, today: date) -> list[Path]:
    """Take away what was written before somebody was forgotten and whose last day has passed.

    Written again, a report says the same without the person; where nobody was forgotten, all of them stay.
    """
    said = Journal.beside(settings.database).erasures()
    if not said:
        return []
    forgotten_on = datetime.fromtimestamp(max(each.at for each in said) / 1000, UTC).date()
    past = [each for each in of_shop(settings) if each.last_on < today and each.written_on <= forgotten_on]
    for each in past:
        each.path.unlink(missing_ok=True)
    return [each.path for each in past]
