"""What to do this week: the advice at the end of a page."""

from __future__ import annotations

from dataclasses import dataclass

from clientela.reports.section import Figure


@dataclass(frozen=True)
class Deed:
    """Something to do, with whom and for how much."""

    text: str
    people: Figure
    worth: Figure
    """Without a value where nobody can say."""

    page: str
    """Name of the page or list, to be found by its anchor."""

    anchor: str
