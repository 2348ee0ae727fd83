"""A referral server on another machine, spoken to over HTTPS with a key of scope sync."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from clientela import strict_json
from clientela.errors import ClientelaError
from clientela.exchange.other_side import OUTCOMES, PAGE, EventPage, Push, Pushed, batches
from clientela.i18n import gettext as _
from clientela.loyalty import json_forms

if TYPE_CHECKING:
    from clientela.forgotten import Erasure
    from clientela.loyalty.claims.outcomes import SaleOutcome
    from clientela.loyalty.people.person import Invited
    from clientela.settings.shop_settings import Settings

KEY_NAME: Final = "CLIENTELA_REFERRAL_KEY"
TIMEOUT: Final = 30.0
PAUSES: Final = (0.5, 2.0)
"""Seconds before the second and the third try, where the server is away for a moment."""

PASSING: Final = (429, 502, 503, 504)
"""Statuses of a bad moment."""

LARGEST_ANSWER: Final = 64 << 20


class ServerError(ClientelaError):
    """The server cannot be reached, or will not."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would hand the key to whoever it leads to."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing."""
        return


class ApiSide:
    """The API of ``clientela serve``."""

    def __init__(self, url: str, key: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        """Keep what is needed; nothing is asked yet.

        Args:
            url: the server's address, https:// (http:// only for this machine).
            key: ``cl_…`` of scope sync.
            pause: waits so many seconds.

        Raises:
            ServerError: if the address would send the key unprotected.
        """
        self._url, self._key, self._pause = _checked(url), key, pause
        self.name = self._url
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if is_this_machine(self._url):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    @classmethod
    def of(cls, settings: Settings) -> ApiSide:
        """Take the address from the settings and the key from the environment.

        Raises:
            ServerError: if there is no key.
        """
        key = os.environ.get(KEY_NAME, "").strip()
        if not key:
            raise ServerError(
                _("The key for {server} is missing.").format(server=settings.referral.server_url),
                _(
                    "Make one there with “clientela referral key new --scope sync” and put it into {name}."
                ).format(name=KEY_NAME),
            )
        return cls(settings.referral.server_url, key)

    def push_members(self, push: Push) -> list[Invited]:
        """Bring members, a thousand a call."""
        found: list[Invited] = []
        for rows in batches(push.members):
            members = [json_forms.member_as(row, push.status(row)) for row in rows]
            answer = self._call("/api/members", {"members": members, "renew": push.renew})
            found += [json_forms.invited_from(row) for row in _field(answer, "members", list)]
        for entries in batches(push.consents):
            said = [json_forms.friend_consent_as(entry) for entry in entries]
            self._call("/api/members", {"members": [], "consents": said})
        return found

    def push_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Say them, as marks."""
        for some in batches(erasures):
            self._call(
                "/api/members", {"members": [], "forgotten": [json_forms.erasure_as(row) for row in some]}
            )

    def fetch_events(self, since: str) -> EventPage:
        """Ask for a page."""
        answer = self._call(f"/api/events?since={quote(since, safe='')}&limit={PAGE}")
        return EventPage(
            _field(answer, "events", list), _field(answer, "next", str), _field(answer, "more", bool)
        )

    def push_sales(self, rows: Sequence[SaleOutcome]) -> Pushed:
        """Say the outcomes, a thousand a call."""
        total = Pushed()
        for some in batches(rows, OUTCOMES):
            sales = [json_forms.outcome_as(row) for row in some]
            answer = self._call("/api/sales", {"as_of": some[0].as_of, "sales": sales})
            total += Pushed(*(_field(answer, name, int) for name in ("changed", "unchanged", "unknown")))
        return total

    def _call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask once, and again where only the moment was bad; one key makes a repeated call harmless."""
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        if content is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        request = urllib.request.Request(self._url + path, content, headers)
        for pause in (*PAUSES, None):
            try:
                return self._asked(request)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in PASSING or pause is None:
                        raise _refused(self._url, error) from None
            except (OSError, http.client.HTTPException) as error:
                if pause is None:
                    raise _unreachable(self._url, error) from None
            self._pause(pause)
        raise AssertionError("unreachable")

    def _asked(self, request: urllib.request.Request) -> dict[str, Any]:
        with self._opener.open(request, timeout=TIMEOUT) as response:
            content = response.read(LARGEST_ANSWER + 1)
        if len(content) > LARGEST_ANSWER:
            raise _no_server_of_ours(self._url)
        try:
            found = strict_json.read(content)
        except strict_json.StrictJsonError:
            raise _no_server_of_ours(self._url) from None
        if not isinstance(found, dict):
            raise _no_server_of_ours(self._url)
        return found


def is_this_machine(url: str) -> bool:
    """Tell whether an address is a loopback one."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(url: str) -> str:
    """Return the address without a slash at its end.

    Raises:
        ServerError: if it is no https address.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(url)):
        return url.rstrip("/")
    raise ServerError(
        _("{url} does not begin with https://, so the key would travel in the open.").format(url=url),
        _("Correct server_url under [referral] in clientela.toml."),
    )


def _field(answer: dict[str, Any], name: str, kind: type) -> Any:
    """Return a field of an answer that must be there."""
    if not isinstance(answer.get(name), kind):
        raise ServerError(
            _("The server's answer has no “{field}” that can be used.").format(field=name),
            _("Bring both computers to the same version of clientela."),
        )
    return answer[name]


def _no_server_of_ours(url: str) -> ServerError:
    return ServerError(
        _("What answers at {url} is no referral server of clientela.").format(url=url),
        _("Check server_url under [referral] in clientela.toml."),
    )


def _unreachable(url: str, error: Exception) -> ServerError:
    reason = getattr(error, "reason", None) or error
    why = getattr(reason, "strerror", None) or str(reason) or type(error).__name__
    return ServerError(
        _("{url} cannot be reached: {why}.").format(url=url, why=why),
        _("Check the address and the network, then run the same command again: nothing is done twice."),
    )


def _refused(url: str, error: urllib.error.HTTPError) -> ServerError:
    """Return the sentence for a status; the server's own words where they say more."""
    try:
        problem = strict_json.read(error.read(1 << 20))
        detail = str(problem["detail"]) if isinstance(problem, dict) else ""
    except (ClientelaError, KeyError, OSError, http.client.HTTPException):
        detail = ""
    if error.code in (401, 403):
        return ServerError(
            _("The server refuses the key.") if error.code == 401 else _("The key is not one of scope sync."),
            _("Make one there with “clientela referral key new --scope sync” and put it into {name}.").format(
                name=KEY_NAME
            ),
        )
    if not detail:
        return _no_server_of_ours(url)
    later = _("Run the same command again later: nothing is done twice.") if error.code in PASSING else ""
    return ServerError(
        _("The server says {status}: {detail}").format(status=error.code, detail=detail), later
    )
