"""One body of an invoice file: a document, as records of ours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.warehouse.importers.documents import DocumentRows
from clientela.warehouse.importers.fattura import deliveries, kinds, lines
from clientela.warehouse.importers.fattura.amounts import UnreadableAmount, day, written
from clientela.warehouse.importers.fattura.deliveries import Part
from clientela.warehouse.importers.fattura.parties import Party
from clientela.warehouse.importers.xml_tree import text, texts

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

FIELDS: Final = (
    "order_id",
    "order_date",
    "doc_type",
    "vat_number",
    "tax_code",
    "customer_name",
    "gross_amount",
    "vat_amount",
    "currency",
    "order_type",
    "refund_of",
    "due_date",
    "delivery_date",
    "payment_method",
    "line_no",
    "product_id",
    "product_name",
    "quantity",
    "unit_price",
    "net_amount",
)
_HEAD: Final = "DatiGenerali/DatiGeneraliDocumento"


def document(body: Node, seller: Party, buyer: Party, *, is_simplified: bool) -> DocumentRows:
    """Read one body; an amount that is no number makes the document one to correct."""
    kind = text(body, f"{_HEAD}/TipoDocumento").upper()
    head = _head(body, buyer, kind)
    found = DocumentRows([], seller=seller.vat_number or seller.tax_code, reason=kinds.reason(kind))
    found.key = (found.seller, kind, head["order_date"][:4], head["order_id"])
    try:
        read, sums = lines.simplified(body) if is_simplified else lines.ordinary(body)
        # Most programmes write a credit note without a sign, some with one: it is taken away once.
        sign = -1 if kind in kinds.CREDIT and (sums.gross or sums.net) > 0 else 1
        whole = deliveries.parts(body, read, sums) if kind in kinds.DEFERRED else [Part("", read, sums)]
        for part in whole:
            _write(found, head, part, sign, alone=len(whole) == 1)
    except UnreadableAmount:
        found.rows, found.lines, found.fault = [head], [int(body.sourceline or 1)], "unreadable_amount"
    return found


def _head(body: Node, buyer: Party, kind: str) -> dict[str, str]:
    """Return what stands for the whole document."""
    refunded = set(texts(body, "DatiGenerali/DatiFattureCollegate/IdDocumento"))
    refunded |= set(texts(body, "DatiGenerali/DatiFatturaRettificata/NumeroFR"))
    due = sorted(map(day, texts(body, "DatiPagamento/DettaglioPagamento/DataScadenzaPagamento")))
    return {
        "order_id": text(body, f"{_HEAD}/Numero"),
        "order_date": day(text(body, f"{_HEAD}/Data")),
        "doc_type": kind,
        "vat_number": buyer.vat_number,
        "tax_code": buyer.tax_code,
        "customer_name": buyer.name,
        "currency": text(body, f"{_HEAD}/Divisa").upper(),
        "order_type": "deposit" if kind in kinds.DEPOSIT else "",
        "refund_of": next(iter(refunded)) if kind in kinds.CREDIT and len(refunded) == 1 else "",
        "due_date": due[0] if due else "",
        "payment_method": text(body, "DatiPagamento/DettaglioPagamento/ModalitaPagamento"),
    }


def _write(found: DocumentRows, head: dict[str, str], part: Part, sign: int, *, alone: bool) -> None:
    """Add the rows of a part; its sums stand on the first."""
    shared = dict(head)
    if part.day:
        shared["delivery_date"] = part.day
        if not alone:
            shared["order_id"] = f"{head['order_id']}/{part.day}"
    sums = {"gross_amount": written(sign * part.sums.gross), "vat_amount": written(sign * part.sums.vat)}
    for line in part.lines:
        cells = dict(line.cells)
        if sign < 0 and cells.get("quantity"):
            cells["quantity"] = written(-Decimal(cells["quantity"]))
        found.rows.append(shared | cells | sums | {"net_amount": written(sign * line.net)})
        found.lines.append(line.at)
        sums = {}
