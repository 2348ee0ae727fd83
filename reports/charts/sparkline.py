"""A line the size of a word: how a number came to be what it is."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from clientela.reports.charts.drawing import disc, number, path, svg

WIDTH, HEIGHT, INSET = 30.0, 6.0, 0.9


def sparkline(values: Sequence[float], colour: str, title: str) -> Markup:
    """Draw the values from left to right, lowest at the bottom, with a dot on the last.

    Args:
        values: at least one, oldest first; a flat line runs through the middle.
        colour: a name of ``drawing.COLOUR``.
        title: what the line shows, in a sentence.
    """
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * INSET) / max(len(values) - 1, 1)
    start = WIDTH - INSET - step * (len(values) - 1)
    points = [
        (
            start + i * step,
            HEIGHT / 2 if high == low else HEIGHT - INSET - (v - low) / span * (HEIGHT - 2 * INSET),
        )
        for i, v in enumerate(values)
    ]
    stroke = "M" + " L".join(f"{number(x)} {number(y)}" for x, y in points)
    marks = [path(stroke, colour, thick=0.4)] if len(points) > 1 else []
    return svg(WIDTH, HEIGHT, title, [*marks, disc(*points[-1], 0.75, colour)], "sparkline")
