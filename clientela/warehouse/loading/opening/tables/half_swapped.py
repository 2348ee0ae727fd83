"""Dates of which half were swapped: a program took day/month for month/day where that was possible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening.tables.sheet import Row

_WRITTEN: Final = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b")

LAST_MONTH: Final = 12


@dataclass
class _Column:
    """What a column holds."""

    dates: int = 0
    late_dates: int = 0
    """True dates whose day is no number of a month."""

    texts: int = 0
    early_texts: int = 0
    """Written dates whose first number may be one of a month."""

    example: str = ""


class HalfSwapped:
    """Watches the cells of a table and says whether a column was half swapped."""

    def __init__(self) -> None:
        self._columns: dict[int, _Column] = {}

    def see(self, row: Row) -> None:
        """Look at one row."""
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                column = self._columns.setdefault(place, _Column())
                column.dates += 1
                column.late_dates += cell.day > LAST_MONTH
            elif isinstance(cell, str) and (found := _WRITTEN.match(cell)):
                column = self._columns.setdefault(place, _Column())
                column.texts += 1
                column.early_texts += int(found[1]) <= LAST_MONTH
                column.example = column.example or cell.strip()

    def check(self, name: str, headers: tuple[str, ...]) -> None:
        """Refuse the table where the true dates of a column are the ones that could be swapped.

        Raises:
            UnreadableFileError: where every true date has a day up to 12 and every written one a later day.
        """
        for place, column in sorted(self._columns.items()):
            if place >= len(headers) or not column.dates or not column.texts:
                continue
            if not column.late_dates and not column.early_texts:
                raise UnreadableFileError(
                    _(
                        "{file}, column “{column}”: {dates} cells are true dates, all of the 1st to the "
                        "12th, and {texts} are text of later days, as “{example}”. A spreadsheet took day "
                        "for month in the first ones, so none of them can be believed."
                    ).format(
                        file=name,
                        column=headers[place],
                        dates=column.dates,
                        texts=column.texts,
                        example=column.example,
                    ),
                    _("Export the file again and load it as it comes, without opening it in a spreadsheet."),
                )
