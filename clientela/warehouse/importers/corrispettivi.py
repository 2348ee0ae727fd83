"""COR10, the daily takings that a till sends to the tax office: totals to compare with, never sales."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from clientela.warehouse.importers.documents import REASON, DocumentImporter, DocumentRows, settle_twice
from clientela.warehouse.importers.fattura.amounts import UnreadableAmount, amount, day, total, written
from clientela.warehouse.importers.xml_tree import text
from clientela.warehouse.loading.mapping.mapping import Format, Mapping, Words

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

FIELDS: Final = (
    "day",
    "device_id",
    "closed_at",
    "receipts",
    "net_amount",
    "vat_amount",
    "cash_amount",
    "electronic_amount",
)


def _read(name: str, root: Node) -> Iterator[DocumentRows]:
    """Read the closing of one till on one day; the amounts are net of tax."""
    closed = text(root, "DataOraRilevazione")
    device = text(root, "Trasmissione/Dispositivo/IdDispositivo")
    row = {"day": day(closed), "device_id": device, "closed_at": closed}
    found = DocumentRows([row], [1], key=(device, closed), file_name=name)
    rates = root.findall("DatiRT/Riepilogo")
    totals = root.find("DatiRT/Totali")
    try:
        row |= {
            "receipts": text(totals, "NumeroDocCommerciali"),
            "net_amount": written(total(rates, "Ammontare")),
            "vat_amount": written(total(rates, "IVA/Imposta")),
            "cash_amount": written(amount(totals, "PagatoContanti")),
            "electronic_amount": written(amount(totals, "PagatoElettronico")),
        }
    except UnreadableAmount:
        found.fault = "unreadable_amount"
    found.rows = [row]
    yield found


def _mapping() -> Mapping:
    return Mapping(
        source="corrispettivi",
        table="control_totals",
        columns={name: name for name in FIELDS},
        format=Format(is_number_said=True),
        set_aside=Words(REASON, (), coded=True),
        importer="corrispettivi",
    )


IMPORTER = DocumentImporter(
    name="corrispettivi",
    title="Corrispettivi (COR10)",
    roots=("DatiCorrispettivi",),
    fields=FIELDS,
    mapping=_mapping,
    read=_read,
    settle=settle_twice,
)
