"""The API for the shop's own machine: who may, what comes twice, what is refused, what it says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bottle import Bottle

from clientela.referral_server.http import openapi
from clientela.referral_server.routes import api as routes
from tests.worlds.api_client import ANNA, Api, fits, open_api

KEY = "5a1f2c34-0000-4000-8000-0123456789ab"

BRING = {"members": [ANNA]}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    with open_api(tmp_path) as opened:
        yield opened


def problem(answer: Any, status: int) -> str:
    """Check that an answer is an RFC 9457 problem of a status; return its sentence."""
    assert answer.status_code == status, answer.data
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    fits(answer.json, "Problem")
    assert answer.json["status"] == status
    return str(answer.json["detail"])


def test_a_fan_is_brought_and_gets_a_link_a_spoken_code_and_once_the_secret_of_her_page(api: Api) -> None:
    answer = api.post("/api/members", BRING)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    fits(answer.json, "Invitations")
    (anna,) = answer.json["members"]
    assert anna["spoken"].startswith("ANNA ")
    assert len(anna["portal_token"]) >= 22  # 128 bits
    (again,) = api.post("/api/members", BRING).json["members"]
    assert again == anna | {"portal_token": None}
    assert [row["name"] for row in api.members()] == ["Anna Bruni"]


def test_her_consent_comes_with_her_and_is_kept_once(api: Api) -> None:
    api.post("/api/members", BRING)
    api.post("/api/members", BRING)
    with api.store.read() as db:
        rows = db.all("select subject, channel, action, at, origin from consents")
    # 1 March 2026, 09:00 UTC, counted by hand from 1970.
    assert [tuple(row.values()) for row in map(dict, rows)] == [
        ("m:C1", "whatsapp", "grant", 1_772_355_600_000, "shop")
    ]


def test_the_same_key_and_body_get_the_same_answer_to_the_byte(api: Api) -> None:
    first = api.post("/api/members", {**BRING, "renew": True}, Idempotency_Key=KEY)
    events = api.events()
    second = api.post("/api/members", {**BRING, "renew": True}, Idempotency_Key=KEY)
    assert second.data == first.data
    assert first.json["members"][0]["portal_token"] is not None
    assert api.events() == events
    other = api.post("/api/members", {**BRING, "renew": True}, Idempotency_Key=KEY.replace("5", "6"))
    assert other.json["members"][0]["portal_token"] not in (None, first.json["members"][0]["portal_token"])


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(api: Api) -> None:
    api.post("/api/members", BRING, Idempotency_Key=KEY)
    other = {"members": [{**ANNA, "name": "Anna Verdi"}]}
    assert "another request" in problem(api.post("/api/members", other, Idempotency_Key=KEY), 422)
    assert [row["name"] for row in api.members()] == ["Anna Bruni"]


def test_a_kept_answer_tells_the_secrets_only_to_who_has_the_key(api: Api) -> None:
    token = api.post("/api/members", BRING, Idempotency_Key=KEY).json["members"][0]["portal_token"]
    api.store.close()
    content = b"".join(path.read_bytes() for path in Path(api.store.path).parent.iterdir() if path.is_file())
    assert b"Anna Bruni" in content
    assert token.encode() not in content
    assert token.encode().hex().encode() not in content
    assert KEY.encode() not in content


def test_renewing_needs_a_key_so_that_a_lost_answer_can_be_asked_for_again(api: Api) -> None:
    assert "Idempotency-Key" in problem(api.post("/api/members", {**BRING, "renew": True}), 400)


@pytest.mark.parametrize("key", ["short", "with blanks in the middle", "é" * 20, "x" * 129])
def test_a_key_that_somebody_could_guess_or_that_is_none_is_refused(key: str, api: Api) -> None:
    answer = api.post("/api/members", BRING, Idempotency_Key=key)
    assert answer.status_code == 400
    assert api.members() == []


@pytest.mark.parametrize(
    ("method", "path"), [("get", "/api/events"), ("post", "/api/members"), ("post", "/api/sales")]
)
def test_a_till_opens_nothing_here_and_no_key_even_less(method: str, path: str, api: Api) -> None:
    body: Any = {"members": []} if path.endswith("members") else {"as_of": "2026-11-01", "sales": []}
    for key, status in ((api.till_key, 403), (api.sync_key[:-1] + "?", 401), ("nothing", 401)):
        answer = api.get(path, key) if method == "get" else api.post(path, body, key=key)
        problem(answer, status)
    assert problem(api.client.get("/api/events"), 401)
    answer = api.get(path) if method == "get" else api.post(path, body)
    assert answer.status_code == 200


def test_who_guesses_keys_has_to_wait(api: Api) -> None:
    answers = [api.get("/api/events", f"cl_aaaaaaaa_{number:043}").status_code for number in range(25)]
    assert answers[:20] == [401] * 20
    assert answers[-1] == 429


HOSTILE = [
    (b"", 411),
    (b"{", 400),
    (b'{"members": [], "members": []}', 400),
    (b'{"members": [{"customer_id": NaN}]}', 400),
    (b'{"members": [{"customer_id": 1e999}]}', 400),
    (b'{"members": ' + b"9" * 5000 + b"}", 400),
    (b'{"members": "\xff"}', 400),
    (b"[" * 100_000, 400),
    (b'{"members": ' * 50_000, 400),
    (b"[]", 422),
    (b"null", 422),
    (b"{}", 422),
    (b'{"members": {}}', 422),
    (b'{"members": [], "more": 1}', 422),
    (b'{"members": [], "renew": 1}', 422),
    (b'{"members": [null]}', 422),
]


@pytest.mark.parametrize(("body", "status"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_json_or_another_json_is_refused(body: bytes, status: int, api: Api) -> None:
    problem(api.post("/api/members", body), status)
    assert api.members() == []


@pytest.mark.parametrize(
    "change",
    [
        {"customer_id": 7},
        {"customer_id": ""},
        {"customer_id": "x" * 255},
        {"customer_id": None},
        {"name": True},
        {"name": "Anna\u0000"},
        {"name": "Anna\ud800"},
        {"name": "x" * 201},
        {"phone": 3331234567},
        {"status": "gone"},
        {"is_admin": False},
        {"consents": [{"purpose": "marketing"}]},
        {"consents": [ANNA["consents"][0] | {"at": "yesterday"}]},  # type: ignore[index, operator]
        {"consents": [ANNA["consents"][0] | {"at": "2026-03-01T09:00:00"}]},  # type: ignore[index, operator]
        {"consents": [ANNA["consents"][0] | {"at": "2026-02-30T09:00:00Z"}]},  # type: ignore[index, operator]
        {"consents": [ANNA["consents"][0] | {"action": "maybe"}]},  # type: ignore[index, operator]
    ],
    ids=str,
)
def test_a_member_of_another_shape_is_refused_by_place_and_rule_not_by_value(
    change: dict[str, Any], api: Api
) -> None:
    detail = problem(api.post("/api/members", {"members": [ANNA, {**ANNA, **change}]}), 422)
    assert detail.startswith("members[1]")
    assert "Anna" not in detail
    assert "is_admin" not in detail
    assert api.members() == []


def test_a_thousand_members_are_taken_and_one_more_is_not(api: Api) -> None:
    many = [{"customer_id": f"C{n}", "name": "", "category": "customer"} for n in range(1001)]
    assert "1000" in problem(api.post("/api/members", {"members": many}), 422)
    assert len(api.post("/api/members", {"members": many[:1000]}).json["members"]) == 1000


def test_a_body_over_four_mebibytes_is_refused_before_it_is_read(api: Api) -> None:
    problem(api.post("/api/members", b" " * (4 << 20) + b"{}"), 413)
    assert api.post("/api/members", b" " * ((4 << 20) - 20) + b'{"members": []}').status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
def test_a_body_that_says_it_is_something_else_is_refused(kind: str, api: Api) -> None:
    problem(api.post("/api/members", BRING, Content_Type=kind), 415)


def test_the_events_come_in_pages_and_the_cursor_goes_on_where_it_stopped(api: Api) -> None:
    many = [{"customer_id": f"C{n}", "name": "", "category": "fan"} for n in range(5)]
    api.post("/api/members", {"members": many})
    whole = api.get("/api/events").json
    fits(whole, "Page")
    assert not whole["more"]
    found: list[Any] = []
    cursor, pages = "", 0
    while True:
        page = api.get(f"/api/events?since={cursor}&limit=3").json
        fits(page, "Page")
        found += page["events"]
        cursor, pages = page["next"], pages + 1
        if not page["more"]:
            break
    assert found == whole["events"]
    assert pages == -(-len(found) // 3)
    assert api.get(f"/api/events?since={cursor}").json == {"events": [], "next": cursor, "more": False}


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=-1", "limit=1e2", "limit=٣", "limit="])
def test_a_limit_that_is_none_is_refused(query: str, api: Api) -> None:
    problem(api.get(f"/api/events?{query}"), 400)


@pytest.mark.parametrize(
    "cursor", ["x", "1", "-1.0.0.", "1.2.3.4.5", "0123abcd-", "'; drop table events", "%00", "9" * 300]
)
def test_a_cursor_that_this_store_never_gave_is_refused(cursor: str, api: Api) -> None:
    assert api.get(f"/api/events?since={cursor}").status_code in (400, 422)


def test_an_erased_member_is_gone_and_the_answer_leaves_her_out(api: Api) -> None:
    api.post("/api/members", BRING)
    gone = {"customer_id": "C1", "name": "", "category": "fan", "status": "erased"}
    assert api.post("/api/members", {"members": [gone]}).json == {"members": []}
    (row,) = api.members()
    assert row["status"] == "erased"
    assert "Anna" not in json.dumps(row)


def test_no_error_repeats_what_somebody_sent_about_a_person(api: Api) -> None:
    secret = "luca.verdi@posta.example"
    for body in (
        {"members": [{**ANNA, "email": secret, secret: 1}]},
        {"members": [{**ANNA, "category": [secret]}]},
        {secret: secret},
    ):
        answer = api.post("/api/members", body)
        assert answer.status_code == 422
        assert secret not in answer.text


def test_the_description_names_every_call_and_every_call_is_described() -> None:
    app = Bottle()
    routes.add_routes(app, None)  # type: ignore[arg-type]
    mounted = {(route.rule, route.method.lower()) for route in app.routes}
    described = {(path, method) for path, calls in openapi.PATHS.items() for method in calls}
    assert mounted == described


def test_the_description_is_served_to_everybody_and_every_reference_in_it_leads_somewhere(api: Api) -> None:
    answer = api.client.get("/api/openapi.json")
    found: dict[str, Any] = json.loads(answer.data)
    assert found["openapi"].startswith("3.1")
    assert found["servers"] == [{"url": "https://negozio.example"}]
    names = set(re.findall(r'"#/components/schemas/(\w+)"', answer.text))
    assert names == set(found["components"]["schemas"]) - {"Problem"} | {"Problem"}
    for path, calls in found["paths"].items():
        for method, call in calls.items():
            assert call["operationId"], (path, method)
            assert call["responses"]["200"], (path, method)


def test_other_methods_and_addresses_are_problems_too(api: Api) -> None:
    problem(api.client.delete("/api/members", headers={"Authorization": f"Bearer {api.sync_key}"}), 405)
    problem(api.get("/api/nothing"), 404)
