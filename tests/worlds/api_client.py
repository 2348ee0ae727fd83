"""The API called as the shop's own machine would, over the whole server on a real store."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.test import Client

from clientela import strict_json
from clientela.loyalty.store.opening import open_store
from clientela.loyalty.store.sqlite import SqliteStore
from clientela.referral_server.accounts import keys
from clientela.referral_server.http import openapi
from clientela.settings.shop_settings import Settings
from clientela.settings.writing import write_settings
from tests.worlds.quiet import quiet_app

NOW = 1_795_342_500_000
"""2026-11-22 10:15 UTC, in milliseconds."""

ANNA = {
    "customer_id": "C1",
    "name": "Anna Bruni",
    "phone": "333 1234567",
    "email": None,
    "category": "fan",
    "consents": [
        {
            "purpose": "marketing",
            "channel": "whatsapp",
            "action": "grant",
            "at": "2026-03-01T09:00:00Z",
            "method": "paper",
            "text_version": "2026-01",
        }
    ],
}


def shop_settings(folder: Path, **referral: Any) -> Settings:
    """A shop folder whose pages have an address."""
    values = {"base_url": "https://negozio.example", **referral}
    return write_settings(folder, name="Bottega", trade="shop", language="it", more={"referral": values})


@dataclass
class Api:
    """The server, its store and a key of each scope."""

    client: Client
    store: SqliteStore
    sync_key: str
    till_key: str

    def get(self, path: str, key: str | None = None) -> Any:
        """Ask for something."""
        return self.client.get(path, headers={"Authorization": f"Bearer {key or self.sync_key}"})

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
        """Bring something; bytes go as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {key or self.sync_key}", "Content-Type": "application/json"}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, data=data, headers=given | more)

    def members(self) -> list[dict[str, Any]]:
        """Return the members in the store."""
        with self.store.read() as db:
            return [dict(row) for row in db.all("select * from members order by customer_id")]

    def events(self) -> list[dict[str, Any]]:
        """Return every event."""
        return list(self.get("/api/events").json["events"])


@contextlib.contextmanager
def open_api(folder: Path, **referral: Any) -> Iterator[Api]:
    """Open a server on a new store."""
    settings = shop_settings(folder / "shop", **referral)
    store = open_store(settings.referral_store, create=True)
    try:
        sync_key = store.write(lambda db: keys.new(db, "sync", "shop", NOW))
        till_key = store.write(lambda db: keys.new(db, "till", "counter", NOW))
        client = Client(quiet_app(settings, store, lambda: NOW))
        yield Api(client, store, sync_key, till_key)
    finally:
        store.close()


def fits(value: Any, name: str) -> None:
    """Compare an answer with what the API says of it.

    Raises:
        ShapeError: if it is otherwise.
    """
    strict_json.Shape(openapi.COMPONENTS[name], openapi.COMPONENTS).check(value)
