"""Who reads the pages of friends and fans, and in which language; and the page for who asks in vain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clientela.i18n import LANGUAGES
from clientela.referral_server.http import forms, languages, security
from clientela.referral_server.http.problems import TooManyRequestsError

if TYPE_CHECKING:
    from clientela.referral_server.site import Site

NAMES: Final = {"it": "Italiano", "en": "English"}
"""Each language in its own words."""

MISS_WAIT: Final = 60.0
"""Seconds to wait for who asked for too many pages that are not there."""


@dataclass(frozen=True)
class OtherLanguage:
    """The way to the same page in the other language."""

    address: str
    language: str
    label: str


@dataclass(frozen=True)
class Reader:
    """One reader of one page."""

    language: str
    """it or en."""

    asked: bool
    """The reader chose the language in the address; links keep the choice."""

    def keep(self, path: str) -> str:
        """Return a path of ours in the language that the reader chose."""
        joined = "&" if "?" in path else "?"
        return f"{path}{joined}lang={self.language}" if self.asked else path

    def other(self, path: str) -> OtherLanguage:
        """Return the way to a page in the other language."""
        code = next(each for each in LANGUAGES if each != self.language)
        joined = "&" if "?" in path else "?"
        return OtherLanguage(f"{path}{joined}lang={code}", code, NAMES[code])


def of(request: Any, site: Site) -> Reader:
    """Read ``?lang=``, else ``Accept-Language``, else speak the shop's language."""
    chosen = forms.query(request).get("lang", "")
    if chosen in LANGUAGES:
        return Reader(chosen, asked=True)
    header = str(request.environ.get("HTTP_ACCEPT_LANGUAGE") or "")
    return Reader(languages.preferred(header, site.settings.shop.language), asked=False)


def page(site: Site, template: str, reader: Reader, *, status: int = 200, **values: Any) -> Any:
    """Return a page of friends and fans as an answer."""
    html = site.render(template, reader.language, shop=site.settings.shop, **values)
    answer = security.page(html, status=status)
    answer.set_header("Vary", "Accept-Language")
    return answer


def gone(site: Site, request: Any, reader: Reader) -> Any:
    """Answer alike for what never was, was closed or was erased; who guesses too often has to wait.

    Raises:
        TooManyRequestsError: if so many misses come from one network that it looks like guessing.
    """
    if not site.throttle.allow("miss", request.environ["clientela.client"].prefix):
        raise TooManyRequestsError(MISS_WAIT)
    return page(site, "referral/gone.html", reader, status=404)
