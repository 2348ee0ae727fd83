"""The site of a running server: the store open, its work in the background begun, both ended at the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clientela.referral_server.http.wsgi import Application
    from clientela.referral_server.site import Site
    from clientela.settings.shop_settings import Settings


@contextmanager
def open_site(settings: Settings) -> Iterator[tuple[Site, Application]]:
    """Open the store for as long as the server runs, with its background work.

    Raises:
        StoreUnavailableError: if the store cannot be opened.
    """
    from clientela.loyalty.store.opening import open_store
    from clientela.referral_server.app import create_app, make_site
    from clientela.referral_server.running.background import Background
    from clientela.referral_server.running.metrics import watch

    store = open_store(settings.referral_store, create=True)
    store.presence.look_inside()
    try:
        site = make_site(settings, store)
        watch(store, site.metrics)
        background = Background(site)
        background.start()
        try:
            app = create_app(settings, store, site=site)
            # What is there by now stays; to look through it for garbage again and again takes time.
            gc.collect()
            gc.freeze()
            yield site, app
        finally:
            background.stop()
            site.log.close()
    finally:
        store.close()
