"""Which other side it is: a folder that is carried, a server on another machine, or the store on this one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from clientela.exchange.other_side import OtherSide
    from clientela.settings.shop_settings import Settings


@contextmanager
def open_other_side(
    settings: Settings, folder: Path | None = None, *, create: bool = False, now: int | None = None
) -> Iterator[OtherSide]:
    """Open the other side: a folder where one is named, the server of the settings, else the store here.

    Args:
        settings: the shop's settings.
        folder: what is carried to the server and back.
        create: make the store where it is missing.
        now: milliseconds since 1970 UTC, for the store here; None for the clock's.

    Raises:
        ClientelaError: if the store is missing, the key of the server, or a file cannot be used.
    """
    if folder is not None:
        from clientela.exchange.other_side_folder import FolderSide

        carried = FolderSide(folder)
        yield carried
        carried.close()
    elif settings.referral.server_url:
        from clientela.exchange.other_side_api import ApiSide

        yield ApiSide.of(settings)
    else:
        from clientela.exchange.other_side_store import open_store_side

        with open_store_side(settings, create=create, now=now) as side:
            yield side
