"""Readings of a record whose quotes are broken: the cheapest with exactly as many cells as columns."""

from __future__ import annotations

from functools import cache

from clientela.warehouse.loading.splitting.signs import Signs

_LONGEST = 20_000
_MOST_QUOTES = 60


def cheapest_reading(text: str, signs: Signs, width: int) -> list[str] | None:
    """Return the cells where the fewest quotes must be taken for text, None where no reading fits.

    Args:
        text: one line.
        signs: how the table is written.
        width: how many cells there must be.
    """
    if len(text) > _LONGEST or text.count(signs.closing) > _MOST_QUOTES or width > 200 or signs.escape:
        return None
    return _Reading(text, signs).of(width)


def lost_delimiter(text: str, signs: Signs, width: int) -> list[list[str]]:
    """Return every reading with so many cells in which a delimiter is missing after a closing quote."""
    if not signs.quote or signs.closing not in text or signs.escape or len(text) > _LONGEST:
        return []
    sign, delimiter = signs.closing, signs.delimiter
    found = []
    place = text.find(sign)
    while place >= 0:
        inner = text[place - 1 : place] not in ("", delimiter[-1])
        if inner and place + 1 < len(text) and not text.startswith(delimiter, place + 1):
            cells = signs.cells(text[: place + 1] + delimiter + text[place + 1 :])
            if cells and len(cells) == width:
                found.append(cells)
        place = text.find(sign, place + 1)
    return found


class _Reading:
    """All readings of one line, shared where they go on alike."""

    def __init__(self, text: str, signs: Signs) -> None:
        self.text, self.signs = text, signs
        self._rest = cache(self._from)

    def of(self, width: int) -> list[str] | None:
        """Return the cells of the cheapest reading with so many."""
        best = self._rest(0, width)
        if best is None:
            return None
        cells = []
        place = 0
        for left in range(width, 0, -1):
            step = self._rest(place, left)
            assert step is not None
            cells.append(step[1])
            place = step[2]
        return cells

    def _from(self, place: int, left: int) -> tuple[int, str, int] | None:
        """Return cost, first cell and the place after it for the text from a place on."""
        best: tuple[int, str, int] | None = None
        for cost, cell, after in self._cells_at(place):
            ended = after > len(self.text)
            if ended != (left == 1):
                continue
            rest = 0
            if not ended:
                following = self._rest(after, left - 1)
                if following is None:
                    continue
                rest = following[0]
            if best is None or cost + rest < best[0]:
                best = (cost + rest, cell, after)
        return best

    def _cells_at(self, place: int) -> list[tuple[int, str, int]]:
        """Return what the next cell may be: cost, its text, and where the one after it starts."""
        text, delimiter, sign = self.text, self.signs.delimiter, self.signs.closing
        end = text.find(delimiter, place)
        stop = len(text) if end < 0 else end
        bare = text[place:stop]
        found = [(bare.count(sign), bare, stop + (len(delimiter) if end >= 0 else 1))]
        if not text.startswith(self.signs.opening, place):
            return found
        close = text.find(sign, place + 1)
        while close >= 0:
            after = close + 1
            if after == len(text) or text.startswith(delimiter, after):
                inner = text[place + 1 : close]
                odd = inner.replace(sign * 2, "").count(sign)
                step = len(delimiter) if after < len(text) else 1
                found.append((odd, inner.replace(sign * 2, sign), after + step))
            close = text.find(sign, close + 1)
        return found
