"""Loyverse, receipts by item."""

from __future__ import annotations

from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.loyverse import COMMON, columns, items

IMPORTER = Importer(
    name="loyverse_items",
    title="Loyverse (receipts by item)",
    headers=(*COMMON, "Category", "SKU", "Item", "Quantity"),
    needed=("Date", "Receipt number", "Receipt type", "Net sales", "Item", "Quantity"),
    mapping=items,
    columns=columns(),
)
