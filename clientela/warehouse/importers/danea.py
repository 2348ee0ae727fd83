"""Danea Easyfatt: documents as XML, with phone and e-mail of who is on them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.warehouse.importers.documents import REASON, DocumentImporter, DocumentRows, settle_twice
from clientela.warehouse.importers.fattura.amounts import UnreadableAmount, amount, day, total, written
from clientela.warehouse.importers.fattura.parties import without_filler
from clientela.warehouse.importers.xml_tree import text
from clientela.warehouse.loading.mapping.mapping import DocumentKey, Format, Mapping, Money, Words

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

_KINDS: Final = {
    "B": ("Vendita al banco", ""),
    "F": ("Fattura accompagnatoria", ""),
    "I": ("Fattura", ""),
    "J": ("Fattura d’acconto", ""),
    "N": ("Nota di credito", ""),
    "O": ("Nota di debito", ""),
    "P": ("Parcella", ""),
    "R": ("Ricevuta fiscale", ""),
    "C": ("Ordine cliente", "before_invoice"),
    "D": ("DDT", "before_invoice"),
    "G": ("Rapporto d’intervento", "before_invoice"),
    "A": ("Avviso di parcella", "before_invoice"),
    "L": ("Fattura pro-forma", "before_invoice"),
    "Q": ("Preventivo", "before_invoice"),
    "E": ("Ordine fornitore", "purchase"),
    "H": ("Arrivo merce", "purchase"),
    "S": ("Preventivo fornitore", "purchase"),
    "M": ("Autofattura", "self_invoice"),
}
"""The letter of a kind of document, and why such a document is left out."""

_DEFAULT: Final = "C"
"""What a document without a letter is."""

_DEPOSIT: Final = "J"
_CREDIT: Final = "N"

FIELDS: Final = (
    "order_id",
    "order_date",
    "doc_type",
    "customer_id",
    "vat_number",
    "tax_code",
    "email",
    "phone",
    "customer_name",
    "gross_amount",
    "vat_amount",
    "order_type",
    "due_date",
    "payment_method",
    "operator_id",
    "line_no",
    "product_id",
    "product_name",
    "quantity",
    "unit_price",
    "net_amount",
)


def _read(name: str, root: Node) -> Iterator[DocumentRows]:
    """Read every document of a file."""
    for node in root.findall("Documents/Document"):
        letter = text(node, "DocumentType").upper() or _DEFAULT
        kind, reason = _KINDS.get(letter, (letter, "unknown_document_type"))
        head = _head(node, kind)
        found = DocumentRows([], file_name=name, reason=reason)
        found.key = (kind, head["order_date"][:4], head["order_id"])
        head["order_type"] = "deposit" if letter == _DEPOSIT else ""
        try:
            _write(found, node, head, -1 if letter == _CREDIT else 1)
        except UnreadableAmount:
            found.rows, found.lines, found.fault = [head], [int(node.sourceline or 1)], "unreadable_amount"
        yield found


def _head(node: Node, kind: str) -> dict[str, str]:
    """Return what stands for the whole document."""
    return {
        "order_id": text(node, "Number") + text(node, "Numbering"),
        "order_date": day(text(node, "Date")),
        "doc_type": kind,
        "customer_id": text(node, "CustomerCode"),
        "vat_number": without_filler(text(node, "CustomerVatCode")),
        "tax_code": without_filler(text(node, "CustomerFiscalCode")),
        "email": text(node, "CustomerEmail"),
        "phone": text(node, "CustomerCellPhone") or text(node, "CustomerTel"),
        "customer_name": text(node, "CustomerName"),
        "due_date": day(text(node, "Payments/Payment/Date")),
        "payment_method": text(node, "PaymentName"),
        "operator_id": text(node, "SalesAgent"),
    }


def _write(found: DocumentRows, node: Node, head: dict[str, str], sign: int) -> None:
    """Add a row for each line; the document's sums stand on the first, and the lines come to its net."""
    net, vat = amount(node, "TotalWithoutTax"), amount(node, "VatAmount")
    gross = amount(node, "Total")
    if gross is None:
        gross = (net or Decimal(0)) + (vat or Decimal(0))
    if net is None:
        net = gross - (vat or Decimal(0))
    if sign < 0 and gross < 0:
        sign = 1
    rows = [row for row in node.findall("Rows/Row") if text(row, "Total") or text(row, "Description")]
    shares = _shares(rows, net)
    sums = {"gross_amount": written(sign * gross), "vat_amount": written(sign * (vat or Decimal(0)))}
    for place, (row, share) in enumerate(zip(rows or [node], shares, strict=True), 1):
        cells = {
            "line_no": str(place),
            "product_id": text(row, "Code"),
            "product_name": text(row, "Description"),
            "quantity": text(row, "Qty"),
            "unit_price": text(row, "Price"),
        }
        found.rows.append(head | (cells if rows else {}) | sums | {"net_amount": written(sign * share)})
        found.lines.append(int(row.sourceline or 1))
        sums = {}


def _shares(rows: list[Node], net: Decimal) -> list[Decimal]:
    """Share the net among the rows as their totals are, with tax or without; the last takes what is left."""
    whole = total(rows, "Total")
    if not rows or not whole:
        return [net, *(Decimal(0) for _row in rows[1:])]
    shares = [
        ((amount(row, "Total") or Decimal(0)) * net / whole).quantize(Decimal("0.0001")) for row in rows
    ]
    shares[-1] += net - sum(shares, Decimal(0))
    return shares


def _mapping() -> Mapping:
    return Mapping(
        source="danea",
        table="orders",
        columns={name: name for name in FIELDS},
        rows="line",
        format=Format(is_number_said=True),
        set_aside=Words(REASON, (), coded=True),
        key=DocumentKey(("order_id", "doc_type", "year")),
        money=Money("EUR"),
        importer="danea",
    )


IMPORTER = DocumentImporter(
    name="danea",
    title="Danea Easyfatt",
    roots=("EasyfattDocuments",),
    fields=FIELDS,
    mapping=_mapping,
    read=_read,
    settle=settle_twice,
)
