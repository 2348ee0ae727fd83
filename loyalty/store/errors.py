"""What can go wrong in the referral store."""

from __future__ import annotations

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
            message or _("The referral store cannot be used at the moment."),
            hint or _("Try again; if it lasts, check the disk with: clientela doctor."),
        )


class NoStoreError(StoreUnavailableError):
    """There is no referral store yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("There is no referral store here: {file} is missing.").format(file=path.name),
            _("Make it with: clientela serve, or clientela referral invite."),
        )


class NewerStoreError(StoreUnavailableError):
    """The file was written by a newer version of the program."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            _("{file} was written by a newer clientela: schema {found}, this one knows {known}.").format(
                file=path.name, found=found, known=known
            ),
            _("Update clientela on this machine."),
        )
