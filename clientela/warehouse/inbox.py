"""The folder to drop files in: what lies in it, and what of it was taken before, known by what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha512
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER: Final = "inbox"
"""Its name in the shop folder."""

_BLOCK: Final = 8 << 20
_LOCKS: Final = ("~$", ".~lock.")
_UNFINISHED: Final = (".crdownload", ".part", ".partial", ".download", ".tmp")
_OF_THE_SYSTEM: Final = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Skipped:
    """Something in the folder that is no file to load."""

    name: str
    why: str


@dataclass(frozen=True)
class Inbox:
    """What lies in the folder."""

    files: tuple[Path, ...]
    """In the order of their names; which one comes first does not matter."""

    skipped: tuple[Skipped, ...]


def look_into(folder: Path) -> Inbox:
    """Look into the shop's folder to drop files in; a folder that is not there is empty."""
    found = sorted((folder / FOLDER).iterdir(), key=lambda path: path.name) if has_inbox(folder) else []
    files, skipped = [], []
    for path in found:
        if why := _why_not(path):
            skipped.append(Skipped(path.name, why))
        else:
            files.append(path)
    return Inbox(tuple(files), tuple(skipped))


def has_inbox(folder: Path) -> bool:
    """Tell whether the shop has the folder."""
    return (folder / FOLDER).is_dir()


def _why_not(path: Path) -> str | None:
    """Return why something is not loaded; None where it is a file like any."""
    name = path.name.lower()
    if name.startswith(_LOCKS):
        return _("it only says that the file is open in Excel or LibreOffice")
    if name.startswith(".") or name in _OF_THE_SYSTEM:
        return _("it is hidden")
    if name.endswith(_UNFINISHED):
        return _("it is not downloaded to its end")
    if path.is_dir():
        return _("it is a folder: put its files beside it")
    return None if path.is_file() else _("it is no file")


def mark_of(path: Path) -> str:
    """Return what names a file's content, whatever it is called."""
    digest = sha512()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def was_taken(db: DuckDBPyConnection, mark: str) -> bool:
    """Tell whether a file with this content was taken before."""
    return bool(db.execute("select exists (from meta.inbox where file_sha512 = ?)", [mark]).fetchall()[0][0])


def note(db: DuckDBPyConnection, mark: str, name: str, today: date) -> None:
    """Note that a file was taken."""
    db.execute("insert into meta.inbox values (?, ?, ?)", [mark, name, datetime.combine(today, time())])
