"""Where links, friends, claims and rewards are kept; one small interface, a file behind it."""

from __future__ import annotations

from clientela.loyalty.store.errors import (
    AlreadyThereError,
    ClickLostError,
    LostStoreError,
    NewerStoreError,
    NoStoreError,
    OtherStoreError,
    StoreGoneError,
    StoreUnavailableError,
    StrangeLogError,
)
from clientela.loyalty.store.interface import Connection, Row, Store
from clientela.loyalty.store.sqlite import SqliteStore, open_existing, open_or_begin, open_store

__all__ = [
    "AlreadyThereError",
    "ClickLostError",
    "Connection",
    "LostStoreError",
    "NewerStoreError",
    "NoStoreError",
    "OtherStoreError",
    "Row",
    "SqliteStore",
    "Store",
    "StoreGoneError",
    "StoreUnavailableError",
    "StrangeLogError",
    "open_existing",
    "open_or_begin",
    "open_store",
]
