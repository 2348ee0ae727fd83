"""What both exports of Loyverse have: refunds with their own number, e-mail and phone in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source, Status

COMMON: Final = (
    "Date",
    "Receipt number",
    "Receipt type",
    "Gross sales",
    "Discounts",
    "Net sales",
    "Taxes",
    "Cost of goods",
    "POS",
    "Store",
    "Cashier name",
    "Customer name",
    "Customer contacts",
    "Status",
)
_EMAIL: Final = "contacts: e-mail"
_PHONE: Final = "contacts: phone"
_MAIL: Final = r"[^\s,;/]+@[^\s,;/]+"

_SHARED: Final[dict[str, Source]] = {
    "order_id": "Receipt number",
    "order_date": "Date",
    "vat_amount": "Taxes",
    "discount_amount": "Discounts",
    "cost_amount": "Cost of goods",
    "store_id": "Store",
    "operator_id": "Cashier name",
    "customer_name": "Customer name",
    "payment_method": "Payment type",
}
_STATUS: Final = Status(
    "Status", {"counts": ("closed", "chiuso"), "cancelled": ("cancelled", "canceled", "annullato")}
)


def columns() -> dict[str, str]:
    """Return the parts of the cell with the contacts."""
    contacts = "[[Customer contacts]]"
    others = f"regexp_replace({contacts}, '{_MAIL}', '', 'g')"
    return {
        _EMAIL: f"nullif(regexp_extract({contacts}, '{_MAIL}'), '')",
        _PHONE: f"nullif(regexp_replace({others}, '[^0-9+]', '', 'g'), '')",
    }


def receipts(headers: Sequence[str]) -> Mapping:
    """Map a row a receipt; what was collected holds the tax."""
    return _mapping(headers, "loyverse_receipts", {"gross_amount": "Total collected"}, "document")


def items(headers: Sequence[str]) -> Mapping:
    """Map a row an article; the net of a receipt is the sum of its rows."""
    lines: dict[str, Source] = {
        "net_amount": "Net sales",
        "product_name": "Item",
        "product_id": "SKU",
        "category": "Category",
        "quantity": "Quantity",
    }
    return _mapping(headers, "loyverse_items", lines, "line")


def _mapping(headers: Sequence[str], name: str, more: dict[str, Source], rows: str) -> Mapping:
    found = present(_SHARED | more, headers)
    contacts: dict[str, Source] = {"email": _EMAIL, "phone": _PHONE}
    return Mapping(
        "loyverse",
        "orders",
        {**found, **contacts},
        rows=rows,
        format=Format(
            is_number_said=True,
            dates=("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"),
        ),
        status=_STATUS,
        # The number begins with that of the till, which each shop counts from 1.
        key=DocumentKey(("order_id", "store_id", "year") if "store_id" in found else ("order_id", "year")),
        importer=name,
    )
