"""What can go wrong, each in one sentence: what, where, and what to do next."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from clientela.i18n import gettext as _


class ClientelaError(Exception):
    """A failure that the owner can understand; printed without a traceback.

    Args:
        message: what is wrong and where, one sentence.
        hint: what to do next, one sentence; may be empty.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def pasted(path: Path | str) -> str:
    """Return a path as it stands in a command that can be pasted into a shell, blanks and quotes included."""
    if sys.platform == "win32":
        return f'"{path}"' if " " in str(path) else str(path)
    import shlex

    return shlex.quote(str(path))


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says of a full disk."""

FULL_SIGNS = (
    "no space left",
    "out of space",
    "disk quota",
    "file too large",
    "disk is full",
    "temp_directory",
)
"""What DuckDB and SQLite say of a full disk, in lower case."""


def refused_by_the_system(error: OSError) -> str:
    """Return which file the system refused and why, one sentence."""
    if error.errno in FULL:
        return _("The disk is full.")
    where = f"{error.filename}: " if error.filename else ""
    return _("The system refused: {error}.").format(error=where + (error.strerror or str(error)))


class SettingsError(ClientelaError):
    """``clientela.toml`` is missing or holds a value that cannot be used."""


class UnreadableFileError(ClientelaError):
    """A file is missing, empty, or not what its name says."""


class MappingError(ClientelaError):
    """A mapping file does not fit the sales file or our tables."""


class NotWantedError(ClientelaError):
    """The owner looked at what a load would do and said no."""


class WarehouseError(ClientelaError):
    """The shop's database cannot be opened, read or written."""


class UnknownCustomerError(ClientelaError):
    """No customer answers to the name or id that was asked for."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            _("No customer “{asked}”.").format(asked=asked),
            _("List them with: clientela customers."),
        )
