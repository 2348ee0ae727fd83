"""A number with its doubt, month by month: a dot, and a line from the lowest it may be to the highest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import disc, label, line, svg

WIDTH, HEIGHT, LEFT, FOOT = 174.0, 34.0, 12.0, 9.6
NARROW = 9.0
"""Millimetres below which two labels in a row would touch."""


@dataclass(frozen=True)
class Range:
    """One month."""

    name: str
    note: str
    """Under the name: how many answers."""

    value: float | None
    """None where there are too few to say."""

    low: float
    high: float
    text: str
    """The value as printed."""

    is_sure: bool = True
    """Drawn in ink; a less sure one is paler."""


def ranges(months: Sequence[Range], ticks: Sequence[tuple[float, str]], title: str) -> Markup:
    """Draw the months from left to right, each in a place of its own.

    Args:
        months: at least one, oldest first.
        ticks: values of the scale with their text; the first is its low end, the last its high end.
        title: the finding.
    """
    low, high = ticks[0][0], ticks[-1][0]
    step = (WIDTH - LEFT) / max(len(months), 6)

    def y(value: float) -> float:
        return 3 + (high - min(max(value, low), high)) / ((high - low) or 1) * (HEIGHT - 5)

    marks = []
    for value, text in ticks:
        marks.append(line(LEFT, y(value), WIDTH, y(value), "muted" if value == 0 else "rule"))
        marks.append(label(LEFT - 1.6, y(value) + 1, text, "muted", anchor="end"))
    for i, month in enumerate(months):
        x = LEFT + (i + 0.5) * step
        if month.value is not None:
            colour = "customer" if month.is_sure else "potential"
            marks.append(line(x, y(month.low), x, y(month.high), colour, thick=0.5))
            marks.append(disc(x, y(month.value), 1.2, colour))
            marks.append(label(x + 2, y(month.value) + 1, month.text, colour, bold=True))
        if step >= NARROW or i % 2 == (len(months) - 1) % 2:
            marks.append(label(x, HEIGHT + 2.6, month.name, anchor="middle"))
            marks.append(label(x, HEIGHT + 6.8, month.note, "muted", anchor="middle"))
    return svg(WIDTH, HEIGHT + FOOT - 2, title, marks, "ranges")
