"""Bring a record to the columns of its table: what can be told of a broken one is told, its fault stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clientela.warehouse.loading.splitting.kinds import EMPTY, ERROR, TYPED, kind_of
from clientela.warehouse.loading.splitting.readings import cheapest_reading, lost_delimiter
from clientela.warehouse.loading.splitting.records import (
    BLANK_LINE,
    DAMAGED_TEXT,
    REPEATED_HEADER,
    UNBALANCED_QUOTE,
    WRONG_CELL_COUNT,
    Record,
)
from clientela.warehouse.loading.splitting.signs import Signs

TOLD_BY: Final = 3
"""Cells by which a repeated header is known."""

_OTHERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Fitting:
    """What the records of a table are like."""

    signs: Signs
    header: tuple[str, ...]
    """The cells of its one header row; empty where there is none, or several."""

    kinds: tuple[str | None, ...]
    """What each column holds: one of ``TYPED``, or None where it is text or not known."""

    needed: tuple[bool, ...] = ()
    """Whether a column may not be missing at the end of a record."""

    short_rows: bool = True
    """Whether a row may lack its last cells: other rows have them all."""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.kinds)

    def fit(
        self, cells: list[str], fault: str | None, text: str, *, cut_off: bool = False
    ) -> tuple[list[str], str | None]:
        """Return as many cells as there are columns, and what is wrong with the record.

        Args:
            cells: as the exact splitter read them.
            fault: what it found wrong.
            text: the record, its line end left out.
            cut_off: whether the file ends within the record's line.
        """
        if fault in (BLANK_LINE, DAMAGED_TEXT):
            return self._padded(cells), fault
        if fault == UNBALANCED_QUOTE:
            return cheapest_reading(text, self.signs, self.width) or self._padded(cells), fault
        if len(cells) > self.width and not any(map(str.strip, cells[self.width :])):
            cells = cells[: self.width]
        if len(cells) == self.width:
            return cells, REPEATED_HEADER if self.is_header(cells) else None
        if len(cells) < self.width:
            return self._short(cells, text, cut_off=cut_off)
        return self._by_another_delimiter(text) or self._long(cells) or self._nothing_typed(
            cells
        ), WRONG_CELL_COUNT

    def told(self, record: Record) -> list[str]:
        """Return the cells of a record as far as they can be told: none left out, none guessed."""
        cells = record.cells
        if record.fault == UNBALANCED_QUOTE:
            return cheapest_reading(record.text, self.signs, self.width) or cells
        if len(cells) > self.width and not any(map(str.strip, cells[self.width :])):
            cells = cells[: self.width]
        if len(cells) == self.width:
            return cells
        another = self._by_another_delimiter(record.text)
        if len(cells) > self.width:
            return another or cells
        if self._left_out(cells):
            return self._padded(cells)
        return self._with_lost_delimiter(record.text) or another or self._padded(cells)

    def is_header(self, cells: list[str]) -> bool:
        """Tell whether a record says the header again: its first cells do."""
        return bool(self.header) and tuple(cells[:TOLD_BY]) == self.header[:TOLD_BY]

    def _padded(self, cells: list[str]) -> list[str]:
        return (cells + [""] * self.width)[: self.width]

    def _fits(self, cells: list[str], first: int = 0) -> bool:
        """Tell whether every cell is of its column's kind, or empty."""
        return all(
            kind is None or kind_of(cell) in (kind, EMPTY, ERROR)
            for cell, kind in zip(cells, self.kinds[first:], strict=False)
        )

    def _short(self, cells: list[str], text: str, *, cut_off: bool) -> tuple[list[str], str | None]:
        """Fit a record with too few cells: its last ones were left out, or a delimiter was lost."""
        if not cut_off and self._left_out(cells):
            return self._padded(cells), None
        repaired = self._with_lost_delimiter(text) or self._by_another_delimiter(text)
        if repaired:
            return repaired, WRONG_CELL_COUNT
        return self._padded(cells) if self._fits(cells) else self._nothing_typed(cells), WRONG_CELL_COUNT

    def _left_out(self, cells: list[str]) -> bool:
        """Tell whether only last cells are missing: the others are plainly in their places."""
        told = any(kind and kind_of(cell) == kind for cell, kind in zip(cells, self.kinds, strict=False))
        return self.short_rows and told and not any(self.needed[len(cells) :]) and self._fits(cells)

    def _with_lost_delimiter(self, text: str) -> list[str] | None:
        """Return the cells where one delimiter was lost after a quote, and it is plain which."""
        found = [cells for cells in lost_delimiter(text, self.signs, self.width) if self._fits(cells)]
        return found[0] if len(found) == 1 else None

    def _by_another_delimiter(self, text: str) -> list[str] | None:
        """Return the cells where another delimiter cuts the record to the exact width."""
        for delimiter in _OTHERS:
            if delimiter != self.signs.delimiter and delimiter in text:
                cells = Signs(delimiter, self.signs.quote, self.signs.escape).cells(text)
                if cells and len(cells) == self.width and self._fits(cells):
                    return cells
        return None

    def _long(self, cells: list[str]) -> list[str] | None:
        """Return the cells where the delimiters of one text cell were not wrapped, and it is plain which."""
        surplus = len(cells) - self.width
        if not any(self.kinds):
            return None
        found = []
        for place, kind in enumerate(self.kinds):
            if kind in TYPED:
                continue
            joined = self.signs.delimiter.join(cells[place : place + surplus + 1])
            candidate = [*cells[:place], joined, *cells[place + surplus + 1 :]]
            if self._fits(candidate):
                found.append(candidate)
        return found[0] if len(found) == 1 else None

    def _nothing_typed(self, cells: list[str]) -> list[str]:
        """Leave out what may stand in another column than its own: no amount and no date is guessed."""
        return [
            "" if kind in TYPED else cell for cell, kind in zip(self._padded(cells), self.kinds, strict=True)
        ]
