"""How unusual each silence is: one numbered dot a person, on a scale of chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from markupsafe import Markup

from clientela.reports.charts.drawing import disc, label, line, svg

WIDTH, RADIUS, AXIS = 174.0, 2.35, 9.0


@dataclass(frozen=True)
class Dot:
    """One person."""

    chance: float
    """0 to 1."""

    text: str
    """What stands inside the dot, one or two signs."""

    colour: str


@dataclass(frozen=True)
class Mark:
    """A line of the scale."""

    chance: float
    text: str
    """The value, printed below."""

    name: str = ""
    """What lies beyond it, printed above; empty for a plain tick."""


def dot_plot(
    dots: Sequence[Dot], marks: Sequence[Mark], title: str, *, lowest: float, highest: float
) -> Markup:
    """Draw the dots, frequent on the left and rare on the right, each as low as its neighbours let it.

    Args:
        dots: in the order in which they claim the places next to the axis.
        marks: lines of the scale.
        title: the finding.
        lowest: chance at the right end, above 0; rarer ones are drawn there.
        highest: chance at the left end.
    """
    scale = log(highest) - log(lowest)

    def at(chance: float) -> float:
        inside = min(max(chance, lowest), highest)
        return RADIUS + (log(highest) - log(inside)) / scale * (WIDTH - 2 * RADIUS)

    places = _swarm([at(dot.chance) for dot in dots])
    tall = max((level for _, level in places), default=0) + 1
    floor = 5.5 + tall * RADIUS * 2.1
    drawn = [line(0, floor + 0.6, WIDTH, floor + 0.6, "muted")]
    for mark in marks:
        drawn += _scale_line(mark, at(mark.chance), floor)
    for dot, (x, level) in zip(dots, places, strict=True):
        y = floor - RADIUS * 2.1 * level - RADIUS
        drawn.append(disc(x, y, RADIUS, dot.colour))
        drawn.append(label(x, y + 1.0, dot.text, "paper", anchor="middle", bold=True))
    return svg(WIDTH, floor + AXIS - 2.4, title, drawn, "dot-plot")


def _scale_line(mark: Mark, x: float, floor: float) -> list[str]:
    """Draw a line of the scale with its value, in ink where it has a name."""
    has_name = bool(mark.name)
    colour = "ink" if has_name else "muted"
    top, thick = (4.6, 0.25) if has_name else (floor - 0.4, 0.18)
    return [
        line(x, top, x, floor + 1.8, colour, thick=thick, dashed=has_name),
        label(x, floor + 5.2, mark.text, colour, anchor="middle", bold=has_name),
        label(x + 1.2, 3, mark.name, "muted"),
    ]


def _swarm(xs: Sequence[float]) -> list[tuple[float, int]]:
    """Give each dot the lowest level at which it touches none before it."""
    placed: list[tuple[float, int]] = []
    for x in xs:
        level = 0
        while any(on == level and abs(x - other) < RADIUS * 2.1 for other, on in placed):
            level += 1
        placed.append((x, level))
    return placed
