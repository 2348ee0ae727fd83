"""Loyverse, receipts."""

from __future__ import annotations

from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.loyverse import COMMON, columns, receipts

IMPORTER = Importer(
    name="loyverse_receipts",
    title="Loyverse (receipts)",
    headers=(*COMMON, "Total collected", "Payment type"),
    needed=("Date", "Receipt number", "Receipt type", "Net sales", "Total collected"),
    mapping=receipts,
    columns=columns(),
)
