"""What every page has at hand: the shop, its store, the clock, the keys and the words."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from clientela import i18n

if TYPE_CHECKING:
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Store
    from clientela.referral_server.accounts.keys import Keys
    from clientela.referral_server.accounts.sessions import Sessions
    from clientela.referral_server.http.form_tokens import FormTokens
    from clientela.referral_server.http.throttle import Logins, Throttle
    from clientela.referral_server.running.logs import Log
    from clientela.referral_server.running.metrics import Metrics
    from clientela.settings.shop_settings import Settings

ASSETS: Final = {"pages.css": "text/css; charset=utf-8", "staff.css": "text/css; charset=utf-8"}
"""The files that pages load from ``/static/``, all in ``templates/referral``."""


def now() -> int:
    """Return the instant, milliseconds since 1970 UTC."""
    return int(time.time() * 1000)


@cache
def asset_bytes(name: str) -> bytes:
    """Return the content of a file of the pages.

    Raises:
        KeyError: if it is none of ``ASSETS``.
    """
    if name not in ASSETS:
        raise KeyError(name)
    return (files("clientela.templates") / "referral" / name).read_bytes()


@cache
def asset(name: str) -> str:
    """Return the address of a file; it changes with the content, so that it may be kept for ever."""
    stem, _dot, kind = name.rpartition(".")
    return f"/static/{stem}.{hashlib.sha256(asset_bytes(name)).hexdigest()[:12]}.{kind}"


@dataclass
class Site:
    """The one object that a route module gets."""

    settings: Settings
    store: Store
    programme: Programme
    sessions: Sessions
    keys: Keys
    throttle: Throttle
    logins: Logins
    metrics: Metrics
    log: Log
    form_tokens: FormTokens
    clock: Callable[[], int] = field(default=now)
    """The instant in milliseconds."""

    def render(self, template: str, language: str, /, **values: Any) -> str:
        """Return a template as a page in a language.

        Beside the values a template can use ``language``, ``shop_name``, ``base_url`` and ``asset(name)``,
        the address of a style sheet.

        Args:
            template: a name such as ``referral/landing.html``.
            language: it or en.
            values: what the template prints; they win over those named above.
        """
        from clientela.templates import environment

        common = {
            "language": language,
            "shop_name": self.settings.shop.name,
            "base_url": self.settings.referral.base_url.rstrip("/"),
            "asset": asset,
        }
        with i18n.speaking(language):
            return environment().get_template(template).render({**common, **values})
