"""A .zip, and a workbook, which is one: looked through before anything comes out of it."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.names import inside

_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError, KeyError)
"""What reading a damaged archive raises."""

_OFFICE: Final = (
    ("word/", "word"),
    ("ppt/", "slides"),
    ("Index/Document.iwa", "numbers"),
    ("Index/Tables/", "numbers"),
    ("META-INF/MANIFEST.MF", "program"),
)


class Archive:
    """An archive whose table of contents has passed the limits."""

    def __init__(self, file: zipfile.ZipFile, name: str, size: int) -> None:
        self._file, self.name, self.size = file, name, size
        self.members = [member for member in file.infolist() if not member.is_dir()]

    def office_kind(self) -> str:
        """Return ``sheet``, the kind of another document, or empty for an archive of files."""
        names = [member.filename.replace("\\", "/") for member in self.members]
        mimetype = next((member for member in self.members if member.filename == "mimetype"), None)
        if mimetype and mimetype.file_size < 200:
            said = self.start_of(mimetype)
            if b"opendocument" in said:
                return "sheet" if b"spreadsheet" in said else "writer"
            if b"epub" in said:
                return "writer"
        if any(name.startswith("xl/") for name in names) and "[Content_Types].xml" in names:
            return "sheet"
        return next((kind for start, kind in _OFFICE if any(name.startswith(start) for name in names)), "")

    def why_not(self, member: zipfile.ZipInfo) -> str:
        """Return why a member is not to be touched, empty where it may be read."""
        path = member.filename.replace("\\", "/")
        if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/"):
            return _("its name points outside the archive")
        if stat.S_ISLNK(member.external_attr >> 16):
            return _("it is a link, not a file")
        if member.flag_bits & 0x1:
            return _("it is protected by a password: unpack it and load what is inside")
        return ""

    def start_of(self, member: zipfile.ZipInfo, length: int = 64 << 10) -> bytes:
        """Return the first bytes of a member.

        Raises:
            UnreadableFileError: if it is damaged.
        """
        with self._reading(member), self._file.open(member) as file:
            return file.read(length)

    def read(self, member: zipfile.ZipInfo) -> bytes:
        """Return a small member whole.

        Raises:
            UnreadableFileError: if it is damaged or too large to be held in memory.
        """
        return b"".join(self.blocks(member, limits.LARGEST_DOCUMENT, 1 << 20))

    def unpack(self, member: zipfile.ZipInfo, to: Path) -> None:
        """Write a member to a file of our own naming.

        Raises:
            UnreadableFileError: if it is damaged or goes beyond the limits.
        """
        with to.open("wb") as file:
            for block in self.blocks(member, limits.LARGEST_UNPACKED, limits.BLOCK):
                file.write(block)

    def blocks(self, member: zipfile.ZipInfo, limit: int, size: int) -> Iterator[bytes]:
        """Yield a member by blocks, within the limits.

        Raises:
            UnreadableFileError: if it is damaged or goes beyond them.
        """
        shown = inside(self.name, member.filename)

        def raw() -> Generator[bytes, None, None]:
            with self._file.open(member) as file:
                while block := file.read(size):
                    yield block

        with self._reading(member):
            yield from limits.bounded(raw(), shown, limit, member.compress_size)

    @contextmanager
    def _reading(self, member: zipfile.ZipInfo) -> Iterator[None]:
        """Say in a sentence what is wrong with a member."""
        try:
            yield
        except (*_DAMAGED, NotImplementedError, RuntimeError) as error:
            raise UnreadableFileError(
                _("{file} is damaged: it cannot be unpacked to the end.").format(
                    file=inside(self.name, member.filename)
                ),
                _("Download or export it again."),
            ) from error


@contextmanager
def open_archive(path: Path, name: str) -> Iterator[Archive]:
    """Open an archive whose table of contents is within the limits.

    Raises:
        UnreadableFileError: if it is damaged, or says that more comes out of it than may.
    """
    size = path.stat().st_size
    try:
        file = zipfile.ZipFile(path)
    except (*_DAMAGED, NotImplementedError) as error:
        raise UnreadableFileError(
            _("{file} is damaged: it cannot be unpacked to the end.").format(file=name),
            _("Download or export it again."),
        ) from error
    with file:
        members = file.infolist()
        if len(members) > limits.MOST_MEMBERS:
            raise UnreadableFileError(
                _("{file} holds more than {count} files.").format(file=name, count=limits.MOST_MEMBERS),
                _("Load it in smaller pieces."),
            )
        total = sum(member.file_size for member in members)
        if total > limits.LARGEST_ARCHIVE:
            raise limits.too_large(name, limits.LARGEST_ARCHIVE)
        if total > limits.FREE and total > size * limits.MOST_RATIO:
            raise limits.bomb(name)
        yield Archive(file, name, size)


def check_workbook(archive: Archive) -> None:
    """Unpack a workbook to nowhere and count, for its own words about its size are nobody's proof.

    Raises:
        UnreadableFileError: if more comes out than can be held, or it is packed as no table is.
    """
    seen = 0
    for member in archive.members:
        declared = member.file_size
        member.file_size = limits.LARGEST_WORKBOOK + 1
        try:
            for block in archive.blocks(member, limits.LARGEST_WORKBOOK, 1 << 20):
                seen += len(block)
                if seen > limits.LARGEST_WORKBOOK:
                    raise limits.too_large(archive.name, limits.LARGEST_WORKBOOK)
        finally:
            member.file_size = declared
    if seen > limits.FREE and seen > archive.size * limits.MOST_RATIO:
        raise limits.bomb(archive.name)
