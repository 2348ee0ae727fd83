"""Shopify, export of the customers: who they are, and what they said to newsletters and text messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.consents import consent_columns, consent_mapping
from clientela.warehouse.importers.derived import first, unguarded
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import Format, Mapping, Source

_ID: Final = "Customer ID, plain"
_PHONE: Final = "Phone, Default Address Phone"
_ZIP: Final = "Default Address Zip, plain"
_NAME: Final = "First Name, Last Name"

_COLUMNS: Final[dict[str, Source]] = {
    "email": "Email",
    "first_name": "First Name",
    "last_name": "Last Name",
    "company_name": "Default Address Company",
    "address": "Default Address Address1",
    "city": "Default Address City",
    "province": "Default Address Province Code",
    "country": "Default Address Country Code",
    "status_note": "Tags",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    columns: dict[str, Source] = {
        "customer_id": _ID,
        "phone": _PHONE,
        "postal_code": _ZIP,
        "name": _NAME,
        **present(_COLUMNS, headers),
    }
    return Mapping(
        "shopify", "customers", columns, format=Format(is_number_said=True), importer="shopify_customers"
    )


def _consents(headers: Sequence[str]) -> list[Mapping]:
    keys: dict[str, Source] = {"customer_id": _ID, "email": "Email", "phone": _PHONE}
    return [
        consent_mapping("shopify", keys, channel, "shopify_customers")
        for channel, column in (("email", "Accepts Email Marketing"), ("sms", "Accepts SMS Marketing"))
        if column in headers
    ]


IMPORTER = Importer(
    name="shopify_customers",
    title="Shopify (customers)",
    headers=(
        "First Name",
        "Last Name",
        "Email",
        "Accepts Email Marketing",
        "Default Address Company",
        "Default Address Address1",
        "Default Address City",
        "Default Address Zip",
        "Phone",
        "Accepts SMS Marketing",
        "Total Spent",
        "Total Orders",
        "Tags",
    ),
    needed=("First Name", "Last Name", "Email", "Total Spent", "Total Orders"),
    mapping=_mapping,
    also=_consents,
    columns={
        _ID: unguarded("[[Customer ID]]"),
        _PHONE: unguarded(first("Phone", "Default Address Phone")),
        _ZIP: unguarded("[[Default Address Zip]]"),
        _NAME: "nullif(trim(concat_ws(' ', [[First Name]], [[Last Name]])), '')",
        **consent_columns("email", "[[Accepts Email Marketing]]"),
        **consent_columns("sms", "[[Accepts SMS Marketing]]"),
    },
)
