"""How unusual the silences of those to call are, drawn."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.reports.charts.dot_plot import Dot, Mark, dot_plot
from clientela.templates.filters import share


def chances(people: Sequence[tuple[str, float]], title: str, late_cut: float, lost_cut: float) -> Markup:
    """Draw the chances of the people named, numbered as in the table.

    Args:
        people: name and chance of so long a silence of each, in the order of the table.
        title: the finding.
        late_cut: chance below which somebody is late; ``lost_cut`` below which they have left.
        lost_cut: as above.
    """
    dots = [
        Dot(chance, str(place), "lost" if chance < lost_cut else "customer")
        for place, (_name, chance) in enumerate(people, 1)
    ]
    lowest = max(min([dot.chance for dot in dots] + [lost_cut * 0.7]), 0.002)
    highest = max([dot.chance for dot in dots] + [late_cut]) * 1.25
    ticks = [Mark(tick, share(tick)) for tick in (0.5, 0.1, 0.02, 0.01, 0.005) if lowest < tick < highest]
    lines = [Mark(late_cut, share(late_cut), _("late")), Mark(lost_cut, share(lost_cut), _("lost"))]
    spoken = ", ".join(f"{place} {name} {share(chance)}" for place, (name, chance) in enumerate(people, 1))
    return dot_plot(dots, [*ticks, *lines], f"{title}: {spoken}", lowest=lowest * 0.9, highest=highest)
