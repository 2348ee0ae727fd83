"""What only all invoices together say: whose they are, which were refused, which are there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.warehouse.importers.documents import DocumentRows, Owner, take_once
from clientela.warehouse.importers.xml_tree import text
from clientela.warehouse.loading.mapping.questions import Choice, Question

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

REFUSED = ("NotificaScarto", "RicevutaScarto")
"""Receipts that say: this invoice never existed."""


def settle(
    documents: list[DocumentRows], papers: list[tuple[str, Node]], owner: Owner
) -> tuple[list[Question], list[str]]:
    """Set the reasons that hang on the others.

    Args:
        documents: every one that was read.
        papers: receipts that lay beside them, by name.
        owner: whose sales they are to be.

    Returns:
        What is to be asked, and sentences for the owner.
    """
    notes = _refused(documents, papers)
    questions = _whose(documents, owner)
    take_once(documents)
    return questions, notes


def _refused(documents: Sequence[DocumentRows], papers: list[tuple[str, Node]]) -> list[str]:
    """Leave out what the tax office refused; name receipts of invoices that are not here."""
    refused = {_stem(text(root, "NomeFile")): name for name, root in papers if root.tag in REFUSED}
    here = set()
    for document in documents:
        stem = _stem(document.file_name)
        if stem in refused:
            here.add(stem)
            document.reason = document.reason or "refused_by_tax_office"
    notes = [
        _("{receipt}: the tax office refused {invoice}; if that was loaded, take its load back.").format(
            receipt=receipt, invoice=stem
        )
        for stem, receipt in sorted(refused.items())
        if stem and stem not in here
    ]
    others = sum(root.tag not in REFUSED for _name, root in papers)
    if others:
        said = ngettext(
            "{count} receipt of the tax office was left.",
            "{count} receipts of the tax office were left.",
            others,
        )
        notes.append(said.format(count=others))
    return notes


def _stem(name: str) -> str:
    """Return a file's name without folder, container and endings: ``.xml`` and ``.xml.p7m`` are one."""
    last = name.replace("\\", "/").rpartition("/")[2].rpartition(": ")[2]
    return last.partition(".")[0].strip().upper()


def _whose(documents: Sequence[DocumentRows], owner: Owner) -> list[Question]:
    """Leave out what others sold; ask who the shop is where nobody has said."""
    open_ones = [document for document in documents if not document.reason]
    if owner.vat_numbers:
        for document in open_ones:
            if document.seller not in owner.vat_numbers:
                document.reason = "purchase"
        return []
    sellers = Counter(document.seller for document in open_ones if document.seller)
    if not sellers:
        return []
    for document in open_ones:
        document.reason = "seller_unknown"
    proposed = _("Which VAT number is yours? Invoices that you received are no sales. Proposed: {number}.")
    likely = sorted(sellers.items(), key=lambda found: (-found[1], found[0]))
    choices = [
        Choice(
            number,
            ngettext(
                "{number} is the shop: {count} document is its sale, what others wrote is a purchase.",
                "{number} is the shop: {count} documents are its sales, what others wrote is a purchase.",
                count,
            ).format(number=number, count=count),
            {"vat_number": number},
        )
        for number, count in likely[:3]
    ]
    nothing = Choice("later", _("Leave them all aside until it is said."), {})
    return [
        Question(
            "own_vat_number",
            None,
            proposed.format(number=likely[0][0]),
            (*choices, nothing),
            nothing.value,
            tuple(number for number, _count in likely[:3]),
            sum(len(document.rows) for document in open_ones),
            sum((_gross(document) for document in open_ones), Decimal(0)),
        )
    ]


def _gross(document: DocumentRows) -> Decimal:
    """Return what a document comes to."""
    return sum((Decimal(row["gross_amount"]) for row in document.rows if row.get("gross_amount")), Decimal(0))
