"""A deferred invoice bundles deliveries: each is a purchase on its own day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.warehouse.importers.fattura.amounts import day, rounded
from clientela.warehouse.importers.fattura.lines import OTHER, Line, Sums
from clientela.warehouse.importers.xml_tree import text, texts

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

_ZERO: Final = Decimal(0)


@dataclass(frozen=True)
class Part:
    """What was delivered on one day, and what of the document's sums it takes."""

    day: str
    """Empty: the day of the document."""

    lines: list[Line]
    sums: Sums


def parts(body: Node, lines: list[Line], sums: Sums) -> list[Part]:
    """Part the lines of an invoice by the days on which they were delivered.

    A line that names no delivery stays on the day of the document, unless all were delivered on one day.
    What the document adds outside its lines goes with its largest part.

    Args:
        body: of the document.
        lines: its lines.
        sums: what it comes to; the parts come to the same.
    """
    days = _days(body)
    if not days.all:
        return [Part("", lines, sums)]
    if len(days.all) == 1:
        return [Part(next(iter(days.all)), lines, sums)]
    by_day: dict[str, list[Line]] = defaultdict(list)
    added = [line for line in lines if line.cells.get("product_name") == OTHER and not line.number]
    for line in lines:
        if line not in added:
            by_day[days.by_line.get(line.number, "")].append(line)
    if not by_day:
        return [Part("", lines, sums)]
    _largest(by_day).extend(added)
    return _shared(by_day, sums)


@dataclass(frozen=True)
class _Days:
    all: set[str]
    by_line: dict[str, str]


def _days(body: Node) -> _Days:
    """Return the days of the deliveries, and of each line that one names; of two days, neither."""
    every: set[str] = set()
    named: dict[str, set[str]] = defaultdict(set)
    for node in body.findall("DatiGenerali/DatiDDT"):
        when = day(text(node, "DataDDT"))
        if not when:
            continue
        every.add(when)
        for number in texts(node, "RiferimentoNumeroLinea"):
            named[number].add(when)
    return _Days(every, {number: next(iter(days)) for number, days in named.items() if len(days) == 1})


def _largest(by_day: dict[str, list[Line]]) -> list[Line]:
    """Return the part with the most money; of equal ones the earliest."""
    best = min(by_day, key=lambda when: (-abs(sum((line.net for line in by_day[when]), _ZERO)), when))
    return by_day[best]


def _shared(by_day: dict[str, list[Line]], sums: Sums) -> list[Part]:
    """Give each part its net and its tax; cents that are left go to the largest."""
    nets = {when: sum((line.net for line in lines), _ZERO) for when, lines in by_day.items()}
    taxes = {when: rounded(sum((line.vat for line in lines), _ZERO)) for when, lines in by_day.items()}
    largest = min(nets, key=lambda when: (-abs(nets[when]), when))
    taxes[largest] += sums.vat - sum(taxes.values(), _ZERO)
    nets[largest] += sums.net - sum(nets.values(), _ZERO)
    apart = sums.gross - sums.net - sums.vat
    return [
        Part(
            when,
            by_day[when],
            Sums(nets[when], taxes[when], nets[when] + taxes[when] + (apart if when == largest else _ZERO)),
        )
        for when in sorted(by_day)
    ]
