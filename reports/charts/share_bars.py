"""Two shares side by side, one pair of bars a category, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import label, line, rect, svg

WIDTH, ROW, NAMES = 174.0, 6.6, 42.0


@dataclass(frozen=True)
class Pair:
    """One category's share of the people and of the sales."""

    name: str
    colour: str
    people: float
    people_text: str
    sales: float
    sales_text: str


def share_bars(pairs: Sequence[Pair], people: str, sales: str, title: str) -> Markup:
    """Draw the pairs in their order: people to the left half, sales to the right half, one scale."""
    half = (WIDTH - NAMES) / 2
    longest = max((max(abs(pair.people), abs(pair.sales)) for pair in pairs), default=0) or 1
    scale = (half - 18) / longest
    marks = [label(NAMES, 3, people, "muted"), label(NAMES + half, 3, sales, "muted")]
    for i, pair in enumerate(pairs):
        y = 5 + i * ROW
        marks.append(label(0, y + 4.3, pair.name, pair.colour, bold=True))
        for left, value, text, faint in (
            (NAMES, pair.people, pair.people_text, 0.45),
            (NAMES + half, pair.sales, pair.sales_text, 1),
        ):
            wide = max(value, 0) * scale
            marks.append(rect(left, y + 1, wide, ROW - 2, pair.colour, faint))
            marks.append(label(left + wide + 1.4, y + 4.3, text))
    bottom = 5 + len(pairs) * ROW
    marks += [line(x, 5, x, bottom, "muted") for x in (NAMES, NAMES + half)]
    return svg(WIDTH, bottom, title, marks, "share-bars")
