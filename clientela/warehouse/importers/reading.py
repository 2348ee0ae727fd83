"""What the importers know of one part, before anybody says how it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clientela.warehouse.importers.derived import holds
from clientela.warehouse.importers.documents import DocumentSource, importer_of
from clientela.warehouse.importers.importer import Importer, recognised
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.opening.recognition import unknown_documents
from clientela.warehouse.loading.splitting.cells import Cells

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def importer_for(
    db: DuckDBPyConnection, headers: Sequence[str], cells: Callable[[], Cells]
) -> Importer | None:
    """Return the known export that a table is.

    Args:
        db: runs the proof of those whose headers alone are too common.
        headers: the table's.
        cells: reads its records.
    """
    importer = recognised(headers)
    if importer and importer.proof and not holds(db, cells(), importer.proof):
        return None
    return importer


def documents_of(part: Part) -> DocumentSource:
    """Return the documents of a part, read by the importer that knows their outermost element.

    Raises:
        UnreadableFileError: if none knows it.
    """
    importer = next(filter(None, map(importer_of, sorted(part.roots))), None)
    if importer is None:
        raise unknown_documents(part)
    return DocumentSource(importer, part.documents)
