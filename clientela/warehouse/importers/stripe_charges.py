"""Stripe, charges as its interface hands them out: whole cents, seconds since 1970."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Money, Source, Status

_DATE: Final = "created, as an instant"
_STATUS: Final = "status or test"

_COLUMNS: Final[dict[str, Source]] = {
    "order_id": "id",
    "customer_id": "customer",
    "email": "receipt_email",
    "gross_amount": "amount",
    "refunded_amount": "amount_refunded",
    "currency": "currency",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    dated: dict[str, Source] = {"order_date": _DATE}
    return Mapping(
        "stripe",
        "orders",
        {**present(_COLUMNS, headers), **dated},
        format=Format(is_number_said=True, timezone="UTC"),
        money=Money(minor_units=True),
        status=Status(
            _STATUS,
            {"counts": ("succeeded",), "cancelled": ("failed", "canceled", "test"), "ask": ("pending",)},
        ),
        key=DocumentKey(("order_id",)),
        importer="stripe_charges",
    )


IMPORTER = Importer(
    name="stripe_charges",
    title="Stripe (charges)",
    headers=("id", "amount", "created"),
    needed=("id", "amount", "created"),
    mapping=_mapping,
    # The names are everybody's; numbers of Stripe and seconds are not.
    proof="bool_and(regexp_matches(coalesce([[id]], ''), '^(ch|py|pi)_')) "
    "and bool_and(coalesce(try_cast([[created]] as bigint), 0) between 1000000000 and 9999999999) "
    "and bool_and(try_cast([[amount]] as bigint) is not null)",
    columns={
        _DATE: "strftime(make_timestamp(try_cast([[created]] as bigint) * 1000000), '%Y-%m-%dT%H:%M:%SZ')",
        _STATUS: "case when lower([[livemode]]) = 'false' then 'test' "
        "else coalesce([[status]], 'succeeded') end",
    },
)
