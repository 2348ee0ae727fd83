"""PrestaShop, the list of the orders: amounts with their currency, and rows that lack a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.i18n import gettext as _
from clientela.warehouse.importers.derived import plain_money
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source

ITALIAN: Final = {
    "ID": "ID",
    "Reference": "Riferimento",
    "New client": "Nuovo cliente",
    "Delivery": "Consegna",
    "Customer": "Cliente",
    "Total": "Totale",
    "Payment": "Pagamento",
    "Status": "Stato",
    "Date": "Data",
}
_TAIL: Final = ("Total", "Payment", "Status", "Date")
_MONEY: Final = r"'^[^0-9a-zA-Z]*[A-Z]{0,3}\s*-?[0-9][0-9.,\s]*\s*\D{0,4}$'"


def _either(header: str) -> str:
    return f"coalesce([[{header}]], [[{ITALIAN[header]}]])"


def _shifted(place: int) -> str:
    """Return the SQL of a cell of the tail: the export leaves a missing company out instead of empty."""
    names = ["Company", *_TAIL]
    before = "coalesce([[Company]], [[Azienda]])" if place == 0 else _either(names[place])
    is_short = f"{_either('Date')} is null and regexp_matches(coalesce([[Company]], [[Azienda]]), {_MONEY})"
    return f"case when {is_short} then {before} else {_either(_TAIL[place])} end"


_NAMES: Final = {field: f"{field}, in its place" for field in ("total", "payment", "status", "date")}


def _mapping(headers: Sequence[str]) -> Mapping:
    said = {} if "Reference" in headers else ITALIAN
    columns: dict[str, Source] = {
        "order_id": said.get("ID", "ID"),
        "customer_name": said.get("Customer", "Customer"),
        "gross_amount": _NAMES["total"],
        "payment_method": _NAMES["payment"],
        "status": _NAMES["status"],
        "order_date": _NAMES["date"],
    }
    return Mapping(
        "prestashop",
        "orders",
        columns,
        format=Format(is_number_said=True),
        key=DocumentKey(("order_id",)),
        importer="prestashop",
    )


def _notes() -> list[str]:
    return [
        _(
            "This list has only initials and names: who bought cannot be told for sure. Export the orders "
            "with the SQL manager, with the customer's e-mail, and load that instead."
        )
    ]


IMPORTER = Importer(
    name="prestashop",
    title="PrestaShop",
    headers=tuple(ITALIAN),
    needed=("ID", "Reference", "Customer", "Total", "Status", "Date"),
    languages=(ITALIAN,),
    mapping=_mapping,
    notes=_notes,
    columns={
        _NAMES["total"]: plain_money(f"({_shifted(0)})"),
        _NAMES["payment"]: _shifted(1),
        _NAMES["status"]: _shifted(2),
        _NAMES["date"]: _shifted(3),
    },
)
