"""The application, put together: what the pages have at hand, and which of them are public."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from bottle import Bottle

from clientela.referral_server.door import Door
from clientela.referral_server.http import problems
from clientela.referral_server.http.form_keys import FormKeys
from clientela.referral_server.http.form_tokens import FormTokens
from clientela.referral_server.routes import api, card, fan, friend, front, landing, login, owner, till
from clientela.referral_server.running import health
from clientela.referral_server.running.metrics import Metrics
from clientela.referral_server.site import Site, now

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Store
    from clientela.referral_server.http.wsgi import Application
    from clientela.settings.shop_settings import Settings

ROUTES: Final = (
    front.add_routes,
    landing.add_routes,
    friend.add_routes,
    fan.add_routes,
    card.add_routes,
    till.add_routes,
    owner.add_routes,
    login.add_routes,
    api.add_routes,
    health.add_routes,
)
"""What is public, listed by hand."""


class Pages(Bottle):  # type: ignore[misc]
    """Bottle with our own error pages; what a route raises reaches us instead of a page with a traceback."""

    def default_error_handler(self, res: Any) -> Any:
        """Pass the framework's own refusals on: no such route, no such method."""
        refusal = problems.of_status(res.status_code)
        allowed = res.get_header("Allow")
        refusal.headers = {"Allow": allowed} if allowed else {}
        raise refusal


def make_site(settings: Settings, store: Store, clock: Callable[[], int] = now) -> Site:
    """Put together what the pages have at hand."""
    from clientela.loyalty.rewards.programme import Programme
    from clientela.referral_server.accounts.keys import Keys
    from clientela.referral_server.accounts.sessions import Sessions
    from clientela.referral_server.http.throttle import Logins, Throttle
    from clientela.referral_server.running.logs import Log

    programme = Programme.of(settings)
    return Site(
        settings=settings,
        store=store,
        programme=programme,
        sessions=Sessions(store, clock),
        keys=Keys(store, clock),
        throttle=Throttle(),
        logins=Logins(),
        metrics=Metrics(),
        log=Log(),
        form_tokens=FormTokens(FormKeys(store, lambda: programme.today(clock()))),
        clock=clock,
    )


def create_app(
    settings: Settings, store: Store, *, clock: Callable[[], int] = now, site: Site | None = None
) -> Application:
    """Return the whole server as one WSGI callable.

    Args:
        settings: the shop's settings.
        store: the open referral store.
        clock: the instant in milliseconds; tests bring their own.
        site: a site made before, where the caller wants to keep hold of it.
    """
    site = site or make_site(settings, store, clock)
    pages = Pages()
    pages.catchall = False
    for add_routes in ROUTES:
        add_routes(pages, site)
    return Door(site, pages)
