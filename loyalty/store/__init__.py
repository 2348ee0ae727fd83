"""Where links, friends, claims and rewards are kept; one small interface, a file behind it."""

from __future__ import annotations

from clientela.loyalty.store.errors import (
    AlreadyThereError,
    ClickLostError,
    NewerStoreError,
    NoStoreError,
    StoreUnavailableError,
)
from clientela.loyalty.store.interface import Connection, Row, Store
from clientela.loyalty.store.sqlite import SqliteStore, open_store

__all__ = [
    "AlreadyThereError",
    "ClickLostError",
    "Connection",
    "NewerStoreError",
    "NoStoreError",
    "Row",
    "SqliteStore",
    "Store",
    "StoreUnavailableError",
    "open_store",
]
