"""The measures: every number of the shop that has a stable name, a unit and a definition.

A topic is a file of this folder with its ``MEASURES``; the numbers themselves come from
``marts.measures``.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

UNITS: Final = ("people", "eur", "share", "days", "count", "ratio", "points")
"""A share is 0 to 1; days are open days unless the definition says otherwise; points run from -100 to 100."""

TABLES: Final = ("marts.measures",)
"""What the readings are read from."""


@dataclass(frozen=True)
class Measure:
    """One number that has a name."""

    name: str
    """Its stable name; ``*`` stands for what depends on the shop: a year, a channel."""

    unit: str
    definition: str
    """One sentence in English; translated where it is printed, ``{group}`` filled with ``group``."""

    source: str
    """The table that the number comes from."""

    group: str = ""
    """English word for the members of a group, translated with the definition."""

    is_cell: bool = False
    """Whether it stands in a table or a list of the report, and not in ``marts.measures``."""

    @property
    def described(self) -> str:
        """The definition in the language in use."""
        return _(self.definition).format(group=_(self.group)) if self.group else _(self.definition)


@dataclass(frozen=True)
class Reading:
    """What a measure says at a date."""

    name: str
    value: float | None
    unit: str
    low: float | None
    """Lower end of the 95 % interval; None where the number is counted, not estimated."""

    high: float | None
    n: int | None
    """How many people, receipts or answers stand behind it."""

    available: bool
    reason: str | None
    """Code of why there is no number."""


class UnknownMeasureError(ClientelaError):
    """No measure has the name that was asked for."""

    def __init__(self, asked: str, nearest: str | None) -> None:
        super().__init__(
            _("There is no measure “{asked}”; the nearest is “{nearest}”.").format(
                asked=asked, nearest=nearest
            )
            if nearest
            else _("There is no measure “{asked}”.").format(asked=asked),
            _("List them with: clientela measures --describe"),
        )


@cache
def registry() -> dict[str, Measure]:
    """Return every measure by name, topic by topic.

    Raises:
        ValueError: if two topics use one name, or a unit is not one of ``UNITS``.
    """
    from clientela.warehouse import measures as topics

    found: dict[str, Measure] = {}
    for module in sorted(pkgutil.iter_modules(topics.__path__), key=lambda entry: entry.name):
        for measure in getattr(import_module(f"{topics.__name__}.{module.name}"), "MEASURES", ()):
            if measure.name in found or measure.unit not in UNITS:
                raise ValueError(measure.name)
            found[measure.name] = measure
    return found


def read_measures(db: DuckDBPyConnection) -> dict[str, Reading]:
    """Return what every measure says at the date of the marts, in the registry's order."""
    rows = db.execute(
        "select name, value, unit, low, high, n, available, reason from marts.measures"
    ).fetchall()
    place = {name: number for number, name in enumerate(registry())}
    rows.sort(key=lambda row: (_place(place, row[0]), row[0]))
    return {row[0]: Reading(*row) for row in rows}


def _place(place: dict[str, int], name: str) -> int:
    """Return where a measure stands; at the end where it is in no registry."""
    if name in place:
        return place[name]
    known = measure_of(name)
    return place[known.name] if known else len(place)


def measure_of(name: str) -> Measure | None:
    """Return the measure with a name, written out or by its pattern; None where there is none."""
    known = registry()
    if name in known:
        return known[name]
    return next((known[each] for each in known if "*" in each and fnmatchcase(name, each)), None)


def _family(known: list[str], stem: list[str]) -> list[str]:
    """Return the names that begin like a stem, part by part; ``*`` of a pattern stands for what was asked."""
    found = []
    for name in known:
        parts = name.split(".")
        if len(parts) > len(stem) and all(map(fnmatchcase, stem, parts)):
            found.append(".".join([*stem, *parts[len(stem) :]]))
    return found


def named(asked: str) -> list[str]:
    """Return the measures that a name means: the one itself, or all those of a family (``lifetime``).

    The names of a family may hold ``*``, as the registry has them.

    Raises:
        UnknownMeasureError: if there is none.
    """
    known = list(registry())
    if measure_of(asked):
        return [asked]
    if family := _family(known, asked.rstrip(".").split(".")):
        return family
    nearest = get_close_matches(asked.lower(), known, n=1, cutoff=0.0)
    raise UnknownMeasureError(asked, nearest[0] if nearest else None)
