"""WooCommerce, orders as plugins export them: one row an order, the fields of the shop's own database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.derived import first
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source

_NAME: Final = "billing name"
_EMAIL: Final = "customer_email, billing_email"
_DATE: Final = "order_date, plain"
_TOTAL: Final = "order_total, plain"

_COLUMNS: Final[dict[str, Source]] = {
    "order_id": "order_id",
    "customer_id": "customer_id",
    "phone": "billing_phone",
    "vat_amount": "tax_total",
    "shipping_amount": "shipping_total",
    "discount_amount": "discount_total",
    "refunded_amount": "refund_total",
    "status": "status",
    "payment_method": "payment_method",
    "currency": "order_currency",
    "coupon_code": "coupon_codes",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    derived: dict[str, Source] = {
        "order_date": _DATE,
        "gross_amount": _TOTAL,
        "email": _EMAIL,
        "customer_name": _NAME,
    }
    return Mapping(
        "woocommerce",
        "orders",
        {**present(_COLUMNS, headers), **derived},
        format=Format(),
        # Guests bought with customer 0, all of them.
        key=DocumentKey(("order_id",), nobody=("0", "guest")),
        importer="woo_orders",
    )


IMPORTER = Importer(
    name="woo_orders",
    title="WooCommerce (plugin)",
    headers=(
        "order_id",
        "order_number",
        "order_date",
        "status",
        "customer_id",
        "billing_first_name",
        "billing_last_name",
        "billing_phone",
        "order_total",
        "payment_method",
    ),
    needed=("order_id", "order_date", "status", "billing_first_name", "order_total"),
    mapping=_mapping,
    columns={
        _NAME: "nullif(trim(concat_ws(' ', [[billing_first_name]], [[billing_last_name]])), '')",
        _EMAIL: first("customer_email", "billing_email"),
        _DATE: first("order_date", "paid_date"),
        _TOTAL: first("order_total"),
    },
)
