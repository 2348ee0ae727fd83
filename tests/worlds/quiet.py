"""The whole server without its log lines, for tests that do not read them."""

from __future__ import annotations

import io
from collections.abc import Callable

from clientela.loyalty.store.interface import Store
from clientela.referral_server.app import create_app, make_site
from clientela.referral_server.http.wsgi import Application
from clientela.referral_server.running.logs import Log
from clientela.referral_server.site import now
from clientela.settings.shop_settings import Settings


def quiet_app(settings: Settings, store: Store, clock: Callable[[], int] = now) -> Application:
    """Return the server; its log is written to memory."""
    site = make_site(settings, store, clock)
    site.log = Log(io.StringIO())
    return create_app(settings, store, site=site)
