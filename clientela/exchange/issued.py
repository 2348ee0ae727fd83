"""Whether the sales know of links that the referral store on this machine must still hold.

The commands open the store here: they run where the sales are, and ask them before an empty one begins.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clientela.errors import WarehouseError
from clientela.exchange import state

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.loyalty.store.sqlite import SqliteStore
    from clientela.settings.shop_settings import Settings


def require_store(db: DuckDBPyConnection, settings: Settings, folder: Path | None = None) -> None:
    """Make no new links where those given away are only missing.

    Args:
        db: the shop's database.
        settings: the shop's settings.
        folder: what is carried to another machine; the links are there then.

    Raises:
        LostStoreError: if the store is not there though its events were loaded before.
    """
    if folder is None and _is_missed(settings) and state.get(db, "cursor store"):
        _refuse(settings)


def require(settings: Settings) -> None:
    """Ask what lies beside the store, then the sales; where somebody else has these, nobody waits for them.

    Raises:
        LostStoreError: if the store is missing or empty, and the sales or a file say that it was there.
        OtherStoreError: if it is not the one that was served here.
    """
    from clientela.warehouse.connection import open_shop
    from clientela.warehouse.locks import patience

    _require_by_files(settings)
    if not _is_missed(settings) or not settings.database.is_file():
        return
    is_known = False
    try:
        with (
            patience(lambda: 0, lambda _text: None),
            open_shop(settings.database, engine=settings.engine, read_only=True) as db,
        ):
            is_known = bool(state.get(db, "cursor store"))
    except WarehouseError:
        return
    if is_known:
        _refuse(settings)


def open_here(settings: Settings, *, create: bool = False) -> SqliteStore:
    """Open the store in the shop folder, unless something says that it is not what was there.

    Args:
        settings: the shop's settings.
        create: make it if there never was one.

    Raises:
        NoStoreError: if there never was one and it is not to be made.
        LostStoreError: if it is missing or empty, and the sales or a file say that it was there.
        StoreUnavailableError: if it cannot be used.
    """
    from clientela.loyalty.store import former
    from clientela.loyalty.store.opening import open_existing, open_or_begin

    require(settings)
    opened = open_or_begin if create else open_existing
    return opened(settings.referral_store, settings.folder / former.BACKUPS)


def open_if_here(settings: Settings) -> SqliteStore | None:
    """Open the store in the shop folder; None where it is on another machine or never was.

    Raises:
        LostStoreError: if it was here and is not.
    """
    from clientela.loyalty.store import former
    from clientela.loyalty.store.errors import NoStoreError

    if settings.referral.server_url and former.is_missing(settings.referral_store):
        return None
    try:
        return open_here(settings)
    except NoStoreError:
        return None


def _require_by_files(settings: Settings) -> None:
    from clientela.loyalty.store import former

    former.require(settings.referral_store, settings.folder / former.BACKUPS)


def _is_missed(settings: Settings) -> bool:
    """Tell whether a store that should be on this machine is missing or empty."""
    from clientela.loyalty.store import former

    return not settings.referral.server_url and former.is_missing(settings.referral_store)


def _refuse(settings: Settings) -> None:
    from clientela.loyalty.store import former
    from clientela.loyalty.store.errors import LostStoreError

    # What has to be moved away is named first.
    _require_by_files(settings)
    store = settings.referral_store
    copies = former.copies(store, settings.folder / former.BACKUPS)
    raise LostStoreError(store, [settings.database], copies[0] if copies else None, is_known=True)
