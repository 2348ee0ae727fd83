"""What to do this week: the advice at the end of a page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

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


def deed(
    name: str, text: str, people: float | None, worth: Decimal | float | None, place: tuple[str, str]
) -> Deed:
    """Return something to do; its figures are called ``<name>.people`` and ``<name>.eur``.

    Args:
        name: stable name of the deed.
        text: what to do, in a sentence.
        people: with how many; None counts as nobody.
        worth: how much it is about, in the shop's currency; None where nobody can say.
        place: name of the page or list, and its anchor.
    """
    euros = worth if worth is None or isinstance(worth, Decimal) else Decimal(str(round(worth, 2)))
    return Deed(
        text,
        Figure(f"{name}.people", round(people or 0), "people"),
        Figure(f"{name}.eur", euros, "eur"),
        *place,
    )
