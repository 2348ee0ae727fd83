"""A forecast beside what came, month by month: hatched what was said, solid what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import COLOUR, label, line, number, rect, svg

WIDTH, HEIGHT = 83.0, 48.0
LEFT, TOP, FOOT = 12.0, 5.0, 9.4
HATCH = "hatch-said"


@dataclass(frozen=True)
class MonthBars:
    """One month's two bars."""

    name: str
    said: float | None
    came: float | None
    """None where the month has not been yet."""


def said_and_came(
    months: Sequence[MonthBars], ticks: Sequence[tuple[float, str]], words: tuple[str, str], title: str
) -> Markup:
    """Draw the months from left to right.

    Args:
        months: at least one, oldest first.
        ticks: values of the scale with their text; the last is its high end, above 0.
        words: what hatched means, and what solid means.
        title: the finding.
    """
    floor, tall = HEIGHT - FOOT, HEIGHT - TOP - FOOT
    highest = ticks[-1][0]
    step = (WIDTH - LEFT) / max(len(months), 4)
    bar = min(step * 0.36, 4.0)
    marks = [_hatch(), *_legend(words)]
    for value, text in ticks:
        y = floor - value / highest * tall
        marks.append(line(LEFT, y, WIDTH, y, "rule" if value else "muted"))
        marks.append(label(LEFT - 1.2, y + 1, text, "muted", anchor="end"))
    for place, month in enumerate(months):
        middle = LEFT + step * (place + 0.5)
        if month.said is not None:
            size = min(max(month.said, 0) / highest, 1) * tall
            marks.append(_hatched(middle - bar, floor - size, bar, size))
        if month.came is not None:
            size = min(max(month.came, 0) / highest, 1) * tall
            marks.append(rect(middle, floor - size, bar, size, "ink"))
        marks.append(label(middle, floor + 4.2, month.name, "muted", anchor="middle"))
    return svg(WIDTH, HEIGHT, title, marks, "said-and-came")


def _legend(words: tuple[str, str]) -> list[str]:
    said, came = words
    second = LEFT + 5.2 + 1.75 * len(said)
    return [
        _hatched(LEFT, 0.6, 3.2, 2.4),
        label(LEFT + 4.2, 2.9, said, "muted"),
        rect(second, 0.6, 3.2, 2.4, "ink"),
        label(second + 4.2, 2.9, came, "muted"),
    ]


def _hatch() -> str:
    return (
        f'<defs><pattern id="{HATCH}" width="1.1" height="1.1" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="1.1" stroke="{COLOUR["ink"]}" '
        'class="s-ink" stroke-width="0.55"/></pattern></defs>'
    )


def _hatched(x: float, y: float, width: float, height: float) -> str:
    """Return a box that stands for what was said."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(max(height, 0))}" '
        f'fill="url(#{HATCH})" stroke="{COLOUR["ink"]}" class="s-ink" stroke-width="0.18"/>'
    )
