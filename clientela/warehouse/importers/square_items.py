"""Square, details of the items: a row an article sold, a refund under the number of its sale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.derived import plain_money
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Joined, Mapping, Source

_REFUND: Final = "lower(coalesce([[Event Type]], '')) = 'refund'"
_ID: Final = "sale or refund"
_OF: Final = "refund of"
_NET: Final = "Net Sales, plain"
_TAX: Final = "Tax, plain"
_DISCOUNT: Final = "Discounts, plain"

_COLUMNS: Final[dict[str, Source]] = {
    "order_date": Joined(("Date", "Time")),
    "customer_id": "Customer ID",
    "customer_name": "Customer Name",
    "store_id": "Location",
    "operator_id": "Employee",
    "channel": "Channel",
    "product_name": "Item",
    "product_id": "SKU",
    "category": "Category",
    "quantity": "Qty",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    derived: dict[str, Source] = {
        "order_id": _ID,
        "refund_of": _OF,
        "net_amount": _NET,
        "vat_amount": _TAX,
        "discount_amount": _DISCOUNT,
    }
    return Mapping(
        "square",
        "orders",
        {**present(_COLUMNS, headers), **derived},
        rows="line",
        format=Format(is_number_said=True),
        key=DocumentKey(("order_id",)),
        importer="square_items",
    )


IMPORTER = Importer(
    name="square_items",
    title="Square (items)",
    headers=(
        "Date",
        "Time",
        "Time Zone",
        "Category",
        "Item",
        "Qty",
        "Price Point Name",
        "SKU",
        "Modifiers Applied",
        "Gross Sales",
        "Discounts",
        "Net Sales",
        "Tax",
        "Transaction ID",
        "Payment ID",
        "Device Name",
        "Notes",
        "Details",
        "Event Type",
        "Location",
    ),
    needed=("Date", "Time", "Item", "Qty", "Net Sales", "Tax", "Transaction ID"),
    mapping=_mapping,
    columns={
        # A refund bears the number of its sale, and a payment of its own.
        _ID: f"case when {_REFUND} then coalesce([[Payment ID]], [[Transaction ID]] || ' refund') "
        "else [[Transaction ID]] end",
        _OF: f"case when {_REFUND} then [[Transaction ID]] end",
        _NET: plain_money("[[Net Sales]]"),
        _TAX: plain_money("[[Tax]]"),
        _DISCOUNT: plain_money("[[Discounts]]"),
    },
)
