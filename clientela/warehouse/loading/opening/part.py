"""What is inside a file that the owner gave: its parts, each of one kind, and what was left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from clientela.warehouse.loading.splitting.cells import Cells


@dataclass(frozen=True)
class Document:
    """One document of XML or JSON: an invoice, a day's totals."""

    name: str
    """What the owner knows it by: the file's own name, or the member's."""

    root: str
    """Local name of the root element; empty for JSON."""

    read: Callable[[], bytes]
    """Returns its content, signature taken off; nothing is held in memory before it is asked for.

    Raises ``UnreadableFileError``."""


class Rows(Protocol):
    """Rows below a header, of a file that has cells of its own."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the columns."""

    def cells(self, folder: Path, decimal: str = ".") -> Cells:
        """Write the rows as text, numbers with this sign; raises ``UnreadableFileError``."""


@dataclass(frozen=True)
class Part:
    """A file that can be read, alone or inside another, and its kind."""

    path: Path
    """Where its plain content is, under a name that holds no sign of a pattern: never the owner's name.
    For documents inside an archive: the archive."""

    name: str
    """The name that the owner knows, as ``fatture.zip: IT01.xml``."""

    kind: str
    """``text``, ``parquet``, ``sheet``, ``html``, ``spreadsheetml``, ``json`` or ``xml``."""

    documents: tuple[Document, ...] = ()
    """Of kind ``xml`` (every XML document of an archive is in one part) and of ``json`` (always one)."""

    table: Rows | None = None
    """Its rows, where the file has cells of its own: a sheet, HTML, Excel 2003 XML, flat JSON."""

    place: str = ""
    """Which sheets of its file it is, where the file holds other tables, too."""

    notes: tuple[str, ...] = ()
    """What the owner should know of how it was read, one sentence each."""

    @property
    def roots(self) -> frozenset[str]:
        """The root elements of its documents."""
        return frozenset(document.root for document in self.documents)

    def holding(self, documents: tuple[Document, ...]) -> Part:
        """Return the part with some of its documents only."""
        return replace(self, documents=documents)


@dataclass(frozen=True)
class Left:
    """Something inside a file that is not read."""

    name: str
    reason: str
    """What it is and why it stays."""

    @property
    def said(self) -> str:
        """What is said of it, as one sentence."""
        return self.reason if self.name in self.reason else f"{self.name}: {self.reason.rstrip('.')}."

    is_fault: bool = False
    """Whether the owner may have wanted it: damaged, protected, of a kind that is not read."""


@dataclass(frozen=True)
class Opened:
    """A file taken apart."""

    parts: tuple[Part, ...]
    left: tuple[Left, ...] = ()
