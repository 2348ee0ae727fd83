"""The file as the owner gave it: is it there, can it be read, what is it really, what is inside."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.archive import Archive, check_workbook, open_archive
from clientela.warehouse.loading.opening.kinds import HEAD, is_lock, kind_of
from clientela.warehouse.loading.opening.members import parts_inside
from clientela.warehouse.loading.opening.names import shown
from clientela.warehouse.loading.opening.part import Opened, Part
from clientela.warehouse.loading.opening.recognition import old_office_kind, part_of, refusal, whole
from clientela.warehouse.loading.opening.scratch import Scratch
from clientela.warehouse.loading.opening.signed import content_of, signature_note
from clientela.warehouse.loading.opening.tables.parts import Asked, with_tables

_MOST_WRAPPERS: Final = 3
"""Packings and signatures around one file."""


@dataclass(frozen=True)
class _Wrapped:
    """A file of which the outer layers have been taken off."""

    path: Path
    name: str
    """What the owner knows it by."""

    own_name: str
    """Its own name, without its folder and what it stands in."""

    notes: tuple[str, ...] = ()
    layers: int = 0
    is_inside: bool = False
    """Whether it is a member of an archive: then it may be none itself."""


def open_parts(path: Path, scratch: Scratch, asked: Asked | None = None) -> Opened:
    """Take a file apart: unpack it, look into it, and name what stays outside.

    Args:
        path: the owner's file.
        scratch: where everything that is unpacked stands.
        asked: what is known of it before it is opened.

    Raises:
        UnreadableFileError: if it is missing, a folder, forbidden, empty, damaged, of a kind that is not
            read, or nothing inside it can be read.
        MappingError: if the mapping asks for a sheet or a header that is not there.
    """
    name = shown(path.name)
    if is_lock(path.name):
        raise refusal("lock", name)
    _first_bytes(path, shown(str(path)))
    return _opened(_Wrapped(scratch.plain_name(path), name, path.name), scratch, asked or Asked())


def _opened(file: _Wrapped, scratch: Scratch, asked: Asked) -> Opened:
    """Take off one layer, or return the part that is inside."""
    kind = kind_of(_first_bytes(file.path, file.name), file.own_name)
    if kind in ("gzip", "signed") and file.layers >= _MOST_WRAPPERS:
        raise UnreadableFileError(
            _("{file} is packed too many times over.").format(file=file.name),
            _("Unpack it and load what is inside."),
        )
    if kind == "gzip":
        return _opened(_unpacked(file, scratch), scratch, asked)
    if kind == "signed":
        return _opened(_without_signature(file, scratch), scratch, asked)
    if kind == "zip":
        archive = scratch.keep_open(open_archive(file.path, file.name))
        return _of_archive(archive, file, scratch, asked)
    if kind == "old_office":
        kind = old_office_kind(file.path)
    if kind == "binary" and file.own_name.lower().endswith(".p7m"):
        content_of(whole(file.path, file.name), file.name)
    return with_tables(part_of(file.path, file.name, kind, file.notes), asked, None)


def _of_archive(archive: Archive, file: _Wrapped, scratch: Scratch, asked: Asked) -> Opened:
    """Return what an archive is: a workbook, another document, or many files."""
    kind = archive.office_kind()
    if kind == "sheet":
        check_workbook(archive)
        return with_tables(Part(file.path, file.name, "sheet", notes=file.notes), asked, archive)
    if kind:
        raise refusal(kind, file.name)
    if file.is_inside:
        raise UnreadableFileError(
            _("{file} is an archive inside an archive: it is not unpacked.").format(file=file.name),
            _("Unpack the outer one and load this one by itself."),
        )

    def open_member(path: Path, name: str, own_name: str) -> Opened:
        return _opened(_Wrapped(path, name, own_name, file.notes, is_inside=True), scratch, asked)

    return parts_inside(archive, file.path, scratch, open_member)


def _first_bytes(path: Path, name: str) -> bytes:
    """Return the first bytes, or say why there is none."""
    try:
        if path.is_dir():
            raise UnreadableFileError(
                _("{file} is a folder, not a file.").format(file=name), _("Name the files inside it.")
            )
        if path.exists() and not path.is_file():
            raise UnreadableFileError(
                _("{file} is not a file, but a device or a pipe.").format(file=name), _("Name a file.")
            )
        with path.open("rb") as file:
            start = file.read(HEAD)
    except FileNotFoundError:
        raise UnreadableFileError(
            _("There is no file {file}.").format(file=name), _("Check the name and the folder.")
        ) from None
    except (OSError, ValueError) as error:
        raise UnreadableFileError(
            _("{file} cannot be read: {why}.").format(
                file=name, why=getattr(error, "strerror", None) or error
            ),
            _("Check that it is not open elsewhere and that you may read it."),
        ) from error
    if not start.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise UnreadableFileError(_("{file} is empty.").format(file=name), _("Export it again."))
    return start


def _unpacked(file: _Wrapped, scratch: Scratch) -> _Wrapped:
    """Unpack a .gz by blocks, within the limits."""
    plain = scratch.new()

    def blocks() -> Generator[bytes, None, None]:
        with gzip.open(file.path, "rb") as packed:
            while block := packed.read(limits.BLOCK):
                yield block

    try:
        with plain.open("wb") as out:
            size = file.path.stat().st_size
            for block in limits.bounded(blocks(), file.name, limits.LARGEST_UNPACKED, size):
                out.write(block)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFileError(
            _("{file} is damaged: it cannot be unpacked to the end.").format(file=file.name),
            _("Download or export it again."),
        ) from error
    own_name = file.own_name.removesuffix(".gz")
    return _Wrapped(plain, file.name, own_name, file.notes, file.layers + 1, file.is_inside)


def _without_signature(file: _Wrapped, scratch: Scratch) -> _Wrapped:
    """Take out what was signed."""
    plain = scratch.new()
    plain.write_bytes(content_of(whole(file.path, file.name), file.name))
    notes = (*file.notes, signature_note(file.name))
    own_name = file.own_name[:-4] if file.own_name.lower().endswith(".p7m") else file.own_name
    return _Wrapped(plain, file.name, own_name, notes, file.layers + 1, file.is_inside)
