"""Said against happened: a dot for each tenth of the scale, and how far chance alone may move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import disc, label, line, svg

WIDTH, HEIGHT = 83.0, 48.0
LEFT, TOP, FOOT = 12.0, 5.0, 9.4
SMALLEST, LARGEST = 0.7, 2.1
"""Radius of the dots, by how many people they stand for."""


@dataclass(frozen=True)
class Tenth:
    """People of whom about the same was said; shares are 0 to 1."""

    said: float
    happened: float
    low: float
    high: float
    people: int


@dataclass(frozen=True)
class Axes:
    """The words around the dots."""

    said: str
    happened: str
    right: str
    """On the line where both are the same."""

    ticks: tuple[tuple[float, str], ...]


def calibration(tenths: Sequence[Tenth], axes: Axes, title: str) -> Markup:
    """Draw the dots; on the straight line what was said is what happened."""
    wide, tall = WIDTH - LEFT - 2.5, HEIGHT - TOP - FOOT
    most = max((each.people for each in tenths), default=1)

    def x(share: float) -> float:
        return LEFT + share * wide

    def y(share: float) -> float:
        return TOP + (1 - share) * tall

    marks = [label(0, 2.9, axes.happened, "muted")]
    for share, text in axes.ticks:
        marks.append(line(x(0), y(share), x(1), y(share), "muted" if share == 0 else "rule"))
        marks.append(label(LEFT - 1.2, y(share) + 1, text, "muted", anchor="end"))
        anchor = "start" if not share else "end" if share == 1 else "middle"
        marks.append(label(x(share), y(0) + 4.2, text, "muted", anchor=anchor))
    marks.append(label(x(1), y(0) + 8.4, axes.said, "muted", anchor="end"))
    marks.append(line(x(0), y(0), x(1), y(1), "muted", dashed=True))
    marks.append(label(x(0.60), y(0.44), axes.right, "muted"))
    for each in tenths:
        marks.append(line(x(each.said), y(each.low), x(each.said), y(each.high), "customer", thick=0.3))
    for each in tenths:
        radius = SMALLEST + (LARGEST - SMALLEST) * (each.people / most) ** 0.5
        marks.append(disc(x(each.said), y(each.happened), radius, "customer"))
    return svg(WIDTH, HEIGHT, title, marks, "calibration")
