"""A plain file becomes a part, or a sentence that names it for what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.kinds import REFUSED
from clientela.warehouse.loading.opening.part import Document, Part
from clientela.warehouse.loading.opening.strict_xml import root_of

_OLD_OFFICE_STREAMS: Final = (
    ("Workbook", "sheet"),
    ("Book", "sheet"),
    ("EncryptedPackage", "sheet"),
    ("WordDocument", "word"),
    ("PowerPoint Document", "slides"),
    ("__properties_version1.0", "outlook"),
)
"""Streams of a compound file, by which the program that wrote it is known."""

_DIRECTORY_ENTRY: Final = 128
"""Bytes; an entry begins with its name, at a multiple of this."""


def refusal(kind: str, name: str) -> UnreadableFileError:
    """Return the sentence that names a file which is not read."""
    what, hint = REFUSED[kind]
    return UnreadableFileError(
        _("{file} is {what}: it is not read.").format(file=name, what=_(what)), _(hint)
    )


def old_office_kind(path: Path) -> str:
    """Return ``sheet``, or the kind of another document of the old Office formats."""
    with path.open("rb") as file:
        while block := file.read(limits.BLOCK):
            for stream, kind in _OLD_OFFICE_STREAMS:
                written = stream.encode("utf-16-le") + b"\0\0"
                place = block.find(written)
                if place >= 0 and place % _DIRECTORY_ENTRY == 0:
                    return kind
    return "binary"


def part_of(path: Path, name: str, kind: str, notes: tuple[str, ...] = ()) -> Part:
    """Return the part that a plain file is.

    Args:
        path: where it is, under a name of ours.
        name: what the owner knows it by.
        kind: as ``kind_of`` said.
        notes: what is already known of how it was read.

    Raises:
        UnreadableFileError: if it is of a kind that is not read.
    """
    if kind in REFUSED:
        raise refusal(kind, name)
    if kind in ("xml", "json"):
        root = root_of(path, name) if kind == "xml" else ""
        if kind == "xml" and not root:
            # It begins with a tag and is no XML: a column may be called so.
            return Part(path, name, "text", notes=notes)
        return Part(path, name, kind, (Document(name, root, lambda: whole(path, name)),), notes=notes)
    return Part(path, name, kind, notes=notes)


def whole(path: Path, name: str) -> bytes:
    """Return the content of a file that is held in memory as a whole.

    Raises:
        UnreadableFileError: if it is too large for that.
    """
    if path.stat().st_size > limits.LARGEST_DOCUMENT:
        raise limits.too_large(name, limits.LARGEST_DOCUMENT)
    return path.read_bytes()


def unknown_documents(part: Part) -> UnreadableFileError:
    """Return the refusal of documents that no importer knows."""
    if part.kind == "json":
        return UnreadableFileError(
            _("{file} is JSON whose records hold others inside: it is not read.").format(file=part.name),
            _("Export it as CSV, or as JSON with one flat record for each receipt."),
        )
    roots = ", ".join(sorted(part.roots)[:5])
    return UnreadableFileError(
        _("{file} is XML of a kind that is not known ({roots}).").format(file=part.name, roots=roots),
        _("Known are electronic invoices (FatturaPA) and the exports named in the documentation."),
    )
