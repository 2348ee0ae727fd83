"""What a page or the API says when it cannot do what was asked: an honest sentence, a status, a reference."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _


class Refusal(ClientelaError):
    """A request that is answered with a status of its own."""

    status: int = HTTPStatus.BAD_REQUEST

    headers: Mapping[str, str] = {}


class BadRequestError(Refusal):
    """The request cannot be read: text that is no UTF-8, a form that is no form."""

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(message or _("This request cannot be read."), hint or _("Go back and try again."))


class UnauthorizedError(Refusal):
    """No key was shown, or one that opens nothing."""

    status = HTTPStatus.UNAUTHORIZED
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="clientela"'}

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(message or _("This needs a valid key."), hint)


class ForbiddenError(Refusal):
    """Readable, but not allowed: a form that is too old or comes from elsewhere."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(
            message or _("This page was open for too long, or the request does not come from it."),
            hint or _("Go back, load the page again and repeat it."),
        )


class NotFoundError(Refusal):
    """There is nothing here; said alike of what never was and of what is closed."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(message or _("There is nothing at this address."), hint)


class LengthRequiredError(Refusal):
    """A body that does not say before how long it is."""

    status = HTTPStatus.LENGTH_REQUIRED

    def __init__(self) -> None:
        super().__init__(_("This request does not say how long it is."), _("Go back and try again."))


class TooSlowError(Refusal):
    """The body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT
    headers: Mapping[str, str] = {"Connection": "close"}

    def __init__(self) -> None:
        super().__init__(_("This request did not arrive in time."), _("Go back and try again."))


class BusyError(Refusal):
    """So many bodies are half here that no more are begun."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    headers: Mapping[str, str] = {"Retry-After": "5"}

    def __init__(self) -> None:
        super().__init__(_("Too many requests are unfinished at the moment."), _("Try again in a moment."))


class TooLargeError(Refusal):
    """The body is longer than any honest one."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__(_("This is too much at once."), _("Send less and try again."))


class TooManyRequestsError(Refusal):
    """So many requests from one place that it looks like guessing."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, seconds: float) -> None:
        super().__init__(_("Too many attempts from here."), _("Wait a little and try again."))
        self.headers = {"Retry-After": str(max(1, round(seconds)))}


class UnavailableError(Refusal):
    """The store takes no write or gives no answer just now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers: Mapping[str, str] = {"Retry-After": "10"}

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(
            message or _("Storage is unavailable at the moment: nothing has been saved."),
            hint or _("Try again in a minute."),
        )


TITLES: Final = {
    400: "This request cannot be read",
    401: "This needs a valid key",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This is not done this way",
    408: "This did not arrive in time",
    411: "This does not say how long it is",
    413: "This is too much at once",
    422: "This cannot be done",
    429: "Too many attempts",
    500: "A mistake of ours",
    503: "Storage is unavailable",
}
"""Short titles by status, for the API."""


def status_of(error: BaseException) -> int:
    """Return the HTTP status that an exception stands for."""
    from clientela.loyalty.store.errors import StoreUnavailableError

    if isinstance(error, StoreUnavailableError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    default = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, ClientelaError) else 500
    return int(getattr(error, "status", default))


def refusal_of(error: Exception) -> Refusal:
    """Return what may be said to the outside about an exception; nothing of a bug leaks."""
    if isinstance(error, Refusal):
        return error
    status = status_of(error)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return UnavailableError()
    if isinstance(error, ClientelaError):
        known = Refusal(error.message, error.hint)
        known.status = status
        return known
    bug = Refusal(_("We made a mistake."), _("Tell the shop this reference; nothing has been saved."))
    bug.status = HTTPStatus.INTERNAL_SERVER_ERROR
    return bug


def of_status(status: int) -> Refusal:
    """Return the words for a status that the framework chose: 404, 405, 400, 413."""
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError()
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLargeError()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return refusal_of(RuntimeError())
    known = BadRequestError()
    known.status = status
    return known


def new_reference() -> str:
    """Return a random sign that joins an error page to its line in the log."""
    return secrets.token_hex(4)


def as_json(refusal: Refusal, reference: str = "") -> bytes:
    """Return a refusal as RFC 9457 problem details."""
    status = int(refusal.status)
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": str(refusal),
    }
    if reference:
        problem["instance"] = f"urn:clientela:error:{reference}"
    return json.dumps(problem, ensure_ascii=False).encode()
