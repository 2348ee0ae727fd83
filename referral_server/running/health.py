"""Is the server well? Asked by machines that watch it: process, storage, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bottle import HTTPResponse, request

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.loyalty.store.errors import StoreGoneError
from clientela.referral_server.http import client_address
from clientela.referral_server.http.problems import UnavailableError

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.loyalty.store.interface import Connection
    from clientela.referral_server.site import Site

PATIENCE: Final = 3.0
"""Seconds that a write may take before storage counts as unavailable."""

EVERY: Final = 1000
"""Milliseconds for which one answer of the store holds, so that asking often costs nothing."""


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the three addresses."""
    trusted = client_address.networks(site.settings.referral.trusted_proxies)
    last_good = [-EVERY]

    @app.get("/healthz")
    def process() -> Any:
        return _text(b"ok\n")

    @app.get("/readyz")
    def storage() -> Any:
        try:
            site.store.require_files()
        except StoreGoneError as error:
            raise UnavailableError(
                _("Storage is unavailable: {reason}").format(reason=error.reason), error.hint
            ) from None
        if not 0 <= site.clock() - last_good[0] < EVERY:
            try_to_write(site)
            last_good[0] = site.clock()
        return _text(b"ok: storage takes writes\n")

    @app.get("/metrics")
    def numbers() -> Any:
        client: client_address.Client = request.environ["clientela.client"]
        if not client.is_within(trusted):
            site.keys.check(request.environ.get("HTTP_AUTHORIZATION"), "sync")
        return HTTPResponse(
            site.metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )


def try_to_write(site: Site) -> None:
    """Write one row and commit it.

    Raises:
        UnavailableError: if the store does not take it.
    """
    at = site.clock()

    def work(db: Connection) -> None:
        db.run(
            "insert into marks (name, value) values ('ready', :at)"
            " on conflict (name) do update set value = excluded.value",
            at=at,
        )

    try:
        site.store.write(work, timeout=PATIENCE)
    except ClientelaError:
        raise UnavailableError(_("Storage is unavailable: the database takes no write.")) from None


def _text(body: bytes) -> Any:
    return HTTPResponse(body, headers={"Content-Type": "text/plain; charset=utf-8"})
