"""From step to step: one bar each, all on one scale, and how many of one step reach the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import label, line, rect, svg

WIDTH, ROW, NAMES, VALUES = 83.0, 10.0, 31.0, 11.0


@dataclass(frozen=True)
class Step:
    """One step."""

    name: str
    number: int
    text: str
    """The number as printed."""

    colour: str
    reached: str = ""
    """Which part of the step above is in this one; empty where the one is no part of the other."""


def step_bars(steps: Sequence[Step], title: str) -> Markup:
    """Draw the steps from the first down, with the part that goes on between two bars."""
    longest = max((step.number for step in steps), default=0) or 1
    scale = (WIDTH - NAMES - VALUES) / longest
    marks: list[str] = []
    for i, step in enumerate(steps):
        y = i * ROW
        marks.append(label(0, y + 5.6, step.name, step.colour, bold=True))
        marks.append(rect(NAMES, y + 2.4, step.number * scale, 4.6, step.colour))
        marks.append(label(NAMES + step.number * scale + 1.2, y + 5.7, step.text, bold=True))
        if step.reached:
            marks.append(label(NAMES + 1.2, y + 1.4, step.reached, "muted"))
    marks.append(line(NAMES, 1.2 if steps else 0, NAMES, ROW * len(steps) - 1.6, "muted"))
    return svg(WIDTH, ROW * len(steps) - 1, title, marks, "step-bars")
