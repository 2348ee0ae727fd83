"""Whether the sales know of links that the referral store on this machine must still hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clientela.exchange import state

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.settings import Settings


def require_store(db: DuckDBPyConnection, settings: Settings, folder: Path | None = None) -> None:
    """Make no new links where those given away are only missing.

    Args:
        db: the shop's database.
        settings: the shop's settings.
        folder: what is carried to another machine; the links are there then.

    Raises:
        LostStoreError: if the store is not there though its events were loaded before.
    """
    from clientela.loyalty.store import LostStoreError, former

    store = settings.referral_store
    if folder is not None or settings.referral.server_url or not former.is_missing(store):
        return
    if state.get(db, "cursor store"):
        copies = former.copies(store, settings.folder / former.BACKUPS)
        raise LostStoreError(store, [settings.database], copies[0] if copies else None, is_known=True)
