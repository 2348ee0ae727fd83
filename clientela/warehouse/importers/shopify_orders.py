"""Shopify, export of the orders: a row a line, the order's amounts on its first row, refunds inside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.derived import first, unguarded
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source, Status

_STATUS: Final = "Financial Status, Cancelled at"
_PHONE: Final = "Phone, Billing Phone"

_COLUMNS: Final[dict[str, Source]] = {
    "order_id": "Name",
    "order_date": "Created at",
    "email": "Email",
    "customer_name": "Billing Name",
    "gross_amount": "Total",
    "vat_amount": "Taxes",
    "shipping_amount": "Shipping",
    "refunded_amount": "Refunded Amount",
    "discount_amount": "Discount Amount",
    "coupon_code": "Discount Code",
    "channel": "Source",
    "store_id": "Location",
    "operator_id": "Employee",
    "payment_method": "Payment Method",
    "currency": "Currency",
    "product_name": "Lineitem name",
    "product_id": "Lineitem sku",
    "quantity": "Lineitem quantity",
    "unit_price": "Lineitem price",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    return Mapping(
        source="shopify",
        table="orders",
        columns={**present(_COLUMNS, headers), "phone": _PHONE},
        rows="line",
        format=Format(is_number_said=True, continues="first_row"),
        status=Status(
            _STATUS,
            {
                # What was given back stands in the row: an order refunded in full comes to nothing.
                "counts": ("paid", "partially_paid", "partially_refunded", "refunded"),
                "cancelled": ("voided", "expired", "cancelled"),
                "ask": ("pending", "authorized"),
            },
        ),
        # Numbers go on over the years; the year keeps apart those that a shop began anew.
        key=DocumentKey(("order_id", "year")),
        importer="shopify_orders",
    )


IMPORTER = Importer(
    name="shopify_orders",
    title="Shopify (orders)",
    headers=(
        "Name",
        "Email",
        "Financial Status",
        "Paid at",
        "Fulfillment Status",
        "Fulfilled at",
        "Accepts Marketing",
        "Currency",
        "Subtotal",
        "Shipping",
        "Taxes",
        "Total",
        "Discount Code",
        "Discount Amount",
        "Created at",
        "Lineitem quantity",
        "Lineitem name",
        "Lineitem price",
        "Billing Name",
    ),
    needed=("Name", "Financial Status", "Created at", "Total", "Lineitem quantity"),
    mapping=_mapping,
    columns={
        # A cancelled order that was paid and given back says so by its refund.
        _STATUS: "case when [[Cancelled at]] is not null and coalesce([[Financial Status]], '') not in "
        "('refunded', 'partially_refunded') then 'cancelled' else [[Financial Status]] end",
        _PHONE: unguarded(first("Phone", "Billing Phone")),
    },
)
