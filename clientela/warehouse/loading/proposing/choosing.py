"""Which mapping reads a file: the one given, one that the shop keeps, a known export's, a proposal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clientela.errors import MappingError
from clientela.i18n import gettext as _
from clientela.warehouse.importers.documents import REASON, DocumentSource, owner
from clientela.warehouse.importers.reading import importer_for
from clientela.warehouse.loading.mapping import saved
from clientela.warehouse.loading.mapping.binding import bind, by_field_names
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.mapping.questions import MOST_QUESTIONS, Question, ranked
from clientela.warehouse.loading.mapping.writer import document_of, set_keys
from clientela.warehouse.loading.proposing.ambiguous import ambiguous_amount
from clientela.warehouse.loading.proposing.day_and_sign import number_format
from clientela.warehouse.loading.proposing.evidence import Evidence
from clientela.warehouse.loading.proposing.excel_damage import Damage, damage
from clientela.warehouse.loading.proposing.open_points import OpenPoints
from clientela.warehouse.loading.proposing.proposal import ProposedColumn, propose, proposed_columns
from clientela.warehouse.loading.splitting.cells import Cells

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from tomlkit import TOMLDocument


@dataclass
class Understanding:
    """How a file will be read, on what that stands, and what is still to be asked."""

    mapping: Mapping
    how: str
    """``given``, ``saved``, ``importer``, ``own`` or ``proposed``."""

    questions: list[Question] = field(default_factory=list)
    """At most five, the one that moves the most money first; what does not fit is in ``more``."""

    more: list[Question] = field(default_factory=list)
    """Questions beyond the five: they take their safe default."""

    columns: list[ProposedColumn] = field(default_factory=list)
    document: TOMLDocument | None = None
    """What will be saved; None where the mapping is not ours to write."""

    path: Path | None = None
    """Where it is saved, or stands."""

    title: str | None = None
    """What the known export is called."""

    is_first: bool = False
    """Whether this is the source's first load: only then are questions waited for."""

    answers: dict[str, str] = field(default_factory=dict)
    """Question code to the value that was chosen."""

    written: tuple[str, ...] = ()
    """How the text is written, one sentence each."""

    damage: list[Damage] = field(default_factory=list)
    """What a spreadsheet did to the file."""

    @property
    def unanswered(self) -> list[Question]:
        """The questions that nobody has answered."""
        return [asked for asked in self.questions if asked.code not in self.answers]

    @property
    def waits(self) -> bool:
        """Whether nothing may be loaded before the owner has answered or taken the safe answers."""
        return self.is_first and bool(self.unanswered)

    def answer(self, values: dict[str, str]) -> None:
        """Write answers into the document and read the mapping anew; what is missing takes its default."""
        assert self.document is not None
        for asked in [*self.questions, *self.more]:
            value = values.get(asked.code, asked.default)
            chosen = next(choice for choice in asked.choices if choice.value == value)
            set_keys(self.document, chosen.settings)
            if asked.code in values:
                self.answers[asked.code] = value
        name = self.path.name if self.path else self.mapping.source
        self.mapping = saved.mapping_from(self.document, name)

    def save(self) -> None:
        """Keep the mapping in the shop folder."""
        if self.document is not None and self.path is not None:
            saved.save(self.document, self.path)


Ask = Callable[[Understanding], "dict[str, str] | None"]
"""Shows how a file will be read and asks; returns question code to the value chosen, None: do not load."""


@dataclass(frozen=True)
class Wishes:
    """What the owner said about a file before it was opened."""

    mapping: Mapping | None = None
    table: str | None = None
    source: str | None = None
    folder: Path | None = None
    """Where the shop keeps its mappings; None: nothing is proposed and nothing is kept."""

    timezone: str = "UTC"
    closely: bool = False
    """Look at the cells also where they are not needed to read the file."""


def understand(
    db: DuckDBPyConnection, headers: Sequence[str], name: str, wishes: Wishes, cells: Callable[[], Cells]
) -> Understanding:
    """Find the mapping of a file.

    Args:
        db: the shop's database; only temporary tables are made.
        headers: the file's.
        name: of the file, as the owner knows it.
        wishes: what the owner said.
        cells: reads all rows; called where the headings are not enough.

    Raises:
        MappingError: if nothing says what the file is.
    """
    found = _found(db, tuple(headers), name, wishes, cells)
    if wishes.closely and not found.columns:
        evidence = Evidence(db, cells())
        try:
            found.columns = proposed_columns(evidence, found.mapping, None)
            if found.how == "saved":
                found.questions = _still_open(evidence, found.mapping, wishes.timezone)
            found.damage = damage(evidence)
        finally:
            evidence.close()
    return found


def _found(
    db: DuckDBPyConnection, heads: tuple[str, ...], name: str, wishes: Wishes, cells: Callable[[], Cells]
) -> Understanding:
    """Find the mapping where it stands first."""
    if wishes.mapping:
        return Understanding(wishes.mapping, "given")
    if wishes.folder is None:
        return Understanding(by_field_names(heads, wishes.table, name), "own")
    importer = importer_for(db, heads, cells)
    known = saved.find(wishes.folder, heads)
    # Two exports of one programme share most headings: the mapping of the one is not the other's.
    if known and (importer is None or known.mapping.importer in (None, importer.name)):
        # The columns that its importer works out are in no file, and are there all the same.
        return _kept(known, (*heads, *(importer.columns if importer else ())), name)
    if importer:
        asked = importer.questions(heads) if importer.questions else []
        mapping = replace(importer.mapping(heads), headers=heads)
        return _looked_at(db, mapping, "importer", wishes, cells, asked, title=importer.title)
    try:
        own = by_field_names(heads, wishes.table, name)
    except MappingError as refusal:
        return _proposed(db, refusal, name, wishes, cells)
    return Understanding(own, "own")


