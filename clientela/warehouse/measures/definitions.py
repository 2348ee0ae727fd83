"""The definitions of the measures: every number of the shop that has a stable name, a unit and a sentence.

A topic is a TOML file of this folder, a measure one line of it: the name, then the fields of ``Measure``.
What each says at a date comes from ``marts.measures``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _

UNITS: Final = ("people", "eur", "share", "days", "count", "ratio", "points")
"""A share is 0 to 1; days are open days unless the definition says otherwise; points run from -100 to 100."""


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
def texts() -> dict[str, str]:
    """Return the text of every topic by its name, in the order of the names; nothing is parsed."""
    folder = files("clientela.warehouse") / "measures"
    found = {
        item.name.removesuffix(".toml"): item.read_text(encoding="utf-8")
        for item in folder.iterdir()
        if item.name.endswith(".toml")
    }
    return dict(sorted(found.items()))


def measures_in(text: str) -> Iterator[Measure]:
    """Yield the measures of one topic, in the order of its lines.

    Raises:
        ValueError: if a unit is not one of ``UNITS``.
    """
    import tomllib

    for name, fields in tomllib.loads(text).items():
        measure = Measure(name, **fields)
        if measure.unit not in UNITS:
            raise ValueError(name)
        yield measure


@cache
def registry() -> dict[str, Measure]:
    """Return every measure by name, topic by topic.

    Raises:
        ValueError: if two topics use one name, or a unit is not one of ``UNITS``.
    """
    found: dict[str, Measure] = {}
    for text in texts().values():
        for measure in measures_in(text):
            if measure.name in found:
                raise ValueError(measure.name)
            found[measure.name] = measure
    return found


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
