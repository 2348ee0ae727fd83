"""Write the records of a file as they are read, so that the reading alone can be judged."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.names import shown
from clientela.warehouse.loading.opening.opened import open_parts
from clientela.warehouse.loading.opening.scratch import scratch_folder
from clientela.warehouse.loading.splitting.records import BLANK_LINE, physical_lines, split
from clientela.warehouse.loading.splitting.survey import survey
from clientela.warehouse.loading.splitting.text_source import TextSource

if TYPE_CHECKING:
    from clientela.warehouse.loading.opening.part import Part

_BLANKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


def records_as_read(path: Path, out: Path, wanted: Format | None = None) -> int:
    """Write a file's records as CSV: UTF-8, commas, quotes doubled, the header first.

    A broken record is written with the cells that could be told, as many as there are; a blank line is none.

    Args:
        path: the owner's file, of one table of text.
        out: the file to write.
        wanted: how the file is written, where that is known; else it is asked.

    Returns:
        How many records were written, the header not counted; of an empty file nothing is written.

    Raises:
        UnreadableFileError: if the file is not there, or holds something else than one text table.
    """
    if path.exists() and out.exists() and path.samefile(out):
        raise UnreadableFileError(
            _("{file} cannot be read and written at once.").format(file=shown(path.name)),
            _("Write the records to another file."),
        )
    if path.is_file() and _is_empty(path):
        out.write_bytes(b"")
        return 0
    with scratch_folder() as scratch:
        opened = open_parts(path, scratch)
        if len(opened.parts) != 1 or opened.parts[0].kind != "text":
            raise UnreadableFileError(
                _("{file} is no text table: its records are read in another way.").format(
                    file=shown(path.name)
                ),
                _("clientela inspect says what it is."),
            )
        with scratch.room() as folder:
            draft = folder / "records"
            count = _write(opened.parts[0], draft, folder, wanted or Format())
            with draft.open("rb") as read, out.open("wb") as written:
                while block := read.read(1 << 20):
                    written.write(block)
    return count


def _is_empty(path: Path) -> bool:
    """Tell whether there is nothing but blanks."""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if block.strip(_BLANKS):
                return False
    return True


def _write(part: Part, to: Path, folder: Path, wanted: Format) -> int:
    """Write header and records; return how many."""
    source = TextSource(part, survey(part.path), wanted, folder)
    count = 0
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_header(source))
        for cells in _rows(source):
            writer.writerow(cells)
            count += 1
    return count


def _header(source: TextSource) -> tuple[str, ...]:
    """Return the header as it stands; the names given where there is none."""
    header = source.dialect.header
    as_read = header.as_read if header.rows else ()
    return as_read if len(as_read) == len(source.headers) else source.headers


def _rows(source: TextSource) -> Iterator[list[str]]:
    """Yield the cells of every record."""
    dialect = source.dialect
    fitting = dialect.fitting
    with source.path.open("rb") as file:
        lines = physical_lines(file, dialect.line_end)
        for record in split(lines, dialect.signs, dialect.skip, len(source.headers)):
            if record.fault != BLANK_LINE:
                yield fitting.told(record)
