"""From one number to the next: what was added and what was taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import label, line, rect, svg

WIDTH, ROW, NAMES, VALUES = 174.0, 7.0, 46.0, 16.0


@dataclass(frozen=True)
class Fall:
    """One row of the waterfall."""

    name: str
    value: float
    """A level for the first and last row, a signed change between them."""

    text: str
    """The value as printed."""

    colour: str
    note: str = ""
    """A second fact, at the right end of the row."""


def waterfall(rows: Sequence[Fall], title: str) -> Markup:
    """Draw the first and last row as levels, the rows between as bars from level to level.

    Levels are marks and not bars from zero, so that small changes of a large number stay visible without
    a false length.
    """
    levels = _levels(rows)
    low, high = min(min(pair) for pair in levels), max(max(pair) for pair in levels)
    span = (high - low) or 1.0
    left, right = NAMES + VALUES, WIDTH - 34.0 - VALUES

    def at(level: float) -> float:
        return left + (level - low) / span * (right - left)

    marks: list[str] = []
    for i, (row, (before, after)) in enumerate(zip(rows, levels, strict=True)):
        y = i * ROW
        is_level = i in (0, len(rows) - 1)
        marks.append(label(0, y + 4.6, row.name, bold=is_level))
        if is_level:
            marks.append(rect(at(after) - 0.7, y + 1.2, 1.4, ROW - 2.4, row.colour))
        else:
            start, end = sorted((at(before), at(after)))
            marks.append(rect(start, y + 1.6, max(end - start, 0.4), ROW - 3.2, row.colour))
        if i < len(rows) - 1:
            marks.append(
                line(
                    at(after),
                    y + (1.2 if is_level else 1.6),
                    at(after),
                    y + ROW + ROW - 1.6,
                    "muted",
                    thick=0.12,
                )
            )
        falling = not is_level and after < before
        x = min(at(before), at(after)) - 1.4 if falling else max(at(before), at(after)) + 1.6
        marks.append(label(x, y + 4.6, row.text, anchor="end" if falling else "start", bold=True))
        marks.append(label(WIDTH, y + 4.6, row.note, "muted", anchor="end"))
    return svg(WIDTH, ROW * len(rows), title, marks, "waterfall")


def _levels(rows: Sequence[Fall]) -> list[tuple[float, float]]:
    """Return the level before and after each row."""
    level = rows[0].value
    found = [(level, level)]
    for row in rows[1:-1]:
        found.append((level, level + row.value))
        level += row.value
    return [*found, (rows[-1].value, rows[-1].value)]
