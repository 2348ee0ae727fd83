"""What can go wrong in the referral store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _


class AlreadyThereError(Exception):
    """A unique key is taken."""


class ClickLostError(Exception):
    """Neither the store nor the fallback file takes a click."""


class StoreUnavailableError(ClientelaError):
    """The referral store cannot be opened, read or written at the moment."""

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(
            message or _("The referral database cannot be used at the moment."),
            hint or _("Try again; if it lasts, check the disk with: clientela doctor."),
        )


class NoStoreError(StoreUnavailableError):
    """There is no referral store yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("There is no referral database here: {file} is missing.").format(file=path.name),
            _("Make it with: clientela serve, or clientela referral invite."),
        )


class StoreGoneError(StoreUnavailableError):
    """The store's file is not where it was opened any more: what is written to it is lost."""

    def __init__(self, file: Path, *, is_replaced: bool) -> None:
        words = _("{file} has been replaced while it was in use.") if is_replaced else _("{file} is gone.")
        self.reason = words.format(file=file.name)
        super().__init__(
            self.reason,
            _("Put it back, or stop the server and bring a copy back: clientela referral restore FILE."),
        )


class LostStoreError(StoreUnavailableError):
    """The store is missing or empty, and something says that there was one."""

    def __init__(
        self, store: Path, signs: Sequence[Path], copy: Path | None, *, is_known: bool = False
    ) -> None:
        """Say what says so.

        Args:
            store: the store's file.
            signs: what says that there was one.
            copy: the newest copy.
            is_known: the sales say so, which nobody moves away.
        """
        anew = (
            _("To begin anew, with links that nobody has yet: clientela referral restore --empty.")
            if is_known
            else _("To begin anew, with links that nobody has yet, first move these files out of the folder.")
        )
        named = ", ".join(path.name for path in signs[:3]) + (", …" if len(signs) > 3 else "")
        super().__init__(
            _("{file} is missing or empty, but there was one: {signs}.").format(file=store.name, signs=named),
            f"{_restore(copy)} {anew}",
        )


class OtherStoreError(StoreUnavailableError):
    """The store is not the one that was served here."""

    def __init__(self, store: Path, lock: Path, copy: Path | None) -> None:
        super().__init__(
            _("{file} is not the database that was served here: its links are others.").format(
                file=store.name
            ),
            _restore(copy) + " " + _("If it is meant to be served, remove {file}.").format(file=lock.name),
        )


class StrangeLogError(StoreUnavailableError):
    """The file is a copy, and the log beside it another file's."""

    def __init__(self, store: Path, log: Path) -> None:
        super().__init__(
            _("{file} is a copy, and {log} beside it belongs to another file.").format(
                file=store.name, log=log.name
            ),
            _("Stop the server and bring the copy back with: clientela referral restore FILE."),
        )


def _restore(copy: Path | None) -> str:
    """Say how the store comes back."""
    if copy is None:
        return _("Put the file back, or bring a copy back: clientela referral restore FILE.")
    shown = copy if copy.parent.name != "backups" else Path("backups") / copy.name
    return _("Bring the latest copy back: clientela referral restore {copy}.").format(copy=shown)


class NewerStoreError(StoreUnavailableError):
    """The file was written by a newer version of the program."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            _("{file} was written by a newer clientela: schema {found}, this one knows {known}.").format(
                file=path.name, found=found, known=known
            ),
            _("Update clientela on this computer."),
        )
