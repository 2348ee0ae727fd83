"""Square, transactions: a row a payment, tips and gift cards apart."""

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
    "operator_id": "Staff Name",
    "payment_method": "Other Tender Type",
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
        format=Format(is_number_said=True),
        key=DocumentKey(("order_id",)),
        importer="square_transactions",
    )


IMPORTER = Importer(
    name="square_transactions",
    title="Square (transactions)",
    headers=(
        "Date",
        "Time",
        "Time Zone",
        "Gross Sales",
        "Discounts",
        "Net Sales",
        "Gift Card Sales",
        "Tax",
        "Tip",
        "Partial Refunds",
        "Total Collected",
        "Source",
        "Card",
        "Cash",
        "Square Gift Card",
        "Fees",
        "Net Total",
        "Transaction ID",
        "Payment ID",
        "Event Type",
        "Location",
    ),
    needed=("Date", "Time", "Net Sales", "Tax", "Total Collected", "Transaction ID"),
    mapping=_mapping,
    columns={
        _ID: f"case when {_REFUND} then coalesce([[Payment ID]], [[Transaction ID]] || ' refund') "
        "else [[Transaction ID]] end",
        _OF: f"case when {_REFUND} then [[Transaction ID]] end",
        _NET: plain_money("[[Net Sales]]"),
        _TAX: plain_money("[[Tax]]"),
        _DISCOUNT: plain_money("[[Discounts]]"),
    },
)
