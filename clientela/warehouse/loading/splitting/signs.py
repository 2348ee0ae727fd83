"""The signs of a text table, and how the cells of one record are read by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MALFORMED: Final[list[str]] = []
"""What stands for a record in which text follows a closing quote."""


@dataclass(frozen=True)
class Signs:
    """What parts the cells of a record and what wraps them."""

    delimiter: str = ","
    """One sign or several; a blank without a quote sign stands for any run of blanks."""

    quote: str = '"'
    """What opens and closes a cell: one sign, two where they differ, none where no cell is wrapped."""

    escape: str = ""
    """What stands before a quote of the text, beside the quote doubled."""

    @property
    def opening(self) -> str:
        """The sign that opens a cell."""
        return self.quote[:1]

    @property
    def closing(self) -> str:
        """The sign that closes it."""
        return self.quote[-1:]

    @property
    def runs(self) -> bool:
        """Whether any run of blanks is one delimiter."""
        return self.delimiter == " " and not self.quote

    def bare_cells(self, text: str) -> list[str]:
        """Cut a text in which no cell is wrapped."""
        return text.split() if self.runs else text.split(self.delimiter)

    def cells(self, text: str) -> list[str] | None:
        """Read the cells of a record.

        Returns:
            None where a wrapped cell is still open; ``MALFORMED`` where text follows a closing quote.
        """
        if not self.quote:
            return self.bare_cells(text)
        found: list[str] = []
        place, step = 0, len(self.delimiter)
        while True:
            if text.startswith(self.opening, place):
                end = self._end(text, place + 1)
                if end < 0:
                    return None
                found.append(self._inner(text[place + 1 : end]))
                place = end + 1
                if place == len(text):
                    return found
                if not text.startswith(self.delimiter, place):
                    return MALFORMED
                place += step
                continue
            end = text.find(self.delimiter, place)
            if end < 0:
                found.append(text[place:])
                return found
            found.append(text[place:end])
            place = end + step

    def _end(self, text: str, place: int) -> int:
        """Return where the wrapped cell ends; -1 where it does not."""
        sign = self.closing
        end = text.find(sign, place)
        while end >= 0:
            if self.escape and self._escaped(text, place, end):
                end = text.find(sign, end + 1)
            elif text.startswith(sign, end + 1):
                end = text.find(sign, end + 2)
            else:
                return end
        return -1

    def _escaped(self, text: str, start: int, place: int) -> bool:
        """Tell whether an odd number of escape signs stands before a place."""
        before = text[start:place]
        return (len(before) - len(before.rstrip(self.escape))) % 2 == 1

    def _inner(self, text: str) -> str:
        """Return what a wrapped cell says."""
        plain = text.replace(self.closing * 2, self.closing)
        return plain.replace(self.escape + self.closing, self.closing) if self.escape else plain
