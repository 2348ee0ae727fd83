"""Amazon, all orders: no buyer stands in it, so it is good for totals only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.i18n import gettext as _
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source, Status

_GROSS: Final = "price and shipping"
_TAX: Final = "tax on both"

_COLUMNS: Final[dict[str, Source]] = {
    "order_id": "amazon-order-id",
    "order_date": "purchase-date",
    "shipping_amount": "shipping-price",
    "channel": "sales-channel",
    "currency": "currency",
    "product_name": "product-name",
    "product_id": "sku",
    "quantity": "quantity",
}


def _sum(*columns: str) -> str:
    """Return the SQL of the sum of columns; null where all are empty."""
    values = [f"try_cast([[{column}]] as decimal(18, 4))" for column in columns]
    added = " + ".join(f"coalesce({value}, 0)" for value in values)
    return f"case when coalesce({', '.join(values)}) is not null then cast({added} as varchar) end"


def _mapping(headers: Sequence[str]) -> Mapping:
    derived: dict[str, Source] = {"gross_amount": _GROSS, "vat_amount": _TAX}
    return Mapping(
        "amazon",
        "orders",
        {**present(_COLUMNS, headers), **derived},
        rows="line",
        # A title may hold one quote and no other: none means anything.
        format=Format(is_number_said=True, delimiter="\t", quote=""),
        status=Status(
            "order-status",
            {
                "counts": (
                    "shipped",
                    "shipped - delivered to buyer",
                    "shipped - picked up",
                    "shipping",
                    "unshipped",
                ),
                "cancelled": ("cancelled", "canceled", "shipped - returned to seller"),
                # An order that is not paid yet has no amount.
                "set_aside": ("pending", "pending availability"),
            },
        ),
        key=DocumentKey(("order_id",)),
        importer="amazon_orders",
    )


def _notes() -> list[str]:
    return [_("Amazon does not say who bought: these orders count in the totals only.")]


IMPORTER = Importer(
    name="amazon_orders",
    title="Amazon (all orders)",
    headers=(
        "amazon-order-id",
        "purchase-date",
        "last-updated-date",
        "order-status",
        "fulfillment-channel",
        "sales-channel",
        "product-name",
        "sku",
        "asin",
        "item-status",
        "quantity",
        "currency",
        "item-price",
        "item-tax",
        "shipping-price",
        "shipping-tax",
    ),
    needed=("amazon-order-id", "purchase-date", "order-status", "item-price"),
    mapping=_mapping,
    notes=_notes,
    columns={
        _GROSS: _sum("item-price", "shipping-price", "gift-wrap-price"),
        _TAX: _sum("item-tax", "shipping-tax", "gift-wrap-tax"),
    },
)