def doubted(
    db: DuckDBPyConnection, cells: Cells, found: Understanding, wishes: Wishes
) -> Understanding | None:
    """Ask what 1.234 is where neither the mapping of a file nor any of its cells says it; None: they do.

    Args:
        db: the shop's database.
        cells: the rows as they were staged.
        found: how the file is read: by its own field names, or by a mapping of the shop.
        wishes: what the owner said.
    """
    if found.how not in ("own", "saved") or found.answers or found.is_first or wishes.folder is None:
        return None
    header = ambiguous_amount(db, cells, found.mapping)
    if header is None or found.mapping.open:
        return None
    evidence = Evidence(db, cells)
    try:
        asked = [number_format(evidence, header)]
        columns = proposed_columns(evidence, found.mapping, None)
    finally:
        evidence.close()
    mapping = replace(found.mapping, headers=cells.headers)
    again = _asking(mapping, found.how, wishes, asked, columns, found.path, found.document)
    again.written = found.written
    return again


def understand_documents(source: DocumentSource, vat_numbers: Sequence[str], wishes: Wishes) -> Understanding:
    """Find the mapping of documents that an importer reads, and what they leave open.

    Args:
        source: the documents.
        vat_numbers: the shop's, as its settings say.
        wishes: what the owner said.
    """
    if wishes.mapping:
        return Understanding(wishes.mapping, "given")
    heads = (*source.importer.fields, REASON)
    made = replace(source.importer.mapping(), headers=heads)
    asked = source.settled(owner(vat_numbers)).questions
    if wishes.folder is None:
        return Understanding(made, "importer", asked)
    if known := saved.of_importer(wishes.folder, source.importer.name):
        return _kept(known)
    found = _asking(made, "importer", wishes, asked, [])
    found.title = source.importer.title
    return found


def _kept(known: saved.SavedMapping, heads: tuple[str, ...] = (), name: str = "") -> Understanding:
    """Read a file by the mapping that the shop keeps for it.

    Raises:
        MappingError: if a column that it reads is not there any more.
    """
    try:
        if heads:
            bind(heads, known.mapping, None, None, name)
    except MappingError as error:
        where = f"{known.path.parent.name}/{known.path.name}"
        raise MappingError(
            error.message,
            _(
                "{mapping} was made for these headings: new in the file are {new}. Write the new name there; "
                "or, where this is another programme's file, give it its own with --mapping."
            ).format(mapping=where, new=", ".join(known.new) or _("none")),
        ) from None
    found = Understanding(known.mapping, "saved", path=known.path)
    found.document = saved.load_document(known.path)
    return found


def _still_open(evidence: Evidence, mapping: Mapping, timezone: str) -> list[Question]:
    """Return what a mapping of the shop still leaves open in a file."""
    amount = mapping.columns.get("gross_amount", mapping.columns.get("net_amount"))
    day = mapping.columns.get("order_date")
    heads = [
        value if isinstance(value, str) and value in evidence.headers else None for value in (amount, day)
    ]
    points = OpenPoints(evidence, mapping, timezone)
    return ranked(
        points.found(
            heads[0] if "number_format" in mapping.open else None,
            heads[1] if "date_order" in mapping.open else None,
            heads[0] if "total_or_line" in mapping.open else None,
        )
    )


def _proposed(
    db: DuckDBPyConnection, refusal: MappingError, name: str, wishes: Wishes, cells: Callable[[], Cells]
) -> Understanding:
    """Propose a mapping from headings and cells."""
    evidence = Evidence(db, cells())
    try:
        proposal = propose(evidence, wishes.source or saved.slug(name), wishes.table)
        if proposal is None:
            raise refusal
        points = OpenPoints(evidence, proposal.mapping, wishes.timezone)
        asked = points.found(proposal.written.open_number, proposal.written.open_date, proposal.total_or_line)
        columns = proposed_columns(evidence, proposal.mapping, proposal.assignment)
        spoilt = damage(evidence)
    finally:
        evidence.close()
    found = _asking(proposal.mapping, "proposed", wishes, asked, columns)
    found.damage = spoilt
    return found


def _looked_at(
    db: DuckDBPyConnection,
    mapping: Mapping,
    how: str,
    wishes: Wishes,
    cells: Callable[[], Cells],
    asked: list[Question],
    title: str | None = None,
) -> Understanding:
    """Ask what a known export leaves open in this file."""
    evidence = Evidence(db, cells())
    try:
        points = OpenPoints(evidence, mapping, wishes.timezone)
        asked = [*asked, *points.found(None, None)]
        columns = proposed_columns(evidence, mapping, None)
        spoilt = damage(evidence)
    finally:
        evidence.close()
    found = _asking(mapping, how, wishes, asked, columns)
    found.damage = spoilt
    found.title = title
    return found


def _asking(
    mapping: Mapping,
    how: str,
    wishes: Wishes,
    asked: list[Question],
    columns: list[ProposedColumn],
    path: Path | None = None,
    document: TOMLDocument | None = None,
) -> Understanding:
    """Return the understanding of a first load."""
    if wishes.source:
        mapping = replace(mapping, source=wishes.source)
    assert wishes.folder is not None
    in_order = ranked(asked)
    found = Understanding(
        mapping,
        how,
        in_order[:MOST_QUESTIONS],
        in_order[MOST_QUESTIONS:],
        columns,
        document if document is not None else document_of(mapping),
        path or saved.free_path(wishes.folder, mapping.source),
        is_first=True,
    )
    found.answer({})
    return found
