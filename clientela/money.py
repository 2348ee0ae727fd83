"""Money: decimal euro, rounded half up to the cent where it leaves the product."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")


def to_cents(amount: Decimal | int | None) -> Decimal:
    """Return the amount rounded to the cent; nothing counts as zero."""
    return Decimal(amount or 0).quantize(CENT, ROUND_HALF_UP)


def money_text(amount: Decimal | int | None) -> str:
    """Return the amount as JSON and CSV carry it: ``1234.50``, never ``-0.00``."""
    cents = to_cents(amount)
    return f"{cents if cents else Decimal('0.00'):f}"
