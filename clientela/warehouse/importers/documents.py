"""Exports that are documents, of XML or JSON: what reads them says what stands in each, in our own words.

Their records have our field names as columns, so that everything after reading treats them like any file.
"""

from __future__ import annotations

import csv
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.importers.xml_tree import parse
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.mapping.questions import Question
from clientela.warehouse.loading.splitting.cells import NUMBERS, Cells, read_csv

if TYPE_CHECKING:
    from clientela.warehouse.importers.xml_tree import Node

REASON: Final = "reason"
"""The column that says why a record is left out, in the words of ``staging/advice.py``."""


@dataclass(frozen=True)
class Original:
    """One file as it was handed in."""

    path: Path
    name: str
    """The name that the owner knows, with the container that it came in."""


@dataclass(frozen=True)
class Owner:
    """What the settings and the mapping say of the shop."""

    vat_numbers: tuple[str, ...] = ()
    """In the form of ``staging/keys.py``; empty where nobody has said."""


@dataclass
class Document:
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
class Found:
    """What a reading comes to."""

    cells: Cells
    mapping: Mapping
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the owner."""


class Settle(Protocol):
    """Says what can only be said of all files together, by setting reasons and faults."""

    def __call__(
        self, documents: list[Document], papers: list[tuple[str, Node]], owner: Owner
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
    read: Callable[[Original, Any], Iterable[Document]]
    """Read one file from its outermost element."""

    settle: (
        Callable[[list[Document], list[tuple[str, Node]], Owner], tuple[list[Question], list[str]]] | None
    ) = None
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


def written(importer: DocumentImporter, documents: Sequence[Document], folder: Path) -> Cells:
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


def read_documents(
    originals: Sequence[Original], owner: Owner, folder: Path, mapping: Mapping | None = None
) -> list[Found]:
    """Read files of XML, all of one export together.

    Args:
        originals: the files of one container, or one file.
        owner: whose sales are looked for.
        folder: a temporary folder.
        mapping: what the shop has said of the export before; its own VAT number is read from it.

    Returns:
        What was found, an export each.

    Raises:
        UnreadableFileError: if nothing in them is known.
    """
    gathered: dict[str, _Gathered] = {}
    unknown: list[str] = []
    for original in originals:
        try:
            root = parse(original.path.read_bytes(), original.name)
        except UnreadableFileError as error:
            if len(originals) == 1:
                raise
            unknown.append(str(error))
            continue
        importer = importer_of(str(root.tag))
        if importer is None:
            unknown.append(_not_known(original, str(root.tag)))
        else:
            gathered.setdefault(importer.name, _Gathered(importer)).take(original, root)
    if not any(found.documents for found in gathered.values()):
        raise UnreadableFileError(
            " ".join(unknown[:3]) or _("There are only receipts of the tax office, and no invoice."),
            _("Hand in the invoices themselves, or export the sales as CSV or Excel."),
        )
    own = mapping.vat_number if mapping else ()
    if own and not owner.vat_numbers:
        owner = Owner(own)
    found = [one.found(owner, folder) for one in gathered.values() if one.documents]
    found[0].notes.extend(unknown)
    return found


class _Gathered:
    """The documents of one export, from all files."""

    def __init__(self, importer: DocumentImporter) -> None:
        self.importer = importer
        self.documents: list[Document] = []
        self.papers: list[tuple[str, Node]] = []

    def take(self, original: Original, root: Node) -> None:
        """Read one file."""
        if root.tag in self.importer.beside:
            self.papers.append((original.name, root))
        else:
            self.documents.extend(self.importer.read(original, root))

    def found(self, owner: Owner, folder: Path) -> Found:
        """Settle and write."""
        settle = self.importer.settle
        questions, notes = settle(self.documents, self.papers, owner) if settle else ([], [])
        cells = written(self.importer, self.documents, folder)
        return Found(cells, self.importer.mapping(), questions, notes)


def _not_known(original: Original, root: str) -> str:
    """Say what a document of another kind is."""
    return _("{file} is XML that holds “{root}”, which is no sales document that is known.").format(
        file=original.name, root=root
    )
