"""The few marks that every chart is made of."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup, escape

from clientela.templates.typeface import FONT_FAMILY

COLOUR: Final = {
    "potential": "#667085",
    "prospect": "#0e7490",
    "lost": "#b3470a",
    "referral": "#7a3fb0",
    "buyer": "#2f74c0",
    "customer": "#12457a",
    "fan": "#a16207",
    "ink": "#1b1f24",
    "muted": "#5b6470",
    "rule": "#d5dae0",
    "paper": "#ffffff",
    "wash": "#e4e8ed",
}
"""Colours by meaning; the class of the same name carries the dark one."""

TEXT_MM: Final = 2.9
"""Height of a label: a little over 8 pt."""

PT_MM: Final = 0.3528


def svg(width: float, height: float, title: str, marks: list[str], kind: str) -> Markup:
    """Return a drawing that says its title to those who do not see it."""
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" class="chart {}" viewBox="0 0 {} {}" '
        'font-family="{}, sans-serif" font-size="{}"><title>{}</title>{}</svg>'
    ).format(kind, number(width), number(height), FONT_FAMILY, TEXT_MM, title, Markup("".join(marks)))


def number(value: float) -> str:
    """Write a coordinate to the hundredth of a millimetre."""
    return f"{round(value, 2):g}"


def rect(x: float, y: float, width: float, height: float, colour: str, opacity: float = 1) -> str:
    """Return a filled box; negative sizes are drawn as nothing."""
    faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" '
        f'height="{number(max(height, 0))}" fill="{COLOUR[colour]}" class="f-{colour}"{faint}/>'
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    colour: str = "rule",
    *,
    thick: float = 0.18,
    dashed: bool = False,
) -> str:
    """Return a straight line."""
    dash = ' stroke-dasharray="0.9 0.7"' if dashed else ""
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
        f'stroke="{COLOUR[colour]}" class="s-{colour}" stroke-width="{thick:g}"{dash}/>'
    )


def path(commands: str, colour: str, *, thick: float) -> str:
    """Return an open stroke."""
    return (
        f'<path d="{commands}" fill="none" stroke="{COLOUR[colour]}" class="s-{colour}" '
        f'stroke-width="{thick:g}" stroke-linejoin="round" stroke-linecap="round"/>'
    )


def disc(x: float, y: float, radius: float, colour: str) -> str:
    """Return a filled circle."""
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" '
        f'fill="{COLOUR[colour]}" class="f-{colour}"/>'
    )


def label(
    x: float,
    y: float,
    text: str,
    colour: str = "ink",
    *,
    anchor: str = "start",
    bold: bool = False,
    size: float = TEXT_MM,
) -> str:
    """Return a text with its baseline at ``y``."""
    weight = ' font-weight="600"' if bold else ""
    larger = f' font-size="{number(size)}"' if size != TEXT_MM else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" fill="{COLOUR[colour]}" class="f-{colour}" '
        f'text-anchor="{anchor}"{weight}{larger}>{escape(text)}</text>'
    )
