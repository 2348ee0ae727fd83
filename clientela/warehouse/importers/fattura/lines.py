"""The lines of one invoice, and the sums that they have to come to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from clientela.warehouse.importers.fattura.amounts import CENT, amount, rounded, total, written
from clientela.warehouse.importers.xml_tree import text

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

OTHER: Final = "Altri importi del documento"
"""The line for what an invoice adds or takes off outside its lines: funds, discounts, rounding."""

_HUNDRED: Final = Decimal(100)
_KEPT: Final = Decimal("0.0001")
"""To which amounts are kept."""


@dataclass(frozen=True)
class Line:
    """What one line sells."""

    number: str
    at: int
    """Line of the file."""

    net: Decimal
    vat: Decimal
    """By the line's own rate, not rounded."""

    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sums:
    """What the document says that it comes to."""

    net: Decimal
    vat: Decimal
    gross: Decimal


def ordinary(body: Node) -> tuple[list[Line], Sums]:
    """Read the body of an ordinary invoice: net lines, and a summary a rate.

    Raises:
        UnreadableAmount: if an amount is no number.
    """
    lines = [_line(node) for node in body.findall("DatiBeniServizi/DettaglioLinee")]
    summary = body.findall("DatiBeniServizi/DatiRiepilogo")
    if summary:
        net, vat = total(summary, "ImponibileImporto"), total(summary, "Imposta")
    else:
        net = sum((line.net for line in lines), Decimal(0))
        vat = rounded(sum((line.vat for line in lines), Decimal(0)))
    said = amount(body, "DatiGenerali/DatiGeneraliDocumento/ImportoTotaleDocumento")
    sums = Sums(net, vat, net + vat if said is None else said)
    return _completed(lines, sums, int(body.sourceline or 1)), sums


def _completed(lines: list[Line], sums: Sums, at: int) -> list[Line]:
    """Make the lines come to the document's net: fractions of a cent go to the largest, more is a line."""
    apart = sums.net - sum((line.net for line in lines), Decimal(0))
    if lines and abs(apart) < CENT * len(lines):
        largest = max(range(len(lines)), key=lambda place: (abs(lines[place].net), -place))
        lines[largest] = replace(lines[largest], net=lines[largest].net + apart)
        return lines
    vat = apart * sums.vat / sums.net if sums.net else Decimal(0)
    return [*lines, Line("", at, apart, vat, {"product_name": OTHER})]


def _line(node: Node) -> Line:
    net = (amount(node, "PrezzoTotale") or Decimal(0)).quantize(_KEPT, ROUND_HALF_UP)
    cells = {
        "line_no": text(node, "NumeroLinea"),
        "product_id": text(node, "CodiceArticolo/CodiceValore"),
        "product_name": text(node, "Descrizione"),
        "quantity": written(amount(node, "Quantita")),
        "unit_price": written(amount(node, "PrezzoUnitario")),
    }
    rate = amount(node, "AliquotaIVA") or Decimal(0)
    return Line(cells["line_no"], int(node.sourceline or 1), net, net * rate / _HUNDRED, cells)


def simplified(body: Node) -> tuple[list[Line], Sums]:
    """Read the body of a simplified invoice: its amounts hold the tax.

    Raises:
        UnreadableAmount: if an amount is no number.
    """
    lines, gross, vat = [], Decimal(0), Decimal(0)
    for place, node in enumerate(body.findall("DatiBeniServizi"), 1):
        paid = amount(node, "Importo") or Decimal(0)
        tax = amount(node, "DatiIVA/Imposta")
        if tax is None:
            rate = amount(node, "DatiIVA/Aliquota") or Decimal(0)
            tax = rounded(paid * rate / (_HUNDRED + rate))
        cells = {"line_no": str(place), "product_name": text(node, "Descrizione")}
        lines.append(Line(str(place), int(node.sourceline or 1), paid - tax, tax, cells))
        gross, vat = gross + paid, vat + tax
    return lines, Sums(gross - vat, vat, gross)
