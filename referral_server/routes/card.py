"""The fan's card to print, ``/me/<token>/card.pdf``."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from bottle import HTTPResponse, request

from clientela.i18n import gettext as _
from clientela.i18n import speaking
from clientela.referral_server.http import reader
from clientela.referral_server.http.problems import UnavailableError
from clientela.referral_server.routes.fan import view

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.referral_server.site import Site
    from clientela.templates.cards import Card

KEPT: Final = 32
"""Cards kept drawn: drawing takes about a second of one core."""


class Drawer:
    """Draws one card at a time and keeps the last ones."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[Card, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def card(self, card: Card, language: str) -> bytes:
        """Return the PDF of a card.

        Raises:
            UnavailableError: where this machine cannot draw.
        """
        from clientela.templates.cards import a6
        from clientela.templates.pdf import NoPdfError

        with self._lock:
            found = self._drawn.get((card, language))
            if found is None:
                try:
                    found = a6(card, language)
                except NoPdfError as error:
                    raise UnavailableError(
                        _("The card cannot be made here."),
                        _("Show the QR code of your page instead."),
                    ) from error
            self._drawn[(card, language)] = found
            self._drawn.move_to_end((card, language))
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
            return found


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the page."""
    drawer = Drawer()

    @app.get("/me/<token>/card.pdf")
    def print_card(token: str) -> Any:
        from clientela.templates.cards import card_of

        who, programme = reader.of(request, site), site.programme
        found = view(site, token)
        if found is None or found.link is None:
            return reader.gone(site, request, who)
        with speaking(who.language):
            card = card_of(
                programme,
                sender=found.name,
                url=programme.link_url(found.link.code, "q"),
                spoken=found.spoken,
            )
            drawn = drawer.card(card, who.language)
        name = "biglietto" if who.language == "it" else "card"
        return HTTPResponse(
            drawn,
            headers={
                "Content-Type": "application/pdf",
                "Content-Disposition": f'inline; filename="{name}.pdf"',
                "Vary": "Accept-Language",
            },
        )
