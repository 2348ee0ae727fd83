"""The pages that belong to nobody else: the front page, robots.txt and the style sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottle import HTTPResponse, request

from clientela.i18n import gettext as _
from clientela.referral_server.http.problems import NotFoundError
from clientela.referral_server.http.security import page
from clientela.referral_server.site import ASSETS, asset, asset_bytes

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.referral_server.site import Site

FOREVER = "public, max-age=31536000, immutable"


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the pages."""

    @app.get("/")
    def front() -> Any:
        language = str(request.environ["clientela.language"])
        html = site.render(
            "referral/message.html",
            language,
            title=site.settings.shop.name or _("Our shop"),
            hint=_("To use a friend's link, open the address that you were sent or scan the card's square."),
            reference="",
            status=200,
        )
        return page(html)

    @app.get("/robots.txt")
    def robots() -> Any:
        return HTTPResponse(
            b"User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain; charset=utf-8"}
        )

    @app.get("/favicon.ico")
    def icon() -> Any:
        return HTTPResponse(status=204, headers={"Cache-Control": "public, max-age=86400"})

    @app.get("/static/<name>")
    def static(name: str) -> Any:
        stem, _dot, rest = name.partition(".")
        bare = f"{stem}.{rest.rpartition('.')[2]}"
        if bare not in ASSETS:
            raise NotFoundError
        # An address with another hash is of an older page: it gets today's style, but must not keep it.
        keep = FOREVER if asset(bare) == f"/static/{name}" else "no-cache"
        return HTTPResponse(asset_bytes(bare), headers={"Content-Type": ASSETS[bare], "Cache-Control": keep})
