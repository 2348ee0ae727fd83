"""The same small chart several times, on one scale: a line each, so that they can be compared at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import disc, label, line, number, path, svg

WIDTH, HEIGHT, GAP = 174.0, 34.0, 5.0
TOP, FOOT, LEFT = 9.0, 5.2, 9.5
ACROSS = 4
"""Panels in a row."""


@dataclass(frozen=True)
class Panel:
    """One small chart."""

    name: str
    values: Sequence[float]
    """From the first step on, one each; at least one."""

    text: str
    """The last value as printed."""

    note: str = ""
    """Beside the name, muted."""


@dataclass(frozen=True)
class Scale:
    """What all panels share."""

    steps: int
    """Steps from the left edge to the right one."""

    highest: float
    ticks: tuple[tuple[float, str], ...]
    """Values with their text."""

    marks: tuple[tuple[int, str], ...]
    """Steps with their text, along the foot."""


def small_multiples(panels: Sequence[Panel], scale: Scale, title: str) -> Markup:
    """Draw the panels from left to right, four in a row at most, all on the same scale.

    Args:
        panels: one line each.
        scale: what they share; ``highest`` above 0.
        title: the finding.
    """
    across = min(max(len(panels), 2), ACROSS)
    wide = (WIDTH - LEFT - GAP * (across - 1)) / across
    rows = -(-len(panels) // ACROSS)
    marks = []
    for place, panel in enumerate(panels):
        left = LEFT + (place % ACROSS) * (wide + GAP)
        marks += _panel(panel, scale, left, HEIGHT * (place // ACROSS), wide, place % ACROSS == 0)
    return svg(WIDTH, HEIGHT * max(rows, 1), title, marks, "small-multiples")


def _panel(panel: Panel, scale: Scale, left: float, top: float, wide: float, is_first: bool) -> list[str]:
    floor, tall = top + HEIGHT - FOOT, HEIGHT - TOP - FOOT
    step = wide / scale.steps

    def y(value: float) -> float:
        return floor - max(value, 0) / scale.highest * tall

    marks = [label(left, top + 3, panel.name, bold=True)]
    if panel.note:
        marks.append(label(left + wide, top + 3, panel.note, "muted", anchor="end"))
    for value, text in scale.ticks:
        marks.append(line(left, y(value), left + wide, y(value), "rule" if value else "muted"))
        if is_first:
            marks.append(label(left - 1.2, y(value) + 1, text, "muted", anchor="end"))
    for at, text in scale.marks:
        x = left + at * step
        marks.append(line(x, floor, x, floor + 0.9, "muted"))
        marks.append(label(x, floor + 4.2, text, "muted", anchor="end" if at == scale.steps else "middle"))
    points = [(left + (place + 1) * step, y(value)) for place, value in enumerate(panel.values)]
    marks.append(path(_stroke([(left, floor), *points]), "customer", thick=0.6))
    marks.append(disc(*points[-1], 0.9, "customer"))
    x, last = points[-1]
    is_right = x > left + wide * 0.6
    marks.append(
        label(
            min(x, left + wide) if is_right else x + 1.5,
            last - 1.8,
            panel.text,
            bold=True,
            anchor="end" if is_right else "start",
        )
    )
    return marks


def _stroke(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{number(x)} {number(y)}" for x, y in points)
