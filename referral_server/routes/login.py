"""The owner's way in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottle import request

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.referral_server.accounts import password
from clientela.referral_server.http import forms
from clientela.referral_server.http.problems import TooManyRequestsError
from clientela.referral_server.http.security import see_other
from clientela.referral_server.routes.staff import not_kept, shown

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.referral_server.site import Site


def _login_page(site: Site, error: str = "", status: int = 200) -> Any:
    return shown(
        site,
        "referral/login.html",
        status=status,
        token=site.form_tokens.of_page("login"),
        is_locked=not password.is_set(site.store),
        errors={"password": error},
    )


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the pages."""

    @app.get("/owner/login")
    def login() -> Any:
        if site.sessions.find("owner"):
            return see_other("/owner")
        return _login_page(site, not_kept() if "came" in forms.query(request) else "")

    @app.post("/owner/login")
    def come_in() -> Any:
        given = forms.fields(request)
        site.form_tokens.check_page(given.get("csrf", ""), "login")
        prefix = request.environ["clientela.client"].prefix
        wait = site.logins.begin(prefix)
        if wait > 0:
            minutes = max(1, round(wait / 60))
            words = ngettext(
                "Too many wrong passwords: try again in {minutes} minute.",
                "Too many wrong passwords: try again in {minutes} minutes.",
                minutes,
            ).format(minutes=minutes)
            answer = _login_page(site, words, TooManyRequestsError.status)
            answer.set_header("Retry-After", str(max(1, round(wait))))
            return answer
        if not password.is_right(site.store, given.get("password", "")):
            return _login_page(site, _("This is not the password."), 403)
        site.logins.succeeded(prefix)
        _session, cookie = site.sessions.start("owner")
        answer = see_other("/owner/login?came=1")
        answer.add_header("Set-Cookie", cookie)
        return answer

    @app.post("/owner/logout")
    def go_out() -> Any:
        session = site.sessions.require("owner")
        site.form_tokens.check_session(forms.fields(request).get("csrf", ""), session)
        answer = see_other("/owner/login")
        answer.add_header("Set-Cookie", site.sessions.end(session))
        return answer
