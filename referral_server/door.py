"""The door: a followed link first and by hand, every other page through Bottle, and no request unanswered."""

from __future__ import annotations

import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from clientela import i18n
from clientela.referral_server.http import (
    client_address,
    languages,
    problem_pages,
    problems,
    request_checks,
    security,
    typed_address,
)
from clientela.referral_server.running.metrics import KNOWN_METHODS, REASONS

if TYPE_CHECKING:
    from clientela.loyalty.links.links import Link
    from clientela.referral_server.http.wsgi import Application, Environ, StartResponse
    from clientela.referral_server.routes.follow_link import FollowLink
    from clientela.referral_server.site import Site

LINK: Final = "/r/"

LINK_ROUTE: Final = "/r/<code>"
"""What log and metrics call a followed link."""

NO_ROUTE: Final = "(none)"
"""What log and metrics call a path that is none of ours."""


class Door:
    """The outermost layer: reads a request safely, answers every failure, adds headers, counts and logs."""

    def __init__(self, site: Site, pages: Application) -> None:
        self._site, self._pages = site, pages
        self._trusted = client_address.networks(site.settings.referral.trusted_proxies)
        is_https = site.settings.referral.base_url.startswith("https://")
        self._extra = (security.STRICT_TRANSPORT,) if is_https else ()
        self._follow = _follower(site)
        self._on_the_way = self._follow.headers(self._extra)
        self._has_warned = False

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        began, fault, onward = time.perf_counter(), None, None
        if str(environ.get("PATH_INFO")).startswith(LINK):
            try:
                address = self._address(environ)
                onward = self._follow.at_once(environ, address) if address else None
            except Exception as error:
                fault = error
        if onward is None:
            return self._whole(environ, start_response, began, fault)
        start_response("302 Found", [("Location", onward), *self._on_the_way])
        self._site.metrics.request(LINK_ROUTE, "GET", 302, seconds := time.perf_counter() - began)
        self._site.log.request("GET", LINK_ROUTE, 302, seconds)
        return [b""]

    def _address(self, environ: Environ) -> str:
        """Return the client's address; empty where a proxy has to be thought about first."""
        if client_address.FORWARDING.isdisjoint(environ):
            return client_address.written(str(environ.get("REMOTE_ADDR") or ""))
        client = client_address.of(environ, self._trusted)
        return str(client.address) if client.address is not client.peer else ""

    def _whole(
        self, environ: Environ, start_response: StartResponse, began: float, fault: Exception | None
    ) -> Iterable[bytes]:
        """Answer a request the whole way; with a page about a fault that has happened already."""
        answered = [500]

        def start(status: str, headers: security.Headers, exc_info: Any = None) -> Any:
            answered[0] = int(status[:3])
            return start_response(
                status, security.completed(headers, self._extra), *([exc_info] if exc_info else [])
            )

        path = typed_address.plain(str(environ.get("PATH_INFO") or "/"))
        environ["PATH_INFO"] = path
        language = languages.of(
            path, str(environ.get("HTTP_ACCEPT_LANGUAGE") or ""), self._site.settings.shop.language
        )
        environ["clientela.language"] = language
        spoken = i18n.language()
        i18n.use_language(language)
        try:
            if fault is not None:
                raise fault
            return self._answer(environ, path, start)
        except Exception as error:
            return self._fail(environ, path, error, start)
        finally:
            self._note(environ, path, answered[0], time.perf_counter() - began)
            i18n.use_language(spoken)

    def _answer(self, environ: Environ, path: str, start: StartResponse) -> Iterable[bytes]:
        client = client_address.of(environ, self._trusted)
        environ["clientela.client"] = client
        if client.is_forwarded:
            client_address.forget_forwarding(environ)
            self._warn_of_proxy(client)
        request_checks.check(environ, path)
        if path.startswith(LINK):
            return self._follow(environ, start)
        found: Iterable[bytes] = self._pages(environ, start)
        return found

    def _warn_of_proxy(self, client: client_address.Client) -> None:
        """Note once that a proxy nearby is not trusted: all its visitors would count as one."""
        is_believed = client.address is not client.peer
        if not (self._has_warned or is_believed) and client.peer.is_private:
            self._has_warned = True
            self._site.log.event("untrusted proxy", setting="[referral] trusted_proxies")

    def _fail(self, environ: Environ, path: str, error: Exception, start: StartResponse) -> Iterable[bytes]:
        """Answer with an honest page; a bug gets a reference and one line in the log."""
        refusal = problems.refusal_of(error)
        status = HTTPStatus(refusal.status)
        if status in REASONS:
            self._site.metrics.reject(REASONS[status])
        reference = problems.new_reference() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
        if reference:
            self._site.log.fault(error, reference, _route(environ, path))
        if path.startswith("/api/"):
            kind, body = "application/problem+json", problems.as_json(refusal, reference)
            policy = security.NOTHING_POLICY
        else:
            language = str(environ["clientela.language"])
            kind, policy = "text/html; charset=utf-8", security.CONTENT_POLICY
            body = problem_pages.as_page(self._site, refusal, language, reference).encode()
        headers = [("Content-Type", kind), ("Content-Security-Policy", policy), *refusal.headers.items()]
        shown = b"" if environ.get("REQUEST_METHOD") == "HEAD" else body
        headers.append(("Content-Length", str(len(body))))
        start(f"{status.value} {status.phrase}", headers)
        return [shown]

    def _note(self, environ: Environ, path: str, status: int, seconds: float) -> None:
        method = str(environ.get("REQUEST_METHOD"))
        method = method if method in KNOWN_METHODS else "OTHER"
        route = _route(environ, path)
        self._site.metrics.request(route, method, status, seconds)
        self._site.log.request(method, route, status, seconds)


def _route(environ: Environ, path: str) -> str:
    """Return the template of the route that took the request."""
    if path.startswith(LINK):
        return LINK_ROUTE
    route = environ.get("bottle.route")
    return str(route.rule) if route is not None else NO_ROUTE


def _follower(site: Site) -> FollowLink:
    """Return the redirect of links, which answers before Bottle sees the request."""
    from clientela.referral_server.routes import follow_link, landing

    programme = site.programme

    def preview(environ: Environ, link: Link) -> str:
        return landing.preview(site, link, str(environ["clientela.language"]))

    return follow_link.make(
        site.store,
        programme,
        preview=preview,
        missing=lambda environ: site.render("referral/gone.html", str(environ["clientela.language"])),
        address_of=lambda environ: str(environ["clientela.client"].address),
        clock=site.clock,
        on_lost=site.metrics.click_lost,
        on_click=site.metrics.click,
        allow_miss=lambda network: site.throttle.allow("miss", network),
    )
