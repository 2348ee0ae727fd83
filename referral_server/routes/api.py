"""The API for the shop's own machine: bring members and outcomes, read what happened. Keys of scope sync."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from bottle import HTTPResponse, request

from clientela.loyalty import json_forms
from clientela.loyalty.people import enrolment
from clientela.loyalty.store.answers import Caller, once
from clientela.referral_server.accounts import keys
from clientela.referral_server.http import forms, openapi
from clientela.referral_server.http.idempotency import checked_key
from clientela.referral_server.http.problems import (
    BadRequestError,
    Refusal,
    TooManyRequestsError,
    UnauthorizedError,
)

if TYPE_CHECKING:
    from bottle import Bottle

    from clientela.loyalty.store.interface import Connection
    from clientela.referral_server.accounts.keys import Key
    from clientela.referral_server.site import Site

LIMITS: Final = (1, 500, 1000)
"""Events of a page: at least, unless asked, at most."""

Given = dict[str, Any]


class WrongKindError(Refusal):
    """The body says that it is something else than JSON."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self) -> None:
        super().__init__("The body must be application/json.")


def add_routes(app: Bottle, site: Site) -> None:
    """Mount the calls."""

    @app.get("/api/events")
    def events() -> HTTPResponse:
        _caller(site)
        return _answer(_events(site, *_asked()))

    @app.post("/api/members")
    def members() -> HTTPResponse:
        return _answer(_write(site, "Members", _upsert))

    @app.post("/api/sales")
    def sales() -> HTTPResponse:
        return _answer(_write(site, "Sales", _apply))

    @app.get("/api/openapi.json")
    def description() -> HTTPResponse:
        return _answer(_json(openapi.document(site.programme.base_url)))


def _answer(body: bytes) -> HTTPResponse:
    return HTTPResponse(body, headers={"Content-Type": "application/json"})


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _caller(site: Site) -> Key:
    """Return the key of the request; guessing keys is slowed down.

    Raises:
        TooManyRequestsError: if too many wrong keys came from there.
        UnauthorizedError: if the key opens nothing.
        ForbiddenError: if it is a till's.
    """
    place = request.environ["clientela.client"].prefix
    if site.throttle.is_spent("key", place):
        raise TooManyRequestsError(60)
    try:
        return site.keys.check(_authorization(), "sync")
    except UnauthorizedError:
        site.throttle.allow("key", place)
        raise


def _authorization() -> str:
    return str(request.environ.get("HTTP_AUTHORIZATION") or "")


def _asked() -> tuple[str, int]:
    """Return the cursor and the number of events asked for."""
    query = forms.query(request)
    lowest, usual, highest = LIMITS
    text = query.get("limit", str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and lowest <= int(text) <= highest):
        raise BadRequestError("limit must be a whole number.", "From 1 to 1000.")
    return query.get("since", ""), int(text)


def _events(site: Site, since: str, limit: int) -> bytes:
    from clientela.loyalty.store import progress

    with site.store.read() as db:
        page = progress.events_since(db, since, limit)
    return _json({"events": page.events, "next": page.next_cursor, "more": page.more})


def _write(site: Site, name: str, work: Callable[[Site, Connection, Given, int], Given]) -> bytes:
    """Check a body and do its work in one transaction, once per Idempotency-Key."""
    caller = _caller(site)
    key = checked_key(request.environ.get("HTTP_IDEMPOTENCY_KEY"))
    content = forms.body(request, forms.API_BODY)
    if (request.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower() != "application/json":
        raise WrongKindError
    given = openapi.SHAPES[name].read(content)
    if given.get("renew") and key is None:
        raise BadRequestError("renew needs an Idempotency-Key.", "A lost answer can then be asked for again.")
    now, owner = site.clock(), Caller(f"{caller.key_id} {name}", keys.bearer(_authorization()))
    return site.store.write(
        lambda db: once(db, owner, key, content, now, lambda: _json(work(site, db, given, now)))
    )


def _upsert(_site: Site, db: Connection, given: Given, now: int) -> Given:
    from clientela.loyalty.erasure import person as erasure
    from clientela.loyalty.people import consents, members

    erasure.apply(db, [json_forms.erasure_from(row) for row in given.get("forgotten", ())], now)
    alive = [json_forms.member_from(row) for row in given["members"] if row.get("status") != "erased"]
    invited = enrolment.upsert(db, alive, now, renew=given.get("renew", False))
    consents.add(db, [json_forms.friend_consent_from(row) for row in given.get("consents", ())])
    for row in given["members"]:
        if row.get("status", "active") != "active":
            close = members.pause if row["status"] == "paused" else erasure.erase_member
            close(db, row["customer_id"], now)
    return {"members": [json_forms.invited_as(row) for row in invited]}


def _apply(site: Site, db: Connection, given: Given, now: int) -> Given:
    from clientela.loyalty.claims import outcomes

    rows = [json_forms.outcome_from(row, given["as_of"]) for row in given["sales"]]
    return json_forms.applied_as(outcomes.apply(db, site.programme, rows, now))
