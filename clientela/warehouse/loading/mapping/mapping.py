"""A mapping file: which column of the owner's file is which field of ours, and how its values are written."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Final

from clientela.i18n import gettext as _

MEANINGS: Final = {
    "counts": "completed",
    "cancelled": "cancelled",
    "refunded": "refunded",
    "quote": "quote",
    "set_aside": "set_aside",
    "ask": "ask",
}
"""What a status word may mean, and the status that is kept for it; rows to ask about are set aside."""

DOCUMENT_MEANINGS: Final[tuple[str, ...]] = ("invoice", "credit_note", "set_aside", "ask")
"""What a word for the kind of document may mean: a credit note is negative whatever its sign."""

CALENDAR_PARTS: Final[tuple[str, ...]] = ("year", "day", "time")
"""Parts of a document's key that are taken from the date of its table's event."""

CONTINUATIONS: Final[tuple[str, ...]] = ("fill_down", "first_row")
"""How rows go on below the first of a document: its cells are repeated, or stand on that row only."""


@dataclass(frozen=True)
class Constant:
    """A field that has the same value in every row."""

    value: str


@dataclass(frozen=True)
class Joined:
    """A field whose text stands in several columns: date and hour apart, a number and its series."""

    columns: tuple[str, ...]
    separator: str = " "


Source = str | Constant | Joined
"""Where a field comes from: a column or an expression over columns, the same value in every row, or several
columns side by side."""


@dataclass(frozen=True)
class Words:
    """Values of one column that decide something about their row."""

    column: str
    values: tuple[str, ...]
    coded: bool = False
    """Whether what stands in the column is itself the reason, in the words of ``staging/advice.py``."""


@dataclass(frozen=True)
class Status:
    """What the words of the status column mean."""

    column: str
    words: dict[str, tuple[str, ...]]
    """Meaning (a key of ``MEANINGS``) to the words of the file."""


@dataclass(frozen=True)
class Format:
    """How the file is written; None where the file itself is asked."""

    dates: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | int = True
    """Whether there is a header line, or its number from 1."""

    columns: tuple[str, ...] = ()
    """Names of the columns, where there is no header."""

    quote: str | None = None
    """The sign around a cell; None where the file is asked."""

    header_rows: int = 1
    """Rows that the header takes; their cells are joined."""

    sheets: tuple[str, ...] = ()
    """Names of the sheets that are read; empty: the file is asked."""

    timezone: str | None = None
    """Zone of instants without an offset; None: the shop's."""

    continues: str | None = None
    """One of ``CONTINUATIONS``; None where every row is complete."""

    is_number_said: bool = False
    """Whether the mapping itself says how numbers are written; else every file has to prove it."""

    def changes_the_cells(self, read_with: Format, *, typed: bool) -> bool:
        """Tell whether a file that was cut into cells by another format must be cut again."""
        names = ["encoding", "delimiter", "header", "columns", "quote", "header_rows", "sheets"]
        names += ["decimal"] if typed else []
        return any(getattr(self, name) != getattr(read_with, name) for name in names)


@dataclass(frozen=True)
class DocumentKey:
    """What names a document, and who is nobody."""

    document: tuple[str, ...] = ()
    """Fields of the table and ``CALENDAR_PARTS``; empty: the key of the table alone."""

    name: bool = False
    """Whether a customer's name is a key where no other stands."""

    nobody: tuple[str, ...] = ()
    """Values of a key or name that stand for nobody."""


@dataclass(frozen=True)
class Money:
    """Which money the amounts are."""

    currency: str | None = None
    """Where no column and no sign says so; None: the shop's."""

    minor_units: bool = False
    """Whether amounts are whole cents."""

    rates: dict[str, str] = field(default_factory=dict)
    """Units of the shop's currency for one of another, by ISO code; exact decimals as text."""


@dataclass(frozen=True)
class DocumentWords:
    """What the words of the column with the kind of document mean."""

    column: str
    words: dict[str, tuple[str, ...]]
    """A word of ``DOCUMENT_MEANINGS`` to the words of the file."""


@dataclass(frozen=True)
class Mapping:
    """Everything that is needed to read one kind of file."""

    source: str
    table: str
    columns: dict[str, Source]
    """Field to where it comes from."""

    rows: str = "document"
    """``document``: a row is an order; ``line``: a row is a line of one."""

    format: Format = field(default_factory=Format)
    sign: Words | None = None
    """Rows whose amounts are made negative."""

    status: Status | None = None
    set_aside: Words | None = None
    """Rows that are left out."""

    key: DocumentKey = field(default_factory=DocumentKey)
    money: Money = field(default_factory=Money)
    documents: DocumentWords | None = None
    headers: tuple[str, ...] = ()
    """The columns of the file for which the mapping was made: it is known again by them."""

    importer: str | None = None
    """The known export that it stands for."""

    vat_number: tuple[str, ...] = ()
    """The shop's own, where [shop] does not say it: invoices that others wrote are purchases."""
    open: tuple[str, ...] = ()
    """Questions about the whole file that nobody has answered: its rows wait."""

    @property
    def sha256(self) -> str:
        """The fingerprint: two mappings with the same one read a file alike."""
        return hashlib.sha256(json.dumps(self._said(), sort_keys=True).encode()).hexdigest()

    def _said(self) -> dict[str, object]:
        """Return what was said, without the defaults of parts that came later: old fingerprints stay."""
        said: dict[str, object] = asdict(self)
        for name in _LATER:
            if getattr(self, name) == _LATER[name]:
                del said[name]
        for words in (said["sign"], said["set_aside"]):
            if isinstance(words, dict) and not words["coded"]:
                del words["coded"]
        kept = asdict(self.format)
        for name in ("quote", "header_rows", "sheets", "timezone", "continues"):
            if getattr(self.format, name) == getattr(Format(), name):
                del kept[name]
        del kept["is_number_said"]
        said["format"] = kept
        # Which columns there were decides nothing of how a row is read.
        said.pop("headers", None)
        return said


_LATER: Final[dict[str, object]] = {
    "key": DocumentKey(),
    "money": Money(),
    "documents": None,
    "headers": (),
    "importer": None,
    "vat_number": (),
    "open": (),
}


def suggestion(value: str, known: Iterable[str]) -> str:
    """Return a sentence that offers the nearest known word and lists the rest."""
    words = sorted(known)
    near = difflib.get_close_matches(value.lower(), [word.lower() for word in words], n=1, cutoff=0.6)
    listed = _("Known: {words}.").format(words=", ".join(words))
    if not near:
        return listed
    nearest = next(word for word in words if word.lower() == near[0])
    return _("Did you mean “{word}”?").format(word=nearest) + " " + listed
