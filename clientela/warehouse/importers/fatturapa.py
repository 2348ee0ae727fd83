"""FatturaPA: electronic invoices, ordinary and simplified, one or many in a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clientela.warehouse.importers.documents import REASON, DocumentImporter, DocumentRows
from clientela.warehouse.importers.fattura import bodies, parties, settling
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Money, Words

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node


def _read(name: str, root: Node) -> Iterator[DocumentRows]:
    """Read every body of a file."""
    header = root.find("FatturaElettronicaHeader")
    seller = parties.party(header.find("CedentePrestatore") if header is not None else None)
    buyer = parties.party(header.find("CessionarioCommittente") if header is not None else None)
    is_simplified = root.tag == "FatturaElettronicaSemplificata"
    for body in root.findall("FatturaElettronicaBody"):
        document = bodies.document(body, seller, buyer, is_simplified=is_simplified)
        document.file_name = name
        yield document


def _mapping() -> Mapping:
    return Mapping(
        source="fatturapa",
        table="orders",
        columns={name: name for name in bodies.FIELDS},
        rows="line",
        format=Format(is_number_said=True),
        set_aside=Words(REASON, (), coded=True),
        key=DocumentKey(("order_id", "doc_type", "year")),
        money=Money("EUR"),
        importer="fatturapa",
    )


IMPORTER = DocumentImporter(
    name="fatturapa",
    title="FatturaPA",
    roots=("FatturaElettronica", "FatturaElettronicaSemplificata"),
    fields=bodies.FIELDS,
    mapping=_mapping,
    read=_read,
    settle=settling.settle,
    beside=(
        *settling.REFUSED,
        "RicevutaConsegna",
        "RicevutaImpossibilitaRecapito",
        "NotificaMancataConsegna",
        "AttestazioneTrasmissioneFattura",
        "NotificaEsito",
        "NotificaEsitoCommittente",
        "NotificaDecorrenzaTermini",
        "ScartoEsitoCommittente",
        "MetadatiInvioFile",
        "FileMetadati",
    ),
)
