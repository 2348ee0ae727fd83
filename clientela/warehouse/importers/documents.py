"""Exports that are documents, of XML or JSON: what reads them says what stands in each, in our own words.

Their records have our field names as columns, so that everything after reading treats them like any file.
"""

from __future__ import annotations

import csv
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.importers.xml_tree import parse
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.mapping.questions import Question
from clientela.warehouse.loading.opening.part import Document, Part
from clientela.warehouse.loading.splitting.cells import NUMBERS, Cells, read_csv

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

REASON: Final = "reason"
"""The column that says why a record is left out, in the words of ``staging/advice.py``."""


@dataclass(frozen=True)
class Owner:
    """What the settings and the mapping say of the shop."""

    vat_numbers: tuple[str, ...] = ()
    """In the form of ``staging/keys.py``; empty where nobody has said."""


def owner(vat_numbers: Iterable[str]) -> Owner:
    """Return the shop by its VAT numbers, as its settings or a mapping write them."""
    plain = ("".join(number.split()).upper().removeprefix("IT") for number in vat_numbers)
    return Owner(tuple(filter(None, plain)))


@dataclass
class DocumentRows:
    """What one document says."""

    rows: list[dict[str, str]]
    """Its lines by our field names; an amount that stands for the whole document is on the first only."""

    lines: list[int] = field(default_factory=list)
    """Where each row stands in its file, from 1."""

    key: tuple[str, ...] = ()
    """What names it; two documents with one key are one, or neither is believed."""

    seller: str = ""
    """VAT number of who sells."""

    file_name: str = ""
    reason: str = ""
    """Why it is left out."""

    fault: str = ""
    """Why it has to be corrected first."""


@dataclass
class Settled:
    """What all documents of an export come to, once it is said whose they are."""

    documents: list[DocumentRows]
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the owner."""


class Settle(Protocol):
    """Says what can only be said of all files together, by setting reasons and faults."""

    def __call__(
        self, documents: list[DocumentRows], papers: list[tuple[str, Node]], owner: Owner
    ) -> tuple[list[Question], list[str]]:
        """Return what is to be asked, and sentences for the owner."""
        ...


@dataclass(frozen=True)
class DocumentImporter:
    """A known export that is a document or many."""

    name: str
    """The module's name; ``importer`` in a mapping."""

    title: str
    roots: tuple[str, ...]
    """Names of the outermost element, without their namespace; of JSON, what its objects are called."""

    fields: tuple[str, ...]
    """The columns of its records: fields of ours."""

    mapping: Callable[[], Mapping]
    read: Callable[[str, Any], Iterable[DocumentRows]]
    """Read one file: its name, and its outermost element or what the JSON holds."""

    settle: Settle | None = None
    """Say what can only be said of all files together, by setting reasons and faults."""

    beside: tuple[str, ...] = ()
    """Outermost elements of papers that come with it and are no document themselves."""


@cache
def document_importers() -> dict[str, DocumentImporter]:
    """Return every importer of documents by its name."""
    import clientela.warehouse.importers as folder

    modules = (
        import_module(f"{folder.__name__}.{found.name}") for found in pkgutil.iter_modules(folder.__path__)
    )
    known = (getattr(module, "IMPORTER", None) for module in modules)
    return {importer.name: importer for importer in known if isinstance(importer, DocumentImporter)}


def importer_of(root: str) -> DocumentImporter | None:
    """Return the importer that knows an outermost element, or a paper that comes beside its documents."""
    return next(
        (found for found in document_importers().values() if root in (*found.roots, *found.beside)), None
    )


def written(importer: DocumentImporter, documents: Sequence[DocumentRows], folder: Path) -> Cells:
    """Write the documents as the records that the pipeline reads.

    Args:
        importer: whose documents they are.
        documents: every one, its reason and fault said.
        folder: a temporary folder.
    """
    copy = folder / f"{importer.name}.csv"
    columns = (*importer.fields, REASON)
    count = 0
    with copy.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n").writerow
        for document in documents:
            lines = document.lines or [1] * len(document.rows)
            for line, row in zip(lines, document.rows, strict=True):
                count += 1
                cells = [row.get(name, "") for name in importer.fields]
                write((count, line, 0, 0, document.fault, *cells, document.reason))
    names = [*NUMBERS, *(f"c{place}" for place in range(len(columns)))]
    relation = read_csv(copy, ",", names, quote='"', skip=0, line_end="\n")
    return Cells(relation, columns, count, True, False, None)


def take_once(documents: Sequence[DocumentRows]) -> None:
    """Take a document that is there twice once; of one number with two contents believe none."""
    first: dict[tuple[str, ...], DocumentRows] = {}
    for document in documents:
        if document.reason or document.fault:
            continue
        former = first.setdefault(document.key, document)
        if former is document:
            continue
        if former.rows == document.rows:
            document.reason = "same_document"
        else:
            former.fault = document.fault = "duplicate_key"


def settle_twice(
    documents: list[DocumentRows],
    papers: list[tuple[str, Node]],  # noqa: ARG001
    owner: Owner,  # noqa: ARG001
) -> tuple[list[Question], list[str]]:
    """Say only which documents are there twice."""
    take_once(documents)
    return [], []


class DocumentSource:
    """The documents of one export, from all files of a container."""

    def __init__(self, importer: DocumentImporter, files: Sequence[Document]) -> None:
        """Read every file; what cannot be read is named, unless it is the only one.

        Raises:
            UnreadableFileError: if the only file cannot be read, or none of them holds a document.
        """
        self.importer = importer
        self.papers: list[tuple[str, Node]] = []
        self.documents: list[DocumentRows] = []
        self.faults: list[str] = []
        for file in files:
            try:
                root = parse(file.read(), file.name)
            except UnreadableFileError as error:
                if len(files) == 1:
                    raise
                self.faults.append(str(error))
                continue
            if root.tag in importer.beside:
                self.papers.append((file.name, root))
            else:
                self.documents.extend(importer.read(file.name, root))
        if not self.documents:
            raise UnreadableFileError(
                " ".join(self.faults[:3]) or _("There are only receipts of the tax office, and no invoice."),
                _("Hand in the invoices themselves, or export the sales as CSV or Excel."),
            )

    def settled(self, owner: Owner) -> Settled:
        """Say what can only be said of all of them together."""
        documents = [replace(document) for document in self.documents]
        settle = self.importer.settle
        questions, notes = settle(documents, self.papers, owner) if settle else ([], [])
        return Settled(documents, questions, [*notes, *self.faults])


def parted(part: Part) -> list[Part]:
    """Return the documents of a part by their export; those that nobody knows stay together."""
    if part.kind != "xml":
        return [part]
    groups: dict[str, list[Document]] = {}
    for document in part.documents:
        importer = importer_of(document.root)
        groups.setdefault(importer.name if importer else "", []).append(document)
    if len(groups) > 1 and len(unknown := groups.get("", [])) < len(part.documents):
        groups.pop("", None)
    else:
        unknown = []
    notes = tuple(_not_known(document.name, document.root) for document in unknown)
    parts = [part.holding(tuple(files)) for files in groups.values()]
    return [replace(parts[0], notes=(*parts[0].notes, *notes)), *parts[1:]]


def _not_known(name: str, root: str) -> str:
    """Say what a document of another kind is."""
    return _("{file} is XML that holds “{root}”, which is no sales document that is known.").format(
        file=name, root=root
    )
