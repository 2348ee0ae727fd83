"""Genya and programmes like it: every cell in quotes, days as the numbers of a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.warehouse.importers.derived import serial_day
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.importers.present import present
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Source

_DATE: Final = "Data, as a day"

_COLUMNS: Final[dict[str, Source]] = {
    "order_id": "Numero",
    "doc_type": "Tipo Documento",
    "customer_name": "Cliente",
    "product_name": "Descrizione",
    "net_amount": "Prezzo Tot.",
    "status": "Stato",
}


def _mapping(headers: Sequence[str]) -> Mapping:
    dated: dict[str, Source] = {"order_date": _DATE}
    return Mapping(
        "genya",
        "orders",
        {**present(_COLUMNS, headers), **dated},
        rows="line",
        format=Format(),
        key=DocumentKey(("order_id", "doc_type", "year")),
        importer="genya",
    )


IMPORTER = Importer(
    name="genya",
    title="Genya",
    headers=(
        "Tipo Documento",
        "Anno",
        "Numero",
        "Data",
        "Cliente",
        "Numero riga",
        "Descrizione",
        "Prezzo Tot.",
        "Stato",
    ),
    needed=("Tipo Documento", "Anno", "Numero", "Data", "Cliente", "Numero riga", "Prezzo Tot."),
    mapping=_mapping,
    columns={_DATE: serial_day("[[Data]]")},
)
