"""What the measures say at the date of the marts: one class, one reader, one rounding."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.warehouse.measures.definitions import measure_of, registry

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES: Final = ("marts.measures",)
"""What the readings are read from."""

DIGITS: Final = 6
"""Decimal places of what is neither money nor people."""


@dataclass(frozen=True)
class Reading:
    """What a measure says at a date, as the marts have it; ``exact`` rounds it."""

    name: str
    value: float | None
    unit: str
    low: float | None = None
    """Lower end of the 95 % interval; None where the number is counted, not estimated."""

    high: float | None = None
    n: int | None = None
    """How many people, receipts or answers stand behind it."""

    available: bool = True
    reason: str | None = None
    """Code of why there is no number."""

    @property
    def exact(self) -> Decimal | float | int | None:
        """The value as its unit is counted."""
        return exact(self.value, self.unit)


class Readings(dict[str, Reading]):
    """The readings by name; one that the marts do not have is a number that is not there."""

    def __missing__(self, name: str) -> Reading:
        known = measure_of(name)
        return Reading(name, None, known.unit if known else "count", available=False, reason="too_few")


def exact(number: float | None, unit: str) -> Decimal | float | int | None:
    """Round a number of a reading as its unit is counted: money to the cent, people to whole ones."""
    if number is None:
        return None
    if unit == "eur":
        return Decimal(str(round(number, 2)))
    return round(number) if unit == "people" else round(number, DIGITS)


def read_measures(db: DuckDBPyConnection) -> Readings:
    """Return what every measure says at the date of the marts, in the registry's order."""
    rows = db.execute(
        "select name, value, unit, low, high, n, available, reason from marts.measures"
    ).fetchall()
    place = {name: number for number, name in enumerate(registry())}
    rows.sort(key=lambda row: (_place(place, row[0]), row[0]))
    return Readings({row[0]: Reading(*row) for row in rows})


def _place(place: dict[str, int], name: str) -> int:
    """Return where a measure stands; at the end where it is in no registry."""
    if name in place:
        return place[name]
    known = measure_of(name)
    return place[known.name] if known else len(place)
