"""How much of the sales how few people bring: the curve of Lorenz, the best customers first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import disc, label, line, number, path, svg

WIDTH, HEIGHT = 83.0, 54.0
LEFT, TOP, FOOT = 10.0, 2.0, 9.0


@dataclass(frozen=True)
class Point:
    """What part of the people brings what part of the sales; both 0 to 1."""

    people: float
    sales: float


@dataclass(frozen=True)
class Axis:
    """The words around the curve."""

    people: str
    """Under the curve."""

    sales: str
    """Above it."""

    equal: str
    """On the straight line."""

    ticks: tuple[tuple[float, str], ...]
    """Shares with their text, for both axes."""


def lorenz(points: Sequence[Point], mark: Point, text: str, axis: Axis, title: str) -> Markup:
    """Draw the curve from nobody to everybody, one point of it marked and named.

    Args:
        points: the curve's points from the best customers to all; (0, 0) is added.
        mark: the point to name.
        text: its name.
        axis: the words around it.
        title: the finding.
    """
    wide, tall = WIDTH - LEFT - 2, HEIGHT - TOP - FOOT - 3

    def x(share: float) -> float:
        return LEFT + share * wide

    def y(share: float) -> float:
        return TOP + 3 + (1 - share) * tall

    marks = [label(0, 2.9, axis.sales, "muted")]
    for share, said in axis.ticks:
        marks.append(line(x(0), y(share), x(1), y(share), "rule"))
        marks.append(label(LEFT - 1.2, y(share) + 1, said, "muted", anchor="end"))
        anchor = "start" if not share else "end" if share == 1 else "middle"
        marks.append(label(x(share), y(0) + 4, said, "muted", anchor=anchor))
    marks.append(label(x(1), y(0) + 8.2, axis.people, "muted", anchor="end"))
    marks.append(line(x(0), y(0), x(1), y(1), "muted", dashed=True))
    marks.append(label(x(1), y(0.4), axis.equal, "muted", anchor="end"))
    curve = "".join(f" L{number(x(p.people))} {number(y(p.sales))}" for p in points)
    marks.append(path(f"M{number(x(0))} {number(y(0))}{curve}", "customer", thick=0.6))
    marks.append(line(x(mark.people), y(0), x(mark.people), y(mark.sales), "customer", thick=0.25))
    marks.append(disc(x(mark.people), y(mark.sales), 1.0, "customer"))
    marks.append(label(x(mark.people) + 2, y(mark.sales) + 4.6, text, bold=True))
    return svg(WIDTH, HEIGHT, title, marks, "lorenz")
