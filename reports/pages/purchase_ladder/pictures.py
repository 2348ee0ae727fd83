"""The two pictures of the purchase ladder."""

from __future__ import annotations

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.reports.charts.curve import Curve, Tick, curve
from clientela.reports.charts.ladder_bars import Rung, ladder_bars
from clientela.reports.pages.purchase_ladder.figures import STEPS, Ladder
from clientela.reports.pages.purchase_ladder.say import bars_title, curves_title, step_name
from clientela.templates.filters import share


def bars(known: Ladder, period: str) -> Markup:
    """Draw the four steps, last year's shares as outlines."""
    rungs = [_rung(known, step, period) for step in STEPS]
    said = ", ".join(f"{rung.name} {rung.text}" for rung in rungs)
    return ladder_bars(rungs, f"{bars_title(known, period)}: {said}")


def _rung(known: Ladder, step: int, period: str) -> Rung:
    """Put one step into a bar."""
    now = known.within(step, period)
    text = share(now.value) if now.value is not None else _("too few")
    before = known.within(step, "year_before").value if period == "last_12m" else None
    if before is None or now.value is None:
        return Rung(step_name(step), now.value, text)
    return Rung(step_name(step), now.value, text, before, _("it was {share}").format(share=share(before)))


def curves(known: Ladder, seen: dict[str, list[tuple[float, float]]]) -> Markup:
    """Draw the share with a second purchase by days since the first."""
    names = {"now": (_("now"), "buyer", 0.8), "year_ago": (_("a year ago"), "muted", 0.45)}
    drawn = [
        Curve(name, share(seen[code][-1][1]), seen[code], colour, thick)
        for code, (name, colour, thick) in names.items()
        if code in seen
    ]
    top = max(one.points[-1][1] for one in drawn)
    step = next(size for size in (0.05, 0.1, 0.2, 0.25) if top <= 4 * size or size == 0.25)
    high = step * max(1, -(-top // step))
    shares = [Tick(step * i, share(step * i)) for i in range(round(high / step) + 1)]
    days = [Tick(7, _("7 days"), is_marked=True), Tick(30, "30"), Tick(60, "60"), Tick(90, "90")]
    said = ", ".join(f"{one.name} {one.text}" for one in drawn)
    return curve(drawn, days, shares, f"{curves_title(known)}: {said}")
