"""The members of an archive: each a part, all XML documents together one; what stays outside, and why."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening.archive import Archive
from clientela.warehouse.loading.opening.kinds import kind_of
from clientela.warehouse.loading.opening.names import inside
from clientela.warehouse.loading.opening.part import Document, Left, Opened, Part
from clientela.warehouse.loading.opening.scratch import Scratch
from clientela.warehouse.loading.opening.signed import content_of
from clientela.warehouse.loading.opening.strict_xml import root_of

_SYSTEM: Final = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$)", re.I)
"""What systems put beside files for themselves."""

OpenMember = Callable[[Path, str, str], Opened]
"""Opens an unpacked member: where it is, what it is shown as, its own name."""


def parts_inside(archive: Archive, path: Path, scratch: Scratch, open_member: OpenMember) -> Opened:
    """Return what is inside an archive, in the order of its names.

    Raises:
        UnreadableFileError: if nothing in it can be read.
    """
    documents: list[Document] = []
    signed = 0
    parts: list[Part] = []
    left: list[Left] = []
    for member in sorted(archive.members, key=lambda member: member.filename):
        name = inside(archive.name, member.filename)
        if _SYSTEM.search(member.filename.replace("\\", "/")):
            continue
        why = archive.why_not(member)
        if why:
            left.append(Left(name, why, is_fault=True))
            continue
        try:
            document, is_signed = _document(archive, member, name)
            if document:
                documents.append(document)
                signed += is_signed
                continue
            opened = _unpacked(archive, member, name, scratch, open_member)
        except UnreadableFileError as error:
            left.append(Left(name, str(error), is_fault=True))
            continue
        parts += opened.parts
        left += opened.left
    if documents:
        parts.insert(0, _all_documents(archive, path, documents, signed))
    if not parts:
        raise UnreadableFileError(
            _("{file}: nothing inside can be read.").format(file=archive.name), _first_reason(left)
        )
    return Opened(tuple(parts), tuple(left))


def _all_documents(archive: Archive, path: Path, documents: list[Document], signed: int) -> Part:
    """Return the one part that every XML document of an archive is in."""
    notes = (
        (
            _(
                "{file}: {count} documents were taken out of signed files; the signatures were not checked."
            ).format(file=archive.name, count=signed),
        )
        if signed
        else ()
    )
    name = documents[0].name if len(documents) == 1 else archive.name
    return Part(path, name, "xml", tuple(documents), notes=notes)


def _document(archive: Archive, member: zipfile.ZipInfo, name: str) -> tuple[Document | None, bool]:
    """Return a member as a document that is read when it is asked for; None where it is no XML."""
    own_name = Path(member.filename.replace("\\", "/")).name
    start = archive.start_of(member)
    kind = kind_of(start, own_name)
    if kind == "xml":
        whole = start if len(start) == member.file_size else archive.read(member)
        root = root_of(whole, name)
        return (Document(name, root, lambda: archive.read(member)) if root else None), False
    if kind == "signed":
        content = content_of(archive.read(member), name)
        root = root_of(content, name) if kind_of(content, own_name) == "xml" else ""
        if root:
            return Document(name, root, lambda: content_of(archive.read(member), name)), True
    return None, False


def _unpacked(
    archive: Archive, member: zipfile.ZipInfo, name: str, scratch: Scratch, open_member: OpenMember
) -> Opened:
    """Unpack a member under a name of ours and look what it is."""
    to = scratch.new()
    archive.unpack(member, to)
    try:
        return open_member(to, name, Path(member.filename.replace("\\", "/")).name)
    except UnreadableFileError:
        to.unlink(missing_ok=True)
        raise


def _first_reason(left: list[Left]) -> str:
    """Return why the first of what is left stays outside."""
    if not left:
        return _("It is empty: export it again.")
    return left[0].said
