"""Amounts and dates as invoices write them, dirt included."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from clientela.warehouse.importers.xml_tree import text

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

CENT: Final = Decimal("0.01")
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2}|T.*)?")
_NUMBER: Final = re.compile(r"[+-]?\d{1,14}(\.\d+)?")


class UnreadableAmount(ValueError):
    """An amount is no number."""


def amount(node: Node | None, path: str) -> Decimal | None:
    """Return the number at a path; None where there is none.

    Raises:
        UnreadableAmount: if something else stands there.
    """
    said = text(node, path)
    if not said:
        return None
    if not _NUMBER.fullmatch(said):
        raise UnreadableAmount(said)
    try:
        return Decimal(said)
    except InvalidOperation as error:
        raise UnreadableAmount(said) from error


def total(nodes: list[Node], path: str) -> Decimal:
    """Return the sum of the numbers at a path under each element."""
    return sum((amount(node, path) or Decimal(0) for node in nodes), Decimal(0))


def day(said: str) -> str:
    """Return the day of a date with an offset or an hour behind it; anything else as it stands."""
    found = _DAY.fullmatch(said.strip())
    return found[1] if found else said.strip()


def rounded(value: Decimal) -> Decimal:
    """Round to the cent, half away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def written(value: Decimal | None) -> str:
    """Write a number as a cell."""
    return "" if value is None else format(value, "f")
