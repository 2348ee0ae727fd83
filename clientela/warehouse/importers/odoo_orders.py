"""Odoo, sales orders with their lines: the order's cells are blank below its first row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.derived import folded
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source

ITALIAN: Final = {
    "Order Reference": "Riferimento ordine",
    "Order Date": "Data ordine",
    "Customer": "Cliente",
    "Customer/Email": "Cliente/E-mail",
    "Customer/Phone": "Cliente/Telefono",
    "Order Lines/Product": "Righe ordine/Prodotto",
    "Order Lines/Quantity": "Righe ordine/Quantità",
    "Order Lines/Unit Price": "Righe ordine/Prezzo unitario",
    "Order Lines/Subtotal": "Righe ordine/Subtotale",
    "Status": "Stato",
    "Salesperson": "Addetto vendite",
}
_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "Customer/Email": ("Cliente/Email", "Cliente/Posta elettronica"),
    "Order Reference": ("Riferimento dell'ordine", "Numero ordine", "Riferimento Ordine"),
    "Order Date": ("Data dell'ordine",),
    "Order Lines/Product": ("Righe dell'ordine/Prodotto", "Righe Ordine/Prodotto"),
    "Order Lines/Quantity": ("Righe dell'ordine/Quantità", "Righe ordine/Quantità ordinata"),
    "Order Lines/Unit Price": ("Righe dell'ordine/Prezzo unitario",),
    "Order Lines/Subtotal": ("Righe dell'ordine/Subtotale", "Righe ordine/Totale parziale"),
}
_FIELDS: Final = {
    "order_id": "Order Reference",
    "order_date": "Order Date",
    "customer_name": "Customer",
    "email": "Customer/Email",
    "phone": "Customer/Phone",
    "operator_id": "Salesperson",
    "product_name": "Order Lines/Product",
    "quantity": "Order Lines/Quantity",
    "unit_price": "Order Lines/Unit Price",
    "net_amount": "Order Lines/Subtotal",
    "status": "Status",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    spelled = {folded(header): header for header in reversed(headers)}
    columns: dict[str, Source] = {}
    for field, column in _FIELDS.items():
        names = (column, ITALIAN[column], *_SPELLINGS.get(column, ()))
        found = next((spelled[folded(name)] for name in names if folded(name) in spelled), None)
        if found:
            columns[field] = found
    if "net_amount" not in columns and {"quantity", "unit_price"} <= set(columns):
        columns["net_amount"] = f"`{columns['quantity']}` * `{columns['unit_price']}`"
    return Mapping(
        "odoo",
        "orders",
        columns,
        rows="line",
        format=Format(continues="fill_down"),
        key=DocumentKey(("order_id", "year")),
        importer="odoo_orders",
    )


IMPORTER = Importer(
    name="odoo_orders",
    title="Odoo (sales orders)",
    headers=("Order Reference", "Order Date", "Customer", "Order Lines/Product"),
    needed=("Order Reference", "Order Date", "Order Lines/Product"),
    languages=(
        ITALIAN,
        *({name: _SPELLINGS.get(name, (said,))[0] for name, said in ITALIAN.items()},),
    ),
    mapping=_mapping,
)
