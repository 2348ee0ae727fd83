"""How a share grows with time: one rising line a group, with marked days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clientela.reports.charts.drawing import TEXT_MM, label, line, number, path, svg

WIDTH, HEIGHT, LEFT, RIGHT, HEAD, FOOT = 83.0, 46.0, 10.0, 24.0, 4.0, 5.4
APART = 3.6
"""Millimetres between the baselines of two labels that would touch."""


@dataclass(frozen=True)
class Curve:
    """One group."""

    name: str
    text: str
    """The last value as printed."""

    points: Sequence[tuple[float, float]]
    """(day, share 0 to 1), days rising; between two points the share stays as it was."""

    colour: str
    thick: float = 0.6


@dataclass(frozen=True)
class Tick:
    """A line of a scale with its word; a marked one is dashed over the whole height."""

    value: float
    text: str
    is_marked: bool = False


def curve(curves: Sequence[Curve], days: Sequence[Tick], shares: Sequence[Tick], title: str) -> Markup:
    """Draw the groups, each named at its end.

    Args:
        curves: the first is drawn on top.
        days: ticks below; the last is the right end of the scale.
        shares: ticks on the left; the first is the low end, the last the high end.
        title: the finding.
    """
    last, low, high = days[-1].value or 1, shares[0].value, shares[-1].value
    floor = HEIGHT - FOOT

    def x(day: float) -> float:
        return LEFT + min(max(day / last, 0), 1) * (WIDTH - LEFT - RIGHT)

    def y(share: float) -> float:
        return floor - (min(max(share, low), high) - low) / ((high - low) or 1) * (floor - HEAD)

    marks = []
    for tick in shares:
        marks.append(line(LEFT, y(tick.value), WIDTH - RIGHT, y(tick.value), "rule"))
        marks.append(label(LEFT - 1.4, y(tick.value) + 1, tick.text, "muted", anchor="end"))
    for tick in days:
        if tick.is_marked:
            marks.append(line(x(tick.value), HEAD - 1, x(tick.value), floor, "ink", thick=0.25, dashed=True))
        colour = "ink" if tick.is_marked else "muted"
        marks.append(
            label(x(tick.value), HEIGHT - 1, tick.text, colour, anchor="middle", bold=tick.is_marked)
        )
    for one in reversed(curves):
        marks.append(
            path(_stairs([(x(day), y(share)) for day, share in one.points]), one.colour, thick=one.thick)
        )
    placed = [[(x(day), y(share)) for day, share in one.points] for one in curves]
    for i, one in enumerate(curves):
        end, height = placed[i][-1]
        others = [_height_at(points, end + 1) for j, points in enumerate(placed) if j != i]
        at = _beside(height, others) + TEXT_MM / 3
        marks.append(label(end + 1.4, at, f"{one.name} {one.text}", one.colour, bold=True))
    return svg(WIDTH, HEIGHT, title, marks, "curve")


def _stairs(points: Sequence[tuple[float, float]]) -> str:
    """Return the path that runs flat to each point and then up to it."""
    (x0, y0), *rest = points
    return f"M{number(x0)} {number(y0)}" + "".join(f"H{number(x)}V{number(y)}" for x, y in rest)


def _height_at(points: Sequence[tuple[float, float]], x: float) -> float:
    """Return where a line runs at a place; beyond its end where it ended."""
    return [height for at, height in points if at <= x][-1]


def _beside(height: float, others: Sequence[float]) -> float:
    """Move a label away from a line that would run through it, to the side of its own line."""
    near = [other for other in others if abs(other - height) < APART]
    if not near:
        return height
    other = min(near, key=lambda place: abs(place - height))
    return other + APART if height >= other else other - APART
