"""One column a day: where the data are thick, thin or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from clientela.reports.charts.drawing import label, line, number, rect, svg
from clientela.templates.filters import count, short_month

WIDTH, HEIGHT, FOOT = 174.0, 18.0, 4.4


@dataclass(frozen=True)
class Day:
    """One day of the shop."""

    on: date
    receipts: int
    is_closed: bool
    """Inside a declared closure."""


def day_strip(days: Sequence[Day], title: str, gaps: Sequence[tuple[date, date]] = ()) -> Markup:
    """Draw the receipts of each day, closures as a pale band, gaps underlined in the colour of a loss."""
    highest = max((day.receipts for day in days), default=0) or 1
    step = WIDTH / max(len(days), 1)
    floor = HEIGHT + 1.5
    marks = [rect(i * step, 1.5, step, HEIGHT, "wash") for i, day in enumerate(days) if day.is_closed]
    marks.append(_columns(days, step, floor, HEIGHT / highest))
    marks.append(line(0, floor, WIDTH, floor, "muted"))
    first = days[0].on if days else date.min
    for start, end in gaps:
        marks.append(
            rect((start - first).days * step, floor - 0.5, ((end - start).days + 1) * step, 1.0, "lost")
        )
    starts = [(i, day.on) for i, day in enumerate(days) if day.on.day == 1]
    for i, on in starts:
        marks.append(line(i * step, floor, i * step, floor + 1.2, "muted"))
        if i * step < WIDTH - 8:
            marks.append(label(i * step + 0.8, floor + 3.9, short_month(on), "muted"))
    marks.append(label(WIDTH, 2.2, count(highest), "muted", anchor="end"))
    return svg(WIDTH, floor + FOOT, title, marks, "day-strip")


def _columns(days: Sequence[Day], step: float, floor: float, scale: float) -> str:
    """Return all columns as one outline, which keeps the file small."""
    wide = step * 0.72
    columns = "".join(
        f"M{number(i * step)} {number(floor)}"
        f"v{number(-day.receipts * scale)}h{number(wide)}v{number(day.receipts * scale)}z"
        for i, day in enumerate(days)
        if day.receipts
    )
    return f'<path d="{columns}" fill="#12457a" class="f-customer"/>' if columns else ""
