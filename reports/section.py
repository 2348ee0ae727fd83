"""What a page of the report is, and how the pages find their place.

A page is two files with one stem, ``pages/<name>/page.py`` and ``templates/report/<name>.html``. Its position
decides its place; page numbers, the table of contents and the bookmarks follow from the order.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from clientela.month import Month
    from clientela.warehouse.measures.readings import Reading

Row = TypeVar("Row")

FEW = 20
"""A share of fewer people than this is not printed: it would say nothing."""


@dataclass(frozen=True)
class Shop:
    """The shop whose report this is."""

    name: str
    currency: str = "EUR"
    language: str = "it"
    trade: str = "shop"


@dataclass(frozen=True)
class Edition:
    """One report: which shop, which month, for whom."""

    shop: Shop
    month: Month
    language: str
    stale_since: date | None = None
    """The newest sale's day, where the data have stopped long before today."""


@dataclass(frozen=True)
class Figure:
    """One number as printed, with the name under which it can be found again."""

    metric: str
    """Stable name, also in the HTML and in ``numeri.json``."""

    value: Decimal | float | int | None
    unit: str
    """``people``, ``eur``, ``share`` (0 to 1), ``days``, ``points`` (-100 to 100) or ``count``."""

    n: int | None = None
    """How many people or cases stand behind a share; None where it is not a rate."""

    reason: str | None = None
    """Code of why there is no number; None where there is one."""

    @property
    def is_too_few(self) -> bool:
        """Tell whether a share rests on too few people to be printed."""
        return self.unit == "share" and self.n is not None and self.n < FEW


def figure_of(reading: Reading) -> Figure:
    """Return what a measure says as the report prints it."""
    return Figure(reading.name, reading.exact, reading.unit, reading.n, reading.reason)


class Page(Protocol):
    """What a section hands to its template."""

    @property
    def heading(self) -> str:
        """The finding, one sentence."""
        ...


@dataclass(frozen=True)
class Section:
    """A page of the report and the place where it stands."""

    title: str
    """Short name for the table of contents, in English; translated when printed."""

    position: int
    read: Callable[[DuckDBPyConnection, Edition], Page]
    name: str = ""
    """The stem of its two files; filled in when it is mounted."""

    @property
    def anchor(self) -> str:
        """The page's address inside the document."""
        return self.name.replace("_", "-")


@cache
def mounted() -> tuple[Section, ...]:
    """Return every section of the package, in the order of their positions."""
    from clientela.reports import pages

    found = []
    for module in pkgutil.iter_modules(pages.__path__):
        section = getattr(import_module(f"{pages.__name__}.{module.name}.page"), "section", None)
        if isinstance(section, Section):
            found.append(Section(section.title, section.position, section.read, module.name))
    return tuple(sorted(found, key=lambda section: (section.position, section.name)))


def figures_in(thing: object) -> Iterator[Figure]:
    """Yield every figure inside a page, in the order of its fields."""
    if isinstance(thing, Figure):
        yield thing
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from figures_in(getattr(thing, field.name))
    elif isinstance(thing, list | tuple):
        for member in thing:
            yield from figures_in(member)


def read_rows(
    db: DuckDBPyConnection, query: str, row: Callable[..., Row], parameters: Any = None
) -> list[Row]:
    """Return one object per row of a query, built from its columns in order."""
    return [row(*cells) for cells in db.execute(query, parameters).fetchall()]
