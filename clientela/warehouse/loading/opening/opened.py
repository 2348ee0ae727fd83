"""The file as the owner gave it: is it there, can it be read, what is it really."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _

BLOCK: Final = 8 << 20
"""Bytes read at once; memory stays flat whatever the size of the file."""

LARGEST_UNPACKED: Final = 20 << 30
"""Bytes beyond which a compressed file is taken for a trap."""

_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class OpenedFile:
    """A file that can be read, and its kind."""

    path: Path
    """Where its plain content is: the file itself, or the unpacked copy of a .gz."""

    name: str
    """The name that the owner knows."""

    kind: str
    """``text``, ``parquet`` or ``sheet``."""


def open_file(path: Path, folder: Path) -> OpenedFile:
    """Look at the first bytes of a file and unpack it where it is compressed.

    Args:
        path: the owner's file.
        folder: a temporary folder for an unpacked copy.

    Raises:
        UnreadableFileError: if it is missing, a folder, forbidden, empty or of an unknown kind.
    """
    start = _first_bytes(path)
    if start.startswith(b"\x1f\x8b"):
        unpacked = folder / "unpacked"
        _unpack(path, unpacked)
        return OpenedFile(unpacked, path.name, _kind(_first_bytes(unpacked, path.name), path.name))
    return OpenedFile(path, path.name, _kind(start, path.name))


def _first_bytes(path: Path, name: str | None = None) -> bytes:
    """Return the first kilobyte, or say why there is none."""
    shown = name or str(path)
    try:
        if path.is_dir():
            raise UnreadableFileError(
                _("{file} is a folder, not a file.").format(file=shown), _("Name the files inside it.")
            )
        with path.open("rb") as file:
            start = file.read(1024)
    except FileNotFoundError:
        raise UnreadableFileError(
            _("There is no file {file}.").format(file=shown), _("Check the name and the folder.")
        ) from None
    except OSError as error:
        raise UnreadableFileError(
            _("{file} cannot be read: {why}.").format(file=shown, why=error.strerror or error),
            _("Check that it is not open elsewhere and that you may read it."),
        ) from error
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise UnreadableFileError(_("{file} is empty.").format(file=shown), _("Export it again."))
    return start


def _kind(start: bytes, name: str) -> str:
    """Tell the kind from the content; the ending of the name may lie."""
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith((b"PK\x03\x04", _OLD_EXCEL)):
        return "sheet"
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"7z\xbc\xaf", b"Rar!", b"SQLite format 3")):
        raise UnreadableFileError(
            _("{file} is not a table that can be loaded.").format(file=name),
            _("Export the data as CSV, Excel or Parquet."),
        )
    return "text"


def _unpack(path: Path, to: Path) -> None:
    """Unpack a .gz by blocks, with a limit on what comes out."""
    try:
        with gzip.open(path, "rb") as packed, to.open("wb") as plain:
            _copy(packed, plain, path)  # type: ignore[arg-type]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFileError(
            _("{file} is damaged: it cannot be unpacked to the end.").format(file=path.name),
            _("Download or export it again."),
        ) from error


def _copy(packed: BinaryIO, plain: BinaryIO, path: Path) -> None:
    """Copy by blocks and stop at the limit."""
    written = 0
    while block := packed.read(BLOCK):
        written += len(block)
        if written > LARGEST_UNPACKED:
            raise UnreadableFileError(
                _("{file} unpacks to more than {limit} GB.").format(
                    file=path.name, limit=LARGEST_UNPACKED >> 30
                ),
                _("Split it, or unpack it yourself."),
            )
        plain.write(block)
