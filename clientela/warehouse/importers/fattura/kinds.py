"""The kinds of document (TipoDocumento) and what each is to a shop."""

from __future__ import annotations

from typing import Final

CREDIT: Final = frozenset({"TD04", "TD08"})
"""Credit notes: written with positive amounts, and taken away."""

DEPOSIT: Final = frozenset({"TD02", "TD03"})
"""Money on account: the later invoice counts it again."""

SALE: Final = frozenset({"TD01", "TD05", "TD06", "TD07", "TD09", "TD24", "TD25"}) | CREDIT | DEPOSIT
"""What is sold to a customer, and what is taken back."""

DEFERRED: Final = frozenset({"TD24", "TD25"})
"""Invoices for goods that were delivered before."""

ASSET: Final = "TD26"
"""Sale of a van or a machine: money of the shop, no purchase of a customer."""

OWN: Final = frozenset({f"TD{number}" for number in (16, 17, 18, 19, 20, 21, 22, 23, 27, 28, 29)})
"""Written to oneself, for the tax office: integrations, self-invoices, takings from a deposit."""


def reason(kind: str) -> str:
    """Return why documents of a kind are left out; empty for sales."""
    if kind in SALE:
        return ""
    if kind == ASSET:
        return "asset_sale"
    return "self_invoice" if kind in OWN else "unknown_document_type"
