"""The friend's first page, ``/i/<code>``: who sends them, the offer, and the form that saves the discount."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bottle import request

from clientela.i18n import gettext as _
from clientela.i18n import speaking
from clientela.loyalty.links import friends, links
from clientela.loyalty.people import contacts
from clientela.loyalty.store.errors import StoreUnavailableError
from clientela.referral_server.http import forms, reader, security
from clientela.referral_server.http.problems import ForbiddenError, TooManyRequestsError, UnavailableError
from clientela.templates import promise
from clientela.templates.filters import harmless

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.loyalty.links.links import Link
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.store.interface import Connection
    from clientela.referral_server.http.reader import Reader
    from clientela.referral_server.site import Site

CONSENT_TEXT: Final = "friend-1"
"""Which consent text the page shows; a changed text gets a new number, so that the log says what was read."""

PURPOSE: Final = "save"
NAME_LENGTH: Final = 120
LEAD_WAIT: Final = 60.0
"""Seconds to wait where too many discounts were saved from one network."""

KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
HIT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class Form:
    """What the friend typed, and what is wrong with it."""

    name: str = ""
    contact: str = ""
    consent: bool = False
    share_name: bool = False
    hit_id: str = ""
    form_key: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    """Words by field; ``form`` for what concerns all of it."""


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the pages."""

    @app.get("/i/<code>")
    def show(code: str) -> Any:
        who = reader.of(request, site)
        link = _find(site, code)
        if link is None:
            return reader.gone(site, request, who)
        return _page(site, link, who, Form(hit_id=_kept(HIT, forms.query(request).get("k", ""))))

    @app.post("/i/<code>")
    def save(code: str) -> Any:
        who = reader.of(request, site)
        given = forms.fields(request)
        link = _find(site, code)
        if link is None:
            return reader.gone(site, request, who)
        if not site.throttle.allow("lead", request.environ["clientela.client"].prefix):
            raise TooManyRequestsError(LEAD_WAIT)
        with speaking(who.language):
            return _save(site, link, who, given)


def consent_version(language: str) -> str:
    """Return the name of the consent text in a language, as the log keeps it."""
    return f"{CONSENT_TEXT}-{language}"


def consent_text(shop: str) -> str:
    """Return the sentence that a friend may tick; see ``CONSENT_TEXT``."""
    return _(
        "{shop} may write to me with news and offers, by e-mail or WhatsApp, at the contact above. "
        "I can take this back whenever I like, from the page of my discount."
    ).format(shop=harmless(shop))


def preview(site: Site, link: Link, language: str) -> str:
    """Return the page that a messenger reads to show the link before anybody opens it."""
    programme = site.programme
    with speaking(language):
        return site.render(
            "referral/preview.html",
            language,
            sender=link.sender,
            promised=promise.headline(programme),
            is_promised=promise.is_made(programme),
            address=programme.link_url(link.code) if programme.base_url else "",
            landing=f"/i/{link.code}",
        )


def _find(site: Site, code: str) -> Link | None:
    with site.store.read() as db:
        return links.find(db, code)


def _kept(form: re.Pattern[str], text: str) -> str:
    return text if form.fullmatch(text) else ""


def _save(site: Site, link: Link, who: Reader, given: dict[str, str]) -> Any:
    """Keep the discount, or draw the form again with what was typed and what is missing."""
    form, contact = _read(given)
    if given.get("text_version") != consent_version(who.language):
        # Another language or an older text than the one on the page now: a tick for it says nothing.
        form.consent = False
        form.errors.setdefault("form", _("The page has changed meanwhile: please look at it once more."))
    try:
        site.form_tokens.check_page(given.get("form_token", ""), PURPOSE, link.code)
    except ForbiddenError:
        form.errors["form"] = _("The page was open for long: press the button once more.")
    if form.errors or contact is None:
        return _page(site, link, who, form, status=422)
    now = site.clock()

    def work(db: Connection) -> str:
        return friends.save(
            db,
            site.programme,
            link,
            name=form.name,
            contact=contact,
            hit_id=form.hit_id or None,
            language=who.language,
            consent=form.consent,
            text_version=consent_version(who.language),
            now=now,
            form_key=form.form_key,
            show_name=form.share_name,
        ).token

    try:
        token = site.store.write(work)
    except StoreUnavailableError:
        form.errors["form"] = _(
            "Nothing could be saved just now. Try again in a minute, or say the code below at the till."
        )
        answer = _page(site, link, who, form, status=503)
        for name, value in UnavailableError.headers.items():
            answer.set_header(name, value)
        return answer
    return security.see_other(who.keep(f"/mine/{token}"))


def _read(given: dict[str, str]) -> tuple[Form, Contact | None]:
    """Read the form and say in words what is wrong."""
    form = Form(
        name=harmless(given.get("name", ""))[:NAME_LENGTH],
        contact=harmless(given.get("contact", ""))[: contacts.LENGTH],
        consent=given.get("consent") == "yes",
        share_name=given.get("share_name") == "yes",
        hit_id=_kept(HIT, given.get("hit", "")),
        # Without a key of its own a form would meet whoever else sent none: the key leads to the page.
        form_key=_kept(KEY, given.get("form_key", "")) or secrets.token_urlsafe(18),
    )
    if not any(sign.isalpha() for sign in form.name):
        form.errors["name"] = _("Write your name: the first name is enough.")
    contact = contacts.normalise(form.contact)
    if contact is None:
        form.errors["contact"] = _contact_error(form.contact)
    return form, contact


def _contact_error(typed: str) -> str:
    """Say what is wrong with a contact that cannot be used."""
    if not typed:
        return _("Write a phone number or an e-mail address.")
    if "@" in typed:
        return _("This e-mail address is not complete: it should look like name@example.com.")
    if any(sign.isdigit() for sign in typed):
        return _("This phone number cannot be right: it should have 6 to 15 digits.")
    return _("This is neither a phone number nor an e-mail address.")


def _page(site: Site, link: Link, who: Reader, form: Form, status: int = 200) -> Any:
    """Draw the page."""
    programme, path = site.programme, f"/i/{link.code}"
    first = next((name for name in ("name", "contact") if name in form.errors), "")
    with speaking(who.language):
        return reader.page(
            site,
            "referral/landing.html",
            who,
            status=status,
            other=who.other(path + (f"?k={form.hit_id}" if form.hit_id else "")),
            action=who.keep(path),
            sender=link.sender,
            sender_first=link.sender_first,
            promised=promise.headline(programme),
            is_promised=promise.is_made(programme),
            until=programme.today(site.clock()) + timedelta(days=programme.window_days),
            spoken=link.spoken,
            consent_text=consent_text(programme.shop_name),
            text_version=consent_version(who.language),
            values=form,
            errors={"name": "", "contact": "", "form": "", **form.errors},
            wrong=bool(form.errors),
            first=first,
            hit_id=form.hit_id,
            form_key=form.form_key or secrets.token_urlsafe(18),
            form_token=site.form_tokens.of_page(PURPOSE, link.code),
        )
