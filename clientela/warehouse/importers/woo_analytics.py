"""WooCommerce, orders of the Analytics page: formatted amounts, names, and no e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.i18n import gettext as _
from clientela.warehouse.importers.derived import plain_money
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source

_GROSS: Final = "N. Revenue, plain"
_NET: Final = "Net Sales, plain"
_BUYER: Final = "Customer, named"

ITALIAN: Final = {
    "Date": "Data",
    "Order #": "Ordine n.",
    "N. Revenue (formatted)": "Ricavi netti (formattati)",
    "Status": "Stato",
    "Customer": "Cliente",
    "Customer type": "Tipo di cliente",
    "Product(s)": "Prodotto/i",
    "Items sold": "Articoli venduti",
    "Coupon(s)": "Codice/i promozionale/i",
    "Net Sales": "Vendite nette",
    "Attribution": "Attribuzione",
}


def _either(header: str) -> str:
    """Return the SQL of a column in either language."""
    return f"coalesce([[{header}]], [[{ITALIAN[header]}]])"


def _mapping(headers: Sequence[str]) -> Mapping:
    said = {} if "Date" in headers else ITALIAN
    columns: dict[str, Source] = {
        name: said.get(column, column)
        for name, column in {
            "order_id": "Order #",
            "order_date": "Date",
            "status": "Status",
            "coupon_code": "Coupon(s)",
        }.items()
    }
    derived: dict[str, Source] = {"gross_amount": _GROSS, "customer_name": _BUYER}
    return Mapping(
        "woocommerce",
        "orders",
        {**present(columns, headers), **derived},
        format=Format(is_number_said=True),
        key=DocumentKey(("order_id",)),
        importer="woo_analytics",
    )


def _notes() -> list[str]:
    return [
        _(
            "This export has no e-mail, only names: who bought cannot be told for sure. Ask for an export "
            "of the orders by a plugin, with customer_email, and load that instead."
        )
    ]


IMPORTER = Importer(
    name="woo_analytics",
    title="WooCommerce (Analytics)",
    headers=tuple(ITALIAN),
    needed=("Date", "Order #", "Status", "Customer"),
    languages=(ITALIAN,),
    mapping=_mapping,
    notes=_notes,
    columns={
        _GROSS: plain_money(_either("N. Revenue (formatted)")),
        _NET: plain_money(_either("Net Sales")),
        # Some versions write whether the customer came before where the name should be.
        _BUYER: f"case when lower({_either('Customer')}) not in ('new', 'returning', 'nuovo', 'di ritorno') "
        f"then {_either('Customer')} end",
    },
)
