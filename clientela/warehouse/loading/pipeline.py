"""Load a file: open, survey, split, bind, stage, judge, merge, account; all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

from clientela.errors import NotWantedError, UnreadableFileError, WarehouseError
from clientela.i18n import gettext as _
from clientela.warehouse.erasure import staged
from clientela.warehouse.importers.derived import with_columns
from clientela.warehouse.importers.documents import DocumentSource, owner, written
from clientela.warehouse.importers.importer import Importer, recognised
from clientela.warehouse.importers.reading import documents_of
from clientela.warehouse.interrupts import interruptible
from clientela.warehouse.loading.failures import in_words
from clientela.warehouse.loading.how import How, asked
from clientela.warehouse.loading.mapping.binding import Binding, bind
from clientela.warehouse.loading.mapping.mapping import Format, Mapping
from clientela.warehouse.loading.merging import accounting, batches, disappeared
from clientela.warehouse.loading.merging.documents import merge_documents
from clientela.warehouse.loading.merging.merging import merge
from clientela.warehouse.loading.opening.names import shown
from clientela.warehouse.loading.opening.opened import open_parts
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.opening.scratch import Scratch, scratch_folder
from clientela.warehouse.loading.opening.tables.parquet import read_parquet
from clientela.warehouse.loading.proposing.choosing import (
    Understanding,
    Wishes,
    doubted,
    understand,
    understand_documents,
)
from clientela.warehouse.loading.proposing.how_written import how_written
from clientela.warehouse.loading.result import LoadResult
from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.splitting.survey import Survey, survey
from clientela.warehouse.loading.splitting.text_source import TextSource
from clientela.warehouse.loading.staging import findings, judging, verdicts
from clientela.warehouse.loading.staging.conversion import Writing
from clientela.warehouse.loading.staging.gift_cards import with_prepaid
from clientela.warehouse.loading.staging.name_key import set_name_keys
from clientela.warehouse.loading.staging.refusals import keep_listed, keep_refused
from clientela.warehouse.loading.staging.staging import Staging
from clientela.warehouse.quarantine.keeping import keep, look_at

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TEMPORARY: Final = (
    *(
        "stage",
        "verdicts",
        "noted",
        "key_forms",
        "repeated",
        "keyed",
        "later",
        "met",
        "documents",
        "document_lines",
        "numbered",
    ),
    *("contested", "incoming", "incoming_lines", "versions", "settled", "stands", "before", "lines_seen"),
    *("renamed", "outcome", "names", "kept_names", "restated", "quarantined_cells"),
)


def load_file(db: DuckDBPyConnection, path: Path, **how: Unpack[How]) -> LoadResult:
    """Merge a file of one part into its raw table and account for every record of it.

    The marts are not rebuilt. Where anything fails the database is as it was before.

    Args:
        db: the shop's database, no transaction open.
        path: the owner's file (``opening/``); ``whole_file.py`` loads those of several parts.
        how: as ``How`` says.

    Raises:
        UnreadableFileError: if the file is missing, empty, not what it seems, or holds several.
        MappingError: if the mapping or the headers do not fit.
        WarehouseError: if the database cannot take it: disk full, damaged, busy.
    """
    with in_words(), interruptible(), scratch_folder() as scratch:
        opened = open_parts(path, scratch, asked(how))
        if len(opened.parts) > 1:
            raise UnreadableFileError(
                _("{file} holds several files: {names}.").format(
                    file=shown(path.name), names=", ".join(part.name for part in opened.parts[:5])
                ),
                _("Unpack it and load them one by one."),
            )
        return load_part(db, opened.parts[0], scratch, **how)


def load_part(db: DuckDBPyConnection, part: Part, scratch: Scratch, **how: Unpack[How]) -> LoadResult:
    """Merge one part of a file that has been opened; the rest is as ``load_file`` says."""
    with in_words(), interruptible(), scratch.room() as folder:
        load = _Load(db, part, folder, how)
        try:
            result = load.run(preview=how.get("preview", False))
            return replace(result, notes=tuple(load.notes), further=load.further)
        finally:
            load.clean_up()


class _Load:
    """One load, from the file to the batch."""

    def __init__(self, db: DuckDBPyConnection, opened: Part, folder: Path, how: How) -> None:
        self.db, self.opened, self.folder = db, opened, folder
        self.tell = how.get("progress") or (lambda _what, _share: None)
        self.today, self.timezone, self.rules = how["today"], how["timezone"], how.get("rules")
        self.ask, self.yes = how.get("ask"), how.get("yes", False)
        said = how.get("mapping"), how.get("table"), how.get("source"), how.get("mappings")
        self.wishes = Wishes(*said, timezone=self.timezone, closely=how.get("closely", False))
        self.vat_numbers = how.get("vat_numbers", ())
        self.notes: list[str] = list(opened.notes)
        self.importer: Importer | None = None
        self.documents: DocumentSource | None = None
        self.headers: tuple[str, ...] = ()
        self.taking_back = how.get("taking_back")

    def run(self, *, preview: bool, again: Understanding | None = None) -> LoadResult:
        """Go through the stages, once more where an answer changes how the rows are read."""
        self.tell(_("Reading"), 0.0)
        seen = survey(self.opened.path, lambda share: self.tell(_("Reading"), 0.15 * share)).of(
            self.opened.place
        )
        wanted = self.wishes.mapping.format if self.wishes.mapping else Format()
        text, cells = self._source(seen, wanted)
        self.understood = again or self._understand(text, cells)
        if self.understood.mapping.format.changes_the_cells(wanted, typed=bool(cells and cells.typed)):
            text, cells = self._source(seen, self.understood.mapping.format)
        if text:
            self.notes += [*text.notes()]
        cells = self._documents() if self.documents else cells
        headers = text.headers if text else cells.headers if cells else ()
        headers = (*headers, *(self.importer.columns if self.importer else ()))
        wishes = self.wishes
        binding = bind(headers, self.understood.mapping, wishes.table, wishes.source, self.opened.name)
        binding = with_prepaid(binding)
        known = batches.already_loaded(self.db, seen, binding, self.timezone, self.today, self.opened.name)
        if known:
            self.tell(_("Done"), 1.0)
            return replace(known, understood=self.understood)
        if self.taking_back:
            binding = replace(binding, newest_on=self.taking_back.newest_on)
        staging = self._stage_text(binding, text) if text else self._stage(binding, cells)
        assert staging is not None
        if doubt := doubted(self.db, staging.cells, self.understood, self.wishes):
            self.understood = doubt
            if self._answered(doubt):
                return self.run(preview=preview, again=doubt)
        self.tell(_("Merging"), 0.4)
        return self._merge(staging, seen, preview=preview or self._waits)

    def _source(self, seen: Survey, wanted: Format) -> tuple[TextSource | None, Cells | None]:
        """Return the text, or the cells of a part that is none; of documents neither."""
        if self.opened.kind == "text":
            text = TextSource(self.opened, seen, wanted, self.folder)
            text.needs_rows()
            return text, None
        if self.opened.documents and not self.opened.table:
            self.documents = self.documents or documents_of(self.opened)
            return None, None
        return None, self._other_source(wanted)

    def _understand(self, text: TextSource | None, cells: Cells | None) -> Understanding:
        """Find the mapping of the file, and let the owner answer what it leaves open."""
        headers = text.headers if text else cells.headers if cells else ()
        self.headers, self.importer = headers, recognised(headers)

        def read() -> Cells:
            return self._with_derived(text.certain_records() if text else cells)

        if self.documents:
            found = understand_documents(self.documents, self.vat_numbers, self.wishes)
        else:
            found = understand(self.db, headers, self.opened.name, self.wishes, read)
        found.written = how_written(text.dialect) if text else ()
        if self.importer and found.mapping.importer == self.importer.name and self.importer.notes:
            self.notes += self.importer.notes()
        self._answered(found)
        return found

    def _answered(self, found: Understanding) -> bool:
        """Let the owner answer what is open; whether somebody was there to do it.

        Raises:
            NotWantedError: if the owner does not want the file.
        """
        if not self.ask or not found.is_first:
            return False
        answers = self.ask(found)
        if answers is None:
            raise NotWantedError(_("{file} was not loaded.").format(file=self.opened.name))
        found.answer(answers)
        self.yes = True
        return True

    @property
    def _waits(self) -> bool:
        """Whether an answer is missing and nobody said that the safe ones will do."""
        return self.understood.waits and not self.yes

    def _with_derived(self, cells: Cells | None) -> Cells:
        """Return the records with the columns that the known export works out."""
        assert cells is not None
        columns = self.importer.columns if self.importer else {}
        return with_columns(cells, columns, self.opened.name, self.today)

    @property
    def further(self) -> tuple[Mapping, ...]:
        """The mappings by which the part is to be read again, into other tables."""
        known = self.importer and self.importer.also and self.understood.how in ("importer", "saved")
        if not known or self._waits or not self.importer or not self.importer.also:
            return ()
        source = self.wishes.source or self.understood.mapping.source
        return tuple(replace(found, source=source) for found in self.importer.also(self.headers))

    def _documents(self) -> Cells:
        """Return the records of documents, once it is said whose they are."""
        assert self.documents is not None
        said = self.vat_numbers or self.understood.mapping.vat_number
        found = self.documents.settled(owner(said))
        self.notes += found.notes
        return written(self.documents.importer, found.documents, self.folder)

    def _other_source(self, wanted: Format) -> Cells:
        """Return the cells of what is no delimited text."""
        if self.opened.kind == "parquet":
            return read_parquet(self.db, self.opened)
        assert self.opened.table is not None
        return self.opened.table.cells(self.folder, wanted.decimal)

    def _stage_text(self, binding: Binding, text: TextSource) -> Staging:
        """Let DuckDB read the file itself where that is safe and its count is ours; else split it."""
        self.tell(_("Checking"), 0.15)

        def tell(share: float) -> None:
            self.tell(_("Splitting"), 0.15 + 0.15 * share)

        # What continues the row above needs the rows' order, which our own numbers keep.
        ways = (
            ()
            if binding.mapping.format.continues
            else (text.lines_as_records, partial(text.proven_records, tell))
        )
        for way in ways:
            cells = way()
            staging = self._stage(binding, cells, forgive=True) if cells else None
            if staging:
                return staging
        staging = self._stage(binding, text.split_records(tell))
        assert staging is not None
        return staging

    def _stage(self, binding: Binding, cells: Cells | None, *, forgive: bool = False) -> Staging | None:
        """Stage the cells; None where they cannot be read as counted and that is forgiven."""
        import duckdb

        assert cells is not None
        cells = self._with_derived(cells)
        writing = binding.mapping.format
        staging = Staging(
            binding,
            cells,
            Writing(
                writing.dates,
                writing.decimal,
                writing.thousands,
                self.timezone,
                writing.timezone,
                also_iso=cells.typed,
            ),
            self.today,
            self.rules,
        )
        try:
            read = staging.run(self.db)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            if forgive:
                return None
            raise
        if read == cells.records:
            return staging
        if forgive:
            return None
        raise WarehouseError(
            _("{file}: {counted} rows were counted and {read} read, so nothing was written.").format(
                file=self.opened.name, counted=cells.records, read=read
            ),
            _("Please report it, with the first lines of the file."),
        )

    def _merge(self, staging: Staging, seen: Survey, *, preview: bool) -> LoadResult:
        """Judge and merge in one transaction."""
        self.db.execute("begin")
        try:
            result = self._merged(staging, seen)
            if not preview and self.understood.is_first:
                self.understood.save()
            self.db.execute("rollback" if preview else "commit")
        except BaseException:
            self._take_back()
            raise
        self.tell(_("Done"), 1.0)
        return _previewed(result) if preview else result

    def _merged(self, staging: Staging, seen: Survey) -> LoadResult:
        """Return the result of a load that is not committed yet."""
        db, binding = self.db, staging.binding
        batch_id = batches.next_id(db)
        judging.spell_keys(db, staging)
        set_name_keys(db, binding)
        forgotten = staged.forget(db, binding)
        verdicts.wait(db, self.understood.mapping.open)
        judged = judging.judge(db, staging)
        by_line = binding.mapping.rows == "line"
        written = (merge_documents if by_line else merge)(db, binding, batch_id)
        if self.taking_back:
            self.taking_back.settle(db, batch_id)
        look_at(db, staging.cells, binding)
        self.tell(_("Accounting"), 0.9)
        records, money = accounting.count(db, binding, batch_id, written, staging.money())
        keep_refused(db, staging.cells, batch_id, self.folder)
        keep_listed(db, batch_id)
        keep(db, staging.cells, binding, batch_id)
        staged.forget_refused(db, forgotten, batch_id, binding.mapping.source)
        first, last = accounting.event_days(db, binding)
        result = LoadResult(
            batch_id=batch_id,
            source=binding.mapping.source,
            table=binding.table.name,
            file_name=self.opened.name,
            already_loaded=False,
            records=records,
            money=money,
            reasons=accounting.reasons(db),
            first_event_on=first,
            last_event_on=last,
            unreadable_amounts=accounting.unreadable_amounts(db),
            currency=accounting.currency(db, binding),
            money_before=written.money_before,
            restored=accounting.restated(db)[0],
            disappeared=disappeared.note(db, binding, batch_id),
            understood=self.understood,
            is_waiting=self._waits,
            findings=findings.findings(db),
            foreign=judged.foreign,
            asked=judged.questions,
        )
        reading = batches.reading_of(binding, self.timezone)
        changed = accounting.first_changed(db, binding, batch_id)
        return batches.register(
            db, result, seen, reading, self.today, changed, batches.more_columns(db, binding, written)
        )

    def _take_back(self) -> None:
        """Roll back; a transaction that failed on its own is gone already."""
        import duckdb

        try:
            self.db.execute("rollback")
        except duckdb.Error:
            return

    def clean_up(self) -> None:
        """Drop what the load made for itself; the connection goes on without it."""
        import duckdb

        try:
            self.db.execute("reset preserve_insertion_order")
            self.db.execute("drop view if exists temp.staged")
            for name in _TEMPORARY:
                self.db.execute(f"drop table if exists temp.{name}")
        except duckdb.Error:
            return


def _previewed(result: LoadResult) -> LoadResult:
    """Return the result without a batch, for nothing was written."""
    return replace(result, batch_id=None)
