"""The friend's own page, ``/mine/<token>``: the discount, what to say at the till, and the ways back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bottle import request

from clientela.i18n import gettext as _
from clientela.i18n import speaking
from clientela.loyalty.links import friends
from clientela.referral_server.http import forms, reader, security
from clientela.referral_server.http.problems import BadRequestError
from clientela.templates import promise, qr
from clientela.templates.filters import day

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.loyalty.links.friends import FriendView
    from clientela.referral_server.http.reader import Reader
    from clientela.referral_server.site import Site

PURPOSE: Final = "mine"


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the pages."""

    @app.get("/mine/<token>")
    def show(token: str) -> Any:
        who = reader.of(request, site)
        found = _find(site, token)
        if found is None:
            return reader.gone(site, request, who)
        with speaking(who.language):
            return _page(site, token, found, who, forms.query(request).get("done", ""))

    @app.post("/mine/<token>")
    def change(token: str) -> Any:
        who = reader.of(request, site)
        given = forms.fields(request)
        if _find(site, token) is None:
            return reader.gone(site, request, who)
        site.form_tokens.check_page(given.get("form_token", ""), PURPOSE, token)
        now, wanted = site.clock(), given.get("do", "")
        if wanted == "withdraw":
            site.store.write(lambda db: friends.withdraw(db, token, now))
            return security.see_other(who.keep(f"/mine/{token}?done=withdraw"))
        if wanted == "erase":
            site.store.write(lambda db: friends.erase(db, token, now))
            return _erased(site, who)
        raise BadRequestError


def _find(site: Site, token: str) -> FriendView | None:
    with site.store.read() as db:
        return friends.by_token(db, token)


def _erased(site: Site, who: Reader) -> Any:
    with speaking(who.language):
        return reader.page(
            site,
            "referral/message.html",
            who,
            title=_("Your details are erased"),
            hint=_(
                "What you left on this page is gone. If you saved more than once, erase "
                "the other pages too, or ask in the shop. You are welcome there as before."
            ),
            reference="",
        )


def _page(site: Site, token: str, found: FriendView, who: Reader, done: str) -> Any:
    """Draw the page in the state that the discount is in."""
    offer = promise.of_coupon(site.programme, found.value_cents)
    state, title, explained = _state(site, found, is_discount=bool(offer))
    path = f"/mine/{token}"
    return reader.page(
        site,
        "referral/saved.html",
        who,
        other=who.other(path),
        action=who.keep(path),
        sender=found.sender,
        title=title,
        state=state,
        explained=explained,
        said=_("Done: nobody will write to you.") if done == "withdraw" and not found.consented else "",
        offer=offer,
        code=found.coupon_code,
        picture_address=qr.data_address(found.coupon_code.replace(" ", "")),
        until=found.valid_until_on,
        consented=found.consented,
        form_token=site.form_tokens.of_page(PURPOSE, token),
    )


def _state(site: Site, found: FriendView, *, is_discount: bool) -> tuple[str, str, str]:
    """Return the state of a discount, its title, and a sentence where it cannot be used."""
    if found.used_on is not None:
        said = _("You used it on {day}. Thank you for coming.").format(day=day(found.used_on))
        return "used", _("Discount used") if is_discount else _("Invitation used"), said
    if found.valid_until_on < site.programme.today(site.clock()):
        said = _("It was valid until {day}. Ask in the shop, or whoever sent you.").format(
            day=day(found.valid_until_on)
        )
        return "expired", _("This discount is over") if is_discount else _("This invitation is over"), said
    return "issued", _("Your discount is ready") if is_discount else _("Your invitation is ready"), ""
