"""From purchase to purchase: the share that goes on, one bar a step, last year's as an outline behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import COLOUR, label, line, number, rect, svg

WIDTH, ROW, NAMES, VALUES, BAR, SHIFT = 83.0, 12.0, 18.0, 19.0, 4.6, 1.7


@dataclass(frozen=True)
class Rung:
    """One step of the ladder."""

    name: str
    share: float | None
    """0 to 1; None where there are too few to say."""

    text: str
    """The share as printed, or why there is none."""

    before: float | None = None
    """The same a year earlier; None draws no outline."""

    before_text: str = ""


def ladder_bars(rungs: Sequence[Rung], title: str) -> Markup:
    """Draw the steps from the first down, all on a scale of 0 to 100 in 100."""
    scale = WIDTH - NAMES - VALUES
    marks: list[str] = []
    for i, rung in enumerate(rungs):
        y = i * ROW + 1.2
        marks.append(label(0, y + BAR - 1, rung.name, bold=True))
        if rung.before is not None:
            marks.append(_outline(NAMES, y + SHIFT, rung.before * scale, BAR))
        if rung.share is not None:
            marks.append(rect(NAMES, y, rung.share * scale, BAR, "customer"))
        end = NAMES + max(rung.share or 0, rung.before or 0) * scale + 1.4
        colour = "muted" if rung.share is None else "ink"
        marks.append(label(end, y + BAR - 1, rung.text, colour, bold=rung.share is not None))
        marks.append(label(end, y + BAR + 2.8, rung.before_text, "muted"))
    marks.append(line(NAMES, 0, NAMES, ROW * len(rungs) - 3, "muted"))
    return svg(WIDTH, ROW * len(rungs) - 2, title, marks, "ladder-bars")


def _outline(x: float, y: float, width: float, height: float) -> str:
    """Return an empty box."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(height)}" '
        f'fill="none" stroke="{COLOUR["muted"]}" class="s-muted" stroke-width="0.25"/>'
    )
