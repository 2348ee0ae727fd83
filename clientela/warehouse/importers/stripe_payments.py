"""Stripe, export of the payments: instants in UTC, refunds inside the row, tests among the payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.derived import plain_money
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source, Status

_STATUS: Final = "Status or test"
_AMOUNT: Final = "Amount, plain"
_REFUNDED: Final = "Amount Refunded, plain"

_COLUMNS: Final[dict[str, Source]] = {
    "order_id": "id",
    "order_date": "Created (UTC)",
    "customer_id": "Customer ID",
    "email": "Customer Email",
    "customer_name": "Card Name",
    "currency": "Currency",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    derived: dict[str, Source] = {"gross_amount": _AMOUNT, "refunded_amount": _REFUNDED}
    return Mapping(
        "stripe",
        "orders",
        {**present(_COLUMNS, headers), **derived},
        format=Format(
            is_number_said=True,
            dates=("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"),
            timezone="UTC",
        ),
        status=Status(
            _STATUS,
            {
                "counts": ("paid", "refunded", "partially refunded", "succeeded", "partial refund"),
                "cancelled": ("failed", "blocked", "canceled", "cancelled", "declined", "incomplete", "test"),
                "ask": ("requires capture", "uncaptured", "pending", "requires payment method"),
            },
        ),
        key=DocumentKey(("order_id",)),
        importer="stripe_payments",
    )


IMPORTER = Importer(
    name="stripe_payments",
    title="Stripe (payments)",
    headers=(
        "id",
        "Description",
        "Created (UTC)",
        "Amount",
        "Amount Refunded",
        "Currency",
        "Converted Amount",
        "Fee",
        "Status",
        "Customer ID",
        "Customer Email",
        "Captured",
        "Card ID",
    ),
    needed=("id", "Created (UTC)", "Amount", "Amount Refunded", "Currency", "Status"),
    mapping=_mapping,
    columns={
        _STATUS: "case when lower(coalesce([[Mode]], '')) = 'test' then 'test' else [[Status]] end",
        _AMOUNT: plain_money("[[Amount]]"),
        _REFUNDED: plain_money("[[Amount Refunded]]"),
    },
)
