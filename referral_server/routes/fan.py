"""The fan's own page, ``/me/<token>``: the link to pass on, friends and rewards, the rules, the way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from bottle import HTTPResponse, request

from clientela.i18n import gettext as _
from clientela.i18n import speaking
from clientela.loyalty.pages import fan as fan_page
from clientela.loyalty.people import members
from clientela.loyalty.rewards.programme import NoAddressError
from clientela.referral_server import sharing
from clientela.referral_server.http import forms, reader, security
from clientela.referral_server.http.problems import BadRequestError
from clientela.templates import promise, qr
from clientela.templates.filters import day

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.loyalty.pages.fan import FanView, FriendLine, RewardLine
    from clientela.loyalty.people.person import Member
    from clientela.loyalty.store.interface import Connection
    from clientela.referral_server.http.reader import Reader
    from clientela.referral_server.site import Site

PURPOSE: Final = "me"


@dataclass(frozen=True)
class Friend:
    """A friend as one line of the page."""

    name: str
    """Empty where the friend did not allow it."""

    said: str


@dataclass(frozen=True)
class Reward:
    """A reward as one line of the page."""

    amount: Decimal
    said: str = ""
    why: str = ""
    code: str = ""
    until: date | None = None


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the pages."""

    @app.get("/me/<token>")
    def show(token: str) -> Any:
        who = reader.of(request, site)
        found = view(site, token)
        if found is None:
            return reader.gone(site, request, who)
        with speaking(who.language):
            return _page(site, token, found, who, forms.query(request).get("done", ""))

    @app.post("/me/<token>/withdraw")
    def withdraw(token: str) -> Any:
        who = reader.of(request, site)
        given = forms.fields(request)
        with site.store.read() as db:
            member = members.by_token(db, token)
        if member is None:
            return reader.gone(site, request, who)
        site.form_tokens.check_page(given.get("form_token", ""), PURPOSE, token)
        wanted = given.get("do", "")
        if wanted not in ("messages", "link"):
            raise BadRequestError
        now = site.clock()
        site.store.write(lambda db: _withdraw(db, member, wanted, now))
        return security.see_other(who.keep(f"/me/{token}?done={wanted}"))

    @app.get("/me/<token>/qr.svg")
    def square(token: str) -> Any:
        found = view(site, token)
        if found is None or found.link is None:
            return reader.gone(site, request, reader.of(request, site))
        drawn = qr.svg(site.programme.link_url(found.link.code, "q"))
        return HTTPResponse(drawn.encode(), headers={"Content-Type": qr.CONTENT_TYPE})


def view(site: Site, token: str) -> FanView | None:
    """Return what the page of a token shows; None for unknown and erased alike."""
    with site.store.read() as db:
        member = members.by_token(db, token)
        return fan_page.view(db, site.programme, member) if member else None


def _withdraw(db: Connection, member: Member, wanted: str, now: int) -> None:
    """Stop the messages, and with ``link`` the link as well."""
    fan_page.withdraw(db, member, now)
    if wanted == "link":
        members.pause(db, member.customer_id, now)


def _page(site: Site, token: str, found: FanView, who: Reader, done: str) -> Any:
    """Draw the page."""
    path, programme = f"/me/{token}", site.programme
    share, no_share = None, _("Your link is closed. To open it again, ask in the shop.")
    if found.link is not None:
        try:
            share = sharing.share(programme, found.link.code, path)
        except NoAddressError as error:
            no_share = error.message
    rewards = [_reward(reward, programme.today(site.clock())) for reward in found.rewards]
    return reader.page(
        site,
        "referral/fan.html",
        who,
        other=who.other(path),
        first_name=found.name,
        promise=promise.to_fan(programme),
        said=_said(done, found),
        share=share,
        no_share=no_share,
        spoken=found.spoken if found.link is not None else "",
        friends=[_friend(friend, is_promised=promise.is_made(programme)) for friend in found.friends],
        more_friends=max(0, found.friends_count - len(found.friends)),
        to_spend=[reward for reward in rewards if reward.code],
        others=[reward for reward in rewards if not reward.code],
        terms=sharing.terms(programme, is_firm=found.is_firm),
        writes=any(found.consents.values()),
        withdraw=who.keep(f"{path}/withdraw"),
        form_token=site.form_tokens.of_page(PURPOSE, token),
    )


def _said(done: str, found: FanView) -> str:
    """Say that what was asked is done."""
    if done == "link" and found.link is None:
        return _("Done: your link is closed.")
    return (
        _("Done: nobody will write to you.")
        if done == "messages" and not any(found.consents.values())
        else ""
    )


def _friend(friend: FriendLine, *, is_promised: bool) -> Friend:
    saved = _("saved the discount on {day}") if is_promised else _("saved the invitation on {day}")
    said = {
        "waiting": saved.format(day=day(friend.since_on)),
        "bought": _("has bought: thank you"),
    }.get(friend.state, _("does not count: see the rules below"))
    return Friend(friend.name or "", said)


def _why_reversed(reason: str | None) -> str:
    """Say why a reward was taken back; only goods that came back are said to have come back."""
    if reason in ("refunded", "refunded_after_use", "returned", "no_purchase"):
        return _("The goods were returned.")
    if reason == "other_referrer":
        return _("Somebody else had sent your friend before.")
    return _("It did not fit the rules below.")


def _reward(reward: RewardLine, today: date) -> Reward:
    amount = Decimal(reward.amount_cents) / 100
    if reward.state == "approved" and reward.coupon_code:
        return Reward(amount, code=reward.coupon_code)
    said, why = {
        "held": (
            (_("waiting until {day}").format(day=day(reward.due_on)), "")
            if reward.due_on > today
            else (_("waiting"), _("The shop is having a look at it."))
        ),
        "approved": (_("yours: ask in the shop"), ""),
        "redeemed": (_("spent"), ""),
        "reversed": (_("cancelled"), _why_reversed(reward.reason)),
    }.get(reward.state, (_("not given"), _("It did not fit the rules below.")))
    return Reward(amount, said, why)
